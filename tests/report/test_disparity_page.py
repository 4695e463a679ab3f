"""Who receives the patrol, told: the finding agrees with the gates, and nothing unmeasured reads like a pass."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from patrolcast.audit.disparity_gates import disparity_gates
from patrolcast.domain.measures import (
    Ascertainment,
    Composition,
    Concentration,
    DisparityAudit,
    GroupCalibration,
    GroupComparison,
    GroupOpportunity,
    Interval,
    ReportingAssumption,
    unmeasured,
)
from patrolcast.domain.records import GateResult, Verdict
from patrolcast.domain.settings_audit import Audit
from patrolcast.report.audit_page import audit_document, audit_page
from patrolcast.report.disparity_page import finding

ELSE = "everyone else"
EVEN = Interval(0.0, -0.1, 0.1, 28, "few nights")


def group(name: str, excess: Interval = EVEN) -> GroupComparison:
    return GroupComparison(name, ELSE, 5000.0, 3.0, 3.0, EVEN, EVEN, excess)


def audit(excess: Interval) -> DisparityAudit:
    groups = (group("group_a"), group("group_b", excess), group("group_c", unmeasured("fewer than 500 residents")))
    row = ReportingAssumption("all report alike", 1.0, 1.0, 1.2, 0.1)
    shares = {"group_a": 0.5, "group_b": 0.4, "group_c": float("nan")}
    return DisparityAudit(
        "", "suggested", 28, "2026-05-01", "2026-05-28", "made up", Concentration(28, 100, 0.9, 20.0, 28, 20, 0.8),
        groups, {"census area": groups}, {"1": groups},
        tuple(GroupCalibration(name, ELSE, 1.0, 1.0, EVEN) for name in ("group_a", "group_b")),
        tuple(GroupOpportunity(name, ELSE, 0.2, 0.2, EVEN) for name in ("group_a", "group_b")),
        (Composition("top 5 %", 3, shares, shares), Composition("median", 0, shares, shares)),
        (Ascertainment("group_b", ELSE, (row,), 0.8), Ascertainment("group_a", ELSE, (row,), None)),
    )  # fmt: skip


def gates(found: DisparityAudit) -> tuple[GateResult, ...]:
    return disparity_gates(found, Audit(), ("group_a", "group_b", "group_c"))


@pytest.mark.parametrize(
    ("excess", "expected"),
    [
        (Interval(0.1, 0.05, 0.15, 28), "No group is beyond the limit; furthest from even: per incident that citizens"),
        (Interval(1.1, 1.0, 1.2, 28), "Patrol is beyond the limit set before the run for group b: per incident"),
        (Interval(0.6, 0.4, 0.8, 28), "It cannot be told whether the limit set before the run is kept; furthest"),
    ],
)
def test_the_finding_says_what_the_gates_say(excess: Interval, expected: str) -> None:
    found = audit(excess)
    assert finding(found, gates(found)).startswith(expected)


def test_a_waived_finding_is_told_as_waived() -> None:
    found = audit(Interval(1.1, 1.0, 1.2, 28))
    waived = [
        replace(gate, verdict=Verdict.WAIVED) if gate.name == "group_excess_group_b" else gate for gate in gates(found)
    ]
    assert "beyond the limit, by a written waiver for group b" in finding(found, waived)


def test_the_page_holds_finding_picture_tables_and_limits(result, context) -> None:
    found = audit(Interval(1.1, 1.0, 1.2, 28))
    page = audit_page(replace(result, disparity=found, gates=(*result.gates, *gates(found))), context)
    assert "3.00 (95 % interval 2.72 to 3.32) times the patrol" in page
    assert page.index("Patrol is beyond the limit") < page.index("<svg") < page.index("Exposure ratio</th>")
    assert "not measured: fewer than 500 residents" in page
    assert "none: areas tie" in page
    assert "No reporting ratio from 0.2 to 5 would make patrol and need of group a even." in page
    assert "What it cannot show" in page
    assert "style=" not in page.split("</style>")[1]


def test_a_run_without_groups_says_not_measured(result, context) -> None:
    found = replace(audit(EVEN), groups=(), why_not="no count of residents")
    page = audit_page(replace(result, disparity=found, gates=gates(found)), context)
    assert "<strong>Not measured.</strong>" in page
    assert "No group is beyond the limit" not in page


def test_the_audit_as_data_is_json_without_nan(result, context) -> None:
    found = audit(EVEN)
    document = audit_document(replace(result, disparity=found, gates=gates(found)), context)
    text = json.dumps(document["disparity"], allow_nan=False)
    again = json.loads(text)
    assert again["groups"][1]["excess"]["estimate"] == 0.0
    assert again["groups"][2]["excess"]["estimate"] is None
    assert again["composition"][0]["shares"]["group_c"] is None
