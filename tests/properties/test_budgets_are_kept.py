"""Whatever is ranked: no budget is exceeded, no cell named twice, the best cells come first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from patrolcast.audit.gates import _budget, _once
from patrolcast.domain.records import GateVerdict
from patrolcast.patrol.areas import name_areas
from patrolcast.patrol.dosage import visits_by_rank
from patrolcast.patrol.ranking import rank_within_districts

BUDGETS = st.fixed_dictionaries(
    {
        "minutes_per_district": st.floats(0.5, 600, allow_nan=False),
        "visit_minutes": st.floats(10, 15),
        "visits_per_cell": st.integers(1, 12),
    }
)
CITY = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.floats(0, 5), min_size=n, max_size=n), min_size=1, max_size=3),
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
        st.permutations(range(n)),
    )
)


def ranked(city: tuple[list[list[float]], list[int], list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    score, district, ties = np.array(city[0]), np.array(city[1]), np.array(city[2])
    return score, district, rank_within_districts(score, district, ties)


def suggested(visits: np.ndarray, district: np.ndarray, visit_minutes: float) -> pd.DataFrame:
    """The columns of `suggestions.csv` that budgets are counted in."""
    shift, cell = np.nonzero(visits)
    minutes = visits[shift, cell] * visit_minutes
    return pd.DataFrame({"shift_start": shift, "district": district[cell], "cell": cell, "patrol_minutes": minutes})


def check_dealt(visits: np.ndarray, ranks: np.ndarray, district: np.ndarray, budget: dict[str, Any]) -> None:
    """Minutes within the budget by the gate's own count, and no worse cell served before a better one."""
    table = suggested(visits, district, budget["visit_minutes"])
    assert _budget(table, budget["minutes_per_district"]).verdict is GateVerdict.PASS
    assert _once(table).verdict is GateVerdict.PASS
    assert visits.min() >= 0
    assert visits.max() <= budget["visits_per_cell"]
    for code in np.unique(district):
        for row, rank in zip(visits[:, district == code], ranks[:, district == code], strict=True):
            by_rank = row[np.argsort(rank)]
            assert (np.diff(by_rank) <= 0).all()
            spent = int(row.sum())
            affordable = int(budget["minutes_per_district"] // budget["visit_minutes"])
            assert spent == min(affordable, len(row) * budget["visits_per_cell"])


@given(CITY, BUDGETS)
@settings(max_examples=150, deadline=None)
def test_a_budget_is_spent_from_the_best_rank_down_and_never_exceeded(city: Any, budget: dict[str, Any]) -> None:
    _, district, ranks = ranked(city)
    check_dealt(visits_by_rank(ranks, **budget), ranks, district, budget)


@given(CITY)
@settings(max_examples=100, deadline=None)
def test_ranks_are_one_to_n_in_every_district_and_follow_the_score(city: Any) -> None:
    score, district, ranks = ranked(city)
    for code in np.unique(district):
        own = district == code
        for values, rank in zip(score[:, own], ranks[:, own], strict=True):
            assert sorted(rank) == list(range(1, own.sum() + 1))
            assert (np.diff(values[np.argsort(rank)]) <= 0).all()


@given(CITY)
@settings(max_examples=50, deadline=None)
def test_equal_scores_follow_the_seeded_order_and_not_the_names(city: Any) -> None:
    score, district, _ = ranked(city)
    ties = np.array(city[2])
    ranks = rank_within_districts(np.ones_like(score), district, ties)
    for code in np.unique(district):
        own = np.flatnonzero(district == code)
        assert (ties[own[np.argsort(ranks[0, own])]] == np.sort(ties[own])).all()


def test_a_dealer_that_rounds_the_last_visit_up_is_caught() -> None:
    district, budget = np.zeros(5, dtype=int), {"minutes_per_district": 50.0, "visit_minutes": 15.0}
    ranks = np.arange(1, 6)[None, :]
    good = visits_by_rank(ranks, **budget, visits_per_cell=2)
    check_dealt(good, ranks, district, {**budget, "visits_per_cell": 2})
    over = good.copy()
    over[0, 1] += 1
    with pytest.raises(AssertionError):
        check_dealt(over, ranks, district, {**budget, "visits_per_cell": 2})


def test_a_cell_named_twice_is_caught() -> None:
    table = suggested(np.array([[1, 1]]), np.zeros(2, dtype=int), 15.0)
    assert _once(pd.concat([table, table.iloc[:1]])).verdict is GateVerdict.FAIL


def chains(cells: list[int], touch: np.ndarray, district: np.ndarray) -> list[set[int]]:
    """Sets of cells joined by neighbours of their own district, found by walking."""
    found: list[set[int]] = []
    for cell in cells:
        if any(cell in one for one in found):
            continue
        reached, border = {cell}, [cell]
        while border:
            here = border.pop()
            new = {c for c in cells if touch[here, c] and district[c] == district[cell]} - reached
            reached |= new
            border += new
        found.append(reached)
    return found


@given(st.integers(2, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_suggested_cells_share_an_area_exactly_when_a_chain_of_neighbours_joins_them(n: int, data: Any) -> None:
    """Within their district: a chain through another district joins nothing."""
    cell = st.integers(0, n - 1)
    pairs = data.draw(st.lists(st.tuples(cell, cell).filter(lambda pair: pair[0] != pair[1]), max_size=2 * n))
    district = np.array(data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    picked = sorted(data.draw(st.sets(cell, min_size=1)))
    touch = np.zeros((n, n), dtype=np.float32)
    for a, b in pairs:
        touch[a, b] = touch[b, a] = 1
    members = np.array(picked)
    letters = name_areas(members, np.arange(1, len(picked) + 1), district[members], sparse.csr_array(touch))
    named: dict[tuple[int, str], set[int]] = {}
    for one, letter in zip(picked, letters, strict=True):
        named.setdefault((int(district[one]), letter), set()).add(one)
    assert sorted(map(sorted, named.values())) == sorted(map(sorted, chains(picked, touch, district)))


def test_two_areas_joined_only_through_another_district_stay_two() -> None:
    touch = sparse.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=np.float32))
    assert name_areas(np.arange(3), np.array([1, 1, 2]), np.array([0, 1, 0]), touch) == ["A", "A", "B"]
