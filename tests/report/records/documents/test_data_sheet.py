"""The sheet is valid Croissant without a warning; damaged ones are refused, by mlcroissant or where it lets them pass.

mlcroissant accepts a sheet without name, url, creator or hash, which the specification requires: those our own form
refuses (`domain/governance/registers.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import mlcroissant
import pytest
from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records.cited.record import plain_tree
from patrolcast.report.records.documents.data_sheet import data_sheet
from patrolcast.runs.records.make import require_form


def sheet() -> dict[str, Any]:
    return plain_tree(data_sheet(make_sources()).tree)


def croissant_says(document: dict[str, Any]) -> list[str]:
    """Errors and warnings alike: a near-empty sheet gets by with warnings only."""
    logging.disable(logging.ERROR)
    try:
        issues = mlcroissant.Dataset(jsonld=document).metadata.ctx.issues
        return sorted([*issues.errors, *issues.warnings])
    except mlcroissant.ValidationError as error:
        return [str(error)]
    finally:
        logging.disable(logging.NOTSET)


def test_the_sheet_is_valid_without_a_warning() -> None:
    assert croissant_says(sheet()) == []


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "no licence": lambda s: s.pop("license"),
    "no day": lambda s: s.pop("datePublished"),
    "a version that is none": lambda s: s.update(version="today"),
    "no address of the file": lambda s: s["distribution"][0].pop("contentUrl"),
    "a field of a file that there is not": lambda s: s["recordSet"][0]["field"][0]["source"].update(
        {"fileObject": {"@id": "elsewhere"}}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_sheet_is_not(damage: str) -> None:
    document = sheet()
    DAMAGE[damage](document)
    assert croissant_says(document) != []


LEFT_TO_US: dict[str, Callable[[dict[str, Any]], object]] = {
    "no name": lambda s: s.pop("name"),
    "no url": lambda s: s.pop("url"),
    "no creator": lambda s: s.pop("creator"),
    "no hash of the file": lambda s: s["distribution"][0].pop("sha256"),
    "no bias": lambda s: s.update({"rai:dataBiases": []}),
    "a key too many": lambda s: s.update(opinion="good"),
}


@pytest.mark.parametrize("damage", LEFT_TO_US)
def test_what_mlcroissant_lets_pass_our_form_refuses(damage: str) -> None:
    document = sheet()
    require_form("data_sheet", document)
    LEFT_TO_US[damage](document)
    with pytest.raises(GovernanceError, match=r"^data_sheet, "):
        require_form("data_sheet", document)


def test_hash_rows_and_columns_are_those_of_the_run() -> None:
    document, source = sheet(), all_files()["manifest.json"]["sources"][0]
    assert document["distribution"][0]["sha256"] == source["sha256"]
    assert document["distribution"][0]["contentSize"] == f"{source['bytes']} B"
    columns = {one["name"]: one["source"]["extract"]["column"] for one in document["recordSet"][0]["field"]}
    assert columns == {"occurred_at": "occurred", "longitude": "x", "latitude": "y", "offence": "code"}
    assert document["rai:dataBiases"] == all_files()["audit.json"]["limits"]


def test_a_stopped_run_says_so_in_the_sheet() -> None:
    files = all_files()
    files["manifest.json"]["publishable"] = False
    assert "must not be used" in plain_tree(data_sheet(sources_of(files)).tree)["description"]


def test_without_a_call_source_no_sheet_says_who_reported() -> None:
    files = all_files()
    files["manifest.json"]["call_source"] = {"column": None, "known": False, "statement": "The portal leaves it out."}
    (composition,) = [part for part in data_sheet(sources_of(files)).parts if part.key == "composition"]
    assert composition.sentences[-1].text.endswith("does not know who started a record. The portal leaves it out.")


def test_a_layer_that_comes_first_is_never_taken_for_the_incidents() -> None:
    files = all_files()
    layer = {**files["manifest.json"]["sources"][0], "name": "streets.geojson", "rows_in": 7, "sha256": "00" * 32}
    files["manifest.json"]["sources"].insert(0, {**layer, "of_incidents": False})
    tree = plain_tree(data_sheet(sources_of(files)).tree)
    stated = f"{tree['rai:dataCollection']} {tree['rai:dataCollectionRawData']}"
    assert "101,000 rows in incidents.csv.gz" in stated
    assert "streets.geojson" not in stated
    assert "00" * 32 not in stated
