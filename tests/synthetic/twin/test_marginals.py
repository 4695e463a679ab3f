"""Noise on every bin, none below zero, the total kept; the same secret the same noise, another secret another."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.synthetic.twin.marginals import EPSILON, Marginals, noisy_marginals, none_below_zero


def of(counts: list[int], *, seed: int = 1) -> Marginals:
    return noisy_marginals({name: [np.array(counts)] for name in EPSILON}, seed=seed)


def test_the_noise_of_each_histogram_has_the_scale_of_its_epsilon() -> None:
    counts = [1000] * 4000
    noisy = of(counts)
    for name in ("cell", "week", "month", "delay"):
        spread = float(np.abs(getattr(noisy, name)[0] - 1000).mean())  # a Laplace's mean distance is its scale
        assert abs(spread * EPSILON[name] - 1) < 0.1, name


def test_no_two_histograms_share_their_noise_and_the_secret_decides_it() -> None:
    noisy = of([1000] * 50)
    off = [
        np.round((getattr(noisy, name)[0] - 1000) * EPSILON[name], 6).tobytes() for name in ("cell", "week", "month")
    ]
    assert len(set(off)) == 3
    assert np.array_equal(of([7, 1]).cell, of([7, 1]).cell)
    assert not np.array_equal(of([7, 1], seed=2).cell, of([7, 1]).cell)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=20))
@settings(max_examples=30)
def test_nothing_is_below_zero_and_the_total_stays(values: list[float]) -> None:
    found = none_below_zero(np.array(values))
    assert (found >= 0).all()
    assert abs(found.sum() - max(sum(values), 0.0)) < 1e-6
