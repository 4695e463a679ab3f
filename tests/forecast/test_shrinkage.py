"""Trees that learned something are shrunk, trees that learned noise are not, and neither moves the level."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.forecast.shrinkage import Shrinkage, fit_shrinkage, shrunk

SHAPE = (84, 400)


def city(trees: np.ndarray, *, share_that_is_true: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A start, the start with its trees, and counts from rates of which the trees tell only a part."""
    rng = np.random.default_rng(5)
    start = (
        np.repeat(rng.gamma(0.7, 0.1, SHAPE[1])[None] + 1e-3, SHAPE[0], axis=0).astype(np.float32).astype(np.float64)
    )
    truth = start * np.exp(share_that_is_true * trees)
    return start.astype(np.float32), start * np.exp(trees), rng.poisson(truth).astype(np.uint16)


def by_cell(spread: float) -> np.ndarray:
    return np.repeat(np.random.default_rng(6).normal(0.0, spread, SHAPE[1])[None], SHAPE[0], axis=0)


@pytest.mark.parametrize(("share", "weight"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_trees_are_followed_as_far_as_they_are_right(share: float, weight: float) -> None:
    assert fit_shrinkage(*city(by_cell(0.8), share_that_is_true=share)).weight == weight


def test_the_level_is_the_starts_whatever_the_trees_add() -> None:
    start, by_trees, observed = city(by_cell(0.8), share_that_is_true=1.0)
    shrinkage = fit_shrinkage(start, 1.3 * by_trees, observed)
    assert shrunk(start, 1.3 * by_trees, shrinkage).sum() == pytest.approx(start.sum(), rel=1e-5)


def test_without_trees_nothing_changes() -> None:
    start, by_trees, observed = city(np.zeros(SHAPE), share_that_is_true=0.0)
    shrinkage = fit_shrinkage(start, by_trees, observed)
    assert shrinkage.weight == 0.0, "of equals the start"
    assert shrinkage.level == pytest.approx(1.0, rel=1e-6)
    np.testing.assert_allclose(shrunk(start, by_trees, Shrinkage(0.0, 1.0)), start)


def test_only_weights_that_are_asked_for_are_tried() -> None:
    noise = city(by_cell(0.8), share_that_is_true=0.0)
    assert fit_shrinkage(*noise, weights=(1.0,)).weight == 1.0
    assert fit_shrinkage(*noise).weight == 0.0
    assert fit_shrinkage(*city(by_cell(0.8), share_that_is_true=1.0), weights=(0.0,)).weight == 0.0
