"""A clock apart from its date, dates at midnight, UTC without a zone, and the two days on which the clock changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared

Make = Callable[[str], Path]


def test_dates_at_midnight_are_refused_with_the_column_to_join_and_joined_they_are_right(case: Make) -> None:
    folder = case("01-lapd-clock-apart")
    config = folder / "configs" / "b.toml"
    refused = check(config)
    assert refused["exit_code"] == 13
    assert "'TIME OCC' seems to hold the time of day: set [incidents.columns] time = " in refused["problems"][0]
    config.write_text(config.read_text().replace('occurred_at="DATE OCC"', 'occurred_at="DATE OCC"\ntime="TIME OCC"'))
    joined = incidents(check(config))
    assert (joined["kept"], joined["set_aside"], joined["refused"]) == (
        3976,
        {"not yet known": 1},
        {"coordinates (0, 0)": 23},
    )


def test_a_report_date_does_not_come_before_what_happened_on_its_day(case: Make) -> None:
    source = incidents(check(case("01-lapd-clock-apart") / "configs" / "c.toml"))
    assert (source["kept"], source["refused"]) == (3976, {"coordinates (0, 0)": 23})


def test_dates_and_clocks_of_another_city_are_joined_to_the_last_row(case: Make) -> None:
    folder = case("27-nypd-shape")
    dates = folder / "configs" / "dates.toml"
    answer = check(dates)
    assert incidents(answer)["kept"] == 3979
    assert any("'CMPLNT_FR_TM' seems to hold the time of day" in note for note in answer["notes"])
    dates.write_text(dates.read_text().replace('at="CMPLNT_FR_DT"', 'at="CMPLNT_FR_DT"\ntime="CMPLNT_FR_TM"'))
    joined = check(dates)
    # The 38 rows of 24:00:00 are kept; 20 are of the year 1015; those of the last day are not known by then.
    assert incidents(joined)["refused"] == {"year outside 1990 to 2100": 20}
    assert not any("differ by chance" in note for note in joined["notes"])


def test_utc_read_as_local_gets_a_hint_and_utc_read_as_utc_none(case: Make) -> None:
    folder = case("28-utc-without-a-zone") / "configs"
    assert any('time_zone = "UTC"' in note for note in check(folder / "as_local.toml")["notes"])
    assert not any("quiet hours" in note for note in check(folder / "as_utc.toml")["notes"])


def test_no_row_is_lost_where_the_clock_changes(case: Make) -> None:
    answer = check(case("11-dst") / "configs" / "three.toml")
    assert incidents(answer)["refused"] == {}
    assert any(
        note.startswith("3 times fall in the hour that a clock change skips or repeats") for note in answer["notes"]
    )
