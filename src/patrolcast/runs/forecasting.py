"""From a panel to expected incidents: matrices per category, one model over all, each method beside its baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.matrix import Admission, AdmittedMatrix
from patrolcast.domain.records import IntervalCalibration, Progress, SkillComparison
from patrolcast.domain.settings import Model
from patrolcast.features import lags
from patrolcast.features.kept import KeptArrays
from patrolcast.features.matrix import CategoryInputs, SharedInputs, category_matrices, stack, starting_rate_by_shift
from patrolcast.features.memory import MEMORIES
from patrolcast.features.rows import Rows, dense_rows, sampled_rows
from patrolcast.forecast import gbm, intervals
from patrolcast.forecast.stack import Stack
from patrolcast.forecast.trust import Trust, followed, trust_of
from patrolcast.forecast.validation import MODEL, compare
from patrolcast.grid.panel import Panel
from patrolcast.runs.baselines import expected_by_baselines, with_best_floor
from patrolcast.runs.inputs import Spreading, category_inputs
from patrolcast.runs.plan import Plan, Window

_LATER_SHARE = 0.25
_BLOCK_ROWS = 600_000

Cube = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """Expected incidents of the horizon, ``[n_categories, n_shifts, n_cells]``, and how they were reached.

    Attributes
    ----------
    expected : by the method used for each category.
    shape : shape of the Gamma interval around each value, same shape as ``expected``.
    matrices : features of the horizon's rows per category (shifts outer, cells inner), for explanation.
    stacks : weights of the memories by category, from which the model starts.
    trusted : how far the trees of each category are followed, and the level that makes them neutral.
    floors : what a baseline grants a cell at least, as a share of the city's mean, by category.
    validated : what the used method expected of the validation window, ``[n_categories, n_shifts, n_cells]``.
    model : the trained model; its text explains only categories whose ``skill.used`` is "model".
    """

    expected: Cube
    shape: Cube
    matrices: tuple[AdmittedMatrix, ...]
    model: gbm.FittedModel
    skill: tuple[SkillComparison, ...]
    intervals: tuple[IntervalCalibration, ...]
    training: dict[str, Any]
    stacks: tuple[Stack, ...]
    trusted: tuple[Trust, ...]
    floors: tuple[float, ...]
    validated: npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Training:
    """Rows and matrices of one category, kept until the model is trained."""

    stack: Stack
    train: AdmittedMatrix
    train_target: gbm.Target
    later: AdmittedMatrix
    later_target: gbm.Target


@dataclass(frozen=True)
class _Judged:
    """One category after training: how good, how sure, and what it expects."""

    skill: SkillComparison
    interval: IntervalCalibration
    expected: Cube
    shape: Cube
    matrix: AdmittedMatrix
    validated: npt.NDArray[np.float32]
    trust: Trust
    floor: float


def make_forecast(
    panel: Panel,
    shared: SharedInputs,
    plan: Plan,
    admission: Admission,
    spreading: Spreading,
    *,
    settings: Model,
    progress: Progress,
) -> Forecast:
    """Trains on the plan's training window and forecasts its horizon for every category of the panel."""
    parts = []
    for code, name in enumerate(panel.categories):
        progress.step("features", code, len(panel.categories))
        if not panel.occurred(code)[plan.training.shifts].any():
            rule = "at least one in the training window"
            cure = "merge it with another category in the codebook, or lengthen [model] training_days"
            raise DataRefusedError(f"category {name}", got="no incident", rule=rule, cure=cure)
        parts.append(_training_rows(code, panel, shared, plan, admission, spreading, settings))
    progress.step("features", len(panel.categories), len(panel.categories))
    shared.kept.keep_only(set())  # training needs the room; what is forecast looks back from its own nights only
    model = _train(parts, settings, progress)
    training = _told(parts, panel, plan, model)
    stacks = [part.stack for part in parts]
    del parts
    judged = []
    for code in range(len(panel.categories)):
        progress.step("forecast", code, len(panel.categories))
        judged.append(_judge(code, panel, shared, plan, admission, spreading, model, stacks[code], settings))
    progress.step("forecast", len(panel.categories), len(panel.categories))
    return Forecast(
        expected=np.array([one.expected for one in judged]),
        shape=np.array([one.shape for one in judged]),
        matrices=tuple(one.matrix for one in judged),
        model=model,
        skill=tuple(one.skill for one in judged),
        intervals=tuple(one.interval for one in judged),
        training={**training, "trees": {one.skill.category: one.trust.weight for one in judged}},
        stacks=tuple(stacks),
        trusted=tuple(one.trust for one in judged),
        floors=tuple(one.floor for one in judged),
        validated=np.array([one.validated for one in judged]),
    )


def _training_rows(
    code: int,
    panel: Panel,
    shared: SharedInputs,
    plan: Plan,
    admission: Admission,
    spreading: Spreading,
    settings: Model,
) -> _Training:
    own, stack = category_inputs(code, panel, shared, spreading, None, plan)
    occurred = panel.occurred(code)
    rng = np.random.default_rng([settings.seed, 2, code])
    budget = settings.max_rows // len(panel.categories)
    train = _sample(own, shared, occurred, plan.training, budget, rng)
    later = _sample(own, shared, occurred, plan.validation, int(budget * _LATER_SHARE), rng)
    del occurred  # as large as the history: no room for it beside the features
    matrices = category_matrices(shared, own, admission, [train, later])
    return _Training(
        stack, matrices[0], gbm.Target(train.count, train.weight), matrices[1], gbm.Target(later.count, later.weight)
    )


