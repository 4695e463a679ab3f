"""Small counts are not shown, and no difference of shown ones gives one away."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from tests.audit.planted_outcomes import declared, measure, months

from patrolcast.audit.outcomes.contrasts import estimands_of, measured
from patrolcast.audit.outcomes.series import ALL, OTHERS, SUGGESTED, Counts
from patrolcast.audit.outcomes.shown import LEAST_SHOWN, ShownSums, hidden_cells, shown_share, shown_sums
from patrolcast.domain.outcomes.counts import COUNT_COLUMNS, OutcomeCounts

CELLS = list(itertools.product(("1", "2"), ("a", "b", "z")))


def counts_of(after: dict[tuple[str, str], int], **changed: object) -> Counts:
    """So many events since adoption in each area and group, 240 before."""
    rows = []
    for area, group in CELLS:
        for k, name in enumerate(months(24, 12)):
            n = 10 if k < 24 else after.get((area, group), 120) // 12 + (k - 24 < after.get((area, group), 120) % 12)
            rows.append(("use_of_force", name, area, group, n))
    return Counts(OutcomeCounts(pd.DataFrame(rows, columns=list(COUNT_COLUMNS))), declared(**changed))


def shown(counts: Counts) -> dict[tuple[str, str], ShownSums]:
    rows = [measured(counts, one) for one in estimands_of(counts, counts.declared.measures[0])]
    made = zip(rows, shown_sums(counts, rows), strict=True)
    return {(one.estimand.kind, one.estimand.group): sums for one, sums in made if sums is not None}


def test_large_counts_are_shown_as_they_are() -> None:
    found = shown(counts_of({}))
    assert found["change", "everyone"] == ShownSums(1440, 720, None, None, True)
    assert found["compared", "Group B"] == ShownSums(240, 120, 240, 120, True)
    assert found["disparity", "Group B"] == ShownSums(480, 240, 480, 240, True)


def test_a_small_count_its_ratio_and_every_sum_that_holds_it_are_not_shown() -> None:
    found = shown(counts_of({("1", "b"): 7}))
    assert found["compared", "Group B"] == ShownSums(240, None, 240, 120, False, False)
    assert found["change", "Group B"].after is None
    assert found["change", "everyone"].after is None
    assert found["compared", "everyone"].after is None
    assert found["change", "Group A"].after == 240
    assert found["compared", "everyone"].other_after == 360
    assert found["change", "Group B"].before == 480


def test_the_ratio_of_a_sum_that_holds_a_small_count_is_not_shown() -> None:
    """720 before and a ratio of 0.51 give the sum after within a few; less that of Group A, so is the small count."""
    found = shown(counts_of({("1", "b"): 7}))
    for key in (("change", "everyone"), ("change", "Group B"), ("disparity", "Group B"), ("compared", "everyone")):
        assert not found[key].is_ratio_shown, key
    assert found["change", "Group A"].is_ratio_shown


def test_a_small_count_of_the_last_year_before_adoption_hides_the_ratio_of_that_year() -> None:
    table = counts_of({}).counts.table
    late = (table["month"] >= "2023-01") & (table["month"] < "2024-01")
    few = late & (table["group"] == "b") & (table["area"] == "1")
    table = table.assign(n=table["n"].mask(few, 0).mask(few & (table["month"] == "2023-03"), 4))
    found = shown(Counts(OutcomeCounts(table), declared()))
    assert found["compared", "Group B"].is_ratio_shown
    assert not found["compared", "Group B"].is_earlier_shown
    assert not found["change", "everyone"].is_earlier_shown, "the sum that holds it"
    assert found["change", "Group A"].is_earlier_shown


@pytest.mark.parametrize(("n", "shown_as"), [(3, None), (40, 0.1), (0, 0.0), (396, None)])
def test_a_share_does_not_give_a_small_count_away(n: int, shown_as: float | None) -> None:
    rows = [("stops", "2024-01", "1", "z", n), ("stops", "2024-01", "1", "a", 400 - n)]
    counts = Counts(OutcomeCounts(pd.DataFrame(rows, columns=list(COUNT_COLUMNS))), declared())
    assert shown_share(counts, "stops") == shown_as


def test_a_small_count_of_a_group_that_nobody_asked_for_is_kept_safe_too() -> None:
    assert shown(counts_of({("2", "z"): 3}))["change", "everyone"].after is None


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_count_follows_from_the_shown_ones(seed: int) -> None:
    """The attack: every shown sum as an equation in the cells; a hidden cell must not be determined by them."""
    rng = np.random.default_rng(seed)
    small = {cell: int(rng.integers(0, 10)) for cell in CELLS if rng.random() < 0.4} or {("1", "a"): 4}
    counts = counts_of(small)
    hidden = {(group, side) for group, side, after in hidden_cells(counts, "use_of_force") if after}
    name = {"a": "Group A", "b": "Group B", "z": ""}
    equations = []
    for group, side in itertools.product(("everyone", "Group A", "Group B", ""), (ALL, SUGGESTED, OTHERS)):
        if (group, side) in hidden:
            continue
        equations.append(
            [
                float(group in ("everyone", name[g]) and side in (ALL, SUGGESTED if area == "1" else OTHERS))
                for area, g in CELLS
            ]
        )
    known = np.array(equations).reshape(-1, len(CELLS))
    for k, cell in enumerate(CELLS):
        if small.get(cell, 120) < LEAST_SHOWN:
            target = np.eye(len(CELLS))[k]
            assert np.linalg.matrix_rank(np.vstack([known, target])) > np.linalg.matrix_rank(known), cell


def test_a_month_more_does_not_differ_by_its_small_count() -> None:
    """Two reports in a row: 123 and 127 events since adoption look alike."""
    one, two = (shown(counts_of({("1", "b"): n}))["compared", "Group B"].after for n in (123, 124))
    assert one == two == 120


def test_counts_of_a_change_are_those_of_all_months() -> None:
    """Of half a year after, half the months before are compared; what is shown must not differ by the other half."""
    counts = counts_of({})
    table = counts.counts.table
    half = Counts(OutcomeCounts(table[table["month"] < "2024-07"].reset_index(drop=True)), counts.declared)
    assert shown(half)["change", "Group B"].before == shown(half)["disparity", "Group B"].before == 480


def test_without_a_comparison_of_areas_only_sums_over_all_are_cells() -> None:
    counts = counts_of({("1", "b"): 7}, measures=[measure(contrasts=["change"])])
    assert shown(counts)["change", "Group B"].after == 130
