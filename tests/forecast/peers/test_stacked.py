"""Stacked counts of the hindsight rate."""

import numpy as np
import pytest

from patrolcast.forecast.peers import Reports, Space, stacked

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


def test_stacked_components_are_reports_per_day():
    counts = np.zeros((800, len(CENTRES)), dtype=np.uint16)
    counts[:, 7] = 2
    reports = Reports.from_counts(counts)
    parts = stacked.peer_components(reports, stacked.by_half_life(reports), Space(CENTRES))
    assert parts.shape == (len(stacked.HALF_LIVES_DAYS) * (len(stacked.BANDWIDTHS_M) + 1), len(CENTRES))
    assert parts.sum(axis=1) == pytest.approx(np.full(len(parts), 2.0), rel=1e-4)
