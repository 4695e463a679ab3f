"""Facts that the pages of a run share are said alike, and nothing is made up where nothing is known."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult, SourceAccount
from patrolcast.report.run.run_facts import counted_incidents, latest_report, training_facts


@pytest.mark.parametrize(("hours", "age"), [(0.3, "less than an hour"), (5, "5 hours"), (80, "3 days")])
def test_the_latest_report_stands_with_its_age(context: RunContext, hours: float, age: str) -> None:
    late = dataclasses.replace(context, newest_report=context.as_of - timedelta(hours=hours))
    assert latest_report(late).endswith(f"({age} before this was made)")


def test_a_run_without_times_of_reports_says_so(context: RunContext) -> None:
    assert latest_report(dataclasses.replace(context, newest_report=None)) == "no report has a time"


def test_rows_of_layers_are_no_incidents(result: RunResult, context: RunContext) -> None:
    layer = SourceAccount("tracts.geojson", "ef" * 32, 100, 801, 801, {}, {}, of_incidents=False)
    more = dataclasses.replace(context, sources=(*context.sources, layer))
    assert counted_incidents(result, more) == counted_incidents(result, context)
    assert counted_incidents(result, context).startswith("84,000 incidents")


def test_incidents_outside_the_history_or_the_cells_are_not_said_to_be_counted(
    result: RunResult, context: RunContext
) -> None:
    counted = GateResult(
        "incidents_counted", 83_998.0, "at least 1000", GateVerdict.PASS, "83998 incidents were counted"
    )
    checked = dataclasses.replace(result, gates=(*result.gates, counted))
    assert counted_incidents(checked, context) == "83,998 incidents that citizens reported"


def test_training_facts_end_with_versions_and_the_hash_of_the_config(result: RunResult, context: RunContext) -> None:
    facts = training_facts(result, context)
    assert facts[-1] == ("Config, SHA-256", "cd" * 32)
    assert ("Incidents trained on", "84,120") in facts
    assert "Trained on shifts" not in dict(training_facts(dataclasses.replace(result, training={}), context))
