"""One small city with other trainings, run once for all tests of the audit's intervals, tables and caps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.cities import as_of, two_district_city
from tests.runs.audited_city import city_settings

from patrolcast.domain.records import Progress, RunResult
from patrolcast.domain.tables import CityTables
from patrolcast.runs.pipeline.counted import build_grid, count_incidents
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.run import admit_features, forecast_panel, panel_inputs, run_pipeline
from patrolcast.runs.pipeline.training import CategoryRows, fit_categories
from patrolcast.runs.pipeline.windows import plan_windows

DAYS = 150


@cache
def tables() -> CityTables:
    """Two districts; the east has three times the need."""
    return two_district_city(1, ratio=3.0, n_rings=6, days=DAYS)[0]


@cache
def audited_run(*, trainings: bool = True, gap: bool = False) -> RunResult:
    """A run of it; ``gap``: three census areas have no count."""
    city = tables()
    assert city.residents is not None
    if gap:
        without = city.residents.index < 3
        city = replace(
            city, residents=city.residents[~without].reset_index(drop=True),
            uncounted=city.residents.loc[without, ["geometry"]].reset_index(drop=True),
        )  # fmt: skip
    return run_pipeline(city, city_settings(), as_of=as_of(DAYS), other_trainings=trainings)


@cache
def trained_city() -> tuple[Forecast, list[CategoryRows]]:
    """The forecast with other trainings, and the rows of every category."""
    settings = city_settings()
    grid, admission = build_grid(tables(), settings), admit_features(settings)
    panel = count_incidents(tables(), grid, settings, as_of=as_of(DAYS))
    windows = plan_windows(panel, settings.model, as_of=as_of(DAYS), n_slots=len(settings.shifts.starts))
    shared = panel_inputs(panel, grid, settings, first_day=windows.first_day)
    parts = fit_categories(
        panel, shared, windows, admission, grid.kernels, settings=settings.model, progress=Progress()
    )
    made = forecast_panel(panel, grid, windows, admission, settings, progress=Progress(), halves=True)
    return made, [part.rows for part in parts if part.rows is not None]
