"""The forecast in a back-test: trained at each fold's first origin on what was known then, used at every origin.

A training is that of a nightly run whose [model] horizon_days is at least 7: for windows of up to a week the model must
have seen leads as long. A nightly run of a shorter horizon draws other leads and so trains on other rows. Of a month's
window the later days lie beyond the leads of training unless horizon_days is 28 or more.
Between trainings only the trees and weights stay; the features of every origin are made from what was known by then.
"""

from dataclasses import dataclass, replace

import numpy as np

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.matrix import Admission
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.features.matrix import SharedInputs, starting_rate
from patrolcast.features.rows import dense_rows
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Float32Array, FloatArray
from patrolcast.runs.backtest.windows import RollingOrigins
from patrolcast.runs.pipeline.baselines import expected_by_baselines
from patrolcast.runs.pipeline.counted import Grid
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.forecasting import expected_by_model
from patrolcast.runs.pipeline.inputs import category_inputs
from patrolcast.runs.pipeline.rolling_origin import Fold, fold_panel, fold_windows, gaps_at_training, known_by
from patrolcast.runs.pipeline.run import forecast_panel, panel_inputs
from patrolcast.runs.pipeline.windows import Window

MODEL_DAYS = 7


@dataclass(frozen=True)
class FoldForecast:
    """What a fold's training expects.

    Attributes
    ----------
    expected : ``[n_origins, n_categories, n_horizons, n_cells]``; NaN where a horizon is not scored at an origin.
    start : the same without trees: the start from which the model begins.
    shape : Gamma shape of each cell's rate over ``n_shifts`` shifts, ``[n_categories, n_cells]``.
    growth : how it grows with the span, ``[n_categories]`` (`forecast.intervals`).
    methods : the method each category was forecast by ("model", or a baseline that beat it on the validation window).
    rounds : trees of the model.
    """

    expected: Float32Array
    start: Float32Array
    shape: Float32Array
    growth: Float32Array
    n_shifts: int
    methods: tuple[str, ...]
    rounds: int


@dataclass(frozen=True)
class TrainedFold:
    """A fold's training, and what was known by the fold's last origin."""

    trained: Forecast
    admission: Admission
    settings: Settings
    panel: Panel
    shared: SharedInputs
    window: Window


def forecast_fold(
    rolling: RollingOrigins, fold: Fold, grid: Grid, admission: Admission, settings: Settings, *, progress: Progress
) -> FoldForecast:
    """Trains at the fold's first origin and forecasts every window of its origins; never for less than a week ahead."""
    at = trained_fold(rolling, fold, grid, admission, settings, progress=progress)
    expected, start = [], []
    for code in range(len(rolling.panel.categories)):
        by_model, without_trees = by_shift(code, at, grid)
        expected.append(_by_window(by_model, rolling, fold, at.window))
        start.append(_by_window(without_trees, rolling, fold, at.window))
    return FoldForecast(
        np.stack(expected, axis=1),
        np.stack(start, axis=1),
        at.trained.shape[:, 0].astype(np.float32),
        np.array([interval.growth for interval in at.trained.intervals], dtype=np.float32),
        at.trained.intervals[0].n_shifts,
        tuple(skill.used for skill in at.trained.skill),
        at.trained.model.rounds,
    )


def trained_fold(
    rolling: RollingOrigins, fold: Fold, grid: Grid, admission: Admission, settings: Settings, *, progress: Progress
) -> TrainedFold:
    """The training at a fold's first origin; never for less than a week ahead."""
    weekly = settings.model_copy(
        update={
            "model": settings.model.model_copy(update={"horizon_days": max(MODEL_DAYS, settings.model.horizon_days)})
        }
    )
    admission = admission.used_by(weekly.model.kind)  # the columns of the model that is trained
    trained = train_at_origin(rolling, fold, grid, admission, weekly, progress=progress)
    panel = _known_panel(rolling, fold)
    shared = panel_inputs(panel, grid, weekly, first_day=int(fold.nights[0]))
    return TrainedFold(trained, admission, weekly, panel, shared, _window(rolling, fold))


def train_at_origin(
    rolling: RollingOrigins, fold: Fold, grid: Grid, admission: Admission, settings: Settings, *, progress: Progress
) -> Forecast:
    """The run that the fold's first night would have made under ``settings``.

    :func:`trained_fold` gives settings whose ``horizon_days`` is at least 7; with fewer in the config that run is not
    the published one: leads are drawn from a week, not from the configured days.
    """
    first = Fold(fold.nights[:1])
    windows = fold_windows(rolling.panel, first, settings.model, n_slots=rolling.n_slots)
    return forecast_panel(fold_panel(rolling.panel, first), grid, windows, admission, settings, progress=progress)


def _known_panel(rolling: RollingOrigins, fold: Fold) -> Panel:
    """What was known by the fold's last origin, its calendar reaching over the last window."""
    last = int(fold.nights[-1])
    known = known_by(rolling.panel, last)
    n = rolling.first_shift(last) + max(rolling.horizons.values())
    gaps = gaps_at_training(rolling.panel, fold)
    return replace(known, calendar=rolling.panel.calendar.iloc[:n], gaps=gaps)


def by_shift(code: int, at: TrainedFold, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """One category's expected incidents in every shift of ``at.window``, by the forecast and by its start.

    Returns
    -------
    Both ``[n_shifts, n_cells]``.
    """
    n_cells, window, shared = at.panel.n_cells, at.window, at.shared
    every, _ = category_inputs(code, at.panel, shared, grid.kernels, at.trained.starts[code], None)
    shrinkage, inputs = at.trained.shrinkages[code], every.under(at.admission)
    inputs = replace(
        inputs, level=shrinkage.level, tree_weight=shrinkage.weight, baseline_floor=at.trained.floors[code]
    )
    rows = dense_rows(window.shifts, window.origins, None, n_cells=n_cells)
    start = starting_rate(shared, inputs, rows).reshape(len(window), n_cells) / inputs.level
    method = at.trained.skill[code].used
    if method == MODEL:
        threads = at.settings.model.threads
        return expected_by_model(window, inputs, shared, at.admission, at.trained.model, n_cells, threads), start
    return expected_by_baselines(inputs, shared, window, grid.kernels)[method], start


def _window(rolling: RollingOrigins, fold: Fold) -> Window:
    """Every shift that any window of the fold needs, each from its origin."""
    parts = []
    for origin in fold.nights:
        scored = (n for name, n in rolling.horizons.items() if _is_scored(rolling, name, int(origin)))
        n = max(scored, default=1)  # an origin before a hole may be scored on nothing
        shifts = rolling.first_shift(int(origin)) + np.arange(n)
        parts.append((shifts, np.full(n, origin)))
    every, seen_from = zip(*parts, strict=True)
    return Window(np.concatenate(every).astype(np.int32), np.concatenate(seen_from).astype(np.int32))


def _by_window(expected: FloatArray, rolling: RollingOrigins, fold: Fold, window: Window) -> Float32Array:
    sums = np.full((len(fold.nights), len(rolling.horizons), expected.shape[1]), np.nan, dtype=np.float32)
    for i, origin in enumerate(fold.nights):
        mine = expected[window.origins == origin]
        for k, (name, n) in enumerate(rolling.horizons.items()):
            if _is_scored(rolling, name, int(origin)):
                sums[i, k] = mine[:n].sum(axis=0)
    return sums


def _is_scored(rolling: RollingOrigins, horizon: str, origin: int) -> bool:
    return bool(rolling.scored(horizon)[np.searchsorted(rolling.origins, origin)])
