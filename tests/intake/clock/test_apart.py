"""Times of day in a column of their own: every way in which records systems write them, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.intake.clock.apart import NO_CLOCK, read_clocks

HALF_PAST_TWO = 14 * 60 + 30


def minutes(*texts: str) -> list[float]:
    clocks, unreadable = read_clocks(texts)
    assert not unreadable.any()
    return [NO_CLOCK if clock == NO_CLOCK else clock / 60_000_000 for clock in clocks.tolist()]


@pytest.mark.parametrize(
    "text",
    ["1430", "1430.0", "14:30", "14:30:00", "14:30:00.000", "14.30", "14h30", "1430 hrs", "2:30 PM", "2:30PM",
     "02:30:00 p.m.", "0230 PM", "230pm", "1899-12-30 14:30:00", "1900-01-01T14:30:00", "12/30/1899 14:30"],
)  # fmt: skip
def test_half_past_two_in_the_afternoon_is_read_however_it_is_written(text: str) -> None:
    assert minutes(text, "2359") == [HALF_PAST_TWO, 23 * 60 + 59]


def test_lost_leading_zeros_are_minutes_after_midnight_and_24_00_ends_the_day() -> None:
    assert minutes("1430", "45", "5", "0", "24:00", "2400", "24:00:00", "12:00 AM", "12:00 PM") == [
        HALF_PAST_TWO, 45, 5, 0, 1440, 1440, 1440, 0, 720
    ]  # fmt: skip


def test_a_column_that_never_exceeds_24_holds_hours() -> None:
    assert minutes("0", "5", "14", "23") == [0, 300, 840, 1380]


def test_a_column_of_six_digits_holds_seconds_too() -> None:
    assert minutes("143000", "235900", "130", "90000") == [HALF_PAST_TWO, 23 * 60 + 59, 1.5, 540]


def test_a_part_of_the_day_is_what_a_spreadsheet_keeps() -> None:
    assert minutes("0.6041666667", "0.5", "0.25") == [HALF_PAST_TWO, 720, 360]


@pytest.mark.parametrize("text", ["", "UNK", "unknown", "NULL", "(null)", "N/A", "9999", "99:99"])
def test_a_time_of_day_that_nobody_knew_is_none_and_no_fault(text: str) -> None:
    assert minutes(text, "1430") == [NO_CLOCK, HALF_PAST_TWO]


@pytest.mark.parametrize("text", ["2561", "14:75", "25:00", "13:00 AM", "noon", "-5", "24:15", "1e3"])
def test_what_is_no_time_of_day_is_said_to_be_none(text: str) -> None:
    clocks, unreadable = read_clocks([text, "1430"])
    assert (clocks[0], unreadable.tolist()) == (NO_CLOCK, [True, False])


def test_a_long_text_ends_at_once() -> None:
    assert read_clocks(["1" * 100_000, " " * 100_000 + "x", "9:" * 50_000])[1].tolist() == [True, True, True]


def test_the_order_of_the_texts_decides_nothing() -> None:
    texts = ["5", "1430", "24:00", "0.5"]
    forward, backward = read_clocks(texts)[0], read_clocks(texts[::-1])[0]
    assert np.array_equal(forward, backward[::-1])
