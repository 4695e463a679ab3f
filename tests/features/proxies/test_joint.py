"""What is dropped first and why is in `test_screen`; here: a feature of many columns counts once."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies.adversary import N_FOLDS
from patrolcast.features.proxies.joint import JointInputs, joint_tests


def test_a_code_of_many_columns_weighs_no_more_in_the_weak_sum_than_one_column_does() -> None:
    rng = np.random.default_rng(1)
    n = 96
    share, chance = rng.standard_normal(n), rng.standard_normal((n, 39))
    one, other = share + rng.standard_normal(n), rng.standard_normal(n)

    def weak(first: np.ndarray) -> float:
        features = {"one": first, "other": other}
        folds = np.arange(n) % N_FOLDS
        inputs = JointInputs(
            features, np.zeros(n), {"b": share}, {"b": chance}, folds, np.ones(n), np.ones(n), n_chance=39
        )
        return joint_tests(inputs, ("one", "other"))[0].weak_sum

    assert np.isclose(weak(one), weak(np.column_stack([one] * 5)))


def test_the_p_of_features_together_pays_for_the_look_at_each_alone_and_is_never_above_one() -> None:
    rng = np.random.default_rng(2)
    n, n_chance = 96, 39
    share, chance = rng.standard_normal(n), rng.standard_normal((n, n_chance))
    noise = rng.standard_normal((n, 2))
    folds = np.arange(n) % N_FOLDS

    def p(features: dict[str, np.ndarray]) -> float:
        inputs = JointInputs(
            features, np.zeros(n), {"b": share}, {"b": chance}, folds, np.ones(n), np.ones(n), n_chance=n_chance
        )
        return joint_tests(inputs, tuple(features))[0].p

    assert p({"one": share + noise[:, 0], "other": share + noise[:, 1]}) == pytest.approx(2 / (1 + n_chance))
    drawn = [p({"one": rng.standard_normal(n), "other": rng.standard_normal(n)}) for _ in range(12)]
    assert max(drawn) == 1.0
