"""The city on its grid: cells, what lies around each, the cell of every incident, and their counts."""

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy import sparse

from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.features.decayed_counts import smoothing_kernels
from patrolcast.features.places import place_features
from patrolcast.features.proxies.census_copies import refuse_census_copies
from patrolcast.forecast.baseline import BANDWIDTH_M
from patrolcast.grid.cells import centres_xy_m, cover_area, locate, rings
from patrolcast.grid.exposed import categories_with_targets, require_exposed, with_gaps
from patrolcast.grid.gaps import gap_rule
from patrolcast.grid.panel import Panel, build_panel
from patrolcast.numerics.arrays import Float32Array, Int32Array
from patrolcast.numerics.gaussian import gaussian_kernel
from patrolcast.runs.pipeline.inputs import SpatialKernels
from patrolcast.runs.pipeline.residents import residents_as_layers
from patrolcast.runs.pipeline.windows import plan_windows


@dataclass(frozen=True)
class Grid:
    """The city's cells and what never changes between origins: neighbours, kernels, places, each incident's cell."""

    cells: gpd.GeoDataFrame
    near: list[sparse.csr_array]
    kernels: SpatialKernels
    by_cell: dict[str, Float32Array]
    position: Int32Array


def build_grid(tables: CityTables, settings: Settings) -> Grid:
    """Cells, neighbours, place features, and the cell of every incident."""
    cells = cover_area(tables.boundary, tables.districts, tables.water, resolution=settings.area.resolution)
    table = tables.incidents.table
    position = locate(
        table["longitude"].to_numpy(), table["latitude"].to_numpy(), cells["cell"], resolution=settings.area.resolution
    )
    by_cell = place_values(tables, settings, cells)
    centres = centres_xy_m(cells)
    kernels = SpatialKernels(smoothing_kernels(centres), gaussian_kernel(centres, BANDWIDTH_M))
    return Grid(cells, rings(cells["cell"]), kernels, by_cell, position)


def place_values(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> dict[str, Float32Array]:
    """Place features, ``[n_cells]`` each.

    Raises ProhibitedDataError: one of them is a census count under another name.
    """
    by_cell = place_features(cells, tables.places, settings.places)
    refuse_census_copies(by_cell, residents_as_layers(tables, settings, cells) if by_cell else ())
    return by_cell


def count_incidents(tables: CityTables, grid: Grid, settings: Settings, *, as_of: datetime) -> Panel:
    """The panel as it stood at ``as_of``, of the categories that can be forecast from it."""
    district = grid.cells["district"].to_numpy()
    return panel_of(tables, grid.position, settings, n_cells=len(grid.cells), as_of=as_of, district=district)


def panel_of(
    tables: CityTables,
    position: Int32Array,
    settings: Settings,
    *,
    n_cells: int,
    as_of: datetime,
    district: npt.NDArray[np.str_] | None = None,
) -> Panel:
    """The same from each incident's cell: all that a panel needs of the grid.

    A category without an incident in the training window is left out and named: nothing can be learned of it, and it
    must not keep the others from being forecast.

    Raises DataRefusedError: the history is too short to train and to validate, or holds no incident.
    """
    panel = build_panel(
        tables.incidents,
        position,
        n_cells=n_cells,
        as_of=as_of,
        timezone=settings.area.timezone,
        shift_starts=settings.shifts.starts,
        horizon_days=settings.model.horizon_days,
        district=district,
        gap_rule=gap_rule(settings.incidents),
    )
    windows = plan_windows(panel, settings.model, as_of=as_of, n_slots=len(settings.shifts.starts))
    panel = with_gaps(panel)
    require_exposed(panel, windows.validation.shifts, what="the validation window")
    trained = categories_with_targets(panel, windows.training.shifts)
    silent = {
        code: f"in the category {name}, which has none in the training window,"
        for code, name in enumerate(panel.categories)
        if code not in trained
    }
    return panel.without(silent) if silent and trained else panel
