"""What other programs hear of a night: always after it, whatever became of it, and never in its way."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.runs.finished import RUN_ID, gates, write_finished
from tests.runs.tiny_city import NOW, write_city

from patrolcast.cli.door import main
from patrolcast.domain.errors import CannotWriteError, DataRefusedError, GateRefusedError, HeldTooLongError, Terminated
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_runs import FinishedRun, identify
from patrolcast.runs.nightly import nightly, signals
from patrolcast.runs.nightly.nightly import run_night
from patrolcast.runs.nightly.signals import _words, rows_of

KEEP = "import sys, pathlib; pathlib.Path('summary.json').write_bytes(sys.stdin.buffer.read())"
CANARY = "canary-3f9c"
SOURCES = [
    {"of_incidents": True, "kept": 5, "set_aside": {"no_time": 2}, "cancelled": 1, "refused": {"a": 3, "b": 4}},
    {"of_incidents": False, "kept": 100, "set_aside": {}, "refused": {}},
]


@pytest.fixture(autouse=True)
def made_up_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights of made-up runs of one small file: they are taken as they are, and nothing is computed."""
    monkeypatch.setattr("patrolcast.runs.forecast.publish.run_faults", run_store.changed_files)
    own = "patrolcast.runs.nightly.nightly.faults_of_own_run"
    monkeypatch.setattr(own, lambda folder, manifest, _: run_store.changed_files(folder, manifest))
    monkeypatch.setattr(nightly, "run_once", made_up())


def made_up(**changed: object) -> Callable[..., FinishedRun]:
    def run_once(read: ConfigFile, *, runs: Path, as_of: str, now: datetime, **options: object) -> FinishedRun:
        identity = {"as_of_asked": as_of, "inputs_sha256": identify(read).inputs_sha256, "sources": SOURCES}
        return write_finished(runs, run_store.free_run_id(runs, RUN_ID), **(identity | changed))

    return run_once


def city(root: Path, program: str = KEEP, *, seconds: float = 30.0) -> Path:
    """The tiny city with a metrics file and a summary command."""
    config = write_city(root)
    command = json.dumps([sys.executable, "-c", program])
    keys = f'metrics = "runs/metrics/tiny.prom"\nsummary_command = {command}\nsummary_seconds = {seconds}\n'
    config.write_text(config.read_text().replace("[publish]\n", f"[publish]\n{keys}"))
    return config


def night(config: Path, **options: object) -> nightly.Night:
    return run_night(read_settings(config), **{"now": NOW, **options})  # type: ignore[arg-type]


def figures(root: Path) -> dict[str, float]:
    """Name, with the value of its second label behind it -> figure."""
    found = {}
    for family in text_string_to_metric_families((root / "runs" / "metrics" / "tiny.prom").read_text()):
        for sample in family.samples:
            assert sample.labels.pop("city") == "tiny"
            found[".".join([sample.name.removeprefix("patrolcast_"), *sample.labels.values()])] = sample.value
    return found


def summary(root: Path) -> dict[str, object]:
    return json.loads((root / "summary.json").read_bytes())


def logged(root: Path, step: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (root / "runs" / "tiny" / "nightly.log").read_text().splitlines()]
    return [line for line in lines if line["step"] == step]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_night_that_published_is_shown_with_every_figure_and_its_summary(tmp_path: Path) -> None:
    night(city(tmp_path))
    found = figures(tmp_path)
    assert found.pop("last_start_duration_seconds") >= 0
    assert found.pop("disk_free_bytes") > 0
    assert found == {
        "last_start_timestamp_seconds": NOW.timestamp(),
        "last_start_ended": 1,
        "last_start_exit_code": 0,
        "run_published": 1,
        "run_as_of_timestamp_seconds": moment("2026-03-01T11:00:00Z"),
        "run_expires_timestamp_seconds": moment("2026-03-02T23:00:00Z"),
        "run_gates.pass": len(gates()),
        "run_rows.kept": 5,
        "run_rows.set_aside": 2,
        "run_rows.cancelled": 1,
        "run_rows.refused": 7,
    }
    said = summary(tmp_path)
    assert said.items() >= {
        "summary_version": 1, "city": "tiny", "outcome": "published", "exit_code": 0, "message": f"published {RUN_ID}",
        "state": "current", "run_id": RUN_ID,
    }.items()  # fmt: skip
    assert said["index"] == "runs/tiny/index.html"
    assert str(tmp_path) not in json.dumps(said), "no path of this machine"
    night(city(tmp_path / "again"))
    night(tmp_path / "again" / "configs" / "tiny.toml")
    assert summary(tmp_path / "again")["outcome"] == "finished before"


