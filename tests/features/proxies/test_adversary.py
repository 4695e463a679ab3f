"""The adversary finds a share that the features hold, in straight lines and in bends, and nothing where nothing is."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from patrolcast.features.proxies.adversary import adversary_r2, ridge_r2, spatial_folds, standardised, trees_r2

RNG = np.random.default_rng(4)
XY = RNG.uniform(0, 10_000, (800, 2))
FOLDS = spatial_folds(XY, seed=1)


def test_folds_are_eight_of_about_as_many_places_and_whole_blocks_of_the_city() -> None:
    n = np.bincount(FOLDS, minlength=8)
    assert n.tolist() == [100] * 8
    # Two places in one sixteenth of the city are in one fold: neighbours are nearly always held out together.
    nearest = np.argmin(np.linalg.norm(XY[:, None] - XY[None], axis=2) + 1e9 * np.eye(len(XY)), axis=1)
    assert (FOLDS[nearest] == FOLDS).mean() > 0.85


def test_a_share_that_a_feature_repeats_is_found_wholly_and_noise_not_at_all() -> None:
    feature, noise = RNG.normal(size=(800, 1)), RNG.normal(size=(800, 1))
    shares = np.column_stack([2.0 * feature[:, 0] + 1.0, noise[:, 0]])
    found = ridge_r2(feature, shares, FOLDS)
    assert found[0] == pytest.approx(1.0, abs=0.02)
    assert found[1] < 0.02


def test_a_bend_is_missed_by_the_straight_line_and_found_by_the_trees() -> None:
    feature = RNG.normal(size=(800, 1))
    shares = np.abs(feature) + 0.05 * RNG.normal(size=(800, 1))
    assert ridge_r2(feature, shares, FOLDS)[0] < 0.1
    assert trees_r2(feature, shares, FOLDS)[0] > 0.8
    assert adversary_r2(feature, shares, FOLDS)[0] > 0.8


def test_trees_of_many_shares_are_those_that_lightgbm_trains_for_each_alone() -> None:
    """The same trees from the library's own loop, whatever was grown on the same bins before."""
    features = RNG.normal(size=(800, 3))
    shares = np.column_stack([features[:, 0] * features[:, 1], RNG.normal(size=800)])
    plain = {"num_leaves": 8, "learning_rate": 0.15, "min_data_in_leaf": 15, "max_bin": 63, "lambda_l2": 1.0}
    quiet = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1, "seed": 1}
    for share, found in zip(shares.T, trees_r2(features, shares, FOLDS), strict=True):
        left = 0.0
        for fold in range(8):
            seen = ~np.equal(FOLDS, fold)
            model = lightgbm.train(plain | quiet, lightgbm.Dataset(features[seen], share[seen]), num_boost_round=20)
            left += float(((share[~seen] - model.predict(features[~seen])) ** 2).sum())
        assert found == pytest.approx(1.0 - left / ((share - share.mean()) ** 2).sum(), abs=1e-9)


def test_a_share_that_is_the_same_everywhere_has_an_r2_of_0() -> None:
    assert ridge_r2(RNG.normal(size=(800, 1)), np.full((800, 1), 0.3), FOLDS).tolist() == [0.0]


def test_columns_are_standardised_over_the_rows_named_and_a_constant_becomes_0() -> None:
    values = np.array([[0.0, 5.0], [2.0, 5.0], [10.0, 5.0]])
    assert standardised(values, of=np.array([True, True, False])).tolist() == [[-1.0, 0.0], [1.0, 0.0], [9.0, 0.0]]
