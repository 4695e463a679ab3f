"""Training: rows of every category, and one model over all, fitted in two stages, whole weeks and then shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.matrix import Admission, AdmittedMatrix
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Model
from patrolcast.features.city_rate import CityLevel
from patrolcast.features.decayed_counts import DECAYED_COUNTS
from patrolcast.features.matrix import CategoryInputs, SharedInputs, category_matrices, stack, starting_rate_by_shift
from patrolcast.features.rows import Rows, sampled_rows
from patrolcast.features.weekly_rows import Weeks, expected_in, weekly_matrices, whole_weeks
from patrolcast.forecast import gbm
from patrolcast.forecast.stacked_rates import Stack
from patrolcast.grid.exposed import categories_with_targets, exposed_shifts, targets
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, CountArray, Int32Array
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.pipeline.half_samples import N_HALVES, in_half
from patrolcast.runs.pipeline.inputs import SpatialKernels, category_inputs
from patrolcast.runs.pipeline.windows import TimeWindows, Window

_LATER_SHARE = 0.25


@dataclass(frozen=True)
class TrainingStage:
    """Rows to fit trees on, and later ones that decide when to stop; ``shift`` is the (first) shift of the former."""

    train: AdmittedMatrix
    target: gbm.Target
    later: AdmittedMatrix
    later_target: gbm.Target
    shift: Int32Array


@dataclass(frozen=True)
class CategoryRows:
    """One category's rows; ``weeks`` is None in a short history, or where [model] weekly_rounds is 0."""

    stack: Stack
    city: CityLevel
    weeks: TrainingStage | None
    shifts: TrainingStage


def training_rows(
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    admission: Admission,
    kernels: SpatialKernels,
    *,
    settings: Model,
    progress: Progress,
) -> list[CategoryRows]:
    """The rows of every category of the panel.

    Raises DataRefusedError: a category without an incident in the training window.
    """
    parts, trained = [], categories_with_targets(panel, windows.training.shifts)
    for code, name in enumerate(panel.categories):
        progress.step("features", code, len(panel.categories))
        if code not in trained:
            rule = "at least one in the training window"
            cure = "merge it with another category in the codebook, or lengthen [model] training_days"
            raise DataRefusedError(f"category {name}", got="no incident", rule=rule, cure=cure)
        parts.append(_category(code, panel, shared, windows, admission, kernels, settings))
    progress.step("features", len(panel.categories), len(panel.categories))
    return parts


def train(parts: Sequence[CategoryRows], admission: Admission, settings: Model, progress: Progress) -> gbm.FittedModel:
    """Weeks first, then shifts: the trees of the shift stage start from those of the weekly stage.

    Of rows that were made for several admissions only the columns of ``admission`` are used.
    """
    with progress.stage("training"):
        weeks = [part.weeks for part in parts if part.weeks is not None]
        rounds, leaves = settings.weekly_rounds, settings.weekly_leaves
        first = fit_stage(weeks, admission, settings, rounds, leaves, None) if weeks else None
        shifts = [part.shifts for part in parts]
        return fit_stage(shifts, admission, settings, settings.rounds, settings.leaves, first)


def train_halves(
    parts: Sequence[CategoryRows], admission: Admission, settings: Model, *, n_slots: int, progress: Progress
) -> list[gbm.FittedModel]:
    """A model of each half, trained as the run's own; none where a half holds no incident.

    Parameters
    ----------
    n_slots : shifts a day.
    """
    models = []
    for k in range(N_HALVES):
        progress.step("other trainings", k, N_HALVES)
        seeded = settings.model_copy(update={"seed": settings.seed + 1 + k})
        weeks = [part.weeks for part in parts if part.weeks is not None]
        halves = [half_of(stage, k, n_slots=n_slots) for stage in weeks]
        shifts = [half_of(part.shifts, k, n_slots=n_slots) for part in parts]
        if not all(any(stage.target.count.any() for stage in stages) for stages in (halves, shifts) if stages):
            return []
        first = None
        if halves:
            first = fit_stage(halves, admission, seeded, settings.weekly_rounds, settings.weekly_leaves, None)
        models.append(fit_stage(shifts, admission, seeded, settings.rounds, settings.leaves, first))
    progress.step("other trainings", N_HALVES, N_HALVES)
    return models


def half_of(stage: TrainingStage, half: int, *, n_slots: int) -> TrainingStage:
    """The rows of one half, 0..3, each of double weight; the rows that decide when to stop stay as they are."""
    kept = in_half(stage.shift, half, n_slots=n_slots)
    train = AdmittedMatrix(
        stage.train.values[kept], stage.train.columns, stage.train.offset[kept], stage.train.tree_weight
    )
    target = gbm.Target(stage.target.count[kept], 2.0 * stage.target.weight[kept])
    return TrainingStage(train, target, stage.later, stage.later_target, stage.shift[kept])


