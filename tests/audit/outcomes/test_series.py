"""Series of counts: who is in them, which months there are, and which are missing."""

from __future__ import annotations

import pytest
from tests.audit.planted_outcomes import declared, planted

from patrolcast.audit.outcomes.series import ALL, OTHERS, SUGGESTED, Counts, split_months
from patrolcast.domain.outcomes.counts import OutcomeCounts


def test_groups_and_sides_add_up_to_everyone() -> None:
    counts = Counts(planted(1), declared())
    months = counts.months("use_of_force")
    everyone = counts.series("use_of_force", months)
    groups = [counts.series("use_of_force", months, group=name) for name in ("Group A", "Group B")]
    sides = [counts.series("use_of_force", months, side=side) for side in (SUGGESTED, OTHERS)]
    assert (everyone == sum(groups)).all()
    assert (everyone == sum(sides)).all()
    assert everyone.sum() == counts.counts.table["n"].sum()
    assert (len(months.names), int(months.after.sum()), months.missing) == (72, 24, 0)
    assert months.names[int((~months.after).sum())] == "2024-01"


def test_a_month_without_a_row_is_missing_and_not_zero() -> None:
    table = planted(1).table
    some = OutcomeCounts(table[table["month"] != "2023-05"].reset_index(drop=True))
    months = Counts(some, declared()).months("use_of_force")
    assert months.missing == 1
    assert "2023-05" not in months.names
    assert Counts(some, declared()).series("stops", months).sum() == 0


def test_an_area_that_is_not_stated_is_on_neither_side_and_a_group_that_is_none_is_said() -> None:
    table = planted(1).table
    table = table.assign(area=table["area"].where(table["area"] == "1", ""), group=table["group"].replace("b", "z"))
    counts = Counts(OutcomeCounts(table), declared())
    months = counts.months("use_of_force")
    assert counts.series("use_of_force", months, side=OTHERS).sum() == 0
    assert counts.series("use_of_force", months, side=ALL).sum() == table["n"].sum()
    assert counts.ungrouped("use_of_force") == pytest.approx(0.5, abs=0.05)
    assert Counts(OutcomeCounts(table), declared(suggested_areas=["1", "7"])).unknown_areas("use_of_force") == ["7"]


def test_the_year_before_adoption_is_looked_at_as_if_it_were_after() -> None:
    before = split_months([f"{year}-{month:02}" for year in (2021, 2022, 2023) for month in range(1, 13)], "2023-01")
    earlier = before.before_only(12)
    assert earlier is not None
    assert earlier.names[0] == "2021-01"
    assert earlier.names[-1] == "2022-12"
    assert int(earlier.after.sum()) == 12
    assert split_months(list(before.names), "2022-06").before_only(12) is None
