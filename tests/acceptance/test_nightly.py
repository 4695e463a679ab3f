"""`patrolcast nightly`: twice in a night is one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import CONFIG, Sample, called, patrolcast
from tests.runs.tiny_city import write_city

from patrolcast.io.cities.process import CityEnding


def test_a_night_whose_run_is_there_publishes_it_and_the_next_start_does_nothing(sample: Sample) -> None:
    told = [start("nightly", CONFIG, "--runs", sample.runs) for start in (patrolcast, called)]
    assert [one.returncode for one in told] == [0, 0]
    assert told[1].stdout == f"this night is finished: {sample.folder.name}; nothing to do\n"
    assert {json.loads(line)["step"] for line in told[1].stderr.splitlines()} >= {"recover", "freshness", "night"}


@pytest.mark.long  # two whole nights
def test_many_cities_are_published_each_for_itself_and_a_broken_config_is_named(
    published_city: Path, tmp_path: Path
) -> None:
    """One city is finished, one new, one broken; the new one has the bytes of a run by itself."""
    shutil.copytree(published_city, tmp_path / "done", symlinks=True)
    new = shutil.copytree(published_city, tmp_path / "new", ignore=shutil.ignore_patterns("runs"))
    (tmp_path / "broken.toml").write_text('name = "broken"\nseed = 7\n')
    configs = [tmp_path / "broken.toml", *(tmp_path / name / "configs" / "tiny.toml" for name in ("done", "new"))]
    shown = called("nightly", *configs, "--workers", 2, "--json", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (10, "")
    summary = json.loads(shown.stdout)
    assert [one["outcome"] for one in summary["cities"]] == ["refused", "finished before", "published"]
    assert "broken.toml: " in summary["cities"][0]["message"]
    [alone], [run] = ((root / "runs" / "tiny").glob("2*") for root in (published_city, new))
    assert run.name == alone.name == summary["cities"][2]["run_id"]
    for name in ("forecast.parquet", "suggestions.csv", "suggestions.geojson", "audit.json"):
        assert (run / name).read_bytes() == (alone / name).read_bytes(), name


def test_a_watched_night_that_hangs_ends_and_the_next_start_is_whole(published_city: Path, tmp_path: Path) -> None:
    """No night takes half a second: the start alone takes longer."""
    city = shutil.copytree(published_city, tmp_path / "c", symlinks=True)
    runs, config = city / "runs" / "tiny", city / "configs" / "tiny.toml"
    hung = patrolcast("nightly", config, "--most-minutes", "0.01", "--force", cwd=city)
    assert hung.returncode == 70
    said = "no end after 0.01 minutes; it was ended"
    assert hung.stderr.splitlines()[-1] == f"patrolcast: nightly: got {said}; the last good run stays; start it again"
    status = json.loads((runs / "status.json").read_text())
    assert (status["last_start"]["exit_code"], status["last_start"]["message"]) == (70, said)
    assert status["run_id"] == (runs / "current").resolve().name
    again = called("nightly", config, cwd=city)
    assert (again.returncode, again.stdout) == (0, f"this night is finished: {status['run_id']}; nothing to do\n")


def test_a_watched_night_that_somebody_killed_each_time_says_so_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = CityEnding(143, "its process was killed (signal 9); start it again", 9.0, 3)
    monkeypatch.setattr("patrolcast.runs.nightly.many.run_city", lambda task: ending)
    shown = called("nightly", tmp_path / "a.toml", "--most-minutes", 5)
    assert (shown.returncode, shown.stdout) == (143, "")
    assert shown.stderr == f"patrolcast: nightly: got {ending.message}; the last good run stays\n"


def test_the_summary_of_many_cities_is_a_table_and_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("east", "west"):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"')
    endings = [
        CityEnding(0, "", 61.2, 1, document={"was_finished": False, "status": {"run_id": "r1"}}),
        CityEnding(70, "no end after 120 minutes; it was ended", 7200.0, 1, hung=True),
    ]
    monkeypatch.setattr("patrolcast.runs.nightly.many.run_cities", lambda *tasks, **options: endings)
    shown = called("nightly", tmp_path)
    assert (shown.returncode, shown.stderr) == (70, "")
    assert shown.stdout.splitlines() == [
        "city  outcome    exit  seconds  run or reason",
        "east  published  0     61       r1",
        "west  hung       70    7200     no end after 120 minutes; it was ended",
        "1 hung, 1 published",
    ]


@pytest.mark.long
def test_many_cities_on_dask_are_the_same_bytes(published_city: Path, tmp_path: Path) -> None:
    roots = [shutil.copytree(published_city, tmp_path / n, ignore=shutil.ignore_patterns("runs")) for n in "ab"]
    done = patrolcast(
        "nightly", *(root / "configs" / "tiny.toml" for root in roots), "--engine", "dask", "--workers", 2
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    [alone], *runs = ([*(root / "runs" / "tiny").glob("2*")] for root in (published_city, *roots))
    for [run] in runs:
        for name in ("forecast.parquet", "suggestions.csv", "audit.json"):
            assert (run / name).read_bytes() == (alone / name).read_bytes(), name


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("a.toml", "a.toml"), "CONFIG: got 'a.toml' twice"),
        (("a.toml", "--engine", "ray"), "--engine: got 'ray'; must be local, dask or dask://HOST:PORT"),
        ((".",), "a folder without a config"),
        (("a.toml", "--most-step-minutes", "5"), "one city is watched with --most-minutes only"),
        (("a.toml", "--from", "2026-02-01", "--most-minutes", "5"), "past nights are not watched"),
        (("a.toml", "--from", "2026-02-01", "--most-step-minutes", "5"), "past nights are not watched"),
    ],
)
def test_a_wrong_call_starts_nothing(arguments: tuple[str, ...], line: str, tmp_path: Path) -> None:
    shown = called("nightly", *arguments, cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert line in shown.stderr


def test_a_night_of_an_export_that_stopped_says_that_its_run_is_over(tmp_path: Path) -> None:
    config = write_city(tmp_path, as_of="last-report")
    done = patrolcast("nightly", config)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0].startswith("published 2026")
    assert said[1].startswith("it must not be used any more: it ended at 2026-03-")
    assert said[1].endswith("; is the export up to date?")
