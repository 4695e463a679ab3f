"""From a panel to expected incidents: matrices per category, one model over all, each method beside its baselines.

A comparison forecasts under several admissions at once: rows, features and starting rates are made once for all of
them, and each has its own model, trained on its own columns only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.matrix import Admission, AdmittedMatrix, union_of_admissions
from patrolcast.domain.records import IntervalCalibration, Progress, SkillComparison
from patrolcast.domain.settings import Model
from patrolcast.features.city_rate import CityLevel
from patrolcast.features.matrix import (
    CategoryInputs,
    SharedInputs,
    category_matrices,
    log_start,
    starting_rate_by_shift,
)
from patrolcast.features.rows import Rows, dense_rows
from patrolcast.forecast import gbm, intervals
from patrolcast.forecast.shrinkage import WEIGHTS, Shrinkage, fit_shrinkage, shrunk
from patrolcast.forecast.stacked_rates import FittedStart
from patrolcast.forecast.validation import compare_skill
from patrolcast.grid.exposed import exposed_share, targets
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Float32Array, FloatArray
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.pipeline import training
from patrolcast.runs.pipeline.baselines import expected_by_baselines, fit_baseline_floor
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.inputs import SpatialKernels, category_inputs
from patrolcast.runs.pipeline.windows import TimeWindows, Window

_BLOCK_ROWS = 600_000
FOLLOWED: Mapping[str, tuple[float, ...]] = {"start": (0.0,), "boosted": (1.0,), "auto": WEIGHTS}
"""[model] kind -> how far the trees may be followed: not at all, in full, or as far as they proved right."""


@dataclass(frozen=True)
class CategoryForecast:
    """One category after training: how good, how sure, and what it expects."""

    skill: SkillComparison
    interval: IntervalCalibration
    expected: FloatArray
    shape: FloatArray
    matrix: AdmittedMatrix | None
    validated: Float32Array
    shrinkage: Shrinkage
    floor: float
    by_halves: tuple[Float32Array, ...]


@dataclass(frozen=True)
class CategoryRequest:
    """What a model needs to forecast one category: its columns, the starting rate, how far it is shrunk."""

    admission: Admission
    model: gbm.FittedModel
    inputs: CategoryInputs


def fit_and_forecast(
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    admissions: Sequence[Admission],
    kernels: SpatialKernels,
    *,
    settings: Model,
    progress: Progress,
    reasons: bool = True,
    halves: bool = False,
) -> list[Forecast]:
    """Trains on the plan's training window and forecasts its horizon for every category, once under each admission.

    Parameters
    ----------
    admissions : one forecast each; what one is does not depend on the others beside it.
    reasons : keep the horizon's features, from which suggestions are explained.
    halves : train again on halves of the weeks (`windows`), under the first admission.
    """
    admissions = [admission.used_by(settings.kind) for admission in admissions]
    every = union_of_admissions(admissions)
    parts = training.fit_categories(
        panel, shared, windows, every, kernels, settings=settings, progress=progress, halves=halves
    )
    shared.cache.keep_only(set())  # training needs the room; what is forecast looks back from its own nights only
    rows = [part.rows for part in parts if part.rows is not None]
    with progress.stage("training"):
        models = [training.train(rows, admission, settings) for admission in admissions]
    n_slots, others = int(panel.calendar["slot"].nunique()), list[gbm.FittedModel]()
    if all(part.start.halves for part in parts):
        others = training.train_halves(rows, admissions[0], settings, n_slots=n_slots, progress=progress)
    pairs = list(zip(admissions, models, strict=True))
    summaries = [training.training_summary(parts, panel, windows, settings, *pair) for pair in pairs]
    starts, cities = [part.start for part in parts], [part.city for part in parts]
    del parts, rows
    categories = []
    for code in range(len(panel.categories)):
        progress.step("forecast", code, len(panel.categories))
        categories.append(
            forecast_category(
                code,
                panel,
                shared,
                windows,
                pairs,
                kernels,
                starts[code],
                settings,
                reasons=reasons,
                others=others,
                city=cities[code],
            )
        )
    progress.step("forecast", len(panel.categories), len(panel.categories))
    by_admission = zip(*categories, strict=True)
    return [
        _forecast(model, ours, starts, summary)
        for model, ours, summary in zip(models, by_admission, summaries, strict=True)
    ]


def _forecast(
    model: gbm.FittedModel,
    categories: Sequence[CategoryForecast],
    starts: Sequence[FittedStart],
    summary: dict[str, Any],
) -> Forecast:
    return Forecast(
        expected=np.array([category.expected for category in categories]),
        shape=np.array([category.shape for category in categories]),
        matrices=tuple(category.matrix for category in categories if category.matrix is not None),
        model=model,
        skill=tuple(category.skill for category in categories),
        intervals=tuple(category.interval for category in categories),
        training={**summary, "trees": {category.skill.category: category.shrinkage.weight for category in categories}},
        starts=tuple(starts),
        shrinkages=tuple(category.shrinkage for category in categories),
        floors=tuple(category.floor for category in categories),
        validated=np.array([category.validated for category in categories]),
        validated_by_halves=tuple(
            np.array(of_half) for of_half in zip(*(category.by_halves for category in categories), strict=True)
        ),
    )


def forecast_category(
    code: int,
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    models: Sequence[tuple[Admission, gbm.FittedModel]],
    kernels: SpatialKernels,
    start: FittedStart,
    settings: Model,
    *,
    reasons: bool,
    others: Sequence[gbm.FittedModel] = (),
    city: CityLevel | None = None,
) -> list[CategoryForecast]:
    """Predicts validation and horizon anew, a few origins at a time: cheaper than keeping every row since training.

    ``others`` are models of other trainings, under the first admission, each with the start of its half: they predict
    the validation window only.
    """
    checked, ahead = windows.validation, windows.horizon
    first = int(min(checked.origins.min(), ahead.origins.min()))
    recent = shared.from_day(first)
    inputs, _ = category_inputs(code, panel, recent, kernels, start, windows, city=city)
    requests = [CategoryRequest(admission, model, inputs.under(admission)) for admission, model in models]
    # Where records are missing, next to nothing is expected: nothing is counted there either.
    exposed = exposed_share(panel, code, checked.shifts)
    halves = [replace(requests[0].inputs, start=start) for start in inputs.start_by_halves if others]
    all_requests = [*requests, *(CategoryRequest(models[0][0], *half) for half in zip(others, halves, strict=True))]
    checks = [
        expected * exposed
        for expected in expected_by_models(checked, all_requests, recent, panel.n_cells, settings.threads)
    ]
    starts = [
        starting_rate_by_shift(recent, request.inputs, checked.shifts, checked.origins) * exposed.astype(np.float32)
        for request in all_requests
    ]
    by_others = list(zip(starts, checks, strict=True))[len(requests) :]
    checked_by_model = list(zip(starts, checks, strict=True))[: len(requests)]
    observed = targets(panel, code)[checked.shifts]
    followed = FOLLOWED[settings.kind]
    shrinkages = [fit_shrinkage(*check, observed, followed) for check in checked_by_model]
    requests = [
        replace(request, inputs=replace(request.inputs, level=shrinkage.level, tree_weight=shrinkage.weight))
        for request, shrinkage in zip(requests, shrinkages, strict=True)
    ]
    by_baselines = expected_by_baselines(inputs, recent, checked, kernels, exposed)
    tie_order = random_stream(settings.seed, Stream.SKILL_TIES).permutation(panel.n_cells)
    tried = [
        {MODEL: shrunk(*check, shrinkage), **by_baselines}
        for check, shrinkage in zip(checked_by_model, shrinkages, strict=True)
    ]
    skills = [compare_skill(panel.categories[code], methods, observed, tie_order=tie_order) for methods in tried]
    uses_model = [skill.used == MODEL for skill in skills]
    matrices, by_models = _ahead(ahead, requests, uses_model, recent, panel.n_cells, settings.threads, reasons=reasons)
    n_weeks, forecasts = max(round(settings.validation_days / 7), 1), []
    for i, (methods, skill) in enumerate(zip(tried, skills, strict=True)):
        mine = requests[i].inputs
        if skill.used != MODEL:  # only then: with a floor of its choice, chance alone would let a baseline win
            floor, methods = fit_baseline_floor(mine, recent, checked, kernels, observed, exposed)
            mine = replace(mine, baseline_floor=floor)
        checked_by = methods[skill.used]
        rng = random_stream(settings.seed, Stream.INTERVALS, code)
        interval = intervals.fit_interval(skill.category, checked_by, observed, n_weeks=n_weeks, rng=rng)
        expected = by_models[i] if uses_model[i] else expected_by_baselines(mine, recent, ahead, kernels)[skill.used]
        shape = np.broadcast_to(intervals.gamma_shape(checked_by.sum(axis=0), interval.log_shape), expected.shape)
        validated = checked_by.astype(np.float32)
        by_halves = tuple(  # where a baseline is used no training decides anything
            shrunk(*half, fit_shrinkage(*half, observed, followed)).astype(np.float32) if uses_model[i] else validated
            for half in (by_others if i == 0 else ())
        )
        forecasts.append(
            CategoryForecast(
                skill, interval, expected, shape, matrices[i], validated, shrinkages[i], mine.baseline_floor, by_halves
            )
        )
    return forecasts


def _ahead(
    window: Window,
    requests: Sequence[CategoryRequest],
    uses_model: Sequence[bool],
    shared: SharedInputs,
    n_cells: int,
    threads: int,
    *,
    reasons: bool,
) -> tuple[list[AdmittedMatrix | None], dict[int, FloatArray]]:
    """The horizon's features, where they are kept for reasons, and by position what each model that is used expects."""
    at = [i for i, is_used in enumerate(uses_model) if is_used]
    if not reasons:
        expected = expected_by_models(window, [requests[i] for i in at], shared, n_cells, threads) if at else []
        return [None] * len(requests), dict(zip(at, expected, strict=True))
    rows = dense_rows(window.shifts, window.origins, None, n_cells=n_cells)
    matrices = list(_matrices(requests, shared, rows))
    return [*matrices], {
        i: gbm.predict(requests[i].model, matrices[i], threads=threads).reshape(-1, n_cells) for i in at
    }


