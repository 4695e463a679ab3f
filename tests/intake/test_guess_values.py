"""Ways to write times and places: read back from a sample, and both readings where two fit."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.intake.guess_values import TimeGuess, guess_crs, guess_times

FORMATS = ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M", "%Y%m%d", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S.%f"]


@settings(max_examples=10)
@given(
    shape=st.sampled_from(FORMATS),
    moments=st.lists(st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=6),
)
def test_a_column_is_read_by_the_format_it_was_written_in(shape: str, moments: list[datetime]) -> None:
    written = [moment.strftime(shape) for moment in [*moments, datetime(2001, 12, 31, 23, 59, 1)]]
    guess = guess_times(pd.Series(written))
    assert guess.share == 1.0
    read_back = [[datetime.strptime(text, form).strftime(shape) for text in written] for form in guess.formats]
    assert written in read_back


def test_day_and_month_that_cannot_be_distinguished_give_two_formats() -> None:
    assert guess_times(pd.Series(["03/04/2026", "05/06/2026"])).formats == ("%m/%d/%Y", "%d/%m/%Y")
    assert guess_times(pd.Series(["03/04/2026", "25/06/2026"])).formats == ("%d/%m/%Y",)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1768039200", "1768039300"], TimeGuess("epoch")),
        (["1768039200000"], TimeGuess("epoch_ms")),
        ([46032.5, 46033.0], TimeGuess("unknown", share=0.0, hint="numbers between 20000 and 60000 look like "
                                       "spreadsheet days: export the column as text")),
        ([17, 18], TimeGuess("unknown", share=0.0, hint="numbers that are no known time")),
        (["", None], TimeGuess("unknown", share=0.0, hint="no value at all")),
        (["soon", "later"], TimeGuess("unknown", share=0.0, hint="no known way to write a time")),
    ],
)  # fmt: skip
def test_numbers_and_texts_that_are_no_times_say_what_to_do(values: list[object], expected: TimeGuess) -> None:
    assert guess_times(pd.Series(values)) == expected


def test_a_zone_and_a_clock_are_noticed() -> None:
    zoned = guess_times(pd.Series(["2026-01-10T10:00:00Z", "2026-01-10T11:00:00-06:00"]))
    assert (zoned.formats[0], zoned.has_zone, zoned.has_clock) == ("%Y-%m-%dT%H:%M:%S%z", True, True)
    assert not guess_times(pd.Series(["2026-01-10 00:00:00", "2026-01-11 00:00:00"])).has_clock
    typed = guess_times(pd.Series(pd.to_datetime(["2026-01-10 10:00"])))
    assert (typed.kind, typed.has_clock, typed.has_zone) == ("typed", True, False)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ([-87.5, -87.6], [41.5, 41.6], "degrees"),
        ([41.5, 41.6], [-97.5, -97.6], "swapped"),
        ([1156823.0, 1156824.0], [1899214.0, 1899215.0], "projected"),
        ([-87.5, 0, np.nan], [41.5, 0, 41.5], "degrees"),  # zeros and blanks are unknown places
        ([0, 0], [0, 0], "unknown"),
        (["a", "b"], ["c", "d"], "unknown"),
    ],
)
def test_the_kind_of_coordinates_is_seen_from_their_range(x: list[object], y: list[object], expected: str) -> None:
    assert guess_crs(pd.Series(x), pd.Series(y)) == expected
