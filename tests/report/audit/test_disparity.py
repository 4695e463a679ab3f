"""Who receives the patrol: the finding agrees with the gates, and nothing unmeasured reads like a pass."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log, nan

import pytest
from tests.report.picture import Picture
from tests.report.reader import unlabelled

from patrolcast.audit.disparity.districts import find_in_districts
from patrolcast.audit.disparity.gates import disparity_gates
from patrolcast.domain.findings import Concentration
from patrolcast.domain.measures import (
    Ascertainment,
    Composition,
    DisparityAudit,
    ErrorParts,
    GroupCalibration,
    GroupComparison,
    GroupOpportunity,
    Interval,
    ReportingAssumption,
    unmeasured,
)
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import Audit
from patrolcast.report.audit.disparity import (
    disparity_view,
    format_ratio,
)
from patrolcast.report.audit.finding import disparities_found, disparity_finding
from patrolcast.report.audit.page import audit_document, audit_page
from patrolcast.report.audit.plots import EXPOSURE, NEED

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
        measured_shares=dict.fromkeys(("group_a", "group_b", "group_c", "total"), 1.0),
        in_districts=find_in_districts({"1": groups}, limit=2.0),
    )  # fmt: skip


def gates(found: DisparityAudit) -> tuple[GateResult, ...]:
    return disparity_gates(found, Audit(), ("group_a", "group_b", "group_c"))


@pytest.mark.parametrize(
    ("excess", "expected"),
    [
        (
            Interval(0.1, 0.05, 0.15, 28),
            "Of the groups that were measured none is beyond the limit. Not measured: group c. Furthest from even: pl",
        ),
        (
            Interval(1.1, 1.0, 1.2, 28),
            "Patrol is beyond the limit set before the run for group b. Places of group b residents would",
        ),
        (
            Interval(0.6, 0.4, 0.8, 28),
            "In the whole city it is not clear whether patrol stays within the limit set before the run. Furthest",
        ),
    ],
)
def test_the_finding_says_what_the_gates_say(excess: Interval, expected: str) -> None:
    found = audit(excess)
    assert disparity_finding(found, gates(found), GroupNames()).startswith(expected)


def test_only_where_every_group_was_measured_no_group_is_beyond_the_limit() -> None:
    found = replace(audit(EVEN), groups=tuple(group(name) for name in ("group_a", "group_b", "group_c")))
    assert disparity_finding(found, gates(found), GroupNames()).startswith(
        "No group is beyond the limit. Furthest from even: places of"
    )


def test_a_group_whose_seen_excess_lies_beyond_the_limit_is_not_measured_and_not_within_it() -> None:
    seen = group("group_c", unmeasured("a part of the window holds nothing to measure", n=28, estimate=-1.5))
    found = replace(audit(EVEN), groups=(group("group_a"), group("group_b"), seen))
    assert disparity_finding(found, gates(found), GroupNames()).startswith(
        "Of the groups that were measured none is beyond the limit. Not measured: group c (what is seen, 0.22 times, "
        "lies beyond the limit). Furthest from even: places of"
    )


def without_patrol(name: str, *, need: Interval = EVEN) -> GroupComparison:
    none = unmeasured("a part of the window holds nothing to measure", n=28)
    return GroupComparison(name, ELSE, 5000.0, 0.0, 3.0, none, need, none)


def test_a_group_without_any_patrol_leads_the_page_and_is_found(result, context) -> None:
    found = replace(audit(EVEN), groups=(group("group_a"), group("group_b"), without_patrol("group_c")))
    assert disparity_finding(found, gates(found), GroupNames()) == (
        "Patrol is beyond the limit set before the run for group c. In 28 nights there would have been no patrol "
        "at all where group c residents live, despite reports there."
    )
    assert disparities_found(found, gates(found)) == ("group_c",)
    page = audit_page(replace(result, disparity=found, gates=(*result.gates, *gates(found))), context)
    assert '<td class="nowrap">found</td><td>fail</td>' in unlabelled(page)


def test_the_page_holds_when_the_only_answer_is_a_group_without_patrol(result, context) -> None:
    why = unmeasured("fewer than 500 residents")
    few = GroupComparison("group_a", ELSE, 90.0, 3.0, 3.0, why, why, why, enough=False)
    found = replace(audit(EVEN), groups=(few, without_patrol("group_c")), calibration=(), opportunity=())
    page = audit_page(replace(result, disparity=found, gates=(*result.gates, *gates(found))), context)
    assert "no patrol at all where group c residents live" in page
    picture = Picture(page)
    assert (len(picture.bars(NEED)), len(picture.bars(EXPOSURE))) == (1, 0)  # the need alone
    blind = replace(found, groups=(few, without_patrol("group_c", need=unmeasured("rare", estimate=0.1))))
    page = audit_page(replace(result, disparity=blind, gates=(*result.gates, *gates(blind))), context)
    assert "<strong>Fail.</strong> See the checks" in page
    assert "o patrol at all in 28 nights where group" in page


def test_a_waived_group_that_was_not_measured_is_not_called_within_the_limit() -> None:
    found = audit(EVEN)
    waived = [
        replace(gate, verdict=GateVerdict.WAIVED) if gate.name == "group_excess_group_c" else gate
        for gate in gates(found)
    ]
    assert disparity_finding(found, waived, GroupNames()).startswith(
        "Of the groups that were measured none is beyond the limit. Not measured:"
    )


def test_the_page_says_which_intervals_take_homes_as_known(result, context) -> None:
    found = audit(EVEN)
    page = audit_page(replace(result, disparity=found, gates=gates(found)), context)
    assert "census area, and those of comparisons of variants, do not, and are too narrow by that much." in page


def test_a_waived_finding_is_called_waived() -> None:
    found = audit(Interval(1.1, 1.0, 1.2, 28))
    waived = [
        replace(gate, verdict=GateVerdict.WAIVED) if gate.name == "group_excess_group_b" else gate
        for gate in gates(found)
    ]
    assert "beyond the limit, by a written waiver for group b" in disparity_finding(found, waived, GroupNames())


def test_the_page_holds_finding_picture_tables_and_limits(result, context) -> None:
    found = audit(Interval(1.1, 1.0, 1.2, 28))
    page = audit_page(replace(result, disparity=found, gates=(*result.gates, *gates(found))), context)
    assert "would get 3.00 times as much patrol per report as other places. The 95 % interval is 2.72 to 3.32." in page
    assert page.index("Patrol is beyond the limit") < page.index("<svg") < page.index("Exposure ratio</th>")
    assert "not measured: fewer than 500 residents" in page
    assert "no single area: several tie" in page
    assert (
        "No difference in reporting within a factor of five would make patrol of group a residents match need." in page
    )
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
    assert list(again) == [
        "why_not", "dose", "n_nights", "first_night", "last_night", "vintage", "concentration", "groups", "levels",
        "districts", "calibration", "opportunity", "composition", "ascertainment", "measured_shares", "coverage",
        "in_districts", "caps", "exposure_by_spreading", "interval_parts", "left_out", "parity_excluded",
        "disparity_found", "findings", "four_fifths",
    ]  # fmt: skip
    assert again["groups"][1]["excess"]["estimate"] == 0.0
    assert again["groups"][2]["excess"]["estimate"] is None
    assert again["composition"][0]["shares"]["group_c"] is None


def test_a_group_that_was_not_measured_has_no_word_on_disparity_and_the_others_have_their_own() -> None:
    uneven = audit(Interval(0.3, 0.1, 0.5, 28))
    view = disparity_view(uneven, gates(uneven), GroupNames())
    assert view is not None
    assert [(row["group"], row["parity"]) for row in view["rows"]] == [
        ("group a", "no clear difference"),
        ("group b", "differs, within limit"),
        ("group c", "not measured"),
    ]
    beyond = audit(Interval(1.1, 1.0, 1.2, 28))
    assert [row["parity"] for row in disparity_view(beyond, gates(beyond), GroupNames())["rows"]][1] == "found"  # type: ignore[index]


def test_a_ratio_is_written_with_its_lower_end_first_and_an_unmeasured_one_with_the_reason() -> None:
    assert format_ratio(Interval(0.0, -0.2231435, 0.4054651, 28)) == "1.00 (0.80 to 1.50)"
    assert format_ratio(unmeasured("fewer than 500 residents")) == "not measured: fewer than 500 residents"
    assert format_ratio(unmeasured("")) == "not measured"


def test_the_share_of_incidents_reached_is_compared_in_points() -> None:
    reached = GroupOpportunity("group_a", ELSE, 0.25, 0.2, Interval(0.05, -0.01, 0.11, 28))
    view = disparity_view(replace(audit(EVEN), opportunity=(reached,)), gates(audit(EVEN)), GroupNames())
    assert view is not None
    assert view["opportunity"] == [{"value": "25 %", "other": "20 %", "difference": "+5.0 (-1.0 to +11.0) points"}]


def test_each_ratio_of_a_group_stands_under_its_own_heading(result, context) -> None:
    counted, wide = Interval(log(0.7), log(0.6), log(0.8), 28), Interval(log(0.7), log(0.4), log(1.1), 28)
    parts = {"excess": ErrorParts(0.2, nan, nan, 0.5, 0.1)}
    own = replace(
        audit(EVEN).groups[0],
        excess=wide,
        excess_as_counted=counted,
        parts=parts,
        log_exposure_ratio=Interval(0.3, 0.2, 0.4, 28),
    )
    page = audit_page(replace(result, disparity=replace(audit(EVEN), groups=(own, *audit(EVEN).groups[1:]))), context)
    said = {
        "Per reported incident, as counted": format_ratio(counted),
        "Patrol per reported incident (excess)": format_ratio(wide),
        "Exposure ratio": format_ratio(own.log_exposure_ratio),
        "Need ratio": format_ratio(own.log_need_ratio),
    }
    for heading, text in said.items():
        first = page.index(f'data-label="{heading}"')
        assert text in page[first : page.index("</td>", first)]
