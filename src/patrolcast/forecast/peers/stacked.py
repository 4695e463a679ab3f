"""Stacked counts, also of the hindsight rate: decayed, smoothed counts of a category and of all, weights fitted."""

import numpy as np

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.forecast.stacked_rates import Stack, fit_weights
from patrolcast.numerics.arrays import AnyIntArray, Float32Array, FloatArray
from patrolcast.numerics.decay import daily_factor, total_weight

HALF_LIVES_DAYS = (7.0, 28.0, 91.0, 365.0, 730.0, float("inf"))
BANDWIDTHS_M = (0.0, 150.0, 250.0, 400.0, 700.0)


def peer_components(reports: Reports, everything: FloatArray, space: Space) -> Float32Array:
    """Reports per day by decayed count, ``[n_counts, n_cells]``: own ones by half-life and bandwidth, then of all.

    Parameters
    ----------
    everything : reports of all categories by half-life (:func:`by_half_life`), the same for every category.
    """
    spread = np.stack([space.smooth(by_half_life(reports).T, bandwidth).T for bandwidth in BANDWIDTHS_M], axis=1)
    return np.concatenate([spread.reshape(-1, reports.n_cells), everything]).astype(np.float32)


def by_half_life(reports: Reports) -> FloatArray:
    """Reports per day, decayed by each of :data:`HALF_LIVES_DAYS`, ``[n_half_lives, n_cells]``."""
    return np.stack([decayed(reports, half_life) for half_life in HALF_LIVES_DAYS])


def decayed(reports: Reports, half_life_days: float) -> FloatArray:
    """Reports per day, weights halving every ``half_life_days`` (``inf``: plain mean), normalised by weights seen."""
    if np.isinf(half_life_days):
        return reports.weighted(np.ones_like(reports.age_days)) / reports.n_days
    factor = daily_factor(half_life_days)
    return reports.weighted(factor**reports.age_days) / total_weight(factor, reports.n_days)


def fit(parts: Float32Array, observed: AnyIntArray) -> Stack:
    """Weights from training windows.

    Parameters
    ----------
    parts : components at the origin of each window, ``[n_windows, n_components, n_cells]``.
    observed : counts in the windows, ``[n_windows, n_cells]``.
    """
    rows = np.moveaxis(parts, 1, 0).reshape(parts.shape[1], -1)
    return fit_weights(rows, observed.reshape(-1))
