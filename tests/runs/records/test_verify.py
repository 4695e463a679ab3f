"""Records hold until a byte of them, or a fact of the department, is another; then exactly what cites it is stale."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.io.handed_out.test_statement import use_key
from tests.io.trail.trails import ACTOR, KEY
from tests.runs.records.recorded_folder import own_governance, write_recorded

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.trail import Trail
from patrolcast.runs.records.make import make_records
from patrolcast.runs.records.verify import verify_records


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_recorded(tmp_path / "runs" / "sample")


@pytest.fixture
def governance(tmp_path: Path) -> Path:
    return own_governance(tmp_path)


def test_what_was_just_made_holds(run: Path, governance: Path) -> None:
    made = make_records(run, governance, profile="all")
    found = verify_records(run, governance)
    assert (found.faults, found.stale, found.n_figures) == ((), (), made.n_figures)
    assert found.n_figures > 500


def test_a_changed_page_is_stale(run: Path, governance: Path) -> None:
    folder = make_records(run, governance, profile="all").folder
    page = folder / "public_summary.html"
    page.write_text(page.read_text().replace("101,000", "1,000"))
    found = verify_records(run, governance)
    assert found.faults == ("public_summary.html is missing or was changed",)
    assert found.stale == ("public_summary",)


def test_a_changed_fact_of_the_department_makes_stale_what_cites_it(run: Path, governance: Path) -> None:
    make_records(run, governance, profile="all")
    year = governance / "year.toml"
    year.write_text(year.read_text().replace("complaints = 2", "complaints = 3"))
    found = verify_records(run, governance)
    assert found.stale == ("annual_report",)
    assert found.faults == ("annual_report, complaints: sentence 1: says 2, governance/year.toml/complaints says 3",)


def test_a_figure_of_another_run_is_found_in_the_documents_that_cite_it(
    run: Path, governance: Path, tmp_path: Path
) -> None:
    folder = make_records(run, governance, profile="all").folder
    other = write_recorded(tmp_path / "other" / "sample", seed=8)
    found = verify_records(other, governance, out=folder)
    assert found.stale == ("model_card",)
    assert [line.partition(": says")[2] for line in found.faults] == [" 7, manifest.json/seed says 8"]


def forge(folder: Path, file: str, old: str, new: str, **changed: object) -> None:
    """Edits a file of the records and makes `records.json` state its new hash."""
    path, listed = folder / file, folder / "records.json"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    stored = {**json.loads(listed.read_bytes()), **changed}
    stored["files"][file] = hashlib.sha256(path.read_bytes()).hexdigest()
    listed.write_text(json.dumps(stored))


@pytest.mark.parametrize("emptied", [{}, {"figures": []}])
def test_a_figure_forged_together_with_its_hash_is_found(
    run: Path, governance: Path, emptied: dict[str, object]
) -> None:
    folder = make_records(run, governance, profile="all").folder
    forge(folder, "public_summary.html", ">101,000<", ">1,000<", **emptied)
    found = verify_records(run, governance)
    assert "public_summary" in found.stale
    line = "public_summary.html shows 1,000 for manifest.json#/sources/0/rows_in, which records.json does not list so"
    assert line in found.faults


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("atrs.json", "Of 101,000 rows", "Of 1,000 rows"), ("model_card.cdx.json", '"value": "0.66"', '"value": "1.0"')],
)
def test_a_figure_forged_in_a_json_file_is_found(run: Path, governance: Path, file: str, old: str, new: str) -> None:
    folder = make_records(run, governance, profile="all").folder
    forge(folder, file, old, new)
    assert verify_records(run, governance).stale == (file.split(".")[0],)


def test_a_document_that_left_the_list_and_a_text_that_was_rewritten_are_found(run: Path, governance: Path) -> None:
    folder = make_records(run, governance, profile="all").folder
    listed = folder / "records.json"
    stored = json.loads(listed.read_bytes())
    del stored["files"]["atrs.json"]
    stored["documents"]["atrs"].remove("atrs.json")
    listed.write_text(json.dumps(stored))
    policy = governance / "usage-policy.md"
    policy.write_text(policy.read_text() + "\nAnd for whatever else helps.\n")
    assert verify_records(run, governance).faults == (
        "atrs.json is in the folder and in no list",
        "usage-policy.md is another text now",
    )


def test_without_records_there_is_nothing_to_verify(run: Path, governance: Path) -> None:
    with pytest.raises(DataRefusedError, match="got none to read"):
        verify_records(run, governance)


def test_a_document_that_nobody_knows_is_refused(run: Path, governance: Path) -> None:
    path = make_records(run, governance, profile="nl").folder / "records.json"
    stored = json.loads(path.read_bytes())
    path.write_text(json.dumps({**stored, "documents": {"horoscope": []}}))
    with pytest.raises(DataRefusedError, match="got a document horoscope"):
        verify_records(run, governance)


@pytest.fixture
def signed_run(run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The run beside a trail that names a key, and that key in use."""
    use_key(monkeypatch, tmp_path / "secret")
    with Trail(run.parent / "trail", city="sample", actor=ACTOR, key=KEY) as trail:
        trail.checkpoint()
    return run


def test_records_are_signed_with_the_trails_key_and_hold(signed_run: Path, governance: Path) -> None:
    assert make_records(signed_run, governance, profile="nl").signed
    found = verify_records(signed_run, governance)
    assert (found.faults, found.signed) == ((), True)


def test_whoever_forges_records_and_their_list_lacks_the_signature(signed_run: Path, governance: Path) -> None:
    folder = make_records(signed_run, governance, profile="nl").folder
    forge(folder, "model_card.md", " is ", " is not ")  # Markdown is held by its hash alone
    found = verify_records(signed_run, governance)
    assert found.faults == ("records.json is not what its signature is of",)
    assert found.stale == found.documents


def test_a_signature_that_was_taken_away_is_missed(signed_run: Path, governance: Path) -> None:
    folder = make_records(signed_run, governance, profile="nl").folder
    (folder / "records.json.note").unlink()
    found = verify_records(signed_run, governance)
    assert found.faults == ("records.json is not signed, and the audit trail has a key",)
