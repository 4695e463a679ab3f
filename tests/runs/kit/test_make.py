"""A kit is the same to the byte each time, marked where the run is not for use, and there is none of a changed run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tests.runs.reviewed_city import copy_of
from tests.runs.tiny_city import NOW, write_city
from tools import verify_kit

from patrolcast.domain.errors import DataRefusedError, UsageError
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.review_events import Paused
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store import run_store
from patrolcast.io.trail import Trail
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.kit.make import make_kit


@pytest.fixture
def run(published_city: Path, tmp_path: Path) -> Path:
    copy_of(published_city, tmp_path)
    folder = run_store.current_run(tmp_path / "city" / "runs" / "tiny")
    assert folder is not None
    return folder


def about(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        return dict(json.loads(archive.read("kit.json")))


def test_the_kit_of_a_whole_run_holds_and_is_the_same_again(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_kit(run, tmp_path, out=tmp_path / "a.zip")
    make_kit(run, tmp_path, out=tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert (made.for_use, made.signed) == (True, False)
    assert verify_kit.main([str(made.path)]) == 0
    out = capsys.readouterr().out
    assert "NOT CHECKED the audit of groups: this run measured none" in out
    assert "NOT CHECKED who wrote the trail" in out


def test_no_file_of_it_holds_a_record_a_refused_row_or_what_the_model_learned(run: Path, tmp_path: Path) -> None:
    make_kit(run, tmp_path, out=tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        assert {n.partition("/")[0] for n in names if "/" in n} == {"run", "trail", "evidence", "code", "twin"}
        whole = b"".join(archive.read(name) for name in names)
    rows = (run.parents[2] / "data" / "incidents.csv").read_text().splitlines()[1:]
    assert not [row for row in rows[:400] if ",".join(row.split(",")[1:5]).encode() in whole]
    assert not [name for name in names if "quarantine" in name or "model.txt" in name or "matrix" in name]


def test_a_run_that_a_check_stopped_gets_a_kit_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = read_settings(write_city(tmp_path / "c", min_incidents=9999))
    stopped = run_once(config, now=NOW)
    made = make_kit(stopped.folder, tmp_path, out=tmp_path / "a.zip")
    assert not made.for_use
    assert about(made.path)["not_for_use"] is True
    with zipfile.ZipFile(made.path) as archive:
        assert b"**not for use**, these checks stopped it: incidents_counted" in archive.read("VERIFY.md")
    assert verify_kit.main([str(made.path)]) == 0
    assert "NOT FOR USE, stopped by incidents_counted" in capsys.readouterr().out


def test_an_edited_run_an_unfinished_one_and_one_off_the_record_have_none(run: Path, tmp_path: Path) -> None:
    audit = (run / "audit.json").read_bytes()
    (run / "audit.json").write_bytes(audit.replace(b"pass", b"fail", 1))
    with pytest.raises(DataRefusedError, match=r"audit\.json is missing, changed or no file of this run"):
        make_kit(run, tmp_path, out=tmp_path / "a.zip")
    (run / "audit.json").unlink()
    with pytest.raises(DataRefusedError, match=r"audit\.json is missing"):
        make_kit(run, tmp_path, out=tmp_path / "a.zip")
    (run / "audit.json").write_bytes(audit)
    manifest = run_store.read_manifest(run)
    (run / "manifest.json").write_text(json.dumps({**manifest, "notes": ["nothing to see"]}))
    with pytest.raises(DataRefusedError, match="got another manifest than the audit trail states"):
        make_kit(run, tmp_path, out=tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("inside", ["kit.zip", "../trail/kit.zip"])
def test_it_is_never_written_into_the_run_or_its_trail(run: Path, tmp_path: Path, inside: str) -> None:
    with pytest.raises(UsageError, match="a run folder and a trail are never added to"):
        make_kit(run, tmp_path, out=run / inside)


def test_a_run_that_a_pause_withdrew_gets_a_kit_that_says_so(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Trail(run.parent / "trail", city="tiny", actor=Actor("clerk", "operator", "os")) as trail:
        trail.append(Paused("person", "a complaint", run.name))
    made = make_kit(run, tmp_path, out=tmp_path / "a.zip")
    assert not made.for_use
    assert verify_kit.main([str(made.path)]) == 0
    assert "NOT FOR USE, withdrawn by a pause" in capsys.readouterr().out
