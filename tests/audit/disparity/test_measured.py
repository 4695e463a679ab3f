"""`group_audit` passes only where every named group was measured, on nearly all of its residents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolcast.audit.disparity.compare_groups import compare_groups
from patrolcast.audit.disparity.concentration import concentration
from patrolcast.audit.disparity.measured import measured_gate
from patrolcast.domain.measures import DisparityAudit
from patrolcast.domain.records import GateResult, GateVerdict, publishable
from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.settings import Audit

NAMES = ("a", "b", "c")
RNG = np.random.default_rng(3)


def audit(*, of_c: float = 100.0, reference: str | None = None, **more: object) -> DisparityAudit:
    """Even patrol of three groups of 20 cells each; ``of_c`` residents of c in a cell."""
    people = np.repeat(np.eye(3), 20, axis=1) * np.array([[100.0], [100.0], [of_c]])
    dose = 10.0 * RNG.lognormal(0, 0.02, (60, 60))
    groups = compare_groups(
        dose, np.ones((60, 60)), people, people.sum(axis=0) + 1.0, NAMES, reference=reference, least_residents=500.0
    )
    found = DisparityAudit(
        "", "suggested", 60, "2026-01-01", "2026-03-01", "made up", concentration(dose), groups=groups,
        measured_shares=dict.fromkeys((*NAMES, "total"), 1.0),
    )  # fmt: skip
    return replace(found, **more)  # type: ignore[arg-type]


def gate(found: DisparityAudit, *, limits: Audit | None = None, declared: dict[str, str] | None = None) -> GateResult:
    result = measured_gate(found, limits or Audit(), NAMES, declared or {})
    assert publishable((result,), required=frozenset()) == (result.verdict is GateVerdict.PASS)
    return result


def test_it_passes_where_every_group_was_measured() -> None:
    found = gate(audit(measured_shares={"a": 1.0, "b": 0.96, "c": 0.99, "total": 0.97}))
    assert (found.verdict, found.value) == (GateVerdict.PASS, 0.96)
    assert found.threshold == "every named group compared, on at least 0.95 of its residents"
    assert found.detail == "a, b, c, over 60 nights, on 96.0 % of the residents or more; residents: made up"


def test_what_was_left_out_is_said_whatever_the_verdict() -> None:
    missing = "2 of 60 nights are left out: records are missing"
    passed = gate(audit(left_out=missing))
    assert (passed.verdict, passed.detail.endswith(f"; {missing}")) == (GateVerdict.PASS, True)
    failed = gate(audit(left_out=missing, measured_shares={"a": 0.5, "b": 1.0, "c": 1.0, "total": 0.9}))
    assert (failed.verdict, failed.detail.endswith(f"; {missing}")) == (GateVerdict.FAIL, True)


@pytest.mark.parametrize("of_c", [0.0, 0.6, 24.9])
def test_one_group_that_is_too_small_keeps_it_from_passing_and_is_named(of_c: float) -> None:
    found = gate(audit(of_c=of_c))
    assert (found.verdict, found.value) == (GateVerdict.NOT_MEASURED, None)
    assert found.detail == "c was not measured: fewer than 500 residents"


def test_a_group_that_the_config_declares_too_small_is_left_out_and_said() -> None:
    found = gate(audit(of_c=0.6), declared={"c": "a dozen people live in one home for the aged"})
    assert found.verdict is GateVerdict.PASS
    assert found.detail == (
        "a, b, over 60 nights, on 100.0 % of the residents or more; residents: made up; c is not measured, as declared"
        ": a dozen people live in one home for the aged"
    )


def test_a_group_that_is_large_enough_cannot_be_declared_away() -> None:
    found = gate(audit(), declared={"c": "we would rather not see this group here"})
    assert found.verdict is GateVerdict.NOT_MEASURED
    assert found.detail == "c has 2,000 residents and is declared as not measured: measure it"


def test_a_group_of_enough_residents_without_an_interval_keeps_it_from_passing() -> None:
    found = audit()
    few = replace(found.groups[2], excess=replace(found.groups[2].excess, lower=float("nan"), note="too few nights"))
    result = gate(replace(found, groups=(*found.groups[:2], few)))
    assert (result.verdict, result.detail) == (GateVerdict.NOT_MEASURED, "c was not measured: too few nights")


def test_a_group_that_was_not_compared_at_all_keeps_it_from_passing() -> None:
    found = audit()
    assert gate(replace(found, groups=found.groups[:2])).detail == "c was not compared"
    assert gate(replace(found, groups=())).verdict is GateVerdict.NOT_MEASURED


@pytest.mark.parametrize("name", ["a", "b", "c", "total"])
def test_a_group_seen_on_a_sixth_of_its_residents_fails(name: str) -> None:
    coverage = CensusCoverage(62.0, 10.0, {"total": 17.0}, {"total": 100.0})
    shares = {"a": 1.0, "b": 1.0, "c": 1.0, "total": 1.0} | {name: 0.17}
    found = gate(audit(measured_shares=shares, coverage=coverage))
    assert (found.verdict, found.value) == (GateVerdict.FAIL, 0.17)
    whose = "all residents" if name == "total" else f"the residents of {name}"
    assert found.detail == (
        f"measured on 17 % of {whose}; 10 of 62 census areas in the city have counts: 17 % of its residents, as "
        "estimated"
    )


def test_the_share_is_the_one_that_the_config_states() -> None:
    found = audit(measured_shares={"a": 0.9, "b": 1.0, "c": 1.0, "total": 0.95})
    assert gate(found).verdict is GateVerdict.FAIL
    assert gate(found, limits=Audit(least_measured_share=0.9)).verdict is GateVerdict.PASS
    least = audit(measured_shares={"a": 0.95, "b": 1.0, "c": 1.0, "total": 1.0})
    assert gate(least, limits=Audit()).verdict is GateVerdict.PASS


@pytest.mark.parametrize(
    ("shares", "whose"),
    [
        ({}, "a, b, c, all residents"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "all residents"),
        ({"a": 1.0, "c": 1.0, "total": 1.0}, "b"),
        ({"a": 1.0, "b": float("nan"), "c": 1.0, "total": 1.0}, "b"),
    ],
)
def test_a_share_that_is_not_known_fails(shares: dict[str, float], whose: str) -> None:
    found = gate(audit(measured_shares=shares))
    assert (found.verdict, found.value) == (GateVerdict.FAIL, 0.0)
    assert found.detail == f"the share of residents that was measured is not known: {whose}"


def test_the_group_that_others_are_compared_with_needs_no_comparison_of_its_own() -> None:
    found = measured_gate(audit(reference="a"), Audit(reference="a"), NAMES, {})
    assert (found.verdict, found.detail.split(",")[0]) == (GateVerdict.PASS, "b")


def test_but_it_must_be_seen_on_its_residents_too_and_be_large_enough() -> None:
    seen = audit(reference="a", measured_shares={"a": 0.5, "b": 1.0, "c": 1.0, "total": 1.0})
    assert measured_gate(seen, Audit(reference="a"), NAMES, {}).verdict is GateVerdict.FAIL
    small = audit(of_c=1.0, reference="c")
    assert measured_gate(small, Audit(reference="c"), NAMES, {}).verdict is GateVerdict.NOT_MEASURED


def test_without_residents_the_reason_is_given() -> None:
    found = gate(audit(groups=(), why_not="no count of residents"))
    assert (found.verdict, found.detail) == (GateVerdict.NOT_MEASURED, "no count of residents")
