"""What the shared cells hold: census counts on cells and areas by hand, and which groups are measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from patrolcast.audit.compare.land_and_census import Census, LandAndCensus, measured_groups, small_groups

WEIGHTS = sparse.csr_array(np.array([[0.5, 0.0, 0.0], [0.25, 1.0, 0.0]]))
"""Area 0 lies half in cell 0 and a quarter in cell 1, the rest beyond the grid; area 1 in cell 1; area 2 beyond."""
CENSUS = Census(("a", "b"), np.array([[40.0, 10.0, 7.0], [80.0, 30.0, 9.0]]), np.array([120.0, 40.0, 16.0]), WEIGHTS)
LAND = LandAndCensus(
    area_km2=np.ones(2),
    residents={"a": np.array([20.0, 20.0]), "b": np.array([40.0, 50.0])},
    total=np.array([60.0, 70.0]),
    census=CENSUS,
)


def test_counts_of_areas_are_spread_over_cells_by_their_weights() -> None:
    assert CENSUS.on_cells(CENSUS.counts).tolist() == [[20.0, 20.0], [40.0, 50.0]]


def test_only_the_part_on_the_grid_counts_and_areas_beyond_it_are_left_out() -> None:
    assert CENSUS.reached.tolist() == [True, True, False]
    assert CENSUS.on_grid(CENSUS.total).tolist() == [90.0, 40.0]


def test_the_mean_of_an_area_is_where_its_residents_on_the_grid_live() -> None:
    assert CENSUS.mean(np.array([30.0, 60.0])).tolist() == pytest.approx([(0.5 * 30 + 0.25 * 60) / 0.75, 60.0])


@pytest.mark.parametrize(
    ("margins", "total_margin", "inexact"),
    [(None, None, False), (0.0, None, False), (5.0, None, True), (0.0, 5.0, True), (None, 5.0, False)],
)
def test_a_census_is_inexact_when_a_margin_above_0_is_given_for_groups_or_beside_them(
    margins: float | None, total_margin: float | None, inexact: bool
) -> None:
    census = replace(
        CENSUS,
        margins=None if margins is None else np.full((2, 3), margins),
        total_margin=None if total_margin is None else np.full(3, total_margin),
    )
    assert census.inexact is inexact
    assert bool(list(replace(LAND, census=census).redraws())) is inexact


def test_a_group_is_compared_with_everyone_else_or_with_the_reference() -> None:
    assert (LAND.others("a").tolist(), LAND.against) == ([40.0, 50.0], "everyone else")
    against_b = replace(LAND, reference="b")
    assert (against_b.others("a").tolist(), against_b.against) == ([40.0, 50.0], "b residents")
    assert replace(LAND, total=np.array([10.0, 70.0])).others("a").tolist() == [0.0, 50.0]


def test_twenty_areas_on_the_grid_are_needed_for_the_most_patrolled_five_percent() -> None:
    for n_areas, enough in ((19, False), (20, True)):
        one = np.ones(n_areas)
        census = Census(("a",), one[None], one, sparse.csr_array(np.full((2, n_areas), 0.5)))
        assert replace(LAND, census=census).has_areas is enough
    assert not replace(LAND, census=None).has_areas


def test_of_two_groups_that_are_everybody_the_smaller_is_measured() -> None:
    assert measured_groups(LAND) == ["a"]
    assert measured_groups(replace(LAND, total=np.array([60.0, 80.0]))) == ["a", "b"]
    assert measured_groups(replace(LAND, reference="a")) == ["b"]


def test_a_group_below_the_least_is_small() -> None:
    assert small_groups(replace(LAND, least_residents=40.0)) == []
    assert small_groups(replace(LAND, least_residents=40.1)) == ["a"]
    assert measured_groups(replace(LAND, least_residents=40.1)) == ["b"]
