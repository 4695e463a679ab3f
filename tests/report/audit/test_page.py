"""The audit as data and as a page: what was not measured is never shown as a pass, and figures are those of the run."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from tests.report.reader import Reader

from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.provenance import CallSource, WordedOffence
from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult
from patrolcast.report.audit.page import NO_FEEDBACK, NO_GROUPS, audit_document, audit_page, concentration_rows
from patrolcast.report.run.briefing import briefing_page
from patrolcast.report.run.data_page import data_page


def gate(name: str, verdict: GateVerdict) -> GateResult:
    return GateResult(name, 1.0, "a rule", verdict, "what it means", 0.9, 1.2)


def row_of(page: str, name: str) -> str:
    [row] = [row for row in re.findall(r"<tr>.*?</tr>", page) if f'<th scope="row">{name}</th>' in row]
    return Reader(row).words


@pytest.mark.parametrize("verdict", list(GateVerdict))
def test_a_gate_stands_on_the_page_with_its_own_verdict(
    result: RunResult, context: RunContext, verdict: GateVerdict
) -> None:
    page = audit_page(replace(result, gates=(*result.gates, gate("new_check", verdict))), context)
    others = {str(other) for other in GateVerdict} - {str(verdict)}
    text = row_of(page, "New check")
    assert f" {verdict} 1 0.900 to 1.20 a rule" in text
    assert not any(f" {other} " in text for other in others)


@pytest.mark.parametrize(
    ("verdict", "published"),
    [(GateVerdict.PASS, True), (GateVerdict.WARN, True), (GateVerdict.WAIVED, True), (GateVerdict.FAIL, False),
     (GateVerdict.NOT_MEASURED, False)],
)  # fmt: skip
def test_a_run_that_is_stopped_says_so_first_and_one_that_is_not_does_not(
    result: RunResult, context: RunContext, verdict: GateVerdict, published: bool
) -> None:
    changed = replace(result, gates=(*result.gates, gate("new_check", verdict)))
    assert ("Not published." not in audit_page(changed, context)) is published
    assert audit_document(changed, context)["publishable"] is published


def test_groups_and_feedback_that_were_not_measured_say_that_this_is_no_pass(
    result: RunResult, context: RunContext
) -> None:
    document = audit_document(result, context)
    assert document["groups"] == {"verdict": "not measured", "detail": NO_GROUPS, "gates": []}
    assert document["feedback"] == {"verdict": "not measured", "detail": NO_FEEDBACK, "gates": []}
    text = Reader(audit_page(result, context)).words
    assert f"Not measured. {NO_GROUPS}" in text
    assert f"Not measured, which is not a pass. {NO_FEEDBACK}" in text


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [(GateVerdict.PASS, "No sign that it does."), (GateVerdict.FAIL, "The check failed."),
     (GateVerdict.WAIVED, "The check did not pass and is waived in writing.")],
)  # fmt: skip
def test_whether_patrol_steers_the_forecast_is_answered_and_its_check_is_named(
    result: RunResult, context: RunContext, verdict: GateVerdict, answer: str
) -> None:
    checked = replace(result, gates=(*result.gates, gate("feedback_monitor", verdict)))
    assert f"{answer} See the check “feedback monitor” above." in Reader(audit_page(checked, context)).words


def test_the_banner_of_a_stopped_run_names_what_stopped_it_on_every_page(
    result: RunResult, context: RunContext
) -> None:
    stopped = replace(result, gates=(*result.gates, gate("loop_test", GateVerdict.FAIL)))
    for page, checks in (
        (audit_page, "#checks"),
        (data_page, "audit.html#checks"),
        (briefing_page, "audit.html#checks"),
    ):
        made = page(stopped, context)
        assert "Stopped by 1 check: Loop test." in Reader(made).words
        assert f'<a href="{checks}">checks</a>' in made
        assert "Its checks were not made." in Reader(page(replace(result, gates=()), context)).words


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ((GateVerdict.PASS, GateVerdict.WAIVED), "waived"),
        ((GateVerdict.WAIVED, GateVerdict.WARN), "warn"),
        ((GateVerdict.WARN, GateVerdict.NOT_MEASURED), "not measured"),
        ((GateVerdict.NOT_MEASURED, GateVerdict.FAIL), "fail"),
        ((GateVerdict.PASS, GateVerdict.PASS), "pass"),
    ],
)
def test_checks_of_groups_are_summed_up_by_the_worst_of_them(
    result: RunResult, context: RunContext, verdicts: tuple[GateVerdict, GateVerdict], worst: str
) -> None:
    for order in (verdicts, verdicts[::-1]):
        gates = tuple(gate(f"group_check_{i}", verdict) for i, verdict in enumerate(order))
        groups = audit_document(replace(result, gates=gates), context)["groups"]
        assert (groups["verdict"], groups["gates"]) == (worst, ["group_check_0", "group_check_1"])


def test_the_tally_counts_each_verdict(result: RunResult, context: RunContext) -> None:
    assert "Two passed and one warned." in Reader(audit_page(result, context)).words
    gates = (gate("a", GateVerdict.NOT_MEASURED), gate("b", GateVerdict.FAIL), gate("c", GateVerdict.FAIL))
    assert "Two failed and one was not measured." in Reader(audit_page(replace(result, gates=gates), context)).words
    assert "No check was made." in Reader(audit_page(replace(result, gates=()), context)).words


def test_the_ends_of_an_interval_keep_their_order_and_half_an_interval_is_none(
    result: RunResult, context: RunContext
) -> None:
    whole, half = gate("a", GateVerdict.PASS), replace(gate("b", GateVerdict.PASS), upper=float("nan"))
    first, second = audit_document(replace(result, gates=(whole, half)), context)["gates"]
    assert (first["interval"], second["interval"]) == ([0.9, 1.2], None)


def test_the_document_is_json_without_nan(result: RunResult, context: RunContext) -> None:
    blind = replace(result, intervals=tuple(replace(band, coverage=float("nan")) for band in result.intervals))
    document = json.loads(json.dumps(audit_document(blind, context), allow_nan=False))
    assert document["calibration"]["intervals"][0]["coverage"] is None
    assert document["calibration"]["by_category"][0]["used"] == "model"


def test_concentration_counts_distinct_cells_and_the_minutes_of_each_district(result: RunResult) -> None:
    few = concentration_rows(result)
    assert few["cells_suggested"] == result.suggestions["cell"].nunique()
    assert few["share_of_cells"] == few["cells_suggested"] / len(result.cells)
    assert sum(few["patrol_minutes_by_district"].values()) == result.suggestions["patrol_minutes"].sum()
    assert few["most_suggestions_of_one_cell"] == result.suggestions["cell"].value_counts().max()
    empty = concentration_rows(replace(result, suggestions=result.suggestions.iloc[:0]))
    assert (empty["cells_suggested"], empty["most_suggestions_of_one_cell"], empty["share_of_expected"]) == (0, 0, 0.0)


def test_without_a_call_source_the_audit_says_so_at_its_head_and_claims_nothing(
    result: RunResult, context: RunContext
) -> None:
    bare = replace(context, call_source=CallSource(reason="the portal leaves it out"))
    page, document = audit_page(result, bare), audit_document(result, bare)
    assert page.index("No call source: the export") < page.index("<main>")
    assert not re.search(r"citizens reported|citizen-reported", page, re.IGNORECASE)
    assert document["call_source"] == {"known": False, "statement": bare.call_source.statement}
    assert "No call source" not in audit_page(result, context)


def test_offences_that_officers_initiate_by_their_words_are_listed_with_their_shares(
    result: RunResult, context: RunContext
) -> None:
    drugs = WordedOffence("1811", "theft", "POSS: <CANNABIS>", "drugs", 1200, 0.06, 0.02)
    page = audit_page(result, replace(context, officer_worded=(drugs,)))
    row = page[page.index(">1811<") : page.index("</tr>", page.index(">1811<"))]
    for part in ("POSS: &lt;CANNABIS&gt;", "drugs", "1,200", "6.0 %", "2.0 %"):
        assert part in row
    [stored] = audit_document(result, replace(context, officer_worded=(drugs,)))["officer_worded_offences"]
    assert [stored[key] for key in ("offence", "incidents", "share", "expected_share")] == ["1811", 1200, 0.06, 0.02]
    assert "Who made the records" not in audit_page(result, context)


def test_the_audit_states_what_is_left_to_chance_and_counts_only_cells_that_get_a_visit(
    result: RunResult, context: RunContext
) -> None:
    left_out = result.suggestions.assign(visits=0, patrol_minutes=0.0)
    plan = ExplorationPlan(1, best=4.0, drawn=3.9, n_shifts=3)
    both = replace(result, suggestions=pd.concat([result.suggestions, left_out.assign(cell="x")]), exploration=plan)
    assert concentration_rows(both) == concentration_rows(result)
    document = audit_document(both, context)["exploration"]
    assert (document["half_width"], document["best"], document["drawn"]) == (1, 4.0, 3.9)
    assert "Price: 0.1 of the 4 incidents" in audit_page(both, context)
    off = replace(result, exploration=ExplorationPlan(off="the council asked for fixed plans"))
    assert "Reason given: the council asked for fixed plans." in audit_page(off, context)
