"""`patrolcast records`: the documents of the sample's run, valid by the validators of others, and checked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import Sample, called, patrolcast
from tests.report.reader import Reader
from tests.report.records.documents.test_data_sheet import croissant_says
from tests.report.records.documents.test_model_card import schema_says

from patrolcast.report.records.catalogue import DOCUMENTS


@pytest.fixture(scope="module")
def made(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("records") / "run"
    done = patrolcast("records", "current", "--runs", sample.runs, "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith(f"{len(DOCUMENTS)} documents with ")
    return out


def test_the_card_of_a_real_run_fits_the_schema_and_its_sheet_is_valid_croissant(made: Path) -> None:
    assert schema_says(json.loads((made / "model_card.cdx.json").read_bytes())) is None
    assert croissant_says(json.loads((made / "data_sheet.croissant.json").read_bytes())) == []


def test_every_link_between_the_pages_leads_somewhere(made: Path) -> None:
    linked = {
        str(one["href"])
        for page in made.glob("*.html")
        for one in Reader(page.read_text(encoding="utf-8")).all("a")
        if not str(one["href"]).startswith("#")
    }
    assert linked >= {"index.html", "model_card.cdx.json"}
    assert [name for name in linked if not (made / name).is_file()] == []


def test_they_hold_until_one_byte_is_another(sample: Sample, made: Path, tmp_path: Path) -> None:
    asked = ("records", sample.manifest["run_id"], "--runs", sample.runs, "--check")
    assert called(*asked, "--out", made).returncode == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in made.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "atrs.json").write_bytes((made / "atrs.json").read_bytes() + b" ")
    wrong = called(*asked, "--out", copy, "--json")
    assert wrong.returncode == 20
    assert json.loads(wrong.stdout)["stale"] == ["atrs"]
    assert wrong.stderr.count("\n") == 1


def test_without_the_departments_facts_it_ends_with_11_and_an_example(sample: Sample, tmp_path: Path) -> None:
    done = called("records", "current", "--runs", sample.runs, "--governance", tmp_path)
    assert done.returncode == 11
    assert "sample/organisation.toml: got no such file" in done.stderr
    assert "write e.g. name = " in done.stderr
    assert done.stderr.count("\n") == 1
