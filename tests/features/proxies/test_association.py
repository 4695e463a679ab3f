"""Effective sample size and correlation: against explicit matrices, and where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.cities.proxies import ROUGH, SMOOTH, null_feature, proxy_city, proxy_feature
from scipy.spatial.distance import cdist

from patrolcast.features.proxies.association import (
    associate,
    correlogram,
    distance_classes,
    effective_size,
    given,
    rank_normal,
)

CITY = proxy_city(np.random.default_rng(5), n_rings=8)
CLASSES = distance_classes(CITY.xy)


def test_the_effective_size_is_that_of_the_explicit_matrices() -> None:
    rng = np.random.default_rng(1)
    a, b = (correlogram(null_feature(rng, CITY, smoothness=s), CLASSES) for s in (0.5, SMOOTH))
    n = len(CITY.xy)
    centre = np.eye(n) - 1 / n
    big_a, big_b = centre @ a[CLASSES.code] @ centre, centre @ b[CLASSES.code] @ centre
    expected = 1 + np.trace(big_a) * np.trace(big_b) / np.trace(big_a @ big_b)
    assert effective_size(a, b, CLASSES) == pytest.approx(expected, rel=1e-9)


def test_a_correlogram_is_the_mean_product_of_pairs_in_each_class() -> None:
    values = null_feature(np.random.default_rng(2), CITY, smoothness=0.5)
    z = (values - values.mean()) / values.std()
    far = cdist(CITY.xy, CITY.xy)
    spacing = np.sort(far, axis=1)[:, 1].min()
    next_door = (far > 0.5 * spacing) & (far < 1.4 * spacing)
    assert correlogram(values, CLASSES)[1] == pytest.approx(np.outer(z, z)[next_door].mean(), rel=1e-6)


def test_independent_cells_count_in_full_and_smooth_ones_do_not() -> None:
    rng = np.random.default_rng(3)
    rough = [null_feature(rng, CITY, smoothness=ROUGH) for _ in range(2)]
    smooth = [null_feature(rng, CITY, smoothness=SMOOTH) for _ in range(2)]
    assert associate(*rough, CLASSES).effective_n > 0.7 * len(CITY.xy)
    assert associate(*smooth, CLASSES).effective_n < 0.25 * len(CITY.xy)


def test_a_thinned_city_tells_nearly_the_same_size() -> None:
    city = proxy_city(np.random.default_rng(6), n_rings=25)  # 1,951 cells: rows are thinned
    classes = distance_classes(city.xy)
    assert len(classes.rows) == 1500
    feature = null_feature(np.random.default_rng(7), city, smoothness=SMOOTH)
    thinned = associate(feature, city.share, classes).effective_n
    a, b = correlogram(feature, classes), correlogram(city.share, classes)
    code = np.digitize(cdist(city.xy, city.xy) / np.median(np.sort(cdist(city.xy, city.xy), axis=1)[:, 1]), [
        0.5, 1.5, 2.5, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0
    ])  # fmt: skip
    big_a, big_b = a[code], b[code]
    big_a = big_a - big_a.mean(axis=0)[None] - big_a.mean(axis=1)[:, None] + big_a.mean()
    big_b = big_b - big_b.mean(axis=0)[None] - big_b.mean(axis=1)[:, None] + big_b.mean()
    assert thinned == pytest.approx(1 + np.trace(big_a) * np.trace(big_b) / (big_a * big_b).sum(), rel=0.15)


def test_smooth_noise_is_no_proxy_where_a_plain_test_would_say_so() -> None:
    plain = dutilleul = 0
    for seed in range(30):
        rng = np.random.default_rng([8, seed])
        a, b = (null_feature(rng, CITY, smoothness=SMOOTH) for _ in range(2))
        found = associate(a, b, CLASSES)
        n = len(a)
        plain += abs(found.r) * np.sqrt((n - 2) / (1 - found.r**2)) > 1.96
        dutilleul += found.p < 0.05
    assert plain >= 12  # the twin: what an iid test would have flagged
    assert dutilleul <= 4


def test_a_planted_correlation_is_found_as_planted() -> None:
    feature = proxy_feature(np.random.default_rng(9), CITY, strength=0.6, smoothness=ROUGH)
    found = associate(-feature, CITY.share, CLASSES)
    assert found.r == pytest.approx(-0.6, abs=0.06)
    assert found.p < 0.05


def test_a_feature_that_never_varies_goes_with_nothing() -> None:
    found = associate(np.full(len(CITY.xy), 3.0), CITY.share, CLASSES)
    assert (found.r, found.p, found.detectable) == (0.0, 1.0, 1.0)


def test_a_cubic_of_the_rate_explains_itself_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(10)
    rate = rng.poisson(5, 400).astype(float)
    x = rank_normal(rate)
    noise = rng.standard_normal(400)
    left = given(rate, 2 * x**3 - x + noise)
    assert np.corrcoef(left, noise)[0, 1] > 0.98
    assert abs(np.corrcoef(left, x)[0, 1]) < 1e-9
