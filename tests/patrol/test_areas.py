"""Areas by hand: a line of cells, each touching the next."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from patrolcast.patrol.areas import name_areas

LINE = sparse.csr_array(np.eye(60, k=1) + np.eye(60, k=-1))


def names(suggested: list[int], ranks: list[int], district: list[int]) -> list[str]:
    return name_areas(np.array(suggested), np.array(ranks), np.array(district), LINE)


def test_neighbours_share_a_letter_and_the_best_rank_is_in_area_a() -> None:
    """Cells 0 and 1 touch, 4 and 5 touch; rank 1 is among the second pair."""
    assert names([0, 1, 4, 5], [2, 3, 4, 1], [0, 0, 0, 0]) == ["B", "B", "A", "A"]


def test_a_chain_of_neighbours_is_one_area() -> None:
    assert names([2, 3, 4, 5], [4, 3, 2, 1], [0] * 4) == ["A"] * 4


def test_a_border_between_districts_parts_an_area_and_each_district_starts_at_a() -> None:
    assert names([0, 1, 2, 3], [1, 2, 1, 2], [0, 0, 1, 1]) == ["A", "A", "A", "A"]
    assert names([0, 1, 2, 9], [1, 2, 2, 1], [0, 0, 1, 1]) == ["A", "A", "B", "A"]


def test_two_areas_of_a_district_are_not_joined_through_another_district() -> None:
    """Cells 0 and 2 are of district 0, cell 1 between them of district 1."""
    assert names([0, 1, 2], [1, 1, 2], [0, 1, 0]) == ["A", "A", "B"]


def test_after_z_comes_aa() -> None:
    apart = list(range(0, 56, 2))
    assert names(apart, list(range(1, 29)), [0] * 28)[-3:] == ["Z", "AA", "AB"]
