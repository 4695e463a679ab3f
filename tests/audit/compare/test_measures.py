"""Measures of a variant's nights, against sums by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolcast.audit.compare.groups import served
from patrolcast.audit.compare.land_and_census import LandAndCensus, measured_groups, small_groups
from patrolcast.audit.compare.measures import (
    all_measures,
    distinct,
    hits,
    longest_run,
    top_minutes_share,
    variant_gini,
    variant_pai,
)
from patrolcast.audit.compare.nights import Nights

GROUND = LandAndCensus(
    area_km2=np.array([1.0, 1.0, 2.0]),
    residents={"a": np.array([90.0, 10.0, 0.0]), "b": np.array([10.0, 90.0, 0.0]), "c": np.array([0.0, 0.0, 1.0])},
    total=np.array([100.0, 100.0, 1.0]),
    least_residents=50.0,
)


def nights(minutes: list[list[float]], observed: list[list[float]], *, whole: float = 30.0) -> Nights:
    given, seen = np.array(minutes, float), np.array(observed, float)
    covered = np.minimum(given / whole, 1.0)
    return Nights(given, covered, covered * seen, seen, np.ones(len(given)), seen)


TWO = nights([[30, 0, 0], [30, 15, 0]], [[2, 2, 0], [1, 2, 1]])


def test_half_the_minutes_of_a_suggestion_catch_half_the_incidents() -> None:
    # night 1: 2 of 4; night 2: 1 + half of 2 = 2 of 4.
    assert hits(TWO, GROUND) == pytest.approx(4 / 8)


def test_pai_divides_by_the_land_that_was_covered() -> None:
    # Land covered: 1 of 4 km2 in the first night, 1.5 of 4 in the second.
    assert variant_pai(TWO, GROUND) == pytest.approx((4 / 8) / ((1 + 1.5) / 2 / 4))


def test_exposure_is_the_patrol_where_a_resident_lives() -> None:
    taken = {m.name: take for m, take in all_measures(GROUND)}
    a = (90 * 60 + 10 * 15) / 100
    others = (10 * 60 + 90 * 15 + 1 * 0) / 101
    assert taken["log_exposure_ratio_a"](TWO, GROUND) == pytest.approx(np.log(a / others))


def test_victims_are_residents_of_the_cell_in_proportion() -> None:
    # Caught: cell 0 all 3, cell 1 one of 4. Group a: 3 * .9 + 1 * .1 of 3 * .9 + 4 * .1.
    assert served(TWO.sums, GROUND.residents["a"], GROUND.total) == pytest.approx((2.7 + 0.1) / (2.7 + 0.4))


def test_concentration_and_cells_in_a_month() -> None:
    assert distinct(TWO, GROUND) == 2
    even = nights([[10, 10, 10]], [[0, 0, 0]])
    assert variant_gini(even, GROUND) == pytest.approx(0.0)
    assert variant_gini(nights([[30, 0, 0]], [[0, 0, 0]]), GROUND) == pytest.approx(2 / 3)


def test_minutes_in_the_most_patrolled_cells_and_nights_in_a_row() -> None:
    minutes = np.zeros((28, 40))
    minutes[:, :10] = 30.0  # ten cells every night
    minutes[:14, 10:] = 10.0  # thirty more for a fortnight
    long = Nights(minutes, minutes, minutes, minutes, np.ones(28), minutes)
    ground = replace(GROUND, area_km2=np.ones(40))
    most = 10 * 28 * 30 + 10 * 14 * 10
    assert top_minutes_share(long, ground) == pytest.approx(most / (10 * 28 * 30 + 30 * 14 * 10))
    assert longest_run(long, ground) == 28
    minutes[7::8] = 0.0
    assert longest_run(Nights(minutes, minutes, minutes, minutes, np.ones(28), minutes), ground) == 7


def test_measures_name_whom_a_group_is_compared_with() -> None:
    told = {m.name: m for m, _ in all_measures(replace(GROUND, reference="b"))}
    assert told["log_exposure_ratio_a"].description.endswith("relative to b residents")
    assert "log_exposure_ratio_b" not in told
    everyone = {m.name: m for m, _ in all_measures(GROUND)}
    assert everyone["log_exposure_ratio_a"].against == "everyone else"


def test_a_month_is_28_nights_however_long_the_window() -> None:
    minutes = np.zeros((56, 3))
    minutes[:28, 0] = 30
    minutes[28:, 1] = 30
    long = nights(minutes.tolist(), np.ones((56, 3)).tolist())
    assert distinct(long, GROUND) == 1


def test_a_handful_of_residents_is_not_measured() -> None:
    assert measured_groups(GROUND) == ["a", "b"]
    assert small_groups(GROUND) == ["c"]


def test_of_two_groups_that_are_everyone_only_one_is_measured() -> None:
    two = replace(
        GROUND,
        residents={"a": np.array([9.0, 1, 0]), "b": np.array([1.0, 8, 0])},
        total=np.array([10.0, 9, 0]),
        least_residents=1.0,
    )
    assert measured_groups(two) == ["b"]


def test_a_reference_group_takes_the_place_of_everyone_else() -> None:
    against_a = replace(GROUND, reference="a")
    assert measured_groups(against_a) == ["b"]
    np.testing.assert_array_equal(against_a.others("b"), GROUND.residents["a"])


def test_without_residents_no_group_is_measured() -> None:
    bare = LandAndCensus(GROUND.area_km2, {}, np.zeros(3))
    assert [m.name for m, _ in all_measures(bare)] == [
        "hits", "pai", "deviance", "gini", "distinct_cells", "top_minutes_share", "longest_run"
    ]  # fmt: skip


def test_nothing_observed_is_not_a_number_rather_than_zero() -> None:
    assert np.isnan(hits(nights([[30, 0, 0]], [[0, 0, 0]]), GROUND))


def test_small_differences_in_concentration_are_never_claimed() -> None:
    """The floors of docs/compare.md: .01 of the Gini coefficient, 1 % of the cells and at least two."""
    for n_cells, cells in ((50, 2.0), (1000, 10.0)):
        ground = LandAndCensus(np.ones(n_cells), {}, np.zeros(n_cells))
        least = {measure.name: measure.least for measure, _ in all_measures(ground)}
        assert (least["gini"], least["distinct_cells"]) == (0.01, cells)
