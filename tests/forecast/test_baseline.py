"""Baselines against the same counts added up one by one."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.forecast.baseline import climatology, kernel_density, moving_average
from patrolcast.numerics.gaussian import gaussian_kernel

RNG = np.random.default_rng(5)
KNOWN = RNG.poisson(0.2, (120, 9)).astype(np.uint16)
CENTRES = np.array([(300.0 * (i % 3), 300.0 * (i // 3)) for i in range(9)])
ORIGINS = np.array([0, 1, 40, 41, 119], dtype=np.int32)


def test_climatology_is_the_mean_of_all_days_so_far() -> None:
    wanted = [[sum(KNOWN[d, c] for d in range(day + 1)) / (day + 1) for c in range(9)] for day in ORIGINS.tolist()]
    np.testing.assert_allclose(climatology(KNOWN, ORIGINS), wanted)


@pytest.mark.parametrize("days", [1, 7, 91])
def test_a_moving_average_is_the_mean_of_the_last_days_and_of_fewer_at_the_start(days: int) -> None:
    wanted = []
    for day in ORIGINS.tolist():
        window = KNOWN[max(0, day + 1 - days) : day + 1].astype(float)
        wanted.append(window.sum(axis=0) / len(window))
    np.testing.assert_allclose(moving_average(KNOWN, ORIGINS, days=days), wanted)


def test_kernel_density_is_the_decayed_sum_of_a_kernel_over_every_report() -> None:
    half_life, bandwidth = 20.0, 350.0
    found = kernel_density(KNOWN, ORIGINS, gaussian_kernel(CENTRES, bandwidth), half_life_days=half_life)
    apart = np.linalg.norm(CENTRES[:, None] - CENTRES[None], axis=2)
    weight = np.where(apart <= 2.5 * bandwidth, np.exp(-0.5 * (apart / bandwidth) ** 2), 0)
    weight /= weight.sum(axis=0)
    for i, day in enumerate(ORIGINS.tolist()):
        age = 0.5 ** ((day - np.arange(day + 1)) / half_life)
        level = (age[:, None] * KNOWN[: day + 1]).sum(axis=0) / age.sum()
        np.testing.assert_allclose(found[i], weight @ level, rtol=1e-6)


@pytest.mark.parametrize("method", [climatology, moving_average])
def test_no_baseline_sees_a_day_after_its_origin(method: object) -> None:
    later = KNOWN.copy()
    later[42:] = 9
    early = ORIGINS[:4]
    np.testing.assert_array_equal(method(KNOWN, early), method(later, early))  # type: ignore[operator]
    assert not np.array_equal(method(KNOWN, ORIGINS), method(later, ORIGINS))  # type: ignore[operator]
