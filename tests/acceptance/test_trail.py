"""`trail verify`, `show`, `redact`, `prove` and `key` as a person calls them, on a small trail of their own."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import ROOT, Sample, called, patrolcast
from tests.io.trail.trails import KEY, lines, small_trail, write_lines
from tools import verify_trail as alone

from patrolcast.io.trail.note import verifier_key


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of runs with one city, whose trail has a checkpoint, copied to `far`."""
    (tmp_path / "far").mkdir()
    small_trail(tmp_path / "runs" / "tiny" / "trail", copies=[tmp_path / "far"])
    return tmp_path / "runs"


def test_a_run_of_the_sample_is_on_its_trail_and_the_trail_is_whole(sample: Sample) -> None:
    done = patrolcast("trail", "verify", "--runs", sample.runs)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("audit trail of sample: ")
    assert "level 2, entries cut off at the end: NOT ruled out" in done.stdout
    shown = json.loads(called("trail", "show", "--runs", sample.runs, "--event", "suggestion", "--json").stdout)
    assert [row["run"] for row in shown["entries"]] == [sample.folder.name]
    assert alone.check(sample.folder.parent / "trail")[0] == []


def test_each_kind_of_tampering_ends_with_its_code_and_says_what_is_not_ruled_out(runs: Path) -> None:
    trail, far = runs / "tiny" / "trail", runs.parent / "far" / "tiny"
    good = called("trail", "verify", trail, "--checkpoint", far, "--key", verifier_key(KEY, "patrolcast/tiny"))
    assert (good.returncode, "level 2, entries cut off at the end: ruled out for the first 5 of 6" in good.stdout) == (
        0,
        True,
    )
    whole = lines(trail)
    write_lines(trail, whole[:4])
    cut = called("trail", "verify", "--runs", runs, "--json")
    assert cut.returncode == 31
    assert json.loads(cut.stdout)["trails"][0]["faults"][0]["code"] == 31
    write_lines(trail, [*whole[:2], *whole[3:]])
    broken = called("trail", "verify", "--runs", runs)
    assert broken.returncode == 30
    assert "fault 30, entry 3: it is entry 4: entries were removed, repeated or put in another order" in broken.stdout
    write_lines(trail, whole)
    other = verifier_key(KEY, "patrolcast/other")
    assert called("trail", "verify", "--runs", runs, "--key", other).returncode == 32
    assert called("trail", "verify", "--runs", runs, "--key", "no key").returncode == 2


def test_entries_are_found_and_taken_away_as_csv_that_a_spreadsheet_may_open(runs: Path, tmp_path: Path) -> None:
    assert "Officer Müller said no" in called("trail", "show", "--runs", runs, "--event", "run").stdout
    out = tmp_path / "found.csv"
    done = called("trail", "show", "--runs", runs, "--run", "r1", "--person", "analyst", "--out", out)
    assert done.stdout.startswith("3 entries in ")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["event"] for row in rows] == ["run.refused", "run.finish", "suggestion.published"]
    assert called("trail", "show", "--runs", runs, "--cell", "none").stdout == "no entry fits\n"


def test_a_text_is_redacted_under_a_rule_and_nothing_else_is_lost(runs: Path) -> None:
    trail = runs / "tiny" / "trail"
    done = called("trail", "redact", trail, 2, "--rule", "order of the court, 12/2026")
    assert (done.returncode, done.stdout) == (0, "the text of entry 2 is gone; entry 7 says so\n")
    assert "Müller" not in called("trail", "show", trail, "--json").stdout
    assert called("trail", "verify", trail).returncode == 0
    assert called("trail", "redact", trail, 2, "--rule", "order of the court").returncode == 2
    assert called("trail", "redact", trail, 1, "--rule", "x").returncode == 2


def test_an_index_is_made_on_demand_and_one_that_was_changed_is_seen(runs: Path) -> None:
    called("trail", "show", "--runs", runs, "--index")
    index = runs / "tiny" / "trail" / "index.sqlite"
    assert called("trail", "verify", "--runs", runs).returncode == 0
    index.write_bytes(index.read_bytes().replace(b"analyst", b"nobody!"))
    assert called("trail", "verify", "--runs", runs).returncode == 33


def test_a_proof_shows_one_entry_and_no_other(runs: Path, tmp_path: Path) -> None:
    trail, proof = runs / "tiny" / "trail", tmp_path / "entry.proof"
    assert called("trail", "prove", trail, 3, "--out", proof).returncode == 0
    assert called("trail", "verify", trail, "--proof", proof).returncode == 0
    proof.write_text(proof.read_text().replace("index 2", "index 1"))
    wrong = called("trail", "verify", trail, "--proof", proof)
    assert (wrong.returncode, "it is not the one that the proof was made for" in wrong.stdout) == (30, True)
    assert called("trail", "prove", trail, 6, "--out", proof).returncode == 2


def test_where_there_is_no_trail_it_is_an_error_of_the_call(tmp_path: Path) -> None:
    done = called("trail", "verify", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("patrolcast: trail: got ")
    shutil.copytree(small_trail(tmp_path / "a" / "trail"), tmp_path / "b" / "trail")
    assert called("trail", "verify", tmp_path).stdout.count("audit trail of ") == 2
    assert "got trails of 2 cities (a, b)" in called("trail", "show", tmp_path).stderr


def test_a_key_is_made_once_and_its_public_half_is_printed(tmp_path: Path) -> None:
    made = called("trail", "key", tmp_path / "key", "--city", "tiny", cwd=ROOT)
    assert made.returncode == 0
    assert made.stdout.splitlines()[1].startswith("public key: patrolcast/tiny+")
    assert called("trail", "key", tmp_path / "key", "--city", "tiny").returncode == 73
