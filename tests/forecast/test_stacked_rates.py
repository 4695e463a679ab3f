"""Stacked counts: the weights that made the data are found, and totals agree."""

import numpy as np
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.forecast.stacked_rates import combined, fit_weights


def _city(seed=0, n=20_000):
    rng = np.random.default_rng(seed)
    parts = rng.gamma(0.5, 1.0, (4, n))
    truth = np.array([0.8, 0.0, 0.3, 0.0])
    return parts, truth, rng.poisson(truth @ parts)


def test_weights_that_made_the_counts_are_found():
    parts, truth, counts = _city()
    assert fit_weights(parts, counts).weight == pytest.approx(truth, abs=0.03)


def test_expected_and_observed_totals_agree():
    parts, _, counts = _city(1)
    assert combined(fit_weights(parts, counts), parts).sum() == pytest.approx(counts.sum())


def test_no_other_weights_are_more_likely():
    parts, _, counts = _city(2, n=2000)
    best = fit_weights(parts, counts, iterations=3000).weight

    def likelihood(weight):
        rate = weight @ parts
        return float((counts * np.log(rate) - rate).sum())

    rng = np.random.default_rng(0)
    for _ in range(50):
        assert likelihood(np.abs(best + rng.normal(0, 0.05, 4))) <= likelihood(best) + 1e-3


def test_the_unit_of_a_component_does_not_matter():
    parts, _, counts = _city(3, n=3000)
    scale = np.array([1.0, 1000.0, 0.001, 7.0])
    plain, scaled = fit_weights(parts, counts), fit_weights(parts * scale[:, None], counts)
    assert combined(scaled, parts * scale[:, None]) == pytest.approx(combined(plain, parts))


def test_an_empty_component_gets_no_weight_and_does_no_harm():
    parts, _, counts = _city(4, n=3000)
    parts[1] = 0.0
    assert fit_weights(parts, counts).weight[1] == 0.0


def test_windows_without_incidents_are_refused():
    with pytest.raises(DataRefusedError) as error:
        fit_weights(np.ones((2, 5)), np.zeros(5, dtype=int))
    assert str(error.value) == "stacked counts: got no incident to fit; at least one in the training windows"


def test_components_of_another_stack_are_refused():
    parts, _, counts = _city(5, n=500)
    with pytest.raises(ValueError) as error:
        combined(fit_weights(parts, counts), parts[:2])
    assert str(error.value) == "2 components for 4 weights"
