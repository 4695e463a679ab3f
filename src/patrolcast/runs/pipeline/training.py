"""Training: the start of every category, and where trees are asked for, one model of trees over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
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
from patrolcast.forecast import gbm
from patrolcast.forecast.stacked_rates import FittedStart
from patrolcast.grid.exposed import categories_with_targets, exposed_shifts, targets
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, CountArray, Int32Array
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.pipeline.inputs import SpatialKernels, category_inputs
from patrolcast.runs.pipeline.windows import N_HALVES, TimeWindows, Window, in_half

_LATER_SHARE = 0.25
_ROWS_PER_INCIDENT = 5
"""The incident's own row and four without: more add little (Ury 1975, doi 10.2307/2529548)."""
_LEAST_ROWS = 10_000


@dataclass(frozen=True)
class CategoryRows:
    """One category's rows: some to fit trees on, and later ones that decide when to stop.

    Attributes
    ----------
    shift : of each row of ``train``.
    """

    train: AdmittedMatrix
    target: gbm.Target
    later: AdmittedMatrix
    later_target: gbm.Target
    shift: Int32Array

    def half(self, k: int, *, n_slots: int) -> "CategoryRows":
        """The rows of one half, 0..3, each of double weight; the rows that decide when to stop stay as they are."""
        rows = np.flatnonzero(in_half(self.shift, k, n_slots=n_slots))
        target = gbm.Target(self.target.count[rows], 2.0 * self.target.weight[rows])
        return replace(self, train=self.train.rows(rows), target=target, shift=self.shift[rows])


@dataclass(frozen=True)
class FittedCategory:
    """What training decided of one category; ``rows`` None where no trees are asked for."""

    start: FittedStart
    city: CityLevel
    rows: CategoryRows | None


def fit_categories(
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    admission: Admission,
    kernels: SpatialKernels,
    *,
    settings: Model,
    progress: Progress,
    halves: bool = False,
) -> list[FittedCategory]:
    """The start of every category of the panel, with ``halves`` also of halves of the weeks, and its trees' rows.

    Raises DataRefusedError: a category without an incident in the training window.
    """
    parts, trained = [], categories_with_targets(panel, windows.training.shifts)
    for code, name in enumerate(panel.categories):
        progress.step("features", code, len(panel.categories))
        if code not in trained:
            rule = "at least one in the training window"
            cure = "merge it with another category in the codebook, or lengthen [model] training_days"
            raise DataRefusedError(f"category {name}", got="no incident", rule=rule, cure=cure)
        inputs, start = category_inputs(code, panel, shared, kernels, None, windows, halves=halves)
        rows = None if settings.kind == "start" else _rows(inputs, panel, shared, windows, admission, settings)
        parts.append(FittedCategory(start, inputs.city, rows))
        del inputs, rows  # its arrays are as large as the history: no room for them beside the next category's
    progress.step("features", len(panel.categories), len(panel.categories))
    return parts


def train(parts: Sequence[CategoryRows], admission: Admission, settings: Model) -> gbm.FittedModel:
    """Fits trees on the rows of all categories; none where there are no rows.

    Of rows that were made for several admissions only the columns of ``admission`` are used.
    """
    if not parts:
        return gbm.NO_TREES
    return gbm.fit(
        stack([part.train for part in parts], admission),
        _joined([part.target for part in parts]),
        stack([part.later for part in parts], admission),
        _joined([part.later_target for part in parts]),
        rounds=settings.rounds,
        learning_rate=settings.learning_rate,
        leaves=settings.leaves,
        seed=settings.seed,
        threads=settings.threads,
    )


def train_halves(
    parts: Sequence[CategoryRows], admission: Admission, settings: Model, *, n_slots: int, progress: Progress
) -> list[gbm.FittedModel]:
    """A model of each half, trained as the run's own; none at all where a half holds no incident.

    Parameters
    ----------
    n_slots : shifts a day.
    """
    models = []
    for k in range(N_HALVES):
        progress.step("other trainings", k, N_HALVES)
        halves = [part.half(k, n_slots=n_slots) for part in parts]
        if halves and not any(part.target.count.any() for part in halves):
            return []
        models.append(train(halves, admission, settings.model_copy(update={"seed": settings.seed + 1 + k})))
    progress.step("other trainings", N_HALVES, N_HALVES)
    return models


