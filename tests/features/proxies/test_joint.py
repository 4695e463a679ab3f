"""What is dropped first and why is in `test_screen`; here: a feature of many columns counts once."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies import joint
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
    n, n_chance = 96, 19
    share, chance = rng.standard_normal(n), rng.standard_normal((n, n_chance))
    noise = rng.standard_normal((n, 2))
    folds = np.arange(n) % N_FOLDS

    def p(features: dict[str, np.ndarray]) -> float:
        inputs = JointInputs(
            features, np.zeros(n), {"b": share}, {"b": chance}, folds, np.ones(n), np.ones(n), n_chance=n_chance
        )
        return joint_tests(inputs, tuple(features))[0].p

    assert p({"one": share + noise[:, 0], "other": share + noise[:, 1]}) == pytest.approx(2 / (1 + n_chance))
    drawn = [p({"one": rng.standard_normal(n), "other": rng.standard_normal(n)}) for _ in range(4)]
    assert max(drawn) == 1.0


def test_what_predicts_worse_than_the_mean_gives_nothing_away_and_of_one_layer_only_the_adversary_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    n, n_chance = 48, 19
    share, chance = rng.standard_normal(n), rng.standard_normal((n, n_chance))

    def p(observed: float, features: dict[str, np.ndarray]) -> float:
        r2 = np.concatenate([[observed], np.linspace(-0.9, -0.5, n_chance)])
        monkeypatch.setattr(joint, "adversary_r2", lambda *_: r2)
        inputs = JointInputs(
            features, np.zeros(n), {"b": share}, {"b": chance}, np.arange(n) % N_FOLDS, np.ones(n), np.ones(n), n_chance
        )
        return joint_tests(inputs, tuple(features))[0].p

    assert p(0.01, {"one": rng.standard_normal(n)}) == 2 / (1 + n_chance)
    assert p(-0.01, {"one": rng.standard_normal(n)}) == 1.0
    assert p(-0.01, {"one": share}) == 1.0
    assert p(-0.01, {"one": share, "other": share + rng.standard_normal(n)}) == 2 / (1 + n_chance)
