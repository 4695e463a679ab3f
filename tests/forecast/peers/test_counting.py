"""Counting and kernels against their formulas."""

import numpy as np
import pytest

from patrolcast.forecast.peers import Reports, Space
from patrolcast.forecast.peers.counting import all_history, peer_kernel_density, smoothed_count, trailing

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


def test_counting_counts():
    counts = _counts()
    assert all_history(Reports.from_counts(counts), Space(CENTRES)) == pytest.approx(counts.sum(axis=0))


def test_trailing_counts_the_last_days_and_no_more():
    counts = _counts()
    found = trailing(Reports.from_counts(counts), Space(CENTRES), days=28)
    assert found == pytest.approx(counts[-28:].sum(axis=0))


def test_smoothing_keeps_the_number_of_reports():
    reports = Reports.from_counts(_counts())
    assert smoothed_count(reports, Space(CENTRES), bandwidth_m=300.0).sum() == pytest.approx(len(reports.cell))


def test_kernel_density_is_its_formula():
    counts, space = _counts(1, n_days=60), Space(CENTRES)
    found = peer_kernel_density(Reports.from_counts(counts), space, bandwidth_m=250.0, half_life_days=20.0)
    away = np.linalg.norm(CENTRES[:, None] - CENTRES[None], axis=2)
    kernel = np.where(away <= 625.0, np.exp(-0.5 * (away / 250.0) ** 2), 0.0)
    kernel /= kernel.sum(axis=0)
    weight = 0.5 ** (np.arange(59, -1, -1) / 20.0)
    assert found == pytest.approx(kernel @ (weight @ counts), rel=1e-5)
