"""Visits by hand; that no budget is ever exceeded is in tests/properties."""

from __future__ import annotations

import numpy as np

from patrolcast.patrol.dosage import most_cells, visits_by_rank


def test_visits_by_hand() -> None:
    """100 minutes are six visits of 15: two each for the best three, none for the fourth; the last may get one."""
    ranks = np.array([[4, 1, 3, 2]])
    assert visits_by_rank(ranks, minutes_per_district=100, visit_minutes=15, visits_per_cell=2).tolist() == [
        [0, 2, 2, 2]
    ]
    assert visits_by_rank(ranks, minutes_per_district=75, visit_minutes=15, visits_per_cell=2).tolist() == [
        [0, 2, 1, 2]
    ]
    assert visits_by_rank(ranks, minutes_per_district=14, visit_minutes=15, visits_per_cell=2).tolist() == [
        [0, 0, 0, 0]
    ]


def test_each_shift_has_a_budget_of_its_own() -> None:
    ranks = np.array([[1, 2, 3], [3, 2, 1]])
    visits = visits_by_rank(ranks, minutes_per_district=30, visit_minutes=10, visits_per_cell=2)
    assert visits.tolist() == [[2, 1, 0], [0, 1, 2]]


def test_two_districts_of_one_shift_spend_the_budget_each() -> None:
    """Ranks are within the district: two cells of rank 1 both get their visits."""
    visits = visits_by_rank(np.array([[1, 2, 1, 2]]), minutes_per_district=20, visit_minutes=10, visits_per_cell=2)
    assert visits.tolist() == [[2, 0, 2, 0]]


def test_the_most_cells_of_a_shift_are_those_that_the_budgets_pay_and_no_more_than_there_are() -> None:
    """120 minutes are 8 visits of 15, two a cell: 4 cells; a district of 3 cells has no fourth."""
    few = {"minutes_per_district": 120, "visit_minutes": 15, "visits_per_cell": 2}
    assert most_cells(np.array([100, 3]), **few) == 7
