"""All documents of a profile or none; a stopped run is marked on each; the same run gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runs.records.recorded_folder import own_governance, write_recorded

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records.catalogue import DOCUMENTS, PROFILES
from patrolcast.runs.records.make import make_records, require_form


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_recorded(tmp_path / "runs" / "sample")


@pytest.fixture
def governance(tmp_path: Path) -> Path:
    return own_governance(tmp_path)


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "custom"])
def test_a_profile_has_its_documents_and_lists_them(run: Path, governance: Path, profile: str) -> None:
    made = make_records(run, governance, profile=profile)
    assert made.folder == run.parent / "records" / run.name
    stored = json.loads((made.folder / "records.json").read_bytes())
    assert set(stored["documents"]) == set(PROFILES[profile]) == set(made.documents)
    there = {path.name for path in made.folder.iterdir()}
    assert there == {*stored["files"], "records.json"}
    assert {name for names in stored["documents"].values() for name in names} == there - {"index.html", "records.json"}
    assert len(stored["texts"]) == 7


def test_custom_makes_what_the_department_lists(run: Path, governance: Path) -> None:
    assert make_records(run, governance, profile="custom").documents == ("model_card", "public_summary", "data_sheet")
    listed = governance / "records.toml"
    listed.write_text(listed.read_text().replace('"model_card"', '"horoscope"'))
    with pytest.raises(GovernanceError, match="got 'horoscope'; documents are model_card, "):
        make_records(run, governance, profile="custom")


def test_what_is_missing_leaves_nothing_written(run: Path, governance: Path) -> None:
    (governance / "community.toml").unlink()
    with pytest.raises(GovernanceError, match=r"community.toml: got no such file"):
        make_records(run, governance, profile="us-ccops")
    assert not (run.parent / "records").exists()
    assert make_records(run, governance, profile="eu").documents  # no document of it needs that file


def test_a_text_that_is_still_a_template_stops_the_records(run: Path, governance: Path) -> None:
    (governance / "privacy.md").write_text("[WRITE: who]\n")
    with pytest.raises(GovernanceError, match=r"privacy.md: got a line to write, line 1"):
        make_records(run, governance, profile="nl")


def test_the_same_run_gives_the_same_bytes(run: Path, governance: Path, tmp_path: Path) -> None:
    first = make_records(run, governance, profile="all", out=tmp_path / "a").folder
    again = make_records(run, governance, profile="all", out=tmp_path / "b").folder
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {p.name: p.read_bytes() for p in again.iterdir()}


def test_every_document_of_a_stopped_run_says_so(governance: Path, tmp_path: Path) -> None:
    run = write_recorded(tmp_path / "stopped" / "sample", publishable=False)
    made = make_records(run, governance, profile="all")
    assert not made.published
    for path in made.folder.iterdir():
        if (
            path.suffix in {".html", ".md"}
            or path.name.endswith((".cdx.json", "croissant.json"))
            or path.stem == "atrs"
        ):
            assert "must not be used" in path.read_text(), path.name


def test_a_form_names_the_answer_that_is_missing() -> None:
    with pytest.raises(GovernanceError, match=r"^atrs, shape: "):
        require_form("atrs", {"title": "x"})
    assert set(PROFILES["all"]) == set(DOCUMENTS)
