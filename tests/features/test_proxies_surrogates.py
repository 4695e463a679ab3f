"""Surrogates look like the share and are not the share; distance correlation by its definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from patrolcast.features.proxies_surrogates import distance_tests, moran_basis, surrogates
from patrolcast.synthetic.proxies import ROUGH, null_feature, proxy_city, proxy_feature

CITY = proxy_city(np.random.default_rng(5), n_rings=7)
BASIS = moran_basis(CITY.xy)


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


def test_distance_correlation_is_that_of_its_definition() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal(40), rng.standard_normal(40)

    def centred(v: np.ndarray) -> np.ndarray:
        d = np.abs(v[:, None] - v[None, :])
        return d - d.mean(0) - d.mean(1)[:, None] + d.mean()

    a, b = centred(x), centred(y)
    expected = np.sqrt((a * b).mean() / np.sqrt((a * a).mean() * (b * b).mean()))
    found = distance_tests(x[:, None], y, rng.standard_normal((40, 9)))[0]
    assert found.value == pytest.approx(expected, rel=1e-9)
    assert distance_tests(x[:, None], 2 * x - 1, rng.standard_normal((40, 9)))[0].value == pytest.approx(1.0)


def test_a_bent_proxy_that_no_correlation_sees_is_seen() -> None:
    seen = wolves = 0
    for seed in range(10):
        rng = np.random.default_rng([3, seed])
        bent = proxy_feature(rng, CITY, strength=0.8, smoothness=ROUGH, bent=True)
        null = null_feature(rng, CITY, smoothness=ROUGH)
        chance = surrogates(CITY.share, BASIS, count=99, rng=rng)
        of_bent, of_null = distance_tests(np.column_stack([bent, null]), CITY.share, chance)
        seen += of_bent.p <= 0.05
        wolves += of_null.p <= 0.05
    assert seen >= 9
    assert wolves <= 2
