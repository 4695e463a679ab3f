"""Records hold until a byte of them, or a fact of the department, is another; then exactly what cites it is stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runs.records.recorded_folder import own_governance, write_recorded

from patrolcast.domain.errors import DataRefusedError
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


def test_without_records_there_is_nothing_to_verify(run: Path, governance: Path) -> None:
    with pytest.raises(DataRefusedError, match="got none to read"):
        verify_records(run, governance)


def test_a_document_that_nobody_knows_is_refused(run: Path, governance: Path) -> None:
    path = make_records(run, governance, profile="nl").folder / "records.json"
    stored = json.loads(path.read_bytes())
    path.write_text(json.dumps({**stored, "documents": {"horoscope": []}}))
    with pytest.raises(DataRefusedError, match="got a document horoscope"):
        verify_records(run, governance)
