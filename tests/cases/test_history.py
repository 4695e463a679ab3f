"""Row 2 and 19 of the troubles: holes, series that stop or are renamed, one night that is not like the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.conftest import patrolcast
from tests.cases.conftest import check

pytestmark = pytest.mark.shared


def forecast(config: Path, runs: Path) -> pd.DataFrame:
    """The forecast of a case's config, whether it may be published or not."""
    done = patrolcast("forecast", config, "--runs", runs)
    assert done.returncode in (0, 20), done.stderr
    return pd.read_parquet(next(runs.glob(f"*/*-{config.stem}-*/forecast.parquet")))


def notes(config: Path) -> list[str]:
    return list(check(config)["notes"])


def test_a_hole_of_forty_days_is_named_with_its_dates(case: Callable[[str], Path]) -> None:
    found = notes(case("08-export-cut-at-a-limit") / "configs" / "hole.toml")
    [note] = [note for note in found if "are records missing?" in note]
    first, last = map(pd.Timestamp, re.findall(r"2025-\d\d-\d\d", note))
    assert abs(first - pd.Timestamp("2025-02-01")) <= pd.Timedelta(days=1)
    assert abs(last - pd.Timestamp("2025-03-12")) <= pd.Timedelta(days=1)
    assert note.startswith("all incidents, 2025-0")


@pytest.mark.parametrize(
    ("name", "whose"), [("category_gone", "theft"), ("district_gone", "all incidents in district 01")]
)
def test_a_category_and_a_district_that_stopped_are_named(case: Callable[[str], Path], name: str, whose: str) -> None:
    found = notes(case("08-export-cut-at-a-limit") / "configs" / f"{name}.toml")
    [note] = [note for note in found if "renamed, or its feed cut off?" in note]
    assert note.startswith(f"{whose}, 2025-01-") or note.startswith(f"{whose}, 2025-02-")


def test_a_category_that_was_renamed_ends_and_the_new_one_begins(case: Callable[[str], Path]) -> None:
    folder = case("12-nibrs-recode") / "configs"
    found = notes(folder / "split.toml")
    [ends] = [note for note in found if note.startswith("theft, ")]
    [begins] = [note for note in found if note.startswith("larceny, ")]
    assert "was this category renamed" in ends
    assert "does this category begin later than the oldest records?" in begins
    assert not [note for note in notes(folder / "both.toml") if "theft" in note]


@pytest.mark.long
def test_one_night_of_unrest_does_not_make_its_weekday_a_busy_one(case: Callable[[str], Path], tmp_path: Path) -> None:
    folder = case("19-outlier-day") / "configs"
    [note] = [note for note in notes(folder / "riot.toml") if "a single event" in note]
    assert note.startswith("criminal damage, 2025-04-20: ")

    def sunday(name: str) -> float:
        table = forecast(folder / f"{name}.toml", tmp_path / name)
        local = table["shift_start"].dt.tz_convert("America/Los_Angeles")
        chosen = (table["category"] == "criminal_damage") & (local.dt.dayofweek == 6) & (local.dt.hour == 14)
        return float(table.loc[chosen, "expected_incidents"].sum())

    assert sunday("none") == pytest.approx(0.94, abs=0.15)
    assert sunday("riot") == pytest.approx(sunday("none"), abs=0.1)  # it was 7.98
    assert sunday("recent") == pytest.approx(sunday("none"), abs=0.1)
