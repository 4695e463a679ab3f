"""Concentration by hand."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.concentration import concentration, gini


def test_gini_is_half_the_relative_mean_difference() -> None:
    amounts = np.random.default_rng(1).gamma(1.0, size=50)
    by_pairs = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * amounts.mean())
    assert gini(amounts) == pytest.approx(by_pairs)


def test_gini_of_nothing_is_not_zero() -> None:
    assert np.isnan(gini([]))
    assert np.isnan(gini([0.0, 0.0]))


def test_a_cell_that_is_always_chosen_is_seen() -> None:
    dose = np.zeros((56, 10))
    dose[:, 0] = 15.0
    dose[np.arange(56), 1 + np.arange(56) % 3] = 15.0
    found = concentration(dose, top=1)
    assert (found.longest_run, found.distinct_cells, found.top_share) == (56, 4.0, 0.5)
