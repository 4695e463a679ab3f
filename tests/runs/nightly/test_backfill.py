"""Past nights: the same bytes in any order, after an interruption and beside another process; nothing is published."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.runs.tiny_city import NOW, records, write_city, write_rows

from patrolcast.domain.errors import UsageError
from patrolcast.io.lock import try_lock_folder
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.io.store.past_nights import write_night
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.nightly.backfill import LABEL, PastNight, _whole, backfill, nights_of

DAYS = [date(2026, 2, 26), date(2026, 2, 28)]


def read(root: Path) -> ConfigFile:
    return read_settings(root / "configs" / "tiny.toml")


def filled(root: Path, order: Sequence[date] = DAYS, *, force: bool = False) -> list[PastNight]:
    config = read(root)
    nights = {day: nights_of(config.settings, first=day, last=day, now=NOW)[day] for day in DAYS}
    return list(backfill(config, nights=nights, runs=root / "runs" / "tiny", order=order, force=force))


def written(root: Path) -> dict[str, bytes]:
    """Everything that lies there, but what names the clock and the machine."""
    files = (path for path in (root / "runs").rglob("*") if path.is_file() and path.name != run_store.TIMING)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def forwards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny city with two past nights, the earlier one first."""
    root = tmp_path_factory.mktemp("forwards")
    write_city(root)
    assert [night.reused for night in filled(root)] == [False, False]
    return root


@pytest.fixture
def city(forwards: Path, tmp_path: Path) -> Path:
    """A copy with its two nights."""
    shutil.copytree(forwards, tmp_path / "city", symlinks=True)
    return tmp_path / "city"


def test_the_other_order_and_records_that_came_later_change_no_byte(forwards: Path, tmp_path: Path) -> None:
    root = tmp_path / "backwards"
    root.mkdir()
    write_city(root)
    assert [night.day for night in filled(root, DAYS[::-1])] == DAYS[::-1]
    assert written(root) == written(forwards)


def test_a_night_is_the_forecast_of_its_moment_and_is_labelled(forwards: Path, tmp_path: Path) -> None:
    run = run_once(read(forwards), runs=tmp_path / "by_hand", as_of="2026-02-28T05:00-06:00", now=NOW)
    mine = forwards / "runs" / "tiny" / "backfill" / run.folder.name
    assert run_store.read_manifest(mine) == run.manifest
    assert run_store.changed_files(mine, run.manifest) == []
    stored = json.loads((forwards / "runs/tiny/backfill/nights/2026-02-28/night.json").read_text())
    assert (stored["label"], stored["run_id"]) == (LABEL, run.folder.name)


def test_nothing_is_published_and_no_trail_is_begun(forwards: Path) -> None:
    runs = forwards / "runs" / "tiny"
    assert [path.name for path in runs.iterdir()] == ["backfill"]
    assert run_store.current_run(runs / "backfill") is None


def test_what_would_have_stopped_the_night_is_said(forwards: Path) -> None:
    [first, _] = filled(forwards)
    assert first.reused
    assert {check["name"] for check in first.facts["feed"]} >= {"report_age", "feed_rows", "feed_hours"}
    assert "feed_settled" not in {check["name"] for check in first.facts["feed"]}
    assert first.line.startswith("2026-02-26  20260226T1100Z-tiny-")


def test_an_interrupted_backfill_goes_on_where_it_was_to_the_same_bytes(city: Path, forwards: Path) -> None:
    folder = city / "runs" / "tiny" / "backfill"
    shutil.rmtree(folder / "nights" / "2026-02-28")
    [torn] = folder.glob("20260228*")
    (torn / "forecast.parquet").unlink()
    assert [night.reused for night in filled(city)] == [True, False]
    assert written(city) == written(forwards)


def test_a_night_that_somebody_changed_is_computed_again(city: Path, forwards: Path) -> None:
    folder = city / "runs" / "tiny" / "backfill"
    [run] = folder.glob("20260226*")
    with (run / "suggestions.csv").open("ab") as file:
        file.write(b"\n")
    night = folder / "nights" / "2026-02-28" / "night.json"
    night.write_text(night.read_text().replace('"stopped_by": [', '"stopped_by": ["x",'))
    assert [night.reused for night in filled(city)] == [False, False]
    assert written(city) == written(forwards)