def test_the_figures_and_keys_of_the_page_are_those_that_are_written(tmp_path: Path) -> None:
    night(city(tmp_path))
    page = (Path(__file__).parents[3] / "docs" / "nightly.md").read_text(encoding="utf-8")
    names = {f"patrolcast_{name.partition('.')[0]}" for name in figures(tmp_path)}
    assert [name for name in sorted(names) if f"| `{name}`" not in page] == []
    assert [key for key in summary(tmp_path) if f"`{key}`" not in page] == []


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (DataRefusedError("export", got="nothing"), "refused", 13),
        (KeyError("x"), "failed", 70),
        (Terminated(), "stopped", 143),
    ],
)
def test_a_night_that_ended_badly_is_shown_with_its_code_and_the_last_good_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, outcome: str, code: int
) -> None:
    config = city(tmp_path)
    night(config)

    def break_down(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(nightly, "run_once", break_down)
    with pytest.raises(type(error)):
        night(config, now=NOW + timedelta(hours=1), force=True)
    found, said = figures(tmp_path), summary(tmp_path)
    assert (found["last_start_exit_code"], found["last_start_ended"], found["run_published"]) == (code, 1, 1)
    assert found["last_start_timestamp_seconds"] == (NOW + timedelta(hours=1)).timestamp()
    assert (said["outcome"], said["exit_code"], said["run_id"], said["state"]) == (outcome, code, RUN_ID, "current")


def test_a_gate_that_stops_the_night_is_shown_as_nothing_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "run_once", made_up(gates=gates(calibration="fail"), publishable=False))
    with pytest.raises(GateRefusedError):
        night(city(tmp_path))
    found = figures(tmp_path)
    assert (found["last_start_exit_code"], found["run_published"]) == (20, 0)
    assert not [name for name in found if name.startswith(("run_as_of", "run_expires", "run_gates", "run_rows"))]
    assert (summary(tmp_path)["outcome"], summary(tmp_path)["run_id"]) == ("refused", None)


def test_an_expired_run_is_not_shown_as_published(tmp_path: Path) -> None:
    config = city(tmp_path)
    night(config)
    night(config, now=NOW + timedelta(days=3))
    assert figures(tmp_path)["run_published"] == 0
    assert summary(tmp_path)["state"] == "expired"


def test_while_a_start_is_at_work_the_figures_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, float]] = []
    real = made_up()

    def look(*args: object, **options: object) -> FinishedRun:
        seen.append(figures(tmp_path))
        return real(*args, **options)

    monkeypatch.setattr(nightly, "run_once", look)
    night(city(tmp_path))
    [at_work] = seen
    assert (at_work["last_start_ended"], "last_start_exit_code" in at_work) == (0, False)
    assert at_work["last_start_timestamp_seconds"] == NOW.timestamp()


def test_metrics_that_cannot_be_written_are_said_and_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "metrics").write_text("a file where the folder should be")
    done = night(city(tmp_path))
    assert done.status["last_start"]["exit_code"] == 0
    said = logged(tmp_path, "metrics")
    assert [(line["state"], line["error"]) for line in said] == [
        ("failed", "tiny.prom: got 'File exists'; check the folder and start again")
    ] * 2
    assert summary(tmp_path)["outcome"] == "published", "the command is called all the same"


def test_a_defect_in_the_figures_or_the_summary_is_said_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise KeyError("gone")

    monkeypatch.setattr(signals, "metrics_of", break_down)
    monkeypatch.setattr(signals, "summary_of", break_down)
    assert night(city(tmp_path)).status["last_start"]["exit_code"] == 0
    for step in ("metrics", "summary"):
        assert {(line["state"], line["error"]) for line in logged(tmp_path, step)} == {("failed", "KeyError: 'gone'")}


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("raise SystemExit(9)", "it ended with exit code 9"),
        ("import time; time.sleep(600)", "it had not ended after 2 seconds, and was ended"),
    ],
)
def test_a_command_that_fails_or_hangs_is_said_and_changes_nothing(tmp_path: Path, program: str, fault: str) -> None:
    done = night(city(tmp_path, program, seconds=2.0))
    assert done.status["last_start"] == {"at": "2026-03-01T12:00:00Z", "exit_code": 0, "message": f"published {RUN_ID}"}
    assert json.loads((tmp_path / "runs" / "tiny" / "status.json").read_text())["last_start"]["exit_code"] == 0
    [line] = logged(tmp_path, "summary")
    assert (line["state"], line["error"]) == ("failed", fault)