def training_summary(
    parts: Sequence[FittedCategory],
    panel: Panel,
    windows: TimeWindows,
    settings: Model,
    admission: Admission,
    model: gbm.FittedModel,
) -> dict[str, Any]:
    """What the model card and the manifest say of the training."""
    moment = panel.calendar["shift_start"]
    rows = [part.rows for part in parts if part.rows is not None]
    of_trees = {
        "rows": sum(len(part.target.count) for part in rows),
        "incidents": int(sum(float(part.target.count.sum()) for part in rows)),
        "rounds": model.rounds,
    }
    named, of_place = list(zip(panel.categories, parts, strict=True)), admission.hours_of_place
    return {
        "kind": settings.kind,
        **(of_trees if rows else {}),
        "first_shift": moment.iloc[windows.training.shifts[0]].isoformat(),
        "last_shift": moment.iloc[windows.training.shifts[-1]].isoformat(),
        "validation_shifts": len(windows.validation),
        "city_level": {
            name: {"half_life_days": part.city.half_life_days, "season_weight": part.city.season_weight}
            for name, part in named
        },
        "decayed_counts": {
            name: {
                m.name: round(float(share), 4)
                for m, share in zip(DECAYED_COUNTS, part.start.stack.share, strict=True)
                if share
            }
            for name, part in named
        },
        "hours": "place" if of_place else "city",
        "shift_share_strength": {name: _finite(part.start.share_strength) for name, part in named if of_place},
    }


def _finite(strength: tuple[float, float]) -> dict[str, float | None]:
    """For JSON; null: every place has the city's share."""
    return dict(zip(("shift", "weekend"), (k if isfinite(k) else None for k in strength), strict=True))


def _rows(
    inputs: CategoryInputs,
    panel: Panel,
    shared: SharedInputs,
    windows: TimeWindows,
    admission: Admission,
    settings: Model,
) -> CategoryRows:
    occurred, exposed = targets(panel, inputs.code), exposed_shifts(panel, inputs.code)
    incidents = int(occurred.sum(axis=1, dtype=np.int64)[windows.training.shifts].sum())
    budget = row_budget(incidents, settings.max_rows // len(panel.categories))
    rng = random_stream(settings.seed, Stream.TRAINING_ROWS, inputs.code)
    now, later = (
        _sample(inputs, shared, occurred, exposed, window, most, rng)
        for window, most in ((windows.training, budget), (windows.validation, int(budget * _LATER_SHARE)))
    )
    del occurred  # as large as the history: no room for it beside the features
    matrices = category_matrices(shared, inputs, admission, (now, later))
    return CategoryRows(matrices[0], _target(now), matrices[1], _target(later), now.shift)


def row_budget(incidents: int, most: int) -> int:
    """About how many rows a category of so many incidents in the training window is trained on, ``most`` at most.

    >>> row_budget(1_900, 66_666), row_budget(8_000, 66_666), row_budget(80_000, 66_666)
    (10000, 40000, 66666)
    """
    return min(max(_ROWS_PER_INCIDENT * incidents, _LEAST_ROWS), most)


def _sample(
    inputs: CategoryInputs,
    shared: SharedInputs,
    occurred: CountArray,
    exposed: BoolArray | None,
    window: Window,
    max_rows: int,
    rng: np.random.Generator,
) -> Rows:
    # Drawn by the city's hours: which rows are drawn then never depends on what a policy excludes.
    drawn_by = replace(inputs, shift_share=inputs.shift_share.of_city())
    expected = starting_rate_by_shift(shared, drawn_by, window.shifts, window.origins)
    if exposed is not None:
        expected *= exposed[window.shifts]  # where nothing is expected and nothing is counted, no row is drawn
    return sampled_rows(window.shifts, window.origins, occurred, expected, max_rows=max_rows, rng=rng)


def _target(rows: Rows) -> gbm.Target:
    return gbm.Target(rows.count, rows.weight)


def _joined(targets: Sequence[gbm.Target]) -> gbm.Target:
    return gbm.Target(np.concatenate([t.count for t in targets]), np.concatenate([t.weight for t in targets]))