def test_what_the_export_no_longer_holds_makes_another_run_that_is_never_passed_off_as_the_first(
    city: Path, forwards: Path
) -> None:
    """A backfill reads the export as it lies there now; what a night read then, the incremental store can say."""
    gone = max((row for row in records() if row[2] < "2026-02-26 04"), key=lambda row: row[2])
    write_rows(city / "data" / "incidents.csv", [row for row in records() if row != gone])
    config = read(city)
    [night] = backfill(
        config, nights=nights_of(config.settings, first=DAYS[0], last=DAYS[0], now=NOW), runs=city / "runs" / "tiny"
    )
    before = json.loads((forwards / "runs/tiny/backfill/nights/2026-02-26/night.json").read_text())
    assert not night.reused
    assert night.facts["inputs_sha256"] != before["inputs_sha256"]
    assert night.facts["run_id"] != before["run_id"]
    assert (city / "runs" / "tiny" / "backfill" / before["run_id"]).is_dir(), "the first run stays beside it"


def test_a_night_that_another_process_has_at_work_is_left_to_it(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = try_lock_folder(city / "runs/tiny/backfill/nights/2026-02-26")
    assert handle is not None
    waited: list[int] = []

    def let_go() -> None:
        os.close(handle)
        waited.append(handle)

    monkeypatch.setattr("patrolcast.runs.nightly.backfill.wait_for_others", let_go)
    assert [night.day for night in filled(city)] == DAYS[::-1]
    assert len(waited) == 1


def test_a_night_whose_data_are_refused_is_a_result_and_the_others_go_on(city: Path) -> None:
    write_rows(city / "data" / "incidents.csv", [row for row in records() if row[1] > "2026-02-26 06"])
    nights = filled(city)
    assert [night.facts["exit_code"] for night in nights] == [13, 13]
    assert " refused (13): " in nights[0].line
    assert [night.reused for night in filled(city)] == [True, True]


@pytest.mark.parametrize("other", ["backfill_version", "label", "night", "as_of", "inputs_sha256"])
def test_a_night_that_was_refused_is_kept_for_the_same_records_only(forwards: Path, tmp_path: Path, other: str) -> None:
    """No run stands behind it whose inputs could be compared."""
    base: dict[str, Any] = {
        "backfill_version": 1, "label": LABEL, "night": "2026-02-28", "as_of": "x", "inputs_sha256": "y",
    }  # fmt: skip
    facts = base | {"error": "refused", "exit_code": 13}
    write_night(tmp_path, "2026-02-28", facts)
    assert _whole(tmp_path, base, read(forwards)) == facts
    write_night(tmp_path, "2026-02-28", facts | {other: "of another start"})
    assert _whole(tmp_path, base, read(forwards)) is None


@pytest.mark.parametrize(
    ("first", "last", "rule"),
    [
        (date(2026, 2, 2), date(2026, 2, 1), "--from comes before --to"),
        (date(2026, 3, 1), date(2026, 3, 2), "a night that is not over yet has no past"),
        (date(1990, 1, 1), date(2026, 2, 1), "at most 3,660 at once"),
        (date(1989, 12, 31), date(1989, 12, 31), "records are of 1990 and later"),
    ],
)
def test_days_that_make_no_sense_are_refused(forwards: Path, first: date, last: date, rule: str) -> None:
    with pytest.raises(UsageError, match=rule):
        nights_of(read(forwards).settings, first=first, last=last, now=NOW)


def test_a_night_has_the_clock_of_the_config_or_five_in_the_morning_summer_and_winter(
    forwards: Path,
) -> None:
    settings = read(forwards).settings
    days = {"first": date(2025, 11, 1), "last": date(2025, 11, 3), "now": NOW}
    stated, by_default = (
        nights_of(settings.model_copy(update={"as_of": as_of}), **days)  # type: ignore[arg-type]
        for as_of in ("2026-03-01T02:30:00-06:00", "now")
    )
    assert [f"{moment:%H:%M %Z}" for moment in stated.values()] == ["02:30 CDT", "02:30 CST", "02:30 CST"]
    assert {f"{moment:%H:%M}" for moment in by_default.values()} == {"05:00"}
    assert next(iter(by_default.values())) == datetime(2025, 11, 1, 10, tzinfo=UTC)