def test_what_a_command_writes_is_in_the_log_and_cut_short(tmp_path: Path) -> None:
    night(city(tmp_path, "print('sent', 'x' * 9000)"))
    [line] = logged(tmp_path, "summary")
    assert (line["state"], line["exit_code"]) == ("done", 0)
    assert str(line["output"]).startswith("sent xxx")
    assert len(str(line["output"])) == 2000


def test_a_command_changes_no_byte_of_a_run(tmp_path: Path) -> None:
    plain, heard = write_city(tmp_path / "plain"), city(tmp_path / "heard")
    read, other = read_settings(plain), read_settings(heard)
    assert identify(read).inputs_sha256 == identify(other).inputs_sha256
    assert read.raw == other.raw


def test_a_config_that_cannot_be_read_is_shown_and_starts_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = city(tmp_path)
    night(config)
    (tmp_path / "summary.json").unlink()
    config.write_text(config.read_text().replace('title = "Tiny city"', 'title = "Tiny city"\nunknown_key = 2'))
    assert main(["nightly", str(config)]) == 10
    capsys.readouterr()
    found = figures(tmp_path)
    assert (found["last_start_exit_code"], found["last_start_ended"]) == (10, 1)
    assert found["last_start_timestamp_seconds"] > NOW.timestamp()
    assert not (tmp_path / "summary.json").exists(), "no command of a file that was not checked"


def test_a_variable_that_the_config_names_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_RECORDS", "sqlite:///canary")
    monkeypatch.setenv("TINY_TOKEN", "kept")
    config = city(tmp_path, "import os; print(os.environ.get('TINY_RECORDS'), os.environ.get('TINY_TOKEN'))")
    config.write_text(config.read_text().replace('source = "made up for the test"', 'source = "TINY_RECORDS"', 1))
    night(config)
    assert [line["output"] for line in logged(tmp_path, "summary")] == ["None kept\n"]


def test_a_variable_that_the_query_of_a_layer_names_is_not_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = read_settings(city(tmp_path))
    query = tmp_path / "data" / "districts.sql"
    query.write_text("-- database: CITY_GIS\nselect district, geom from gis.districts\n")
    area = config.settings.area.model_copy(update={"districts": query})
    read = dataclasses.replace(config, settings=config.settings.model_copy(update={"area": area}))
    assert "CITY_GIS" not in {*_words(config)}
    assert "CITY_GIS" in {*_words(read)}
    query.unlink()
    assert "CITY_GIS" not in {*_words(read)}, "nothing to read is no fault of the night"


def test_a_full_disk_is_shown_where_the_metrics_lie_on_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise CannotWriteError("status.json", got="'No space left on device'")

    config = city(tmp_path)
    monkeypatch.setattr(nightly, "write_status", full)
    with pytest.raises(CannotWriteError):
        night(config)
    assert (figures(tmp_path)["last_start_exit_code"], figures(tmp_path)["run_published"]) == (73, 0)
    assert (summary(tmp_path)["exit_code"], summary(tmp_path)["state"]) == (73, None)


def test_a_start_that_finds_a_hung_one_is_heard_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*args: object, **options: object) -> None:
        raise HeldTooLongError("runs folder tiny", got="a lock held by process 1, which is stopped")

    config = city(tmp_path)
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    monkeypatch.setattr(nightly, "exclusive_lock", held)
    with pytest.raises(HeldTooLongError):
        night(config)
    assert (figures(tmp_path)["last_start_exit_code"], summary(tmp_path)["exit_code"]) == (76, 76)


def test_no_secret_of_the_environment_is_in_what_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / CANARY
    key.write_bytes(bytes(range(64)))
    key.chmod(0o600)
    monkeypatch.setenv("PATROLCAST_SIGNING_KEY", str(key))
    night(city(tmp_path / "project", f"{KEEP}; import os; print(sorted(os.environ.items()))"))
    wrote = [path for path in (tmp_path / "project").rglob("*") if path.is_file()]
    assert len(wrote) > 5
    assert [path.name for path in wrote if CANARY.encode() in path.read_bytes()] == []


def test_rows_of_layers_are_no_rows_of_incidents() -> None:
    assert rows_of({"sources": SOURCES}) == {"kept": 5, "set_aside": 2, "cancelled": 1, "refused": 7}
    assert rows_of({}) == {}
    assert rows_of({"sources": [SOURCES[1]]}) == {}
