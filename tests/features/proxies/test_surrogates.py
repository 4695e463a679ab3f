"""Surrogates look like the share and are not the share; two looks at a tie of any shape cost one."""

from __future__ import annotations

import numpy as np
from benchmarks.cities.proxies import SMOOTH, null_feature, proxy_city, proxy_feature
from scipy.spatial import cKDTree

from patrolcast.features.proxies.surrogates import bend, min_p, shape_tests, spectral_basis, surrogates

CITY = proxy_city(np.random.default_rng(5), n_rings=7)
BASIS = spectral_basis(CITY.xy)


def moran(values: np.ndarray) -> float:
    _, near = cKDTree(CITY.xy).query(CITY.xy, k=7)
    z = values - values.mean()
    return float((z[:, None] * z[near[:, 1:]]).mean() / (z**2).mean())


def test_surrogates_keep_mean_variance_and_pattern_and_lose_the_places() -> None:
    made = surrogates(CITY.share, BASIS, count=99, rng=np.random.default_rng(1))
    np.testing.assert_allclose(made.mean(axis=0), CITY.share.mean(), atol=1e-9)
    np.testing.assert_allclose(made.var(axis=0), CITY.share.var(), rtol=1e-6)
    assert max(abs(moran(one) - moran(CITY.share)) for one in made.T) < 0.1
    assert abs(np.mean([np.corrcoef(one, CITY.share)[0, 1] for one in made.T])) < 0.15


def test_the_twin_that_shuffles_cells_loses_the_pattern() -> None:
    assert moran(np.random.default_rng(1).permutation(CITY.share)) < 0.3 < moran(CITY.share)


def test_a_bent_proxy_that_no_correlation_sees_is_seen() -> None:
    seen = wolves = 0
    for seed in range(10):
        rng = np.random.default_rng([3, seed])
        city = proxy_city(rng, n_rings=10)
        bent = proxy_feature(rng, city, strength=0.6, smoothness=SMOOTH, bent=True)
        null = null_feature(rng, city, smoothness=SMOOTH)
        chance = surrogates(city.share, spectral_basis(city.xy), count=99, rng=rng)
        of_bent, of_null = shape_tests(np.column_stack([bent, null]), city.share, chance)
        seen += of_bent.p <= 0.05
        wolves += of_null.p <= 0.05
    assert seen >= 8
    assert wolves <= 2


def test_the_bend_of_the_share_tells_nothing_straight() -> None:
    bent = bend(CITY.share[:, None])[:, 0]
    rank = np.argsort(np.argsort(CITY.share))
    assert abs(np.corrcoef(bent, rank)[0, 1]) < 0.05
    assert np.corrcoef(bent, np.abs(rank - rank.mean()))[0, 1] > 0.8


def test_two_looks_at_the_same_chance_hold_the_level_and_two_uncorrected_looks_do_not() -> None:
    rng = np.random.default_rng(4)
    together, either = 0, 0
    for _ in range(1000):
        statistics = rng.standard_normal((2, 100))
        together += min_p(statistics) <= 0.05
        either += (statistics >= statistics[:, :1]).mean(axis=1).min() <= 0.05
    assert 30 <= together <= 72
    assert either > 80


def test_two_looks_by_hand() -> None:
    # p by column: first row 2/4 1/4 4/4 3/4, second 4/4 1/4 3/4 2/4; smallest 2/4 1/4 3/4 2/4.
    assert min_p(np.array([[3.0, 4.0, 1.0, 2.0], [1.0, 4.0, 2.0, 3.0]])) == 0.75


def test_patterns_are_even_at_the_edge_and_an_island_does_no_harm() -> None:
    xy = np.vstack([CITY.xy, CITY.xy[:40] + 1e6])
    basis = spectral_basis(xy)
    assert basis.shape == (len(xy), len(xy) - 1)
    np.testing.assert_allclose(basis.T @ basis, np.eye(len(xy) - 1), atol=1e-9)
    np.testing.assert_allclose(basis.sum(axis=0), 0.0, atol=1e-9)


def test_smooth_nulls_pass_for_proxies_no_more_often_than_declared() -> None:
    taken = 0
    for seed in range(60):
        rng = np.random.default_rng([5, seed])
        null = null_feature(rng, CITY, smoothness=SMOOTH)
        shares = np.column_stack([CITY.share, surrogates(CITY.share, BASIS, count=99, rng=rng)])
        r = np.abs([np.corrcoef(null, one)[0, 1] for one in shares.T])
        taken += (r >= r[0]).mean() <= 0.05
    assert taken <= 7
