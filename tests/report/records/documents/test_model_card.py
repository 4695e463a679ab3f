"""The card fits the schema of CycloneDX 1.6, which refuses damaged ones; a card without limitations is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.report.records.recorded_run import all_files, make_sources, sources_of

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records.cited.record import plain_tree
from patrolcast.report.records.documents.model_card import model_card


def card() -> dict[str, Any]:
    return plain_tree(model_card(make_sources()).tree)


def schema_says(document: dict[str, Any]) -> object:
    """What the validator of CycloneDX finds wrong; it is loaded here, since it takes as long as all other libraries."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document))


def test_the_card_fits_the_schema() -> None:
    assert schema_says(card()) is None


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key too many": lambda c: c["metadata"]["component"]["modelCard"].update(opinion="good"),
    "a kind of component that there is not": lambda c: c["metadata"]["component"].update(type="oracle"),
    "a number where a text belongs": lambda c: c["metadata"]["component"].update(version=3),
    "no name": lambda c: c["metadata"]["component"].pop("name"),
    "a hash that is none": lambda c: c["metadata"]["component"]["hashes"][0].update(content="xyz"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_card_does_not(damage: str) -> None:
    document = card()
    DAMAGE[damage](document)
    assert schema_says(document) is not None


@pytest.mark.parametrize("limits", [[], ["  "]])
def test_a_card_without_limitations_is_refused(limits: list[str]) -> None:
    files = all_files()
    considerations = files["model/card.json"]["metadata"]["component"]["modelCard"]["considerations"]
    considerations["technicalLimitations"] = limits
    with pytest.raises(GovernanceError) as refused:
        model_card(sources_of(files))
    assert str(refused.value) == "model card: got no limitation; a card names at least one; run it again"


def test_it_lists_the_software_and_its_metrics_are_those_of_the_audit() -> None:
    files = all_files()
    document = card()
    versions = files["manifest.json"]["versions"]
    assert {one["name"]: one["version"] for one in document["components"]} == versions
    metrics = document["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    found = {one["type"]: one for one in metrics}
    assert float(found["group_excess_group_b"]["value"]) == 0.66
    assert found["group_excess_group_b"]["confidenceInterval"] == {"lowerBound": "0.3", "upperBound": "1.4"}
    assert "feedback_monitor" not in found  # it was not measured: no value is invented


def test_the_same_run_gives_the_same_card() -> None:
    assert card() == card()
