"""The first sentence is the worst that the measurements support, in a district or in the city, never the average."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from tests.report.audit.test_disparity import EVEN, audit, group

from patrolcast.audit.disparity.districts import find_in_districts
from patrolcast.audit.disparity.gates import disparity_gates
from patrolcast.domain.measures import (
    DisparityAudit,
    ErrorParts,
    GroupComparison,
    Interval,
    unmeasured,
)
from patrolcast.domain.records import GateResult
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import Audit
from patrolcast.report.audit.finding import ascertainment_sentence, audit_findings, audit_lines
from patrolcast.report.audit.worst_first import worst_in_districts

NAN = float("nan")
TWO = ("group_a", "group_b")


def checks(found: DisparityAudit, *names: str) -> tuple[GateResult, ...]:
    return disparity_gates(found, Audit(), names or TWO)


def without_c(excess: Interval = EVEN) -> DisparityAudit:
    found = audit(excess)
    return replace(found, groups=found.groups[:2])


def times(ratio: float, half: float, name: str = "black") -> GroupComparison:
    excess = Interval(log(ratio), log(ratio) - half, log(ratio) + half, 28)
    return replace(group("group_b"), group=name, excess=excess)


def with_districts(*odd: GroupComparison, n: int = 22, city: Interval = EVEN) -> DisparityAudit:
    districts = {str(k + 1): (times(1.0, 0.1, "black"),) for k in range(n)}
    districts |= {str(k + 10): (one,) for k, one in enumerate(odd)}
    return replace(without_c(city), districts=districts, in_districts=find_in_districts(districts, limit=2.0))


def test_a_district_beyond_the_limit_comes_before_a_city_within_it() -> None:
    found = with_districts(times(3.86, 0.34), times(3.0, 0.3), times(0.3, 0.3, "hispanic"))
    first, city, *_ = audit_findings(found, checks(found), GroupNames())
    assert first == (
        "In district 10, places of Black residents would get 3.86 times as much patrol per report as other places. The "
        "95 % interval is 2.75 to 5.42. Of 22 comparisons in districts, 3 lie wholly beyond the limit of 0.5 to 2 "
        "times."
    )
    assert city.startswith("Patrol in the whole city: no group is beyond the limit. Furthest from even: places of")


def test_of_several_the_one_furthest_from_even_is_named_whichever_way() -> None:
    found = worst_in_districts(with_districts(times(3.0, 0.2), times(0.17, 0.2, "hispanic")))
    assert found is not None
    assert (found[0], found[1].group) == ("11", "hispanic")


def test_the_furthest_is_named_though_a_milder_one_alone_is_certain_after_correction() -> None:
    districts = with_districts(times(3.0, 0.05), times(6.0, 1.0))
    assert districts.in_districts is not None
    assert [one.certain for one in districts.in_districts.beyond] == [True, False]
    found = worst_in_districts(districts)
    assert found is not None
    assert found[1].excess.estimate == pytest.approx(log(6.0))


def test_what_chance_may_explain_says_so() -> None:
    found = with_districts(times(4.0, 0.66))
    first = audit_findings(found, checks(found), GroupNames())[0]
    assert first.endswith(
        "Of 22 comparisons in districts, 1 lies wholly beyond the limit of 0.5 to 2 times, which chance may explain "
        "among 22."
    )


def test_a_city_beyond_the_limit_by_more_than_any_district_comes_first() -> None:
    found = with_districts(times(3.0, 0.05), city=Interval(log(5), log(4), log(6), 28))
    first = audit_findings(found, checks(found), GroupNames())[0]
    assert first.startswith("Patrol is beyond the limit set before the run for group b. Places of group b residents")
    assert ". In district 10, places of Black residents would get 3.00 times" in first
    larger = with_districts(times(7.0, 0.2), city=Interval(log(5), log(4), log(6), 28))
    first = audit_findings(larger, checks(larger), GroupNames())[0]
    assert first.startswith("In district 10, places of Black residents would get 7.00")
    assert ". Patrol is beyond the limit set before the run for group b. Places of group b residents" in first


def test_without_a_district_beyond_the_city_is_first() -> None:
    found = with_districts()
    assert audit_findings(found, checks(found), GroupNames())[0].startswith("No group is beyond the limit. Furthest")


def test_a_group_without_any_patrol_in_a_district_is_the_worst_of_all() -> None:
    none = GroupComparison("asian", "everyone else", 900.0, 0.0, 3.0, unmeasured(""), EVEN, unmeasured(""))
    found = with_districts(times(9.0, 0.1), none)
    assert audit_findings(found, checks(found), GroupNames())[0].startswith(
        "In district 11, there would be no patrol at all where Asian residents live, despite reports there. Of 22"
    )


def test_the_wider_interval_stands_beside_the_one_as_counted() -> None:
    counted = Interval(log(4), log(3), log(5), 28)
    wide = Interval(log(4), log(2), log(8), 28)
    parts = {"excess": ErrorParts(0.2, NAN, NAN, 0.5, 0.1)}
    found = with_districts(replace(times(4.0, 0.1), excess=wide, excess_as_counted=counted, parts=parts))
    first = audit_findings(found, checks(found), GroupNames())[0]
    assert "interval is 3.00 to 5.00 with residents where the census counts them, and 2.00 to 8.00 with what" in first


def test_readings_of_need_that_disagree_are_said_and_a_turn_of_sign_first() -> None:
    def read(name: str, per_report: float, per_resident: float) -> GroupComparison:
        by = (Interval(log(value), log(value) - 0.1, log(value) + 0.1, 28) for value in (per_report, per_resident))
        excess, resident = by
        return replace(group(name, excess), excess_per_resident=resident)

    groups = (read("white", 1.02, 1.62), read("black", 1.18, 0.72), read("hispanic", 0.68, 0.70))
    found = replace(audit(EVEN), groups=groups)
    assert audit_findings(found, checks(found), GroupNames())[-1] == (
        "It matters how need is read: as reported incidents, or as reported incidents for each resident. Patrol for "
        "it, times that of others: Black 1.18 or 0.72 and white 1.02 or 1.62. For Black residents it decides whether "
        "they get more than others or less."
    )
    alike = replace(found, groups=groups[2:])
    assert not any(sentence.startswith("It matters") for sentence in audit_findings(alike, checks(alike), GroupNames()))


def test_the_briefing_gets_the_first_finding_and_the_reporting_that_would_turn_it() -> None:
    found = with_districts(times(3.86, 0.34), city=Interval(log(1.3), log(1.2), log(1.4), 28))
    lines = audit_lines(found, checks(found), GroupNames())
    assert lines[0] == audit_findings(found, checks(found), GroupNames())[0]
    assert lines[1] == (
        "Not every crime is reported. In the whole city, places of group b residents get 1.30 times as much patrol "
        "per report. If these residents report 0.80 times as often as everyone else, that difference is none. Beyond "
        "that it turns around."
    )
    even = with_districts(times(3.86, 0.34))
    assert len(audit_lines(even, checks(even), GroupNames())) == 1, "no difference in the city that could turn"
    assert ascertainment_sentence(None, GroupNames()) is None
    assert audit_lines(None, (), GroupNames()) == []
    assert audit_lines(replace(found, groups=()), (), GroupNames()) == []


def test_what_a_district_leaves_open_comes_before_a_milder_city() -> None:
    found = with_districts(times(2.22, 0.24), city=Interval(log(0.66), log(0.52), log(0.83), 28))
    first, city, *_ = audit_findings(found, checks(found), GroupNames())
    assert first == (
        "In district 10, places of Black residents would get 2.22 times as much patrol per report as other places. The "
        "95 % interval is 1.75 to 2.82. Whether that is beyond the limit of 0.5 to 2 times is not clear."
    )
    assert city.startswith("Patrol in the whole city: no group is beyond the limit. Furthest from even: places of")


def test_what_was_left_out_for_want_of_records_is_a_sentence_of_its_own() -> None:
    found = replace(with_districts(), left_out="2 of 28 nights are left out: records are missing")
    assert "2 of 28 nights are left out: records are missing." in audit_findings(found, checks(found), GroupNames())


def test_where_all_is_within_the_limit_the_furthest_of_any_district_is_named_first() -> None:
    found = with_districts(times(1.6, 0.2))
    first = audit_findings(found, checks(found), GroupNames())[0]
    assert first.startswith(
        "No group is beyond the limit. Furthest from even: in district 10, places of Black residents would get 1.60"
    )
    assert "In the whole city, places of" in first
    assert (
        "in district" not in audit_findings(even := with_districts(times(1.6, 0.9)), checks(even), GroupNames())[0]
    ), "may be even"


WEIGHTS = {"assault": 3.0, "burglary": 2.0, "theft": 1.0}


def test_the_headline_says_that_reports_count_by_severity_and_only_where_they_do() -> None:
    found = with_districts(times(2.22, 0.24))
    said = "Reports count by their weight: assault 3, burglary 2, everything else 1."
    assert audit_findings(found, checks(found), GroupNames(), WEIGHTS)[0].endswith(said)
    assert audit_lines(found, checks(found), GroupNames(), WEIGHTS)[0].endswith(said)
    assert "weight" not in audit_findings(found, checks(found), GroupNames(), {"theft": 1.0})[0]
    assert "weight" not in audit_findings(found, checks(found), GroupNames())[0]
