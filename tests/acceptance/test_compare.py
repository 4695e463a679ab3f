"""`patrolcast compare` as a person calls it: three files, one sentence each, and a variant no other door opens."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import called, patrolcast
from tests.runs.compared_city import write_variants


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_variants(tmp_path_factory.mktemp("compare"))


def test_compare_writes_a_page_a_table_and_a_document(variants: dict[str, Path], tmp_path: Path) -> None:
    two = variants["citizen_only"], variants["with_enforcement"]
    done = patrolcast("compare", *two, "--nights", 12, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "the base (citizen only) and the “with enforcement” variant there is no clear difference" in done.stdout
    document = json.loads((tmp_path / "out" / "comparison.json").read_bytes())
    assert [one["publishable"] for one in document["variants"]] == [True, False]
    assert document["pairs"][0]["text"].startswith("Between the base (citizen only) and the “with enforcement” variant")
    rows = list(csv.DictReader((tmp_path / "out" / "comparison.csv").open()))
    assert {row["measure"] for row in rows} >= {"hits", "pai", "deviance", "gini", "distinct_cells"}
    page = (tmp_path / "out" / "comparison.html").read_text()
    assert "Content-Security-Policy" in page
    assert "http-equiv" in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")
    assert "Only 12 nights were compared" in page


def test_the_enforcement_variant_is_run_by_no_other_verb(variants: dict[str, Path], tmp_path: Path) -> None:
    for verb in ("forecast", "nightly"):
        done = called(verb, variants["with_enforcement"], "--runs", tmp_path / "runs")
        assert done.returncode == 20
        assert "compared, never run or published" in done.stderr
    assert not list((tmp_path / "runs").glob("*/*Z-*"))


def test_variants_of_another_city_are_refused_in_one_line(variants: dict[str, Path], tmp_path: Path) -> None:
    other = write_variants(tmp_path / "other")["citizen_only"]
    done = called("compare", variants["citizen_only"], other, "--out", tmp_path / "out")
    assert done.returncode == 10
    assert len(done.stderr.splitlines()) == 1
