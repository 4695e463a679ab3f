"""Which method is used: the one with the lowest deviance, the model only where it beats every baseline."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_poisson_deviance

from patrolcast.forecast.validation import compare_skill, mean_deviance

RNG = np.random.default_rng(4)
TRUTH = RNG.gamma(0.6, 0.2, (30, 100)) + 1e-3
OBSERVED = RNG.poisson(TRUTH).astype(np.uint16)
FLAT = np.full_like(TRUTH, TRUTH.mean())
TIES = np.arange(100)


def test_deviance_is_that_of_scikit_learn() -> None:
    for expected in (TRUTH, FLAT, TRUTH * 1.3):
        wanted = mean_poisson_deviance(OBSERVED.reshape(-1), expected.reshape(-1))
        assert mean_deviance(expected, OBSERVED) == pytest.approx(wanted, rel=1e-9)


def test_the_better_method_is_used_whatever_it_is_called() -> None:
    assert compare_skill("theft", {"model": TRUTH, "climatology": FLAT}, OBSERVED, tie_order=TIES).used == "model"
    behind = compare_skill("theft", {"model": FLAT, "climatology": TRUTH}, OBSERVED, tie_order=TIES)
    assert behind.used == "climatology"
    assert behind.predicted_over_observed == pytest.approx(TRUTH.sum() / OBSERVED.sum())


def test_of_equals_the_model_is_used_and_then_the_first_name() -> None:
    same = {"model": TRUTH, "climatology": TRUTH, "kernel_density": TRUTH}
    assert compare_skill("theft", same, OBSERVED, tie_order=TIES).used == "model"
    worse = {"model": FLAT, "kernel_density": TRUTH, "climatology": TRUTH}
    assert compare_skill("theft", worse, OBSERVED, tie_order=TIES).used == "climatology"


def test_a_difference_below_a_ten_thousandth_is_a_tie_and_a_larger_one_is_not() -> None:
    level = mean_deviance(TRUTH, OBSERVED)
    used = {}
    for share, towards in ((1e-5, "tie"), (0.05, "behind")):
        model = TRUTH + share * (FLAT - TRUTH)
        assert (mean_deviance(model, OBSERVED) > level * (1 + 1e-4)) == (towards == "behind")
        used[towards] = compare_skill("theft", {"model": model, "climatology": TRUTH}, OBSERVED, tie_order=TIES).used
    assert used == {"tie": "model", "behind": "climatology"}


def test_hits_are_those_of_the_top_twentieth_of_the_cells() -> None:
    """Of 100 cells five: they hold 3 of 4 incidents in the first shift, none of 2 in the second."""
    expected, observed = np.ones((2, 100)), np.zeros((2, 100), dtype=np.uint16)
    expected[:, :5] = 2.0
    observed[0, [0, 4, 20]] = [2, 1, 1]
    observed[1, 30] = 2
    assert compare_skill("theft", {"model": expected}, observed, tie_order=TIES).hits == {"model": 3 / 6}


def test_without_an_incident_nothing_is_measured_and_nothing_claimed() -> None:
    none = np.zeros_like(OBSERVED)
    found = compare_skill("theft", {"model": TRUTH, "climatology": FLAT}, none, tie_order=TIES)
    assert found.n_incidents == 0
    assert np.isnan(found.predicted_over_observed)
    assert np.isnan(found.hits["model"])
