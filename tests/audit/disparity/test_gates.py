"""Gates on groups: three answers, each with a city that must get it; what was not measured is never passed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolcast.audit.disparity.compare_groups import compare_groups
from patrolcast.audit.disparity.concentration import concentration
from patrolcast.audit.disparity.districts import find_in_districts
from patrolcast.audit.disparity.gates import broken_gate, disparity_gates
from patrolcast.audit.gates import REQUIRED, guarded
from patrolcast.domain.measures import (
    DisparityAudit,
    ErrorParts,
    GroupCalibration,
    GroupOpportunity,
    Interval,
    unmeasured,
)
from patrolcast.domain.records import GateResult, GateVerdict, publishable
from patrolcast.domain.settings import Audit

RNG = np.random.default_rng(3)
GROUPS = ("a", "b")
NAMES = ("a", "b", "c")
SEEN = {"a": 1.0, "b": 1.0, "c": 1.0, "total": 1.0}
PEOPLE = np.array([[100.0] * 20 + [0.0] * 20, [0.0] * 20 + [100.0] * 20])


def audit(times: float, *, noise: float = 0.02, least: float = 0.0) -> DisparityAudit:
    """Cells of group b get ``times`` the patrol of cells of group a; need is even."""
    dose = np.repeat([[10.0] * 20 + [10.0 * times] * 20], 60, axis=0) * RNG.lognormal(0, noise, (60, 40))
    groups = compare_groups(dose, np.ones((60, 40)), PEOPLE, PEOPLE.sum(axis=0), GROUPS, least_residents=least)
    return DisparityAudit(
        "", "suggested", 60, "2026-01-01", "2026-03-01", "made up", concentration(dose), groups, measured_shares=SEEN
    )


def spotty(nights: slice, *, reports: float = 1.0) -> DisparityAudit:
    """Three groups, 60 nights: the places of c get the patrol of the others on some nights only; reports are even."""
    people = np.repeat(np.eye(3), 20, axis=1) * 100.0
    dose, reported = 10.0 * RNG.lognormal(0, 0.02, (60, 60)), np.ones((60, 60))
    patrolled = np.zeros(60, dtype=bool)
    patrolled[nights] = True
    dose[np.ix_(~patrolled, np.arange(40, 60))] = 0.0
    reported[:, 40:] = reports
    groups = compare_groups(dose, reported, people, people.sum(axis=0), NAMES)
    return DisparityAudit("", "suggested", 60, "2026-01-01", "2026-03-01", "made up", concentration(dose), groups)


def excess_of_c(found: DisparityAudit) -> tuple[GateResult, bool]:
    """The gate of group c, and whether the run is published."""
    gates = disparity_gates(found, Audit(max_excess_ratio=2.0), NAMES)
    alone = next(gate for gate in gates if gate.name == "group_excess_c")
    return alone, publishable((alone,), required=frozenset())


def verdict(found: DisparityAudit, name: str = "group_excess_b") -> GateVerdict:
    return next(gate.verdict for gate in disparity_gates(found, Audit(), GROUPS) if gate.name == name)


@pytest.mark.parametrize(
    ("times", "expected"), [(1.0, GateVerdict.PASS), (3.0, GateVerdict.FAIL), (1 / 3, GateVerdict.FAIL)]
)
def test_too_much_and_too_little_patrol_both_fail(times: float, expected: GateVerdict) -> None:
    assert verdict(audit(times)) == expected


def test_an_interval_that_holds_the_limit_warns() -> None:
    found = audit(2.0, noise=0.5)
    gate = disparity_gates(found, Audit(), GROUPS)[2]
    assert gate.verdict == GateVerdict.WARN
    assert gate.detail.endswith("the interval contains the limit: too few to decide")


def test_the_gate_tells_ratios_with_their_interval() -> None:
    gate = disparity_gates(audit(3.0, noise=0.001), Audit(), GROUPS)[2]
    assert gate.value == pytest.approx(3.0, rel=0.01)
    assert gate.lower < gate.value < gate.upper


def test_without_residents_every_group_is_not_measured_and_publication_stops() -> None:
    found = replace(audit(1.0), groups=(), why_not="no count of residents")
    gates = disparity_gates(found, Audit(), GROUPS)
    assert [(gate.name, gate.verdict) for gate in gates] == [
        ("group_audit", GateVerdict.NOT_MEASURED),
        ("group_excess_a", GateVerdict.NOT_MEASURED),
        ("group_excess_b", GateVerdict.NOT_MEASURED),
        ("group_audit_districts", GateVerdict.NOT_MEASURED),
    ]
    assert not publishable(gates, required=frozenset())


def test_groups_all_too_small_are_not_measured_and_publication_stops() -> None:
    gates = disparity_gates(audit(1.0, least=10_000), Audit(), GROUPS)
    assert gates[0].verdict == GateVerdict.NOT_MEASURED
    assert gates[0].detail == (
        "a was not measured: fewer than 10,000 residents; b was not measured: fewer than 10,000 residents"
    )
    assert not publishable(gates, required=frozenset())


def test_a_group_that_gets_no_patrol_at_all_fails_and_publication_stops() -> None:
    gate, published = excess_of_c(spotty(slice(0, 0)))
    assert (gate.verdict, gate.value, gate.stops, published) == (GateVerdict.FAIL, 0.0, True, False)
    assert gate.detail == "no patrol at all in 60 nights where c lives, and reports were made there"


def test_the_same_group_with_patrol_every_night_is_published() -> None:
    gate, published = excess_of_c(spotty(slice(None)))
    assert (gate.verdict, published) == (GateVerdict.PASS, True)


def test_a_group_without_patrol_and_without_reports_is_not_measured_and_stops_nothing() -> None:
    gate, published = excess_of_c(spotty(slice(0, 0), reports=0.0))
    assert (gate.verdict, gate.stops, published) == (GateVerdict.NOT_MEASURED, False, True)


def test_patrol_on_few_nights_is_not_measured_and_stops_where_what_is_seen_lies_beyond_the_limit() -> None:
    gate, published = excess_of_c(spotty(slice(0, 12)))
    assert (gate.verdict, gate.value, gate.stops, published) == (GateVerdict.NOT_MEASURED, None, True, False)
    assert gate.detail == (
        "against everyone else: a part of the window holds nothing to measure; the estimate, 0.20 times, lies beyond "
        "the limit"
    )


def test_patrol_on_most_nights_is_not_measured_and_stops_nothing_where_what_is_seen_lies_within() -> None:
    gate, published = excess_of_c(spotty(slice(0, 50)))
    assert (gate.verdict, gate.stops, published) == (GateVerdict.NOT_MEASURED, False, True)
    assert gate.detail == "a part of the window holds nothing to measure"


def test_others_without_any_patrol_fail_the_group_that_gets_it_all() -> None:
    dose = np.repeat([[10.0] * 20 + [0.0] * 20], 60, axis=0)
    groups = compare_groups(dose, np.ones((60, 40)), PEOPLE, PEOPLE.sum(axis=0), GROUPS)
    gates = disparity_gates(replace(audit(1.0), groups=groups), Audit(), GROUPS)
    assert [(gate.verdict, gate.value) for gate in gates[1:3]] == [(GateVerdict.FAIL, None), (GateVerdict.FAIL, 0.0)]
    assert gates[1].detail == "no patrol at all in 60 nights where everyone else lives, and reports were made there"


@pytest.mark.parametrize(("nights", "least"), [(60, 10_000), (8, 0)])
def test_too_few_residents_or_nights_never_say_no_patrol(nights: int, least: float) -> None:
    dose = np.repeat([[10.0] * 20 + [0.0] * 20], nights, axis=0)
    groups = compare_groups(dose, np.ones_like(dose), PEOPLE, PEOPLE.sum(axis=0), GROUPS, least_residents=least)
    gates = disparity_gates(replace(audit(1.0), groups=groups), Audit(), GROUPS)
    assert [(gate.verdict, gate.stops) for gate in gates] == [
        (GateVerdict.NOT_MEASURED, True),
        (GateVerdict.NOT_MEASURED, False),
        (GateVerdict.NOT_MEASURED, False),
        (GateVerdict.NOT_MEASURED, least == 0),  # districts were not looked at, of groups with enough residents
    ]


def test_what_is_not_known_of_homes_can_keep_a_pass_and_cannot_undo_a_failure() -> None:
    """Patrol three times that of others, as counted for certain; where people live may make it anything."""
    parts = {"excess": ErrorParts(0.1, 0.0, float("nan"), 1.5, 0.0)}
    found = audit(1.0)
    counted = Interval(1.1, 1.0, 1.2, 60)
    for estimate, verdict in ((1.1, GateVerdict.FAIL), (0.0, GateVerdict.WARN)):
        moved = replace(counted, estimate=estimate, lower=estimate - 0.1, upper=estimate + 0.1)
        wide = replace(moved, lower=estimate - 1.5, upper=estimate + 1.5)
        one = replace(found.groups[1], excess=wide, excess_as_counted=moved, parts=parts)
        gates = disparity_gates(replace(found, groups=(found.groups[0], one)), Audit(), GROUPS)
        assert next(gate.verdict for gate in gates if gate.name == "group_excess_b") == verdict


@pytest.mark.parametrize(("half", "verdict"), [(0.2, GateVerdict.FAIL), (1.0, GateVerdict.NOT_MEASURED)])
def test_an_endless_interval_for_homes_does_not_undo_a_failure_as_counted(half: float, verdict: GateVerdict) -> None:
    found = audit(1.0)
    endless = unmeasured("spread otherwise", n=60, estimate=1.5)
    counted = Interval(1.5, 1.5 - half, 1.5 + half, 60)
    parts = {"excess": ErrorParts(half, 0.0, float("nan"), float("inf"), 0.0)}
    one = replace(found.groups[1], excess=endless, excess_as_counted=counted, parts=parts)
    gates = disparity_gates(replace(found, groups=(found.groups[0], one)), Audit(), GROUPS)
    gate = next(gate for gate in gates if gate.name == "group_excess_b")
    assert (gate.verdict, gate.stops) == (verdict, True)
    if verdict is GateVerdict.FAIL:
        assert (gate.value, gate.lower) == (pytest.approx(4.4817, rel=1e-3), pytest.approx(3.6693, rel=1e-3))
        assert gate.detail == "against everyone else: as counted, 60 nights; spread otherwise"


def test_districts_that_were_not_looked_at_stop_publication_where_groups_were_compared() -> None:
    gate = disparity_gates(audit(1.0), Audit(), GROUPS)[-1]
    assert (gate.verdict, gate.stops) == (GateVerdict.NOT_MEASURED, True)
    assert gate.detail == "groups were not compared within districts"
    looked = replace(audit(1.0), in_districts=find_in_districts({"all": audit(1.0).groups}, limit=2.0))
    assert disparity_gates(looked, Audit(), GROUPS)[-1].verdict is GateVerdict.PASS
    nobody = replace(audit(1.0), groups=(), why_not="no count of residents")
    gate = disparity_gates(nobody, Audit(), GROUPS)[-1]
    assert (gate.verdict, gate.stops, gate.detail) == (GateVerdict.NOT_MEASURED, False, "no count of residents")


def test_no_run_is_published_without_the_audit_of_groups() -> None:
    assert {"group_audit", "group_audit_districts"} <= REQUIRED


def test_calibration_and_opportunity_have_gates_of_their_own() -> None:
    off = GroupCalibration("b", "everyone else", 1.5, 1.0, Interval(0.4, 0.3, 0.5, 20))
    gap = GroupOpportunity("b", "everyone else", 0.1, 0.4, Interval(-0.3, -0.4, -0.2, 60))
    gates = {
        g.name: g for g in disparity_gates(replace(audit(1.0), calibration=(off,), opportunity=(gap,)), Audit(), GROUPS)
    }
    assert gates["group_calibration_b"].verdict == GateVerdict.FAIL
    assert gates["group_opportunity_b"].verdict == GateVerdict.WARN
    assert not gates["group_opportunity_b"].stops


def test_an_audit_that_breaks_has_failed() -> None:
    gate = broken_gate(ZeroDivisionError("division by zero"))
    assert (gate.verdict, gate.detail) == (
        GateVerdict.FAIL,
        "the audit of groups itself broke: ZeroDivisionError: division by zero",
    )


def test_a_gate_that_breaks_has_failed() -> None:
    def broken() -> GateResult:
        raise KeyError("cell")

    gate = guarded("budget_kept", broken)
    assert (gate.name, gate.verdict, gate.detail) == (
        "budget_kept",
        GateVerdict.FAIL,
        "the check itself broke: KeyError: 'cell'",
    )
