"""The trees: a boosted Poisson regression on admitted features that starts from the starting rate.

The model is multiplicative: expected = starting rate x exp(sum of trees). A model without trees is therefore the
start itself, and every tree must pay on later days to be kept (early stopping on the validation window).
LightGBM: Ke et al. 2017 (NeurIPS 30). Fixed seed, ``deterministic`` and ``force_row_wise`` make the same bytes with any
number of threads. The library is loaded where trees are made or read: a forecast from the start alone never needs it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
from patrolcast.domain.matrix import AdmittedMatrix
from patrolcast.numerics.arrays import Float32Array, FloatArray

if TYPE_CHECKING:
    import lightgbm as lgb

_PATIENCE = 20
_LARGEST_RAW_STEP = 30.0


@dataclass(frozen=True)
class FittedModel:
    """A trained model as text, and what its training chose.

    Attributes
    ----------
    text : LightGBM model text; "" where no trees were asked for.
    names : feature names in column order.
    rounds : trees kept by early stopping; 0 means that the starting rate was not improved.
    validation_deviance : weighted mean Poisson deviance on the early-stopping rows, by round.
    """

    text: str
    names: tuple[str, ...]
    rounds: int
    validation_deviance: tuple[float, ...]


NO_TREES = FittedModel("", (), 0, ())


@dataclass(frozen=True)
class Target:
    """What the rows of a matrix are fitted to: counts (>= 0) and row weights (> 0)."""

    count: Float32Array
    weight: Float32Array


def load_lightgbm() -> ModuleType:
    """LightGBM, loaded without scikit-learn, which it takes along where it is installed: most of its start, unused."""
    if "lightgbm" in sys.modules or "sklearn" in sys.modules:
        return import_module("lightgbm")
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        return import_module("lightgbm")
    finally:
        del sys.modules["sklearn"]


def fit(
    train: AdmittedMatrix,
    train_target: Target,
    later: AdmittedMatrix,
    later_target: Target,
    *,
    rounds: int,
    learning_rate: float,
    leaves: int,
    seed: int,
    threads: int,
) -> FittedModel:
    """Trains on ``train`` and stops by ``later``, which must hold later days only.

    Raises
    ------
    ProhibitedDataError
        when either matrix is not an :class:`AdmittedMatrix` (types say so; this says it again at run time).
    DataRefusedError
        when no incident occurred in the training rows.
    """
    lgb = load_lightgbm()
    if not (isinstance(train, AdmittedMatrix) and isinstance(later, AdmittedMatrix)):
        raise ProhibitedDataError("training", got="a bare array", rule="only admitted features are trained on")
    if not train_target.count.any():
        raise DataRefusedError(
            "training", got="no incident", rule="at least one", cure="lengthen [model] training_days"
        )
    names = list(train.names)
    parameters = {
        "objective": "poisson",
        "metric": "poisson",
        "learning_rate": learning_rate,
        "num_leaves": leaves,
        "min_data_in_leaf": 200,
        "min_sum_hessian_in_leaf": 20.0,
        "lambda_l2": 20.0,
        "max_bin": 63,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
        "seed": seed,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "boost_from_average": False,
        "verbosity": -1,
    }
    data = lgb.Dataset(
        train.values,
        train_target.count,
        weight=train_target.weight,
        init_score=train.offset,
        feature_name=names,
        categorical_feature=[name for name in ("category",) if name in names],
        free_raw_data=True,
    )
    validation = lgb.Dataset(
        later.values, later_target.count, weight=later_target.weight, init_score=later.offset, reference=data
    )
    evaluation: dict[str, dict[str, list[float]]] = {}
    stop = lgb.early_stopping(_PATIENCE, verbose=False)
    booster = lgb.train(
        parameters,
        data,
        num_boost_round=rounds,
        valid_sets=[validation],
        callbacks=[stop, lgb.record_evaluation(evaluation)],
    )
    rounds_kept = booster.best_iteration or booster.current_iteration()
    losses = tuple(evaluation["valid_0"]["poisson"][:rounds_kept])
    return FittedModel(_portable(booster, rounds_kept), tuple(names), rounds_kept, losses)


def predict(model: FittedModel, matrix: AdmittedMatrix, *, threads: int) -> FloatArray:
    """Expected incidents of each row, > 0."""
    return np.exp(raw_score(model, matrix, threads=threads))


def raw_score(model: FittedModel, matrix: AdmittedMatrix, *, threads: int) -> FloatArray:
    """Log of the expected incidents: starting rate plus the trees' sum, as far as the trees are followed.

    Raises ProhibitedDataError when the columns are not, by name and order, those the model was trained on (LightGBM
    checks only the number).
    """
    if matrix.names != model.names:
        raise ProhibitedDataError("forecast", got="other columns than the model's", rule="same names, same order")
    if not model.text:
        return matrix.offset
    trees = np.asarray(_trees(model.text).predict(matrix.values, raw_score=True, num_threads=threads))
    return matrix.offset + matrix.tree_weight * np.clip(trees, -_LARGEST_RAW_STEP, _LARGEST_RAW_STEP)


@lru_cache(maxsize=8)
def _trees(text: str) -> lgb.Booster:
    """Trees from their text: a run asks the same few models for every category."""
    trees: lgb.Booster = load_lightgbm().Booster(model_str=text)
    return trees


def _portable(booster: lgb.Booster, rounds: int) -> str:
    """Model text without the training machine's thread count, which never changes the trees."""
    text = booster.model_to_string(num_iteration=rounds)
    return "\n".join(line for line in text.split("\n") if not line.startswith("[num_threads:"))
