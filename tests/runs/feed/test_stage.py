"""The last accepted night, the counts that are left for the next one, and a look at the records alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.runs.feed.hand_incidents import NEWEST, ZONE, incidents
from tests.runs.finished import RUN_ID, write_finished

from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.domain.records import GateVerdict
from patrolcast.io.feed.history import FILE, read_history, write_history
from patrolcast.io.store import run_store
from patrolcast.runs.feed.stage import accept, contents_by_month, counted_by_month, last_accepted, of_records

AS_OF = datetime(2026, 3, 1, 11, tzinfo=UTC)
NIGHT = AcceptedFeed(RUN_ID, AS_OF, 90, 900, line_end=True, trailer=False, bound="b", months={"theft": {"2026-02": 5}})
SOURCES = [{"rows_in": 90, "bytes": 900}]


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with one published run, as of ``AS_OF``, whose history is there."""
    write_finished(tmp_path, sources=SOURCES)
    run_store.swap_current(tmp_path, RUN_ID)
    write_history(tmp_path, (NIGHT,))
    return tmp_path


def test_the_history_is_what_tonight_is_compared_with(runs: Path) -> None:
    assert last_accepted(runs, before=AS_OF + timedelta(days=1)) == (NIGHT, "")


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_the_published_run_stands_in_for_a_history_that_is_damaged_or_gone(runs: Path, damage: bytes | None) -> None:
    (runs / FILE).unlink() if damage is None else (runs / FILE).write_bytes(damage)
    last, note = last_accepted(runs, before=AS_OF + timedelta(days=1))
    assert last is not None
    assert (last.rows, last.bytes, last.noted, dict(last.months)) == (90, 900, False, {})
    assert note.startswith("the feed history is missing or damaged: rows and bytes are compared with the published run")


def test_a_published_run_that_a_killed_night_did_not_note_stands_in_too(runs: Path) -> None:
    write_history(runs, (replace(NIGHT, as_of=AS_OF - timedelta(days=1)),))
    last, note = last_accepted(runs, before=AS_OF + timedelta(days=1))
    assert last is not None
    assert (last.noted, note.startswith("the feed history does not end with it")) == (False, True)


@pytest.mark.parametrize("other", [{"rows": 50}, {"bytes": 500}, {"run_id": "20260301T1100Z-elsewhere-00000000"}])
def test_a_history_that_is_edited_or_of_another_city_hides_no_cut(runs: Path, other: dict[str, Any]) -> None:
    """Whole, with its own hash, of the right moment, and yet not what the published run read."""
    write_history(runs, (replace(NIGHT, **other),))
    last, note = last_accepted(runs, before=AS_OF + timedelta(days=1))
    assert last is not None
    assert (last.rows, last.bytes, last.noted) == (90, 900, False)
    assert note.startswith("the feed history does not end with it")


def test_a_night_is_never_compared_with_a_later_one(runs: Path) -> None:
    assert last_accepted(runs, before=AS_OF - timedelta(hours=1)) == (None, "")


def test_an_accepted_night_is_added_and_takes_the_place_of_one_of_its_moment(tmp_path: Path) -> None:
    accept(tmp_path, replace(NIGHT, run_id=""), run_id="one")
    accept(tmp_path, replace(NIGHT, run_id="", as_of=AS_OF + timedelta(days=1)), run_id="two")
    accept(tmp_path, replace(NIGHT, run_id="", as_of=AS_OF + timedelta(days=1)), run_id="three")
    assert [night.run_id for night in read_history(tmp_path) or ()] == ["one", "three"]


def test_counts_by_month_are_those_of_the_table() -> None:
    table = incidents(70)
    months = counted_by_month(table)
    own = table.groupby(["category", table["occurred_at"].dt.strftime("%Y-%m")]).size()
    assert {(name, month): n for name, by_month in months.items() for month, n in by_month.items()} == own.to_dict()
    assert counted_by_month(table.iloc[:0]) == {}


def test_contents_by_month_hang_on_the_incidents_and_on_nothing_else() -> None:
    table = incidents(70)
    groups = contents_by_month(table)
    counted = counted_by_month(table)
    assert {month: sum(n) for month, n in groups.items()} == {
        month: sum(of.get(month, 0) for of in counted.values()) for month in groups
    }
    names = [*sorted(set(table["category"].astype(str)))[::-1], "another"]
    renumbered = table.assign(category=pd.Categorical(table["category"].astype(str), names))
    assert contents_by_month(renumbered.sample(frac=1.0, random_state=1)) == groups
    assert contents_by_month(table.iloc[:0]) == {}
    for column, moved in (("longitude", 0.001), ("latitude", 0.001), ("occurred_at", pd.Timedelta(minutes=1))):
        assert contents_by_month(table.assign(**{column: table[column] + moved})) != groups
    assert contents_by_month(table.assign(longitude=table["longitude"] + 1e-9)) == groups, "no digit that nobody means"


@pytest.mark.parametrize("changes", ["2025-11-02", "2026-03-08"])
@pytest.mark.parametrize("n_days", range(5))
def test_dates_without_a_time_break_nothing_when_the_clocks_change(changes: str, n_days: int) -> None:
    table = incidents(300)
    days = pd.date_range(end=pd.Timestamp(changes) + pd.DateOffset(days=n_days), periods=300)
    day = days.tz_localize(ZONE)[np.sort(np.arange(len(table)) % 300)]
    known = (day + pd.DateOffset(days=1) + pd.Timedelta(hours=24)).tz_convert("UTC")
    table = table.assign(occurred_at=day.tz_convert("UTC"), reported_at=known)
    checks = of_records(table, None, newest=known[-1].to_pydatetime(), timezone=ZONE)
    assert [check.name for check in checks if check.verdict is GateVerdict.FAIL] == []


def test_records_without_a_fault_break_nothing_and_no_records_are_not_measured() -> None:
    checks = of_records(incidents(), None, newest=NEWEST, timezone=ZONE)
    assert {check.verdict for check in checks if check.name != "feed_districts"} == {GateVerdict.PASS}
    empty = of_records(incidents(2).iloc[:0], None, newest=None, timezone=ZONE)
    assert {check.verdict for check in empty} == {GateVerdict.NOT_MEASURED}
