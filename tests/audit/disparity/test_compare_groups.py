"""Exposure, need and excess by hand; parity where patrol follows reports; small groups are not measured."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.compare_groups import EVERYONE_ELSE, compare_groups

RNG = np.random.default_rng(11)
RESIDENTS = RNG.integers(10, 500, (3, 40)).astype(float)
TOTAL = RESIDENTS.sum(axis=0)
NAMES = ("group_a", "group_b", "group_c")


def test_need_per_resident_makes_density_alone_an_excess_and_the_headline_does_not() -> None:
    """The worked example of docs/decisions/0003-need.md: the same reports and patrol, a tenth of the residents."""
    residents, total = np.array([[1000.0, 0.0], [0.0, 100.0]]), np.array([1000.0, 100.0])
    reported, dose = np.full((60, 2), 10.0), np.full((60, 2), 60.0)
    b = compare_groups(dose, reported, residents, total, ("a", "b"))[1]
    assert b.excess.estimate == pytest.approx(0.0, abs=1e-12)
    assert np.exp(b.log_need_ratio_per_resident.estimate) == pytest.approx(10.0)


def test_a_disparity_is_found_when_the_interval_excludes_parity_and_only_then() -> None:
    residents = np.array([[100.0] * 20 + [0.0] * 20, [0.0] * 20 + [100.0] * 20])
    noise = RNG.gamma(50, 1 / 50, (180, 40))
    for factor, expected in ((1.0, False), (1.5, True)):
        dose = np.array([10.0] * 20 + [10.0 * factor] * 20) * noise
        found = compare_groups(dose, np.ones((180, 40)), residents, residents.sum(axis=0), ("a", "b"))
        assert [one.parity_excluded for one in found] == [expected, expected]
    few = compare_groups(dose, np.ones((180, 40)), residents, total=residents.sum(axis=0), names=("a", "b"),
                         least_residents=1e6)  # fmt: skip
    assert not any(one.parity_excluded for one in few)  # not measured is not found


def test_even_patrol_is_parity_for_every_group() -> None:
    found = compare_groups(np.full((60, 40), 5.0), np.ones((60, 40)), RESIDENTS, TOTAL, NAMES)
    for one in found:
        assert one.against == EVERYONE_ELSE
        assert (one.exposure, one.exposure_against) == pytest.approx((5.0, 5.0))
        assert one.log_exposure_ratio.estimate == pytest.approx(0.0, abs=1e-12)
        assert one.excess.estimate == pytest.approx(0.0, abs=1e-12)


def test_twice_the_patrol_on_one_group_is_found_with_its_size() -> None:
    residents = np.array([[100.0] * 20 + [0.0] * 20, [0.0] * 20 + [100.0] * 20])
    dose = np.repeat([[10.0] * 20 + [20.0] * 20], 180, axis=0) * RNG.gamma(50, 1 / 50, (180, 40))
    found = compare_groups(dose, np.ones((180, 40)), residents, residents.sum(axis=0), ("a", "b"))
    b = next(one for one in found if one.group == "b")
    assert b.excess.estimate == pytest.approx(np.log(2), abs=0.02)
    assert b.excess.excludes_zero
    assert b.log_need_ratio.estimate == pytest.approx(0.0, abs=1e-12)


def test_rotating_the_labels_rotates_the_audit() -> None:
    dose, reported = RNG.gamma(1.0, size=(60, 40)), RNG.gamma(1.0, size=(60, 40))
    before = compare_groups(dose, reported, RESIDENTS, TOTAL, NAMES)
    after = compare_groups(dose, reported, np.roll(RESIDENTS, 1, axis=0), TOTAL, NAMES)
    for i in range(3):
        assert after[(i + 1) % 3].excess == before[i].excess
        assert after[(i + 1) % 3].exposure == before[i].exposure


def test_a_reference_group_is_compared_with_and_not_itself_listed() -> None:
    found = compare_groups(np.ones((60, 40)), np.ones((60, 40)), RESIDENTS, TOTAL, NAMES, reference="group_a")
    assert [(one.group, one.against) for one in found] == [("group_b", "group_a"), ("group_c", "group_a")]


def test_a_small_group_is_not_measured() -> None:
    small = RESIDENTS.copy()
    small[2] = 1.0
    found = compare_groups(
        RNG.gamma(1.0, size=(60, 40)), np.ones((60, 40)), small, small.sum(axis=0), NAMES, least_residents=500
    )
    assert [one.excess.measured for one in found] == [True, True, False]
    assert found[2].excess.note == "fewer than 500 residents"
    assert [one.enough for one in found] == [True, True, False]


def test_the_rest_of_a_group_that_is_nearly_everyone_is_too_small_as_well() -> None:
    people = np.array([[1000.0] * 40])
    found = compare_groups(np.ones((60, 40)), np.ones((60, 40)), people, people[0] + 1.0, ("all",), least_residents=500)
    assert not found[0].excess.measured


def test_the_side_without_patrol_is_named_only_where_one_side_alone_has_none_and_both_have_reports() -> None:
    residents = np.array([[100.0] * 20 + [0.0] * 20, [0.0] * 20 + [100.0] * 20])
    total, even = residents.sum(axis=0), np.ones((60, 40))
    first = np.repeat([[1.0] * 20 + [0.0] * 20], 60, axis=0)

    def sides(dose: np.ndarray, reported: np.ndarray, *, least: float = 0.0) -> list[str | None]:
        found = compare_groups(dose, reported, residents, total, ("a", "b"), least_residents=least)
        return [one.without_patrol for one in found]

    assert sides(first, even) == [EVERYONE_ELSE, "b"]
    assert sides(even, even) == [None, None]
    assert sides(0 * even, even) == [None, None]
    assert sides(first, first) == [None, None]
    assert sides(first, even, least=1e6) == [None, None]