def _sample(
    own: CategoryInputs,
    shared: SharedInputs,
    occurred: npt.NDArray[np.uint16],
    window: Window,
    max_rows: int,
    rng: np.random.Generator,
) -> Rows:
    expected = starting_rate_by_shift(shared, own, window.shifts, window.origins)
    return sampled_rows(window.shifts, window.origins, occurred[window.shifts], expected, max_rows=max_rows, rng=rng)


def _train(parts: list[_Training], settings: Model, progress: Progress) -> gbm.FittedModel:
    with progress.stage("training"):
        return gbm.fit(
            stack([part.train for part in parts]),
            _joined([part.train_target for part in parts]),
            stack([part.later for part in parts]),
            _joined([part.later_target for part in parts]),
            rounds=settings.rounds,
            learning_rate=settings.learning_rate,
            leaves=settings.leaves,
            seed=settings.seed,
            threads=settings.threads,
        )


def _joined(targets: list[gbm.Target]) -> gbm.Target:
    return gbm.Target(np.concatenate([t.count for t in targets]), np.concatenate([t.weight for t in targets]))


def _judge(
    code: int,
    panel: Panel,
    shared: SharedInputs,
    plan: Plan,
    admission: Admission,
    spreading: Spreading,
    model: gbm.FittedModel,
    stack: Stack,
    settings: Model,
) -> _Judged:
    """Predicts validation and horizon anew, a few origins at a time: cheaper than keeping every row since training."""
    checked, ahead = plan.validation, plan.horizon
    first = int(min(checked.origins.min(), ahead.origins.min()))
    recent = replace(
        shared, first_day=first, any_running=lags.cumulated(shared.any_known, first=first), kept=KeptArrays()
    )
    own, _ = category_inputs(code, panel, recent, spreading, stack, plan)
    by_model = expected_by_model(checked, own, recent, admission, model, panel.n_cells, settings.threads)
    started = starting_rate_by_shift(recent, own, checked.shifts, checked.origins)
    observed = panel.occurred(code)[checked.shifts]
    trust = trust_of(started, by_model, observed)
    own = replace(own, level=trust.level, tree_weight=trust.weight)
    by_model = followed(started, by_model, trust)
    methods = {MODEL: by_model, **expected_by_baselines(own, recent, checked, spreading)}
    tie_order = np.random.default_rng([settings.seed, 3]).permutation(panel.n_cells)
    skill = compare(panel.categories[code], methods, observed, tie_order=tie_order)
    if skill.used != MODEL:  # only then: with a floor of its choice, chance alone would let a baseline win
        floor, methods = with_best_floor(own, recent, checked, spreading, observed)
        own = replace(own, baseline_floor=floor)
    window = methods[skill.used].sum(axis=0)
    rng = np.random.default_rng([settings.seed, 4, code])
    interval = intervals.fit_interval(skill.category, window, observed.sum(axis=0).astype(np.float64), rng=rng)
    rows = dense_rows(ahead.shifts, ahead.origins, None, n_cells=panel.n_cells)
    matrix = category_matrices(recent, own, admission, [rows])[0]
    expected = (
        gbm.predict(model, matrix, threads=settings.threads).reshape(len(ahead), panel.n_cells)
        if skill.used == MODEL
        else expected_by_baselines(own, recent, ahead, spreading)[skill.used]
    )
    shape = np.broadcast_to(intervals.gamma_shape(window, interval.log_shape), expected.shape)
    validated = methods[skill.used].astype(np.float32)
    return _Judged(skill, interval, expected, shape, matrix, validated, trust, own.baseline_floor)


def expected_by_model(
    window: Window,
    own: CategoryInputs,
    shared: SharedInputs,
    admission: Admission,
    model: gbm.FittedModel,
    n_cells: int,
    threads: int,
) -> Cube:
    """The model's expectation for every cell of a window, ``[n_shifts, n_cells]``, in blocks that fit the memory."""
    per_block = max(_BLOCK_ROWS // n_cells, 1)
    blocks = []
    for begin in range(0, len(window), per_block):
        part = slice(begin, begin + per_block)
        rows = dense_rows(window.shifts[part], window.origins[part], None, n_cells=n_cells)
        matrix = category_matrices(shared, own, admission, [rows])[0]
        blocks.append(gbm.predict(model, matrix, threads=threads).reshape(-1, n_cells))
    return np.concatenate(blocks)


def _told(parts: list[_Training], panel: Panel, plan: Plan, model: gbm.FittedModel) -> dict[str, Any]:
    start = panel.calendar["shift_start"]
    return {
        "rows": sum(len(part.train_target.count) for part in parts),
        "incidents": int(sum(float(part.train_target.count.sum()) for part in parts)),
        "rounds": model.rounds,
        "first_shift": start.iloc[plan.training.shifts[0]].isoformat(),
        "last_shift": start.iloc[plan.training.shifts[-1]].isoformat(),
        "validation_shifts": len(plan.validation),
        "memories": {
            name: {m.name: round(float(share), 4) for m, share in zip(MEMORIES, part.stack.share, strict=True) if share}
            for name, part in zip(panel.categories, parts, strict=True)
        },
    }
