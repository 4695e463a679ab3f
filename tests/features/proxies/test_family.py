"""p among all tests: worked by hand, counted in simulated crowds, and the same as for one test alone."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies.family import family_p, in_units_of_chance


def test_one_test_gets_the_share_of_surrogates_that_reach_it_itself_among_them() -> None:
    found = np.array([[8.0, 1.0, 2.0, 9.0, 8.0, 3.0, 4.0, 5.0, 6.0, 7.0]])
    assert family_p(found, [0]) == pytest.approx([0.3])


def test_every_test_is_compared_with_the_largest_of_all_and_a_found_feature_leaves_the_crowd() -> None:
    """Largest by surrogate: 5 2 4 4 | without the first feature 3 1 4 1 (worked by hand, four columns)."""
    found = np.array([[5.0, 2.0, 1.0, 4.0], [3.0, 1.0, 4.0, 1.0], [0.0, 1.0, 4.0, 0.0]])
    p = family_p(found, [0, 1, 1])
    assert p.tolist() == [0.25, 0.5, 1.0]
    assert family_p(found, [0, 0, 0]).tolist() == [0.25, 0.75, 1.0], "of one feature all stay in the crowd"


def test_no_test_gets_a_smaller_p_than_one_with_a_larger_statistic_before_it() -> None:
    found = np.array([[3.0, 3.0, 3.0, 3.0], [2.0, 1.0, 1.0, 1.0]])
    assert family_p(found, [0, 1]).tolist() == [1.0, 1.0]


def test_no_tests_get_no_p() -> None:
    assert family_p(np.empty((0, 4)), []).tolist() == []


def test_units_are_the_upper_five_percent_and_a_row_of_one_value_says_nothing() -> None:
    rows = np.stack([np.arange(101.0), 1000 * np.arange(101.0) + 7, np.full(101, 3.0)])
    units = in_units_of_chance(rows)
    assert units[0].tolist() == units[1].tolist()
    assert (units[0, 50], units[0, 95]) == (0.0, 1.0)
    assert not units[2].any()


def test_of_crowds_in_which_nothing_goes_with_anything_five_percent_are_alarmed() -> None:
    """200 crowds of 60 tests alike by thirds; by chance alone 10 +- 3 hold a p below .05, uncorrected all would."""
    rng = np.random.default_rng(5)
    alarmed = alone = 0
    for _ in range(200):
        common = np.repeat(rng.standard_normal((3, 100)), 20, axis=0)
        found = in_units_of_chance(common + rng.standard_normal((60, 100)))
        alarmed += bool((family_p(found, np.repeat(np.arange(6), 10)) <= 0.05).any())
        alone += bool((np.mean(found >= found[:, :1], axis=1) <= 0.05).any())
    assert 3 <= alarmed <= 20
    assert alone > 120