def expected_by_model(
    window: Window,
    inputs: CategoryInputs,
    shared: SharedInputs,
    admission: Admission,
    model: gbm.FittedModel,
    n_cells: int,
    threads: int,
) -> FloatArray:
    """One model's expectation for every cell of a window, ``[n_shifts, n_cells]``."""
    return expected_by_models(window, [CategoryRequest(admission, model, inputs)], shared, n_cells, threads)[0]


def expected_by_models(
    window: Window, requests: Sequence[CategoryRequest], shared: SharedInputs, n_cells: int, threads: int
) -> list[FloatArray]:
    """Each model's expectation for every cell of a window, ``[n_shifts, n_cells]``, in blocks that fit into memory."""
    per_block = max(_BLOCK_ROWS // n_cells, 1)
    blocks: list[list[FloatArray]] = [[] for _ in requests]
    for begin in range(0, len(window), per_block):
        part = slice(begin, begin + per_block)
        rows = dense_rows(window.shifts[part], window.origins[part], None, n_cells=n_cells)
        for request, matrix, block in zip(requests, _matrices(requests, shared, rows), blocks, strict=True):
            block.append(gbm.predict(request.model, matrix, threads=threads).reshape(-1, n_cells))
    return [np.concatenate(block) for block in blocks]


def _matrices(requests: Sequence[CategoryRequest], shared: SharedInputs, rows: Rows) -> Iterator[AdmittedMatrix]:
    """The rows as each model may see them; their features are made once."""
    admissions = [request.admission for request in requests]
    made_by = next((request.inputs for request in requests if request.admission.hours_of_place), requests[0].inputs)
    every = category_matrices(shared, made_by, union_of_admissions(admissions), [rows])[0]
    for request in requests:
        start = (
            (every.start, every.share_of_shift)
            if request.inputs is made_by
            else log_start(shared, request.inputs, rows)
        )
        mine = every.under(request.admission)
        yield replace(mine, start=start[0], share_of_shift=start[1], tree_weight=request.inputs.tree_weight)
