"""What a run leaves on the trail, that it fails closed where it cannot, and that no byte of a run depends on it."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import (
    CannotWriteError,
    ConfigError,
    DataRefusedError,
    GateRefusedError,
    LockedError,
    TrailBrokenError,
    TrailTruncatedError,
)
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import RunRefused
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.run_store import changed_files, current_run
from patrolcast.io.trail import Trail
from patrolcast.io.trail.keys import VARIABLE, make_trail_key
from patrolcast.io.trail.verify import verify_trail
from patrolcast.runs.forecast.on_trail import _that_fit, refusals_recorded, trail_retention, trail_start
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with one run of it; nobody writes into it."""
    root = tmp_path_factory.mktemp("made")
    run_once(read_settings(write_city(root)), now=NOW)
    return root


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs made up in milliseconds are taken as they are: `test_rederive` tries the real check."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", changed_files)


def entries(runs: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (runs / "trail" / "trail.jsonl").read_bytes().splitlines()]


def events(runs: Path) -> list[str]:
    return [entry["event"] for entry in entries(runs)]


def bodies(runs: Path, event: str) -> list[dict[str, Any]]:
    return [entry["body"] for entry in entries(runs) if entry["event"] == event]


def config_in(root: Path) -> ConfigFile:
    return read_settings(root / "configs" / "tiny.toml")


def test_a_run_records_its_start_its_waivers_its_gates_and_its_publication(made: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(made, tmp_path / "city", symlinks=True))
    runs = root / "runs" / "tiny"
    assert events(runs) == ["run.start", *["waiver.used"] * 4, "run.finish"]
    waived = {(body["kind"], body["of"]) for body in bodies(runs, "waiver.used")}
    assert ("gate", "group_audit") in waived
    (finish,) = bodies(runs, "run.finish")
    assert finish["gates"]["group_audit"] == "waived"
    publish(run_once(config_in(root), now=NOW, publishing=True))
    again = ["run.start", *["waiver.used"] * 4, "run.finish"]  # computed again, because it was never published
    assert events(runs)[6:] == [*again, "suggestion.published"]
    assert entries(runs)[-1]["subject"]["run"] == current_run(runs).name  # type: ignore[union-attr]
    assert verify_trail(runs / "trail").exit_code == 0


def test_what_is_done_again_and_changes_nothing_leaves_nothing(tmp_path: Path, made_up: None) -> None:
    run = write_finished(tmp_path)
    publish(run)
    publish(run)
    assert events(tmp_path) == ["suggestion.published"]


def test_a_refused_publication_is_recorded_by_who_asked_for_it_and_never_as_a_publication(
    made: Path, tmp_path: Path
) -> None:
    run = write_finished(tmp_path, gates=gates(calibration="fail"))
    with pytest.raises(GateRefusedError), refusals_recorded(config_in(made), tmp_path):
        publish(run)
    (entry,) = entries(tmp_path)
    assert (entry["event"], entry["body"], entry["subject"]["run"]) == ("run.refused", {"exit_code": 20}, RUN_ID)
    text = json.loads((tmp_path / "trail" / "texts" / "1.json").read_bytes())["text"]
    assert text.startswith(f"run {RUN_ID}: got a stop from calibration")


def test_a_defect_and_an_interrupt_are_recorded_by_their_kind_and_another_start_at_work_is_not(
    made: Path, tmp_path: Path
) -> None:
    for error in (ValueError("a value of somebody"), KeyboardInterrupt(), LockedError("runs")):
        with pytest.raises(type(error)), refusals_recorded(config_in(made), tmp_path):
            raise error
    assert [body["exit_code"] for body in bodies(tmp_path, "run.refused")] == [70, 130]
    assert b"somebody" not in b"".join(path.read_bytes() for path in (tmp_path / "trail").rglob("*.json*"))


