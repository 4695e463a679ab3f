"""A look at a city is of one moment: what changes meanwhile is looked at again, and no look is believed too much."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runs.finished import RUN_ID, write_finished
from tests.runs.nightly.standing_city import AS_OF, at_work, edit_last, good_city
from tests.runs.tiny_city import NOW

from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.publish import publish_with_status
from patrolcast.runs.nightly import standing
from patrolcast.runs.nightly.standing import CityStanding, look_at


@pytest.fixture(autouse=True)
def made_up_runs_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)


def look(config: Path, runs: Path) -> CityStanding:
    return look_at(read_settings(config).settings, runs, now=NOW)


def test_a_published_run_stands_with_its_moments_its_manifest_and_the_last_start(tmp_path: Path) -> None:
    found = look(*good_city(tmp_path))
    assert (found.fault, found.state, found.run_id, found.as_of) == ("", "current", RUN_ID, AS_OF)
    assert found.manifest["name"] == "tiny"
    assert found.last is not None
    assert (found.last.at, found.last.exit_code, found.said_published) == (NOW, 0, RUN_ID)
    assert (found.holder, found.at_work) == (None, False)


def test_of_a_run_that_does_not_count_nothing_is_said(tmp_path: Path) -> None:
    config, runs = good_city(tmp_path)
    (runs / RUN_ID / "suggestions.csv").write_text("changed")
    found = look(config, runs)
    assert found.fault == f"{RUN_ID}: suggestions.csv"
    assert (found.state, found.run_id, found.as_of, found.expires_at, found.manifest) == ("none", None, None, None, {})


def test_a_night_that_publishes_during_a_look_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, runs = good_city(tmp_path)
    later = write_finished(runs, "20260301T1130Z-tiny-00000002", as_of="2026-03-01T11:30:00Z")
    real, looks = standing.published_state, []

    def slow(*args: object, **options: object) -> dict[str, object]:
        looks.append(1)
        if len(looks) == 1:
            publish_with_status(later, now=NOW)
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(standing, "published_state", slow)
    found = look(config, runs)
    assert (found.run_id, found.said_published) == (later.folder.name, later.folder.name)
    assert len(looks) == 2


def test_a_city_that_never_rests_is_not_looked_at_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, runs = good_city(tmp_path)
    real, looks = standing.published_state, []

    def busy(*args: object, **options: object) -> dict[str, object]:
        looks.append(1)
        edit_last(runs, message=f"look {len(looks)}")
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(standing, "published_state", busy)
    look(config, runs)
    assert len(looks) == 3


def test_a_start_is_at_work_only_while_its_process_holds_the_lock(tmp_path: Path) -> None:
    config, runs = good_city(tmp_path)
    edit_last(runs, exit_code=None)
    assert not look(config, runs).at_work
    with at_work(runs) as pid:
        found = look(config, runs)
        assert found.holder is not None
        assert (found.at_work, found.holder.pid) == (True, pid)
    edit_last(runs, exit_code=0)
    with at_work(runs):
        assert not look(config, runs).at_work, "this start has ended; another one may just begin"
