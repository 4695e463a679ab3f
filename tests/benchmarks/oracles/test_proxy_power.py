"""The test that knows everything: it sees what is planted, and nothing in what is not; its power counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.cities.proxies import PLANTED, ROUGH, null_feature, planted_layers, proxy_city
from benchmarks.oracles.proxy_power import LEVELS, InformedTest, informed_tests, power

REPORTS_A_CELL = 30


def test_power_is_that_of_the_statistic_that_finds_most_cities_not_of_all_together() -> None:
    cities = [
        [InformedTest("slope", 0.01), InformedTest("code", 0.20)],
        [InformedTest("slope", 0.04), InformedTest("code", 0.90)],
        [InformedTest("slope", 0.30), InformedTest("code", 0.05)],
    ]
    assert power(cities, 0.05) == pytest.approx(2 / 3)
    assert power(cities, 0.01) == pytest.approx(1 / 3)
    assert power(cities, 0.001) == 0.0


def test_levels_are_what_ten_percent_leave_for_each_look() -> None:
    assert list(LEVELS.values()) == pytest.approx([0.05, 0.1 / 27, 0.1 / 324])


def test_planted_layers_are_seen_and_their_twins_of_noise_are_not() -> None:
    rng = np.random.default_rng(41)
    city = proxy_city(rng, n_rings=8)
    reports = rng.poisson(REPORTS_A_CELL, len(city.share)).astype(float)
    planted = informed_tests(city, planted_layers(rng, city, smoothness=ROUGH), reports, seed=1, count=199)
    assert set(planted) == set(PLANTED)
    assert {name: min(test.p for test in tests) for name, tests in planted.items()} == dict.fromkeys(PLANTED, 1 / 200)
    noise = {name: null_feature(rng, city, smoothness=ROUGH) for name in PLANTED}
    twins = informed_tests(city, noise, reports, seed=1, count=199)
    assert min(test.p for tests in twins.values() for test in tests) > 1 / 200


def test_a_proxy_in_the_east_is_not_looked_for_in_the_west() -> None:
    rng = np.random.default_rng(42)
    city = proxy_city(rng, n_rings=8)
    east = city.xy[:, 0] >= np.median(city.xy[:, 0])
    noise = rng.standard_normal(len(east))
    reports = rng.poisson(REPORTS_A_CELL, len(east)).astype(float)
    layers = {PLANTED[3]: np.where(east, city.share, noise), "whole": np.where(east, city.share, noise)}
    tests = informed_tests(city, layers, reports, seed=1, count=199)
    assert min(test.p for test in tests[PLANTED[3]]) > 0.01 >= min(test.p for test in tests["whole"])
