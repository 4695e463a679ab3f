"""The forecast model: a boosted Poisson regression on admitted features, starting from the pooled long-run rate.

The model is multiplicative: expected = starting rate x exp(sum of trees). A model without trees is therefore the
smoothed count itself, and every tree must pay on later days to be kept (early stopping on the validation window).
LightGBM: Ke et al. 2017 (NeurIPS 30). Fixed seed, ``deterministic`` and ``force_row_wise`` make the same bytes with any
number of threads.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
from patrolcast.domain.matrix import AdmittedMatrix
from patrolcast.numerics.arrays import Float32Array, FloatArray, IntArray

_PATIENCE = 20
_LARGEST_RAW_STEP = 30.0
_LARGEST_STEP = 0.7


@dataclass(frozen=True)
class FittedModel:
    """A trained model as text, and what its training chose.

    Attributes
    ----------
    text : LightGBM model text.
    names : feature names in column order.
    rounds : trees kept by early stopping; 0 means that the starting rate was not improved.
    first_rounds : how many of them are of a stage before this one.
    validation_deviance : weighted mean Poisson deviance on the early-stopping rows, by round.
    """

    text: str
    names: tuple[str, ...]
    rounds: int
    validation_deviance: tuple[float, ...]
    first_rounds: int = 0


@dataclass(frozen=True)
class Target:
    """What the rows of a matrix are fitted to: counts (>= 0) and row weights (> 0)."""

    count: Float32Array
    weight: Float32Array


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
    first: FittedModel | None = None,
) -> FittedModel:
    """Trains on ``train`` and stops by ``later``, which must hold later days only.

    Parameters
    ----------
    first : a model of the same columns whose trees stay and are added to.

    Raises
    ------
    ProhibitedDataError
        when either matrix is not an :class:`AdmittedMatrix` (types say so; this says it again at run time).
    DataRefusedError
        when no incident occurred in the training rows.
    """
    if not (isinstance(train, AdmittedMatrix) and isinstance(later, AdmittedMatrix)):
        raise ProhibitedDataError("training", got="a bare array", rule="only admitted features are trained on")
    if not train_target.count.any():
        raise DataRefusedError(
            "training", got="no incident", rule="at least one", cure="lengthen [model] training_days"
        )
    if first is not None and first.names != train.names:
        raise ProhibitedDataError("training", got="other columns than before", rule="same names, same order")
    names = list(train.names)
    parameters = {
        "objective": "poisson" if first is None else _poisson_from(train.offset, train_target),
        "metric": "poisson" if first is None else "none",
        "learning_rate": learning_rate,
        "num_leaves": leaves,
        "min_data_in_leaf": 200,
        "min_sum_hessian_in_leaf": 20.0,
        "lambda_l2": 20.0,
        "max_bin": 63,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
        "poisson_max_delta_step": _LARGEST_STEP,
        "seed": seed,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "boost_from_average": False,
        "verbosity": -1,
    }
    categorical = [name for name in ("category",) if name in names]
    data = lgb.Dataset(
        train.values,
        train_target.count,
        weight=train_target.weight,
        init_score=train.offset if first is None else None,  # LightGBM: either this or the trees of ``first``
        feature_name=names,
        categorical_feature=categorical,
        free_raw_data=True,
    )
    held = lgb.Dataset(
        later.values,
        later_target.count,
        weight=later_target.weight,
        init_score=later.offset if first is None else None,
        reference=data,
    )
    before = None if first is None else lgb.Booster(model_str=first.text)
    evaluation: dict[str, dict[str, list[float]]] = {}
    stop = lgb.early_stopping(_PATIENCE, verbose=False)
    booster = lgb.train(
        parameters,
        data,
        num_boost_round=rounds,
        valid_sets=[held],
        feval=None if first is None else _deviance_from(later.offset, later_target),
        init_model=before,
        callbacks=[stop, lgb.record_evaluation(evaluation)],
    )
    kept = booster.best_iteration or booster.current_iteration()
    first_rounds = 0 if before is None else before.current_iteration()
    losses = tuple(evaluation["valid_0"]["poisson"][: kept - first_rounds])
    return FittedModel(_portable(booster, kept), tuple(names), kept, losses, first_rounds)


def predict(model: FittedModel, matrix: AdmittedMatrix, *, threads: int, alike: IntArray | None = None) -> FloatArray:
    """Expected incidents of each row, > 0."""
    return np.exp(raw_score(model, matrix, threads=threads, alike=alike))


def raw_score(model: FittedModel, matrix: AdmittedMatrix, *, threads: int, alike: IntArray | None = None) -> FloatArray:
    """Log of the expected incidents: starting rate plus the trees' sum, as far as the trees are followed.

    Raises ProhibitedDataError when the columns are not, by name and order, those the model was trained on (LightGBM
    checks only the number).

    Parameters
    ----------
    alike : for each row the first row that the trees of the first stage cannot distinguish from it; they are
        evaluated once for all that are alike. It changes no value, only the time: a week's shifts differ for
        the second stage's only.
    """
    if matrix.names != model.names:
        raise ProhibitedDataError("forecast", got="other columns than the model's", rule="same names, same order")
    booster = lgb.Booster(model_str=model.text)
    values, first = matrix.values, model.first_rounds
    trees = booster.predict(values, raw_score=True, num_threads=threads, start_iteration=first, num_iteration=-1)
    if first and alike is not None:
        asked = np.flatnonzero(alike == np.arange(len(alike)))
        once = booster.predict(values[asked], raw_score=True, num_threads=threads, num_iteration=first)
        trees += once[np.searchsorted(asked, alike)]
    elif first:
        trees += booster.predict(values, raw_score=True, num_threads=threads, num_iteration=first)
    return matrix.offset + matrix.tree_weight * np.clip(trees, -_LARGEST_RAW_STEP, _LARGEST_RAW_STEP)


def _poisson_from(
    offset: FloatArray, target: Target
) -> Callable[[FloatArray, lgb.Dataset], tuple[FloatArray, FloatArray]]:
    """LightGBM's own Poisson objective, seen from an offset: a continued training takes no ``init_score``."""

    def objective(trees: FloatArray, _: lgb.Dataset) -> tuple[FloatArray, FloatArray]:
        expected = np.exp(trees + offset)
        return target.weight * (expected - target.count), target.weight * expected * np.exp(_LARGEST_STEP)

    return objective


def _deviance_from(offset: FloatArray, target: Target) -> Callable[[FloatArray, lgb.Dataset], tuple[str, float, bool]]:
    """LightGBM's own Poisson metric, seen from an offset; the third value says that higher is not better."""

    def metric(trees: FloatArray, _: lgb.Dataset) -> tuple[str, float, bool]:
        raw = trees + offset
        return "poisson", float(np.average(np.exp(raw) - target.count * raw, weights=target.weight)), False

    return metric


def _portable(booster: lgb.Booster, rounds: int) -> str:
    """Model text without the training machine's thread count, which never changes the trees."""
    text = booster.model_to_string(num_iteration=rounds)
    return "\n".join(line for line in text.split("\n") if not line.startswith("[num_threads:"))
