"""Halves of the training weeks: balanced, orthogonal, whole blocks of two weeks; rows of a half weigh double."""

from __future__ import annotations

import numpy as np
import pytest
from tests.runs.trained_halves import trained_city

from patrolcast.runs.pipeline.half_samples import N_HALVES, in_half

SHIFTS = np.arange(12 * 14 * 3, dtype=np.int32)  # twelve blocks of two weeks, three shifts a day
KEPT = np.array([in_half(SHIFTS, half, n_slots=3) for half in range(N_HALVES)])


def test_every_half_holds_one_block_of_each_pair() -> None:
    blocks = KEPT.reshape(N_HALVES, 12, 42)
    assert (blocks.all(axis=2) | ~blocks.any(axis=2)).all()  # a block is in or out as a whole
    pairs = blocks[:, :, 0].reshape(N_HALVES, 6, 2)
    assert (pairs.sum(axis=2) == 1).all()


def test_halves_are_balanced_and_orthogonal() -> None:
    first = np.where(KEPT.reshape(N_HALVES, 12, 42)[:, ::2, 0], 1, -1)
    assert (first[:, :3].sum(axis=0) == 0).all()
    np.testing.assert_array_equal(first[:, :3].T @ first[:, :3], N_HALVES * np.eye(3))


def test_rows_of_a_half_weigh_double_and_nothing_else_changes() -> None:
    forecast, by_category = trained_city()
    for rows in by_category:
        kept = in_half(rows.shift, 1, n_slots=3)
        assert 0 < kept.sum() < len(kept)
        half = rows.half(1, n_slots=3)
        np.testing.assert_array_equal(half.train.values, rows.train.values[kept])
        np.testing.assert_allclose(half.target.weight, 2 * rows.target.weight[kept])
        assert half.later is rows.later
    assert len(forecast.validated_by_halves) == N_HALVES


def test_every_half_expects_something_else_of_the_same_size() -> None:
    forecast, _ = trained_city()
    whole = forecast.validated.sum()
    sums = [made.sum() for made in forecast.validated_by_halves]
    assert all(made.shape == forecast.validated.shape for made in forecast.validated_by_halves)
    assert sums == pytest.approx([whole] * N_HALVES, rel=0.1)
    distances = [np.abs(made - forecast.validated).max() for made in forecast.validated_by_halves]
    assert min(distances) > 0