def training_summary(
    parts: Sequence[CategoryRows], panel: Panel, windows: TimeWindows, model: gbm.FittedModel
) -> dict[str, Any]:
    """What the model card and the manifest say of the training."""
    start = panel.calendar["shift_start"]
    shifts = [part.shifts for part in parts]
    weeks = [part.weeks for part in parts if part.weeks is not None]
    return {
        "rows": sum(len(stage.target.count) for stage in shifts),
        "incidents": int(sum(float(stage.target.count.sum()) for stage in shifts)),
        "rounds": model.rounds,
        "weekly_rows": sum(len(stage.target.count) for stage in weeks),
        "weekly_rounds": model.first_rounds,
        "first_shift": start.iloc[windows.training.shifts[0]].isoformat(),
        "last_shift": start.iloc[windows.training.shifts[-1]].isoformat(),
        "validation_shifts": len(windows.validation),
        "city_level": {
            name: {"half_life_days": part.city.half_life_days, "season_weight": part.city.season_weight}
            for name, part in zip(panel.categories, parts, strict=True)
        },
        "decayed_counts": {
            name: {
                m.name: round(float(share), 4)
                for m, share in zip(DECAYED_COUNTS, part.stack.share, strict=True)
                if share
            }
            for name, part in zip(panel.categories, parts, strict=True)
        },
    }


def _category(
    code: int,
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    admission: Admission,
    kernels: SpatialKernels,
    settings: Model,
) -> CategoryRows:
    own, stack = category_inputs(code, panel, shared, kernels, None, windows)
    occurred, exposed = targets(panel, code), exposed_shifts(panel, code)
    budget = settings.max_rows // len(panel.categories)
    weeks = _weeks(shared, own, occurred, exposed, windows) if settings.weekly_rounds else None
    rng = random_stream(settings.seed, Stream.TRAINING_ROWS, code)
    of_weeks = _sample_weeks(weeks, shared, own, budget // 2, settings.seed) if weeks else None
    budget -= budget // 2 if of_weeks else 0  # as many rows in all, with the weekly stage or without
    rows = (
        _sample(own, shared, occurred, exposed, windows.training, budget, rng),
        _sample(own, shared, occurred, exposed, windows.validation, int(budget * _LATER_SHARE), rng),
    )
    del occurred  # as large as the history: no room for it beside the features
    first = _stage(of_weeks, weekly_matrices(shared, own, admission, of_weeks)) if of_weeks else None
    return CategoryRows(stack, own.city, first, _stage(rows, category_matrices(shared, own, admission, rows)))


def _weeks(
    shared: SharedInputs,
    own: CategoryInputs,
    occurred: CountArray,
    exposed: BoolArray | None,
    windows: TimeWindows,
) -> tuple[Weeks, Weeks] | None:
    """Weeks to fit trees on and later ones; None where either is missing: a short history has its shifts only."""
    n_slots = own.profile.shape[2]
    by_window = tuple(
        whole_weeks(window.shifts, shared.latest_origin[window.shifts], occurred, exposed, n_slots=n_slots)
        for window in (windows.training, windows.validation)
    )
    return (by_window[0], by_window[1]) if all(len(weeks) and weeks.counts.any() for weeks in by_window) else None


def _sample_weeks(
    weeks: tuple[Weeks, Weeks], shared: SharedInputs, own: CategoryInputs, budget: int, seed: int
) -> tuple[Rows, Rows]:
    rng = random_stream(seed, Stream.WEEKLY_TRAINING_ROWS, own.code)
    first, later = (
        sampled_rows(
            part.first_shift, part.origins, part.counts, expected_in(part, shared, own), max_rows=most, rng=rng
        )
        for part, most in zip(weeks, (budget, int(budget * _LATER_SHARE)), strict=True)
    )
    return first, later


def _sample(
    own: CategoryInputs,
    shared: SharedInputs,
    occurred: CountArray,
    exposed: BoolArray | None,
    window: Window,
    max_rows: int,
    rng: np.random.Generator,
) -> Rows:
    expected = starting_rate_by_shift(shared, own, window.shifts, window.origins)
    if exposed is not None:
        expected *= exposed[window.shifts]  # where nothing is expected and nothing is counted, no row is drawn
    return sampled_rows(window.shifts, window.origins, occurred[window.shifts], expected, max_rows=max_rows, rng=rng)


def _stage(rows: tuple[Rows, Rows], matrices: list[AdmittedMatrix]) -> TrainingStage:
    now, later = (gbm.Target(part.count, part.weight) for part in rows)
    return TrainingStage(matrices[0], now, matrices[1], later, rows[0].shift)


def fit_stage(
    stages: Sequence[TrainingStage],
    admission: Admission,
    settings: Model,
    rounds: int,
    leaves: int,
    first: gbm.FittedModel | None,
) -> gbm.FittedModel:
    """Fits trees on the rows of all categories; ``first``: an earlier stage, from whose sums the trees start."""
    return gbm.fit(
        stack([stage.train for stage in stages], admission),
        _joined([stage.target for stage in stages]),
        stack([stage.later for stage in stages], admission),
        _joined([stage.later_target for stage in stages]),
        rounds=rounds,
        learning_rate=settings.learning_rate,
        leaves=leaves,
        seed=settings.seed,
        threads=settings.threads,
        first=first,
    )


def _joined(targets: Sequence[gbm.Target]) -> gbm.Target:
    return gbm.Target(np.concatenate([t.count for t in targets]), np.concatenate([t.weight for t in targets]))
