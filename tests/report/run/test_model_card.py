"""The model card holds the figures of the run, leaves out what was not measured, and names no person."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from tests.report.reader import Reader

from patrolcast.domain.provenance import CallSource
from patrolcast.domain.records import NOTICE, RunContext, RunResult, SourceAccount
from patrolcast.intake.persons import is_person_column
from patrolcast.report import words
from patrolcast.report.run.data_page import data_page
from patrolcast.report.run.model_card import card_json
from patrolcast.report.run.model_card_markdown import card_markdown


def keys_of(document: Any) -> set[str]:
    """Every key at any depth."""
    if isinstance(document, dict):
        return set(document) | set().union(*(keys_of(one) for one in document.values())) if document else set()
    return set().union(*(keys_of(one) for one in document)) if isinstance(document, list) and document else set()


def test_no_column_or_key_of_any_output_is_about_persons(result: RunResult, context: RunContext) -> None:
    card = card_json(result, context)
    ours = {*result.forecast.columns, *result.suggestions.columns, *result.cells.columns}
    assert [name for name in ours if is_person_column(name)] == []
    assert {"victim", "name", "person", "phone"} & {key.lower() for key in ours} == set()
    assert [key for key in keys_of(card) if is_person_column(key) and key != "name"] == []


def test_the_figures_of_the_card_are_those_of_the_run(result: RunResult, context: RunContext) -> None:
    card = card_json(result, context)["metadata"]["component"]["modelCard"]
    shown = card["quantitativeAnalysis"]["performanceMetrics"]
    found = {(one["type"], one.get("slice")): float(one["value"]) for one in shown}
    for one in result.skill:
        for method, value in one.deviance.items():
            assert found[("mean Poisson deviance per cell and shift", f"{one.category}, {method}")] == value
    for band in result.intervals:
        assert found[(f"coverage of the {words.share(band.level)} interval", band.category)] == band.coverage
    assert NOTICE in json.dumps(card_json(result, context), ensure_ascii=False)
    assert NOTICE in card_markdown(result, context)


def test_what_was_not_measured_is_left_out_of_the_card_and_named_on_the_page(
    result: RunResult, context: RunContext
) -> None:
    blind = tuple(dataclasses.replace(one, coverage=float("nan")) for one in result.intervals)
    unknown = dataclasses.replace(result, intervals=blind)
    text = json.dumps(card_json(unknown, context), allow_nan=False)
    assert "coverage of the" not in text
    assert "not measured" in Reader(data_page(unknown, context)).words


def test_a_layer_is_not_called_an_export_of_records_and_what_it_lacks_is_no_record(
    result: RunResult, context: RunContext
) -> None:
    note = "names of places, for people to read"
    layer = SourceAccount("crossings.csv", "ef" * 32, 100, 801, 800, {"no name": 1}, {}, (note,), of_incidents=False)
    more = dataclasses.replace(context, sources=(*context.sources, layer))
    card = card_json(result, more)["metadata"]["component"]["modelCard"]
    [shown] = [one for one in card["modelParameters"]["datasets"] if one["name"] == "crossings.csv"]
    assert shown["description"] == (
        "Map layer or table: areas, places or residents; none of its rows is an incident; names of places, for people "
        "to read"
    )
    assert "crossings.csv" not in json.dumps(card["considerations"])
    before, after = card_markdown(result, context), card_markdown(result, more)
    assert "801 rows = 800 used + 1 set aside + 0 cancelled + 0 refused. Names of places, for people to read." in after
    [line] = [line for line in before.splitlines() if "were set aside and never reach the model" in line]
    assert line in after.splitlines()


def test_without_a_call_source_no_card_says_that_citizens_reported(result: RunResult, context: RunContext) -> None:
    bare = dataclasses.replace(context, call_source=CallSource(reason="the portal leaves it out"))
    for card in (json.dumps(card_json(result, bare)), card_markdown(result, bare)):
        assert "No call source" in card
        assert "citizens reported" not in card.lower()
        assert "citizen-reported" not in card.lower()
    assert "Expected citizen-reported incidents" in json.dumps(card_json(result, context))
