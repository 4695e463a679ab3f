"""Ranking: cells of a district in the order of their weighted expected incidents."""

from collections.abc import Sequence

import numpy as np

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.settings import Patrol
from patrolcast.numerics.arrays import FloatArray, IntArray


def weights_by_slot(categories: tuple[str, ...], patrol: Patrol, starts: Sequence[str]) -> FloatArray:
    """Weight of each category in each shift of the day, ``[n_categories, n_slots]``."""
    return np.repeat(category_weights(categories, dict(patrol.weights))[:, None], len(starts), axis=1)


def category_weights(categories: tuple[str, ...], declared: dict[str, float]) -> FloatArray:
    """Weight of each category, ``[n_categories]``: 1 for each that is not named; a declared 0 leaves one out.

    Raises ConfigError when a weight names a category that the codebook never gives, or all weights are 0.
    """
    unknown = sorted(set(declared) - set(categories))
    if unknown:
        cure = f"categories here: {', '.join(categories)}"
        raise ConfigError(
            "[patrol] weights", got=repr(unknown[0]), rule="must be a category of the codebook", cure=cure
        )
    weights = np.array([declared.get(name, 1.0) for name in categories])
    if not weights.any():
        raise ConfigError("[patrol] weights", got="only zeros", rule="at least one category needs a weight above 0")
    return weights


def weighted_score(expected: FloatArray, weights: FloatArray) -> FloatArray:
    """Ranking score ``[n_shifts, n_cells]`` from expected incidents and weights ``[n_categories, n_shifts]``."""
    scored: FloatArray = np.einsum("ks,ksc->sc", weights, expected)
    return scored


def rank_within_districts(score: FloatArray, district: IntArray, tie_order: IntArray) -> IntArray:
    """Rank (1 = highest) of each cell within its district and shift, ``[n_shifts, n_cells]``.

    Parameters
    ----------
    district : district code of each cell, ``[n_cells]``.
    tie_order : a seeded permutation of ``0..n_cells-1``; equal scores keep its order, so that no part of the city is
        favoured by the way cells are named.
    """
    ranks = np.empty(score.shape, dtype=np.int64)
    for shift in range(score.shape[0]):
        order = np.lexsort((tie_order, -score[shift], district))
        first = np.searchsorted(district[order], district[order], side="left")
        ranks[shift, order] = np.arange(len(order)) - first + 1
    return ranks
