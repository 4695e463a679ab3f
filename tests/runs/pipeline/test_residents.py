"""Residents on the grid by hand: means over census areas, and a group beside those it is compared with."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from patrolcast.runs.pipeline.residents import ResidentCounts, group_and_others, tract_means

# Three cells, three areas: the first area lies in cells 0 and 1, the second in cell 2, the third outside the grid.
WEIGHTS = sparse.csr_array(np.array([[0.25, 0.0, 0.0], [0.75, 0.0, 0.0], [0.0, 0.5, 0.0]]))
BY_TRACT = np.array([[40.0, 10.0, 5.0], [60.0, 30.0, 5.0]])
TOTAL = np.array([100.0, 50.0, 10.0])
PEOPLE = ResidentCounts(
    ("a", "b"), BY_TRACT, TOTAL, None, None, WEIGHTS, (WEIGHTS @ BY_TRACT.T).T, WEIGHTS @ TOTAL
)  # fmt: skip


def test_the_mean_of_an_area_weighs_cells_by_the_residents_that_they_hold() -> None:
    minutes = np.array([[8.0, 4.0, 6.0]])
    mean, groups, total = tract_means(minutes, PEOPLE)
    assert mean.tolist() == [[8.0 * 0.25 + 4.0 * 0.75, 6.0]]
    assert groups.tolist() == [[40.0, 5.0], [60.0, 15.0]]
    assert total.tolist() == [100.0, 25.0]


def test_a_group_is_compared_with_all_others_or_with_the_group_named() -> None:
    own, other = group_and_others(PEOPLE, "a", None)
    assert own == pytest.approx([10.0, 30.0, 5.0])
    assert other == pytest.approx([15.0, 45.0, 20.0])  # residents of no named group count among the others
    assert group_and_others(PEOPLE, "a", "b")[1] == pytest.approx([15.0, 45.0, 15.0])


def test_a_group_counted_above_the_total_leaves_nobody_and_not_less_than_nobody() -> None:
    beyond = ResidentCounts(("a",), BY_TRACT[:1], TOTAL, None, None, WEIGHTS, np.array([[12.0]]), np.array([10.0]))
    assert group_and_others(beyond, "a", None)[1].tolist() == [0.0]
