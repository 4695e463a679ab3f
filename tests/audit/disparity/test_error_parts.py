"""Each part of an interval by hand; together they add in quadrature, and other ways of spreading lie inside."""

from __future__ import annotations

from math import hypot, inf, isnan, log, nan, sqrt

import numpy as np
import pytest

from patrolcast.audit.disparity.error_parts import OtherVersions, beside_nights, part_widths, with_parts
from patrolcast.audit.disparity.ratio_draws import SidesOfCells
from patrolcast.domain.measures import ErrorParts, GroupComparison, Interval

CITY = np.ones((1, 2))
MINUTES, REPORTED = np.array([[60.0], [20.0]]), np.array([[5.0], [5.0]])
NONE = np.zeros((2, 0))


def sides(first: float, second: float) -> SidesOfCells:
    """So many members in the two cells, 40 residents each."""
    members = np.array([[first], [second]])
    return SidesOfCells(members, 40.0 - members, np.full((2, 1), 40.0))


def exposure(first: float, second: float) -> float:
    others = 40 - first, 40 - second
    return log((first * 60 + second * 20) / (first + second) / ((others[0] * 60 + others[1] * 20) / sum(others)))


def test_another_way_of_spreading_counts_with_its_whole_distance() -> None:
    others = OtherVersions(NONE, None, None, {"one": sides(28, 12), "two": sides(35, 5)})
    found = part_widths(MINUTES, REPORTED, sides(30, 10), CITY, others)[0]["log_exposure_ratio"]
    assert found.spreading == pytest.approx(exposure(35, 5) - exposure(30, 10))
    assert [isnan(part) for part in (found.nights, found.trainings, found.census, found.within_areas)] == [True] * 4


def test_trainings_are_a_root_mean_square_distance_times_students_t() -> None:
    other = np.array([[50.0, 70.0, 60.0, 60.0], [30.0, 20.0, 20.0, 20.0]])
    found = part_widths(MINUTES, REPORTED, sides(30, 10), CITY, OtherVersions(other, None, None, {}))[0]

    def ratio(a: float, b: float) -> float:
        return log((30 * a + 10 * b) / (10 * a + 30 * b))

    moved = [ratio(50, 30) - ratio(60, 20), ratio(70, 20) - ratio(60, 20)]
    expected = 2.7764451051977987 * sqrt((moved[0] ** 2 + moved[1] ** 2) / 4)
    assert found["log_exposure_ratio"].trainings == pytest.approx(expected)
    assert found["log_need_ratio"].trainings == pytest.approx(0.0)  # another training changes no report


def test_a_draw_without_a_ratio_leaves_nothing_measured() -> None:
    nobody = SidesOfCells(np.array([[30.0, 0.0], [10.0, 0.0]]), np.full((2, 2), 20.0), np.full((2, 2), 40.0))
    others = OtherVersions(NONE, nobody, None, {})
    found = part_widths(MINUTES, REPORTED, sides(30, 10), CITY, others)[0]
    assert found["log_exposure_ratio"].census == inf
    one = Interval(0.5, 0.4, 0.6, 28)
    comparison = with_parts(GroupComparison("b", "a", 40.0, 3.0, 3.0, one, one, one), found)
    assert not comparison.log_exposure_ratio.measured


def test_parts_add_in_quadrature_and_only_the_unknown_homes_are_left_out_as_counted() -> None:
    one = Interval(0.5, 0.2, 0.8, 28)
    parts = ErrorParts(nan, 0.4, nan, 1.2, 0.5)
    found = with_parts(GroupComparison("b", "a", 40.0, 3.0, 3.0, one, one, one), {"excess": parts})
    assert found.parts["excess"] == ErrorParts(pytest.approx(0.3), 0.4, pytest.approx(nan, nan_ok=True), 1.2, 0.5)
    assert beside_nights(parts) == pytest.approx(hypot(0.4, 1.2, 0.5))
    assert found.excess.upper - 0.5 == pytest.approx(hypot(0.3, 0.4, 1.2, 0.5))
    assert found.counted.upper - 0.5 == pytest.approx(hypot(0.3, 0.4))
    assert found.log_exposure_ratio == one
    assert found.parity_excluded == (hypot(0.3, 0.4) < 0.5)


def test_the_two_examples_of_a_sceptic_lie_inside() -> None:
    """Spread by cell centres 1.496, with the gaps filled 1.444, where the audit says 1.473."""
    nights = Interval(log(1.473), log(1.458), log(1.487), 28)
    furthest = max(abs(log(other / 1.473)) for other in (1.496, 1.444))
    comparison = GroupComparison("b", "a", 40.0, 3.0, 3.0, nights, nights, nights)
    found = with_parts(comparison, {"log_exposure_ratio": ErrorParts(nan, nan, nan, nan, furthest)})
    assert found.log_exposure_ratio.lower < log(1.444) < log(1.496) < found.log_exposure_ratio.upper
    assert not nights.lower < log(1.444)


@pytest.mark.parametrize(
    ("parts", "why", "counted"),
    [
        (ErrorParts(nan, inf, inf, inf, nan), "a model trained on other weeks would send one side no patrol at", False),
        (ErrorParts(nan, 0.1, inf, 0.1, nan), "within the census's margins of error nobody may live there", False),
        (ErrorParts(nan, 0.1, nan, inf, nan), "were residents spread otherwise within their census areas, one", True),
        (ErrorParts(nan, 0.1, nan, 0.1, inf), "were residents spread otherwise within their census areas, one", True),
    ],
)
def test_an_endless_part_is_named_and_homes_do_not_end_the_interval_as_counted(
    parts: ErrorParts, why: str, counted: bool
) -> None:
    one = Interval(0.5, 0.2, 0.8, 28)
    found = with_parts(GroupComparison("b", "a", 40.0, 3.0, 3.0, one, one, one), {"excess": parts})
    assert not found.excess.measured
    assert found.excess.note.startswith(why)
    assert found.counted.measured is counted
