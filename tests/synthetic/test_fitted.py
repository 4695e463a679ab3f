"""Rates fitted to counts: totals kept, noise drawn in, hot places kept, nearer to a planted truth than counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from patrolcast.synthetic.fitted import dissimilarity, fit_rates, shrunk_to_city
from patrolcast.synthetic.loop import smooth_cell_field

NIGHTS = np.full(7, 20)


def line(n: int) -> sparse.csr_array:
    """Cells in a row, each beside two others."""
    return sparse.csr_array(sparse.diags_array([np.ones(n - 1), np.ones(n - 1)], offsets=[-1, 1]))


def planted(seed: int, *, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """True rates and counts, ``[1, 7, 3, 300]``; ``spread`` is that of the log rate over cells."""
    rng = np.random.default_rng(seed)
    level = 0.05 * np.exp(spread * smooth_cell_field(line(300), rng, steps=4))
    week = np.linspace(0.7, 1.3, 7)[:, None, None] * np.array([0.5, 1.0, 1.5])[:, None]
    rate = (week * level)[None]
    return rate, rng.poisson(rate * NIGHTS[:, None, None])


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_fitted_rates_lie_nearer_to_the_truth_than_the_counts_do(spread: float) -> None:
    rate, counts = planted(3, spread=spread)
    fitted, raw = fit_rates(counts, NIGHTS, line(300)), counts / NIGHTS[:, None, None]
    error, of_counts = (float(((one - rate) ** 2).mean()) for one in (fitted, raw))
    assert error < 0.2 * of_counts


def test_as_many_incidents_in_as_many_nights_as_were_counted() -> None:
    _, counts = planted(4, spread=1.0)
    nights = np.array([20, 20, 20, 20, 20, 21, 19])
    fitted = fit_rates(np.concatenate([counts, np.zeros_like(counts)]), nights, line(300))
    assert (fitted * nights[:, None, None]).sum(axis=(1, 2, 3)) == pytest.approx([counts.sum(), 0.0])
    assert (fitted >= 0).all()


def test_a_hot_cell_among_quiet_ones_stays_hot() -> None:
    counts = np.random.default_rng(5).poisson(0.05, (1, 7, 3, 300))
    counts[..., 150] += 20
    rate = fit_rates(counts, NIGHTS, line(300)).sum(axis=(0, 1, 2))
    assert rate.argmax() == 150
    assert rate[150] == pytest.approx(21.0, rel=0.25)
    assert rate[148] < 0.05 * rate[150]


def test_a_flat_city_without_noise_beyond_chance_is_fitted_almost_flat() -> None:
    """The twin of the hot cell: what is chance only must not become a hot spot."""
    counts = np.random.default_rng(6).poisson(1.0, (1, 7, 3, 300))
    rate = fit_rates(counts, NIGHTS, line(300)).sum(axis=(0, 1, 2))
    raw = (counts / NIGHTS[:, None, None]).sum(axis=(0, 1, 2))
    assert rate.std() < 0.7 * raw.std()


def test_a_weekday_without_a_night_is_refused() -> None:
    with pytest.raises(ValueError, match="a weekday without a night"):
        fit_rates(np.ones((1, 7, 3, 4), dtype=np.int64), np.array([1, 1, 1, 1, 1, 1, 0]), line(4))


def test_the_estimate_is_the_posterior_mean_of_a_gamma_with_the_variance_of_the_moments() -> None:
    counts, expected = np.array([0.0, 2.0, 9.0, 1.0]), np.array([3.0, 3.0, 3.0, 3.0])
    variance = np.mean((counts / expected - 1) ** 2) - np.mean(1 / expected)  # all expect alike: no weights needed
    shape = 1 / variance
    assert shrunk_to_city(counts, expected) == pytest.approx(expected * (shape + counts) / (shape + expected))


def test_dissimilarity_is_0_for_people_who_live_alike_and_1_for_people_who_never_meet() -> None:
    assert dissimilarity(np.array([1.0, 2.0]), np.array([10.0, 20.0])) == pytest.approx(0.0)
    assert dissimilarity(np.array([0.0, 20.0]), np.array([10.0, 20.0])) == pytest.approx(1.0)
    assert dissimilarity(np.zeros(2), np.ones(2)) == 0.0