def test_a_start_that_fails_on_its_data_stands_on_the_trail(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    (tmp_path / "data" / "incidents.csv").write_text("no,such,columns\n1,2,3\n")
    runs = tmp_path / "runs" / "tiny"
    with pytest.raises(DataRefusedError), refusals_recorded(config, runs):
        run_once(config, now=NOW)
    assert events(runs) == ["run.start", "run.refused"]
    assert bodies(runs, "run.refused") == [{"exit_code": 13}]


def test_a_changed_config_is_recorded_before_its_run_with_both_values(made: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(made, tmp_path / "city", symlinks=True))
    config = root / "configs" / "tiny.toml"
    text = config.read_text()
    config.write_text(text.replace("min_incidents = 100", "min_incidents = 120").replace("rounds = 15", "rounds = 16"))
    run_once(read_settings(config), now=NOW)
    runs = root / "runs" / "tiny"
    assert events(runs)[6:9] == ["threshold.change", "policy.change", "run.start"]
    (limits,), (policy,) = bodies(runs, "threshold.change"), bodies(runs, "policy.change")
    assert limits["changes"] == [{"key": "gates.min_incidents", "was": 100, "is": 120}]
    assert policy["changes"] == [{"key": "model.rounds", "was": 15, "is": 16}]
    assert (limits["approver"], limits["config_sha256"]) == (None, read_settings(config).sha256)


def test_a_start_that_was_refused_in_between_hides_no_change(made: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(made, tmp_path / "city", symlinks=True))
    path, runs = root / "configs" / "tiny.toml", root / "runs" / "tiny"
    text = path.read_text()
    for least in (110, 120):  # each start begins and none ends
        path.write_text(text.replace("min_incidents = 100", f"min_incidents = {least}"))
        trail_start(read_settings(path), runs, inputs_sha256="a", as_of="2026-03-01T11:00:00Z", role="operator")
    assert [body["changes"] for body in bodies(runs, "threshold.change")] == [
        [{"key": "gates.min_incidents", "was": 100, "is": least}] for least in (110, 120)
    ]


def test_no_byte_of_a_run_depends_on_what_stands_on_the_trail(made: Path, tmp_path: Path) -> None:
    other = write_city(tmp_path)
    runs = tmp_path / "runs" / "tiny"
    with Trail(runs / "trail", city="tiny", actor=Actor("somebody", "else", "x")) as trail:
        for n in range(5):
            trail.append(RunRefused(exit_code=n, text="something before"))
    again = run_once(read_settings(other), now=NOW).folder
    (first,) = (made / "runs" / "tiny").glob("2*")
    files = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert len(files) > 15
    assert first.name == again.name
    assert [f for f in files if f.name != "timing.json" and (first / f).read_bytes() != (again / f).read_bytes()] == []


def test_a_broken_trail_stops_a_run_before_anything_is_made(tmp_path: Path) -> None:
    config = read_settings(write_city(tmp_path))
    runs = tmp_path / "runs" / "tiny"
    (runs / "trail").mkdir(parents=True)
    (runs / "trail" / "trail.jsonl").write_bytes(b"{}\n")
    with pytest.raises(TrailBrokenError) as stopped, refusals_recorded(config, runs):
        run_once(config, now=NOW)
    assert stopped.value.exit_code == 30
    assert list(runs.glob("2*")) == []
    assert (runs / "trail" / "trail.jsonl").read_bytes() == b"{}\n"


def test_nothing_is_published_where_the_trail_cannot_say_so(tmp_path: Path, made_up: None) -> None:
    run = write_finished(tmp_path)
    (tmp_path / "trail").write_text("a file where the folder must be")
    with pytest.raises(CannotWriteError):
        publish(run)
    assert current_run(tmp_path) is None


def test_nothing_is_published_where_a_copy_that_the_config_asks_for_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_up: None
) -> None:
    run = write_finished(tmp_path / "runs", config={"trail": {"copies": ["AUDIT_SHARE"]}})
    monkeypatch.delenv("AUDIT_SHARE", raising=False)
    with pytest.raises(ConfigError, match="AUDIT_SHARE"):
        publish(run)
    assert current_run(tmp_path / "runs") is None
    make_trail_key(tmp_path / "key")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "key"))
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("AUDIT_SHARE", str(tmp_path / "share"))
    publish(run)
    (note,) = (tmp_path / "share" / "tiny").iterdir()
    looked = verify_trail(tmp_path / "runs" / "trail", copies=[note.parent])
    assert (looked.exit_code, looked.elsewhere) == (0, 2)


def test_a_config_that_wants_signed_checkpoints_is_not_published_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_up: None
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("AUDIT_SHARE", str(tmp_path))
    for asked in ({"signed": True}, {"copies": ["AUDIT_SHARE"]}):
        run = write_finished(tmp_path / "-".join(asked), config={"trail": asked})
        with pytest.raises(ConfigError, match="a run is published only with a signed checkpoint"):
            publish(run)
        assert current_run(run.folder.parent) is None


def test_retention_records_what_it_removed_and_removes_old_texts_alone(made: Path, tmp_path: Path) -> None:
    config = config_in(made)
    with Trail(tmp_path / "trail", city="tiny", actor=Actor("a", "b", "c"), clock=lambda: NOW) as trail:
        trail.append(RunRefused(exit_code=20, text="somebody said so"))
    days = config.settings.trail.text_days
    assert trail_retention(config, tmp_path, [], now=NOW + timedelta(days=days - 1)) == 0
    assert events(tmp_path) == ["run.refused"]
    assert trail_retention(config, tmp_path, ["r1"], now=NOW + timedelta(days=days + 1)) == 1
    assert events(tmp_path) == ["run.refused", "run.removed", "redaction"]
    assert verify_trail(tmp_path / "trail").exit_code == 0


def test_a_start_that_fails_on_the_key_itself_is_recorded(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "not absolute")
    with pytest.raises(ConfigError), refusals_recorded(config_in(made), tmp_path):
        trail_retention(config_in(made), tmp_path, ["r1"], now=NOW)
    assert bodies(tmp_path, "run.refused") == [{"exit_code": 10}]


def test_a_config_that_changed_in_very_many_keys_fits_into_an_entry() -> None:
    few = [{"key": f"k{n}", "was": None, "is": "x" * 900} for n in range(10)]
    assert _that_fit(few) == tuple(few)
    many = [{"key": f"k{n}", "was": None, "is": "ü" * 900} for n in range(1000)]
    *kept, last = _that_fit(many)
    assert kept == many[: len(kept)]
    assert len(kept) > 10
    assert last["key"] == f"and {1000 - len(kept):,} more"
    assert len(json.dumps([*kept, last])) < 220_000


def test_a_trail_that_was_taken_away_or_cut_is_missed_and_nothing_is_begun_anew(
    made: Path, tmp_path: Path, made_up: None
) -> None:
    run = write_finished(tmp_path / "tiny")
    publish(run)
    trail = tmp_path / "tiny" / "trail"
    kept = trail.rename(tmp_path / "kept")
    config = config_in(made)
    for _ in range(2):
        with pytest.raises(TrailTruncatedError) as caught:
            trail_start(config, run.folder.parent, inputs_sha256="a", as_of="2026-03-01T11:00:00Z", role="operator")
        assert str(caught.value).startswith("the audit trail: got 0 entries, and ")
    shutil.rmtree(trail)
    kept.rename(trail)
    trail_start(config, run.folder.parent, inputs_sha256="a", as_of="2026-03-01T11:00:00Z", role="operator")
