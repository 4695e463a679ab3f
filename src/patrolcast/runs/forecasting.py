"""From a panel to expected incidents: matrices per category, one model over all, each method beside its baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from patrolcast.domain.matrix import Admission, AdmittedMatrix
from patrolcast.domain.records import IntervalCalibration, Progress, SkillComparison
from patrolcast.domain.settings import Model
from patrolcast.features import lags
from patrolcast.features.kept import KeptArrays
from patrolcast.features.matrix import CategoryInputs, SharedInputs, category_matrices, starting_rate_by_shift
from patrolcast.features.rows import dense_rows
from patrolcast.features.weeks import first_alike
from patrolcast.forecast import gbm, intervals
from patrolcast.forecast.stack import Stack
from patrolcast.forecast.trust import Trust, followed, trust_of
from patrolcast.forecast.validation import MODEL, compare
from patrolcast.grid.panel import Panel
from patrolcast.runs import training
from patrolcast.runs.baselines import expected_by_baselines, with_best_floor
from patrolcast.runs.inputs import Spreading, category_inputs
from patrolcast.runs.plan import Plan, Window

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
    parts = training.training_rows(panel, shared, plan, admission, spreading, settings=settings, progress=progress)
    shared.kept.keep_only(set())  # training needs the room; what is forecast looks back from its own nights only
    model = training.train(parts, settings, progress)
    told = training.told(parts, panel, plan, model)
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
        training={**told, "trees": {one.skill.category: one.trust.weight for one in judged}},
        stacks=tuple(stacks),
        trusted=tuple(one.trust for one in judged),
        floors=tuple(one.floor for one in judged),
        validated=np.array([one.validated for one in judged]),
    )


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
        alike = first_alike(shared, window.shifts[part], window.origins[part], n_cells=n_cells)
        blocks.append(gbm.predict(model, matrix, threads=threads, alike=alike).reshape(-1, n_cells))
    return np.concatenate(blocks)
