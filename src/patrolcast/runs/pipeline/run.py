"""The story in order, and the only place where it stands: tables in, a result out; no disk, no clock.

report -> cell -> count -> feature -> (admitted) column -> expected incidents -> rank -> visits -> gates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from threadpoolctl import threadpool_limits

from patrolcast.audit.gates import pipeline_gates
from patrolcast.domain.matrix import Admission, FeatureSpec
from patrolcast.domain.records import Progress, RunResult
from patrolcast.domain.settings import Settings, refuse_comparison_only
from patrolcast.domain.tables import CityTables
from patrolcast.features.calendar import calendar_features, refuse_unknown_region
from patrolcast.features.catalogue import catalogue
from patrolcast.features.matrix import SharedInputs
from patrolcast.features.policy import admit
from patrolcast.grid.names.map_backdrop import draw_backdrop
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import CountArray
from patrolcast.runs.pipeline.allocation import build_allocator
from patrolcast.runs.pipeline.audit import audit_run
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.forecasting import fit_and_forecast
from patrolcast.runs.pipeline.inputs import shared_inputs
from patrolcast.runs.pipeline.levers import exposure_bounds, lever_notes, shift_schedule
from patrolcast.runs.pipeline.suggestions import forecast_table, horizon_matrix, named_cells, suggest, with_places
from patrolcast.runs.pipeline.windows import TimeWindows, plan_windows

_YEAR_DAYS = 365


@dataclass(frozen=True)
class CountedCity:
    """A city whose incidents are cells and shifts: all that a forecast made at ``as_of`` needs of it.

    Attributes
    ----------
    tables : the layers; no row of the records.
    grid : without the cells of incidents, which the panel holds.
    """

    as_of: datetime
    tables: CityTables
    grid: Grid
    panel: Panel
    admission: Admission


def run_pipeline(
    tables: CityTables, settings: Settings, *, as_of: datetime, other_trainings: bool = False
) -> RunResult:
    """One run without a stored screen: everything from checked tables to gated suggestions.

    Parameters, and what is raised: as of :func:`count_city` and :func:`forecast_city`.
    """
    return forecast_city(count_city(tables, settings, as_of=as_of), settings, other_trainings=other_trainings)


def count_city(
    tables: CityTables,
    settings: Settings,
    *,
    as_of: datetime,
    progress: Progress | None = None,
    screened_out: Mapping[str, str] | None = None,
    screened_in: Mapping[str, str] | None = None,
) -> CountedCity:
    """The first half of a run, after which no row of the records is needed: whoever has no other use may let them go.

    Raises PatrolcastError: one line, for anything a user can cause.

    Parameters
    ----------
    tables : what the edge has read.
    as_of : the moment after which nothing may be known.
    screened_out : feature -> finding of the stored screen; None when there is none.
    screened_in : feature -> what the stored screen says of one that it lets pass.
    """
    progress = progress or Progress()
    with progress.stage("policy"):
        admission = admit_features(settings, screened_out, screened_in).used_by(settings.model.kind)
    with _one_blas_thread():
        with progress.stage("grid"):
            grid = build_grid(tables, settings)
        with progress.stage("panel"):
            panel = count_incidents(tables, grid, settings, as_of=as_of)
    counted = replace(grid, position=np.zeros(0, dtype=np.int32))
    return CountedCity(as_of, tables.without_records(), counted, panel, admission)


def forecast_city(
    city: CountedCity, settings: Settings, *, progress: Progress | None = None, other_trainings: bool = False
) -> RunResult:
    """The second half: from counts to gated suggestions.

    Parameters
    ----------
    other_trainings : train again on halves of the weeks, for the audit's intervals.
    """
    with _one_blas_thread():
        return _run(city, settings, progress=progress or Progress(), halves=other_trainings)


def _one_blas_thread() -> threadpool_limits:
    """Sums of another order would change the last digits with the number of cores."""
    return threadpool_limits(limits=1, user_api="blas")


def _run(city: CountedCity, settings: Settings, *, progress: Progress, halves: bool) -> RunResult:
    as_of, tables, grid, panel, admission = city.as_of, city.tables, city.grid, city.panel, city.admission
    windows = plan_windows(panel, settings.model, as_of=as_of, n_slots=len(settings.shifts.starts))
    forecast = forecast_panel(panel, grid, windows, admission, settings, progress=progress, halves=halves)
    with progress.stage("allocator"):
        bounds = exposure_bounds(tables, settings, grid.cells)
        allocator = build_allocator(
            grid.cells,
            panel.categories,
            settings.patrol,
            starts=settings.shifts.starts,
            seed=settings.model.seed,
            bounds=bounds,
        )
    with progress.stage("suggestions"):
        suggested = suggest(
            grid.cells,
            grid.near,
            panel,
            windows,
            forecast,
            allocator=allocator,
            schedule=shift_schedule(panel, windows.horizon.shifts, tables, settings, grid.cells, as_of=as_of),
            timezone=settings.area.timezone,
            threads=settings.model.threads,
        )
    with progress.stage("audit"):
        disparity, on_groups, audited = audit_run(tables, settings, grid.cells, panel, windows, forecast, allocator)
    with progress.stage("gates"):
        table = forecast_table(grid.cells, panel, windows, forecast)
        gates = pipeline_gates(
            admission=admission,
            incidents=panel.n_known,
            counted=len(panel.cell),
            uncounted=panel.uncounted,
            forecast=table,
            suggestions=suggested.suggestions,
            largest_sum_error=suggested.largest_sum_error,
            skill=forecast.skill,
            minutes_per_district=settings.patrol.minutes_per_district,
            limits=settings.gates,
        )
    with progress.stage("names"):
        cells = named_cells(grid.cells, tables)
        backdrop = draw_backdrop(grid.cells, tables.water, tables.names)
    return RunResult(
        as_of=as_of,
        cells=cells,
        forecast=table,
        suggestions=with_places(suggested.suggestions, cells, settings.area.timezone),
        explanations=suggested.explanations,
        matrix=horizon_matrix(grid.cells, panel, windows, forecast),
        admission=admission,
        skill=forecast.skill,
        intervals=forecast.intervals,
        gates=(*gates, *on_groups),
        disparity=disparity,
        backdrop=backdrop,
        audited=audited,
        model_text=forecast.model.text,
        training=forecast.training,
        exploration=suggested.exploration,
        notes=(*panel.uncounted_notes(), *lever_notes(settings.patrol, suggested.exploration)),
    )


def admit_features(
    settings: Settings, screened_out: Mapping[str, str] | None = None, screened_in: Mapping[str, str] | None = None
) -> Admission:
    """The policy's decision for every feature of the catalogue.

    Raises GateRefusedError when the config is there to be compared only, ConfigError when its region has no holidays or
    an exclusion or waiver names no feature.
    """
    refuse_comparison_only(settings)
    refuse_unknown_region(settings.features.holidays)
    return admit(
        declared_features(settings),
        excluded_provenance=settings.policy.excluded_provenance,
        excluded_features=settings.policy.excluded_features,
        reason=settings.policy.reason,
        screened_out=screened_out,
        screened_in=screened_in,
        waived=[waiver.feature for waiver in settings.waivers if waiver.feature is not None],
    )


def declared_features(settings: Settings) -> tuple[FeatureSpec, ...]:
    """The catalogue of a config."""
    return catalogue(settings.places, settings.features)


def forecast_panel(
    panel: Panel,
    grid: Grid,
    windows: TimeWindows,
    admission: Admission,
    settings: Settings,
    *,
    progress: Progress,
    halves: bool = False,
) -> Forecast:
    """Features, training and forecast of one panel; ``halves``: other trainings, too (`windows`)."""
    with progress.stage("calendar"):
        shared = panel_inputs(panel, grid, settings, first_day=windows.first_day)
    [forecast] = fit_and_forecast(
        panel, shared, windows, (admission,), grid.kernels, settings=settings.model, progress=progress, halves=halves
    )
    return forecast


def compare_panel(
    panel: Panel,
    grid: Grid,
    windows: TimeWindows,
    admissions: Sequence[Admission],
    settings: Settings,
    *,
    compared: CountArray | None,
) -> list[Forecast]:
    """The same under several admissions, from features made once for all of them; for comparisons only.

    Parameters
    ----------
    compared : officer-initiated records known by day and cell, where an admission uses them.
    """
    shared = replace(panel_inputs(panel, grid, settings, first_day=windows.first_day), compared=compared)
    return fit_and_forecast(
        panel, shared, windows, admissions, grid.kernels, settings=settings.model, progress=Progress(), reasons=False
    )


def panel_inputs(panel: Panel, grid: Grid, settings: Settings, *, first_day: int) -> SharedInputs:
    """What all categories share; ``first_day`` is the earliest origin to forecast from."""
    by_shift = calendar_features(
        panel.calendar,
        settings.features,
        longitude=float(grid.cells["longitude"].mean()),
        latitude=float(grid.cells["latitude"].mean()),
        seasons=min(panel.n_days, settings.model.training_days) >= _YEAR_DAYS,
    )
    return shared_inputs(panel, grid.near, first_day, by_shift=by_shift, by_cell=grid.by_cell)
