"""What is planted is what is measured, what is not known is not measured, and what all share drops out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.audit.planted_outcomes import declared, measure, months, planted

from patrolcast.audit.outcomes.contrasts import OutcomeContrast, estimands_of, measured
from patrolcast.audit.outcomes.series import Counts
from patrolcast.domain.outcomes.counts import COUNT_COLUMNS, OutcomeCounts


def contrasts(counts: OutcomeCounts, **changed: Any) -> dict[tuple[str, str], OutcomeContrast]:
    asked = Counts(counts, declared(**changed))
    return {(one.kind, one.group): measured(asked, one) for one in estimands_of(asked, asked.declared.measures[0])}


def value(one: OutcomeContrast) -> float:
    assert one.ratio is not None
    assert one.ratio.value is not None
    return one.ratio.value


EVEN = planted(5, mean=400.0, spread=0.01)
B_DOUBLED = planted(5, mean=400.0, spread=0.01, times={("1", "b"): 2.0, ("2", "b"): 2.0})
USED_HALVED = planted(5, mean=400.0, spread=0.01, times={("1", "a"): 0.5, ("1", "b"): 0.5})


def test_a_change_of_one_group_is_found_where_it_is() -> None:
    found = contrasts(B_DOUBLED)
    assert value(found["change", "Group B"]) == pytest.approx(2.0, rel=0.05)
    assert value(found["change", "Group A"]) == pytest.approx(1.0, rel=0.05)
    assert value(found["change", "everyone"]) == pytest.approx(1.5, rel=0.05)
    assert value(found["disparity", "Group B"]) == pytest.approx(2.0, rel=0.05)
    assert value(found["compared", "Group B"]) == pytest.approx(1.0, rel=0.05)
    assert (found["disparity", "Group B"].p or 0.0) < 1e-6


def test_a_change_where_suggestions_are_used_is_found_there() -> None:
    found = contrasts(USED_HALVED)
    assert value(found["compared", "everyone"]) == pytest.approx(0.5, rel=0.05)
    assert value(found["disparity", "Group B"]) == pytest.approx(1.0, rel=0.05)


def test_what_moves_the_whole_city_drops_out_of_what_is_compared() -> None:
    table = EVEN.table.copy()
    table.loc[table["month"] >= "2024-01", "n"] *= 3
    found = contrasts(OutcomeCounts(table))
    assert value(found["change", "everyone"]) == pytest.approx(3.0, rel=0.05)
    for key in (("compared", "everyone"), ("disparity", "Group B")):
        assert value(found[key]) == pytest.approx(1.0, rel=0.05)


def test_a_season_is_no_change() -> None:
    """Six summer months after beside whole years before: added up without regard to the season they were a rise."""
    names = months(36, 6, adopted="2024-05")
    events = [100 if name[5:] in ("05", "06", "07", "08", "09", "10") else 20 for name in names]
    rows = [("use_of_force", name, "1", "a", n) for name, n in zip(names, events, strict=True)]
    counts = OutcomeCounts(pd.DataFrame(rows, columns=list(COUNT_COLUMNS)))
    found = contrasts(counts, adopted="2024-05", measures=[measure(contrasts=["change"])])
    assert value(found["change", "everyone"]) == pytest.approx(1.0, abs=0.01)
    assert found["change", "everyone"].sums is not None
    assert found["change", "everyone"].sums.after == 600.0


@pytest.mark.parametrize(("before", "is_measured"), [(23, False), (24, True)])
def test_a_change_alone_is_measured_only_where_a_trend_from_before_would_be_seen(
    before: int, is_measured: bool
) -> None:
    found = contrasts(planted(5, mean=400.0, spread=0.01, n_before=before))
    assert all((one.p is not None) is is_measured for (kind, _), one in found.items() if kind == "change")
    assert found["disparity", "Group B"].p is not None, "a trend that groups share drops out of it"
    if not is_measured:
        assert "23 months before adoption; at least 24 are needed" in found["change", "everyone"].reason


def test_rotating_the_groups_rotates_what_is_found() -> None:
    table = B_DOUBLED.table.assign(group=B_DOUBLED.table["group"].map({"a": "b", "b": "a"}))
    turned, found = contrasts(OutcomeCounts(table)), contrasts(B_DOUBLED)
    assert value(turned["change", "Group A"]) == pytest.approx(value(found["change", "Group B"]))
    assert value(turned["disparity", "Group B"]) == pytest.approx(1.0 / value(found["disparity", "Group B"]), rel=1e-4)


def test_months_that_differ_more_widen_the_interval() -> None:
    calm, rough = (contrasts(planted(3, mean=100.0, spread=s))["disparity", "Group B"].ratio for s in (0.01, 0.6))
    assert calm is not None
    assert rough is not None
    assert np.log((rough.upper or np.inf) / rough.lower) > 1.5 * np.log((calm.upper or np.inf) / calm.lower)


def test_a_drift_that_is_older_than_adoption_is_seen() -> None:
    table = EVEN.table.copy()
    late = table["month"] >= "2023-01"
    table.loc[late, "n"] = table.loc[late, "n"] * 2
    found = contrasts(OutcomeCounts(table))["change", "everyone"]
    assert found.earlier_moved
    assert found.earlier is not None
    assert found.earlier.value == pytest.approx(2.0, rel=0.05)
    assert not contrasts(EVEN)["change", "everyone"].earlier_moved


def test_counts_against_reports_are_rates_of_reports_and_without_them_nothing_is_measured() -> None:
    reports = EVEN.table[EVEN.table["group"] == "a"].assign(outcome="reports", group="", n=50)
    reports.loc[reports["month"] >= "2024-01", "n"] = 100
    both = OutcomeCounts(pd.concat([EVEN.table, reports], ignore_index=True))
    per = [measure(per="reports", contrasts=["change", "compared"])]
    assert value(contrasts(both, measures=per)["change", "everyone"]) == pytest.approx(0.5, rel=0.05)
    assert value(contrasts(both, measures=per)["compared", "everyone"]) == pytest.approx(1.0, rel=0.05)
    lacking = OutcomeCounts(both.table[(both.table["outcome"] != "reports") | (both.table["month"] < "2025-01")])
    found = contrasts(lacking, measures=per)["change", "everyone"]
    assert found.reason == "reports are not known for 12 of 72 months"
    assert (found.ratio, found.p) == (None, None)


def test_reports_of_some_areas_alone_are_no_exposure_of_all() -> None:
    """Before adoption area 2 has no reports: with those of area 1 alone, the rate would seem to halve."""
    reports = EVEN.table[EVEN.table["group"] == "a"].assign(outcome="reports", group="", n=50)
    some = reports[(reports["area"] == "1") | (reports["month"] >= "2024-01")]
    per = [measure(per="reports", contrasts=["change"])]
    found = contrasts(OutcomeCounts(pd.concat([EVEN.table, some], ignore_index=True)), measures=per)
    assert found["change", "everyone"].reason == "reports are not known for areas in which events were counted"
    city = reports[reports["area"] == "1"].assign(area="")
    whole = contrasts(OutcomeCounts(pd.concat([EVEN.table, city], ignore_index=True)), measures=per)
    assert value(whole["change", "everyone"]) == pytest.approx(1.0, rel=0.05)


def test_exposure_where_suggestions_are_used_alone_is_taken_out() -> None:
    """Twice the events for twice the minutes is no change of the rate."""
    minutes = EVEN.table[EVEN.table["group"] == "a"].assign(outcome="patrol_minutes", group="", n=1000)
    minutes.loc[(minutes["month"] >= "2024-01") & (minutes["area"] == "1"), "n"] = 500
    both = OutcomeCounts(pd.concat([USED_HALVED.table, minutes], ignore_index=True))
    per = [measure(per="patrol_minutes", contrasts=["compared"])]
    assert value(contrasts(both, measures=per)["compared", "everyone"]) == pytest.approx(1.0, rel=0.05)


def test_levels_are_rates_per_resident() -> None:
    groups = [
        {"name": "Group A", "values": ["a"], "residents": 2000},
        {"name": "Group B", "values": ["b"], "residents": 1000},
    ]
    asked = {"groups": groups, "residents_source": "census of 2020", "measures": [measure(per="residents")]}
    levels = contrasts(B_DOUBLED, **asked)["disparity", "Group B"].levels
    assert levels is not None
    assert levels[0].value == pytest.approx(2.0, rel=0.05)
    assert levels[1].value == pytest.approx(4.0, rel=0.05)
    assert contrasts(B_DOUBLED)["disparity", "Group B"].levels is None


@pytest.mark.parametrize(
    ("counts", "changed", "reason"),
    [
        (planted(1, n_before=11, n_after=12), {}, "11 months before and 12 after; at least 12 and 6 are needed"),
        (planted(1, n_before=24, n_after=5), {}, "24 months before and 5 after; at least 12 and 6 are needed"),
        (planted(1, outcome="stops"), {}, "no use of force were handed in"),
        (planted(1, mean=0.0), {}, "there was no event to compare"),
        (planted(1), {"suggested_areas": ["1", "9"]}, "no row names 1 of the areas in which suggestions are used"),
    ],
)
def test_what_cannot_be_measured_says_why(counts: OutcomeCounts, changed: dict[str, Any], reason: str) -> None:
    found = contrasts(counts, **changed)["compared", "everyone"]
    assert found.reason == reason
    assert (found.ratio, found.p, found.sums) == (None, None, None)
