"""A result as people read it: what the pipeline's texts leave open is said, by the very texts that the code writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.report.audit import test_disparity as of_audit
from tests.report.city import admission, make_result

from patrolcast.domain.matrix import Admission, AdmittedFeature
from patrolcast.domain.measures import ErrorParts, Interval
from patrolcast.domain.records import GateResult, GateVerdict, RunResult
from patrolcast.domain.residents import GroupNames
from patrolcast.forecast.reasons import PlaceCounts, count_reasons
from patrolcast.grid.gaps import Gap
from patrolcast.runs.forecast.for_readers import for_readers


def reason(*, left_out: bool = False, year: int = 66) -> str:
    counts = PlaceCounts(year=year, recent=9, in_slot=30, next_door=80, days=365, left_out=left_out)
    return count_reasons(counts, "theft", hours="14:00 and 22:00", n_slots=3)[-1]


def result_of(text: str) -> RunResult:
    result = make_result(n_rings=2, n_districts=2, n_shifts=1, each=2)
    return replace(result, suggestions=result.suggestions.assign(reasons=text))


def gap(first: date, last: date, *, left_out: bool = True, **of: str) -> Gap:
    return Gap("event", first, last, of.get("category"), of.get("district"), left_out, observed=269, expected=128)


def read(result: RunResult, *gaps: Gap, drawn_times: bool = False) -> dict[str, str]:
    """District -> its reasons as people read them."""
    table = for_readers(result, GroupNames(), gaps, drawn_times=drawn_times).suggestions
    return dict(zip(table["district"], table["reasons"], strict=True))


def test_a_count_by_time_of_day_is_approximate_where_times_were_drawn_and_only_there() -> None:
    assert "30 of them between 14:00 and 22:00" in reason()
    assert ", about 30 of them between 14:00 and 22:00" in read(result_of(reason()), drawn_times=True)["1"]
    assert read(result_of(reason()))["1"] == reason()
    everything = reason(year=30)
    assert ", all of them between" in everything
    assert ", probably all of them between" in read(result_of(everything), drawn_times=True)["1"]


def test_days_that_are_left_out_are_named_for_the_place_and_the_year_that_they_touch() -> None:
    gaps = (
        gap(date(2026, 6, 1), date(2026, 6, 4), district="1"),
        gap(date(2025, 8, 30), date(2025, 9, 1), district="1", category="theft"),
        gap(date(2026, 5, 5), date(2026, 5, 5), district="1", category="burglary"),
        gap(date(2024, 6, 1), date(2024, 6, 4), district="1"),
        gap(date(2026, 3, 3), date(2026, 3, 3), district="2"),
        gap(date(2026, 7, 7), date(2026, 7, 7), left_out=False),
    )
    said = read(result_of(reason(left_out=True)), *gaps)
    assert "in the past year (without 30 August to 1 September 2025 and 1 to 4 June 2026)" in said["1"]
    assert "in the past year (without 3 March 2026)" in said["2"]


def test_days_of_the_whole_city_are_named_everywhere() -> None:
    said = read(result_of(reason(left_out=True)), gap(date(2026, 6, 1), date(2026, 6, 4)))
    assert all("(without 1 to 4 June 2026)" in text for text in said.values())


def test_days_of_another_place_are_on_the_data_page() -> None:
    said = read(result_of(reason(left_out=True)), gap(date(2026, 6, 1), date(2026, 6, 4), district="9"))
    assert "(without days that are left out, see the data page)" in said["1"]
    assert "without" not in read(result_of(reason()))["1"]


def test_cells_that_chance_left_out_are_not_counted_as_suggestions() -> None:
    result = result_of(reason())
    table, n = result.suggestions, len(result.suggestions)
    gates = (GateResult("one_suggestion_per_cell", 0.0, "no cell twice", GateVerdict.PASS, f"{n} suggestions"),)
    held = replace(result, gates=gates, suggestions=table.assign(visits=np.where(table.index < 1, 0, 2)))
    (gate,) = for_readers(held, GroupNames(), (), drawn_times=False).gates
    assert gate.detail == f"{n - 1} suggestions, and 1 row of cells that chance left out for comparison"
    (gate,) = for_readers(replace(result, gates=gates), GroupNames(), (), drawn_times=False).gates
    assert gate.detail == f"{n} suggestions"


@pytest.mark.parametrize("left_out", [True, False])
def test_no_key_of_a_group_is_read_in_the_rules_of_features(left_out: bool) -> None:
    called = GroupNames({"group_a": "Group A"})
    rule = "screen: cleared; nothing found with the share of group_a; |r| from 0.07 would have been seen"
    spec = admission().admitted[0].spec
    held = Admission((AdmittedFeature(spec, rule),), admission().excluded)
    read = for_readers(replace(result_of(reason(left_out=left_out)), admission=held), called, (), drawn_times=False)
    assert read.admission.admitted[0].rule.startswith("screen: cleared; nothing found with the share of Group A res")


def test_a_run_without_suggestions_is_read_too() -> None:
    result = result_of(reason())
    assert for_readers(
        replace(result, suggestions=result.suggestions.iloc[:0]), GroupNames(), (), drawn_times=False
    ).suggestions.empty


def test_the_interval_of_a_check_of_groups_says_that_it_is_the_wider_one_and_only_where_it_is() -> None:
    audit = of_audit.audit(Interval(0.1, 0.05, 0.15, 28))
    gates = of_audit.gates(audit)
    parts = {"excess": ErrorParts(0.1, 0.0, 0.0, 0.5, 0.0)}
    wide = replace(audit, groups=tuple(replace(group, parts=parts) for group in audit.groups))
    said = "; the interval also holds what is not known of where people live"
    for found, expected in ((audit, False), (wide, True)):
        read = for_readers(
            replace(result_of(reason()), disparity=found, gates=gates), GroupNames(), (), drawn_times=False
        )
        (gate,) = (gate for gate in read.gates if gate.name == "group_excess_group_b")
        assert gate.detail.endswith(said) is expected
        (unmeasured,) = (gate for gate in read.gates if gate.name == "group_excess_group_c")
        assert not unmeasured.detail.endswith(said)
