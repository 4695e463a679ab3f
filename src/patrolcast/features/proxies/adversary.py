"""An adversary that predicts a group's share of a place from features alone, scored on places it has not seen.

Two learners, the better one counts: ridge regression (many weak features, sums and differences) and boosted trees
(LightGBM: bends and products). Folds are whole blocks of the city (Roberts et al. 2017, doi 10.1111/ecog.02881): under
random folds an adversary finds the share of a cell in its neighbours' and "predicts" it from noise.
"""

import numpy as np

from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream

BLOCKS_A_SIDE = 4
N_FOLDS = 8

_RIDGE = 0.1
_TREES = {
    "objective": "regression",
    "num_leaves": 8,
    "learning_rate": 0.15,
    "min_data_in_leaf": 15,
    "max_bin": 63,
    "lambda_l2": 1.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "verbosity": -1,
}
_ROUNDS = 20


def spatial_folds(xy: FloatArray, *, seed: int = 0) -> IntArray:
    """Fold of each place, 0..7: 16 blocks of about as many places each, two blocks to a fold."""
    column = _quantile_code(xy[:, 0], np.zeros(len(xy), dtype=np.int64))
    block = column * BLOCKS_A_SIDE + _quantile_code(xy[:, 1], column)
    order = random_stream(seed, Stream.SPATIAL_FOLDS).permutation(BLOCKS_A_SIDE**2)
    return np.asarray(order[block] % N_FOLDS)


def ridge_r2(features: FloatArray, shares: FloatArray, folds: IntArray) -> FloatArray:
    """R2 of ridge regression for many shares at once, ``[n, m]`` -> ``[m]``."""
    predicted = np.empty_like(shares)
    for fold in range(N_FOLDS):
        out = folds == fold
        x = standardised(features, of=~out)
        centre = shares[~out].mean(axis=0)
        inner = x[~out].T @ x[~out] + _RIDGE * len(x) * np.eye(x.shape[1])
        predicted[out] = centre + x[out] @ np.linalg.solve(inner, x[~out].T @ (shares[~out] - centre))
    return _r2(shares, predicted)


def trees_r2(features: FloatArray, shares: FloatArray, folds: IntArray) -> FloatArray:
    """R2 of boosted trees for many shares, ``[n, m]`` -> ``[m]``; the bins are made once a fold."""
    import lightgbm  # only where a screen is measured: a run without trees never loads it

    predicted = np.empty_like(shares)
    for fold in range(N_FOLDS):
        out = folds == fold
        data = lightgbm.Dataset(features[~out], shares[~out, 0], params=_TREES, free_raw_data=False).construct()
        unseen = np.ascontiguousarray(features[out])
        for column in range(shares.shape[1]):
            data.set_label(shares[~out, column])
            model = lightgbm.Booster(_TREES, data)  # `lightgbm.train` would write every model to a string and read it
            for _ in range(_ROUNDS):
                model.update()
            predicted[out, column] = model.predict(unseen, num_threads=1)
    return _r2(shares, predicted)


def adversary_r2(features: FloatArray, shares: FloatArray, folds: IntArray) -> FloatArray:
    """The better learner's R2 for many shares, ``[n, m]`` -> ``[m]``."""
    return np.maximum(ridge_r2(features, shares, folds), trees_r2(features, shares, folds))


def standardised(values: FloatArray, *, of: BoolArray | None = None) -> FloatArray:
    """Columns with mean 0 and deviation 1 (over the rows ``of``); a constant column becomes 0."""
    known = values if of is None else values[of]
    spread = known.std(axis=0)
    return np.asarray((values - known.mean(axis=0)) / np.where(spread > 1e-9, spread, np.inf))


def _r2(shares: FloatArray, predicted: FloatArray) -> FloatArray:
    left = ((shares - predicted) ** 2).sum(axis=0)
    whole = ((shares - shares.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(1.0 - np.divide(left, whole, out=np.ones(len(whole)), where=whole > 0))


def _quantile_code(values: FloatArray, within: IntArray) -> IntArray:
    """0..3 by quarters of the values within each group."""
    code = np.zeros(len(values), dtype=np.int64)
    for group in np.unique(within):
        of_group = within == group
        rank = np.argsort(np.argsort(values[of_group], kind="stable"), kind="stable")
        code[of_group] = rank * BLOCKS_A_SIDE // int(of_group.sum())
    return code
