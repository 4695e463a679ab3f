"""Of the checks on groups what failed comes first, the larger before the smaller."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from tests.report.audit.test_disparity import ELSE, EVEN, audit, gates, group, without_patrol
from tests.report.audit.test_finding import checks, times, with_districts, without_c

from patrolcast.audit.disparity.gates import disparity_gates
from patrolcast.domain.measures import GroupCalibration, GroupComparison, GroupOpportunity, Interval, unmeasured
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import Audit
from patrolcast.report.audit.finding import audit_findings, audit_lines
from patrolcast.report.audit.worst_first import worst_first


def test_where_all_checks_on_groups_pass_there_is_no_clause() -> None:
    found = without_c()
    assert worst_first(found, checks(found), GroupNames()) == ()
    assert worst_first(None, (), GroupNames()) == ()


def test_a_group_that_is_not_measured_and_stops_comes_before_one_that_warns() -> None:
    """One group is seen at 50 times without an interval; another only may be beyond the limit."""
    none = unmeasured("a part of the window holds nothing to measure", n=28, estimate=log(50))
    found = without_c(Interval(log(1.9), log(1.5), log(2.4), 28))
    found = replace(found, groups=(*found.groups, replace(group("group_c"), excess=none, log_exposure_ratio=none)))
    first, warned, *_ = audit_findings(found, gates(found), GroupNames())
    assert first == "Not measured: group c (what is seen, 50.00 times, lies beyond the limit)."
    assert warned.startswith("In the whole city it is not clear whether patrol stays within the limit set before")
    measured = without_c(Interval(log(1.9), log(1.5), log(2.4), 28))
    assert audit_findings(measured, checks(measured), GroupNames())[0] == warned


def test_of_groups_that_are_not_measured_the_one_seen_furthest_from_even_is_first() -> None:
    groups = tuple(
        replace(group(name), excess=unmeasured("holes", n=28, estimate=log(seen)))
        for name, seen in (("group_a", 3.0), ("group_b", 0.02), ("group_c", 1.5))
    )
    found = replace(audit(EVEN), groups=groups)
    [first, *_] = audit_findings(found, gates(found), GroupNames())
    assert first == (
        "Not measured: group b (what is seen, 0.02 times, lies beyond the limit), group a (what is seen, 3.00 times, "
        "lies beyond the limit) and group c."
    )
    assert audit_lines(found, gates(found), GroupNames()) == [first]


def test_too_few_residents_stop_through_the_audit_and_are_named_first() -> None:
    found = audit(EVEN)
    first, city, *_ = audit_findings(found, gates(found), GroupNames())
    assert first == "Not measured: group c."
    assert city.startswith("Patrol in the whole city: of the groups that were measured none is beyond the limit. Not")
    declared = disparity_gates(
        replace(found, groups=(*found.groups[:2], replace(found.groups[2], enough=False))), Audit(),
        ("group_a", "group_b", "group_c"), {"group_c": "a dozen people"},
    )  # fmt: skip
    assert audit_findings(found, declared, GroupNames())[0].startswith(
        "Of the groups that were measured none is beyond the limit."
    )


def off(times: float, name: str = "group_a") -> GroupCalibration:
    return GroupCalibration(name, ELSE, times, 1.0, Interval(log(times), log(times) - 0.13, log(times) + 0.13, 30))


def test_a_forecast_that_fails_for_a_group_is_the_first_sentence_where_patrol_is_even() -> None:
    found = replace(without_c(), calibration=(off(4.0), off(1.0, "group_b")))
    first, city, *_ = audit_findings(found, checks(found), GroupNames())
    assert first == (
        "The forecast is beyond the limit set before the run for group a. Per report it is 4.00 times as high "
        "where group a residents live as where everyone else lives. The 95 % interval is 3.51 to 4.56."
    )
    assert city.startswith("Patrol in the whole city: no group is beyond the limit. Furthest from even: places")
    even = replace(found, calibration=(off(1.0), off(1.0, "group_b")))
    assert audit_findings(even, checks(even), GroupNames())[0].startswith("No group is beyond the limit. Furthest")


@pytest.mark.parametrize(("forecast", "patrol"), [(8.0, 5.0), (3.0, 5.0), (1 / 8, 5.0)])
def test_of_two_kinds_that_failed_the_larger_is_first_and_the_other_in_the_same_sentence(
    forecast: float, patrol: float
) -> None:
    found = without_c(Interval(log(patrol), log(patrol) - 0.1, log(patrol) + 0.1, 28))
    found = replace(found, calibration=(off(forecast),))
    first = audit_findings(found, checks(found), GroupNames())[0].lower()
    at = [first.index(what) for what in ("the forecast is beyond the limit", "patrol is beyond the limit")]
    assert at.index(min(at)) == (0 if abs(log(forecast)) > log(patrol) else 1)
    assert min(at) == 0


def test_without_any_patrol_is_larger_than_any_figure() -> None:
    found = replace(without_c(), calibration=(off(90.0),))
    found = replace(found, groups=(found.groups[0], without_patrol("group_b")))
    first = audit_findings(found, checks(found), GroupNames())[0]
    assert first.startswith("Patrol is beyond the limit set before the run for group b. In 28 nights there would have")
    assert ". The forecast is beyond the limit" in first


def waived(gates: tuple[GateResult, ...], *names: str) -> list[GateResult]:
    terms = "; waived until 2026-12-31 by the chief (fail without it): no reason worth the name."
    return [
        replace(gate, verdict=GateVerdict.WAIVED, detail=gate.detail + terms) if gate.name in names else gate
        for gate in gates
    ]


def test_what_is_waived_stands_after_what_failed_and_before_what_is_not_measured() -> None:
    found = replace(with_districts(times(9.0, 0.1)), calibration=(off(4.0),))
    none = unmeasured("holes", n=28, estimate=log(50))
    found = replace(found, groups=(*found.groups, replace(group("group_c"), excess=none)))
    first = audit_findings(found, waived(gates(found), "group_audit_districts"), GroupNames())[0]
    parts = (
        "The forecast is beyond the limit set before the run for group a",
        ". In district 10, places of Black residents would get 9.00",
        "limit of 0.5 to 2 times, by a written waiver. Not measured: group c (what is seen, 50.00 times",
    )
    at = [first.index(part) for part in parts]
    assert at == sorted(at)
    assert at[0] == 0


def test_a_waiver_of_what_is_not_measured_is_said_and_not_its_terms() -> None:
    found = audit(EVEN)
    first = audit_findings(found, waived(gates(found), "group_audit"), GroupNames())[0]
    assert first == (
        "The audit of groups did not pass and is waived in writing: group_c was not measured: fewer than 500 residents."
    )
    none = unmeasured("holes", n=28, estimate=log(50))
    seen = replace(found, groups=(*found.groups[:2], replace(group("group_c"), excess=none)))
    first = audit_findings(seen, waived(gates(seen), "group_excess_group_c"), GroupNames())[0]
    assert first.startswith("Not measured, by a written waiver: group c (what is seen, 50.00 times, lies beyond the")


def test_residents_that_were_not_seen_come_first_too() -> None:
    found = replace(without_c(), measured_shares={"group_a": 0.6, "group_b": 1.0, "total": 1.0})
    assert audit_findings(found, checks(found), GroupNames())[0] == (
        "The audit of groups failed: measured on 60 % of the residents of group_a."
    )


def test_a_group_that_is_not_measured_in_a_district_is_named_first() -> None:
    none = unmeasured("no night", n=28)
    nothing = GroupComparison("black", ELSE, 900.0, 0.0, 3.0, none, none, none)
    found = with_districts(*(nothing,) * 7)
    assert audit_findings(found, checks(found), GroupNames())[0] == (
        "Not measured: Black in district 10 (no night), Black in district 11 (no night), Black in district 12 (no "
        "night), Black in district 13 (no night), Black in district 14 (no night) and 2 more in districts."
    )
    few = with_districts(*(replace(nothing, enough=False),) * 7)
    assert audit_findings(few, checks(few), GroupNames())[0].startswith("No group is beyond the limit")


def test_a_district_without_an_interval_says_why_and_how_much() -> None:
    none = unmeasured("holes", n=28, estimate=log(0.0045))
    found = with_districts(GroupComparison("black", ELSE, 900.0, 0.01, 3.0, none, EVEN, none))
    assert audit_findings(found, checks(found), GroupNames())[0] == (
        "In district 10, places of Black residents would get 0.0045 times as much patrol per report as other places "
        "(too few visits for an interval). Of 22 comparisons in districts, 1 lies beyond the limit of 0.5 to 2 times."
    )


def test_an_audit_that_broke_or_had_no_residents_is_not_silent() -> None:
    broken = GateResult("group_audit", None, "", GateVerdict.FAIL, "the audit of groups itself broke: KeyError")
    assert audit_lines(None, (broken,), GroupNames()) == [
        "The audit of groups failed: the audit of groups itself broke: KeyError."
    ]
    nobody = replace(audit(EVEN), groups=(), why_not="no count of residents", in_districts=None)
    assert audit_lines(nobody, gates(nobody), GroupNames()) == [
        "How patrol falls on groups was not measured: no count of residents."
    ]


def test_what_warns_has_a_sentence_each_and_the_city_comes_after() -> None:
    gap = GroupOpportunity("group_a", ELSE, 0.1, 0.4, Interval(-0.3, -0.4, -0.2, 28))
    found = replace(with_districts(times(4.0, 0.66)), opportunity=(gap,), calibration=(off(1.3),))
    district, forecast, reach, city, *_ = audit_findings(found, checks(found), GroupNames())
    assert district.startswith("In district 10, places of Black residents would get 4.00")
    assert forecast.startswith("It is not clear whether the forecast stays within the limit set before the run for")
    assert reach.startswith("The check of how many incidents lie in suggested places, for group a, warns: share of")
    assert city.startswith("Patrol in the whole city: no group is beyond the limit")
