"""The table of earlier nights: what was published before tonight, and nothing else, is what the caps count."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.runs.finished import write_finished
from tests.runs.tiny_city import NOW, plant_loop_test, write_city

from patrolcast.domain.errors import DataRefusedError, GateRefusedError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import publish
from patrolcast.runs.nightly.nightly import Night, run_night
from patrolcast.runs.nightly.published_history import update_history


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one small file say nothing that could follow from it; `test_rederive` edits real ones."""
    for module in ("forecast.publish", "nightly.published_history"):
        monkeypatch.setattr(f"patrolcast.runs.{module}.run_faults", run_store.changed_files)


def night(config: Path, **options: object) -> Night:
    return run_night(read_settings(config), **{"now": NOW, **options})  # type: ignore[arg-type]


def capped(tmp_path: Path) -> tuple[Path, Path]:
    """A city whose nights keep what was published."""
    config = write_city(tmp_path, as_of="now")
    config.write_text(config.read_text() + '\n[patrol.caps]\npast = "../runs/tiny/past.csv"\n')
    plant_loop_test(config)
    return config, tmp_path / "runs" / "tiny" / "past.csv"


def test_what_was_published_is_what_the_caps_of_the_next_night_count(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    first = night(config)
    assert past.read_text().splitlines() == ["cell,shift_start,visits"]  # nothing before the first night
    suggested = (first.run.folder / "suggestions.csv").read_text()
    with suppress(GateRefusedError):  # no new records came in: what was kept is what matters here
        night(config, now=NOW + timedelta(days=1))
    rows = [line.split(",")[:2] for line in past.read_text().splitlines()[1:]]
    assert rows
    assert all(cell in suggested and start in suggested for cell, start in rows)


def test_a_second_start_of_the_night_keeps_the_same_past_and_makes_no_other_run(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    first = night(config)
    before = past.read_bytes()
    again = night(config, now=NOW + timedelta(hours=2))
    assert again.was_finished
    assert again.run.folder == first.run.folder
    assert past.read_bytes() == before


def test_nights_that_no_cap_reaches_are_dropped_and_a_suggestion_without_a_visit_never_counts(tmp_path: Path) -> None:
    config, past = capped(tmp_path)
    past.parent.mkdir(parents=True)
    recent, old = (f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (3, 60))
    past.write_text(f"cell,shift_start,visits\na,{recent},2\nb,{old},2\nc,{recent},0\n")
    assert update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW) == 1
    assert past.read_text() == f"cell,shift_start,visits\na,{recent},2\n"


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("number,occurred\n1,2\n", "no column 'shift_start'"),
        ("cell,shift_start\na,yesterday\n", "'Time data yesterday is not ISO8601 format'"),
        ("", "'No columns to parse from file'"),
    ],
)
def test_a_table_that_is_no_past_is_refused_and_left_as_it_is(tmp_path: Path, text: str, got: str) -> None:
    config, past = capped(tmp_path)
    past.parent.mkdir(parents=True)
    past.write_text(text)
    with pytest.raises(DataRefusedError, match=f"^past.csv: got {got}"):
        update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW)
    assert past.read_text() == text


def test_a_city_without_that_table_writes_none(tmp_path: Path) -> None:
    assert update_history(read_settings(write_city(tmp_path)), tmp_path / "runs" / "tiny", now=NOW) is None


def hours_from_now(hours: float) -> str:
    return f"{NOW + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def published(tmp_path: Path, *rows: str) -> tuple[Path, Path]:
    """A city whose published run suggested these rows (``cell,shift_start,visits``)."""
    config, past = capped(tmp_path)
    suggestions = "\n".join(["cell,shift_start,visits", *rows, ""]).encode()
    publish(write_finished(tmp_path / "runs" / "tiny", suggestions=suggestions))
    return config, past


def test_only_the_published_run_counts_and_only_for_nights_before_tonight(tmp_path: Path) -> None:
    """NOW is 06:00 of 1 March in Chicago: tonight is that local date, whatever the date is in UTC."""
    last_night, tonight = hours_from_now(-6.5), hours_from_now(-5.5)  # 23:30 and 00:30 local, both 1 March in UTC
    config, past = published(tmp_path, f"a,{last_night},2", f"b,{tonight},1", f"c,{last_night},0")
    stopped_by_a_gate = f"cell,shift_start,visits\nd,{last_night},1\n".encode()
    write_finished(tmp_path / "runs" / "tiny", "20260301T1100Z-tiny-00000009", suggestions=stopped_by_a_gate)
    assert update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW) == 1
    assert past.read_text() == f"cell,shift_start,visits\na,{last_night},2\n"


def test_rows_are_added_once_to_those_of_earlier_nights_in_the_order_of_time(tmp_path: Path) -> None:
    early, late = hours_from_now(-60), hours_from_now(-30)
    config, past = published(tmp_path, f"b,{late},1", f"a,{late},2")
    past.write_text(f"cell,shift_start,visits\na,{early},3\nb,{late},1\n")
    for _ in range(2):
        assert update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW) == 3
        assert past.read_text() == f"cell,shift_start,visits\na,{early},3\na,{late},2\nb,{late},1\n"


def test_a_published_run_that_was_changed_is_not_counted(tmp_path: Path) -> None:
    config, past = published(tmp_path, f"a,{hours_from_now(-30)},2")
    current = run_store.current_run(tmp_path / "runs" / "tiny")
    assert current is not None
    (current / "suggestions.csv").write_text("cell,shift_start,visits\n")
    with pytest.raises(DataRefusedError, match=r"suggestions\.csv.*`nightly --force` makes another, and the caps"):
        update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW)
    assert not past.exists()
    past.write_text(f"cell,shift_start,visits\nb,{hours_from_now(-60)},1\n")
    assert update_history(read_settings(config), tmp_path / "runs" / "tiny", now=NOW, force=True) == 1
    assert past.read_text() == f"cell,shift_start,visits\nb,{hours_from_now(-60)},1\n"


def test_tonight_is_the_local_date_also_when_that_of_utc_has_moved_on(tmp_path: Path) -> None:
    tonight = hours_from_now(14)  # 20:00 of 1 March in Chicago, 2 March in UTC
    config, past = published(tmp_path, f"a,{tonight},1")
    late = NOW + timedelta(hours=17)  # 23:00 of 1 March in Chicago
    assert update_history(read_settings(config), tmp_path / "runs" / "tiny", now=late) == 0
    assert past.read_text() == "cell,shift_start,visits\n"
