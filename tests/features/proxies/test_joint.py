"""What is dropped first and why is in `test_screen`; here: what counts of two statistics, and at which price."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies import joint
from patrolcast.features.proxies.adversary import N_FOLDS
from patrolcast.features.proxies.joint import JointInputs, JointTest, joint_tests


def against_one_group(features: dict[str, np.ndarray], share: np.ndarray, chance: np.ndarray) -> JointTest:
    """All features together against one group, where the report rate is the same everywhere."""
    n, same = len(share), np.ones(len(share))
    inputs = JointInputs(
        features, np.zeros(n), {"b": share}, {"b": chance}, np.arange(n) % N_FOLDS, same, same, chance.shape[1]
    )
    [test] = joint_tests(inputs, tuple(features))
    return test


def test_a_code_of_many_columns_weighs_no_more_in_the_weak_sum_than_one_column_does() -> None:
    rng = np.random.default_rng(1)
    n = 96
    share, chance = rng.standard_normal(n), rng.standard_normal((n, 39))
    one, other = share + rng.standard_normal(n), rng.standard_normal(n)

    def weak(first: np.ndarray) -> float:
        return against_one_group({"one": first, "other": other}, share, chance).weak_sum

    assert np.isclose(weak(one), weak(np.column_stack([one] * 5)))


def test_the_p_of_features_together_pays_for_the_look_at_each_alone_and_is_never_above_one() -> None:
    rng = np.random.default_rng(2)
    n, n_chance = 96, 19
    share, chance = rng.standard_normal(n), rng.standard_normal((n, n_chance))
    noise = rng.standard_normal((n, 2))

    def p(features: dict[str, np.ndarray]) -> float:
        return against_one_group(features, share, chance).p

    assert p({"one": share + noise[:, 0], "other": share + noise[:, 1]}) == pytest.approx(2 / (1 + n_chance))
    drawn = [p({"one": rng.standard_normal(n), "other": rng.standard_normal(n)}) for _ in range(4)]
    assert max(drawn) == 1.0


def test_what_predicts_worse_than_the_mean_gives_nothing_away_and_of_one_layer_only_the_adversary_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    n, n_chance = 48, 19
    share, chance = rng.standard_normal(n), rng.standard_normal((n, n_chance))
    noise = {"one": rng.standard_normal(n)}

    def tried(observed: float, features: dict[str, np.ndarray]) -> tuple[float, bool]:
        r2 = np.concatenate([[observed], np.linspace(-0.9, -0.5, n_chance)])
        monkeypatch.setattr(joint, "adversary_r2", lambda *_: r2)
        test = against_one_group(features, share, chance)
        return test.p, test.by_adversary

    least = 2 / (1 + n_chance)
    assert tried(0.01, noise) == (least, True)
    assert tried(-0.01, noise)[0] == 1.0
    assert tried(-0.01, {"one": share})[0] == 1.0
    assert tried(0.01, {"one": share}) == (least, True)
    assert tried(-0.01, {"one": share, "other": share + rng.standard_normal(n)}) == (least, False)
    assert tried(0.01, noise | {"other": rng.standard_normal(n)}) == (least, True)
    assert not tried(-0.01, noise | {"other": rng.standard_normal(n)})[1]
