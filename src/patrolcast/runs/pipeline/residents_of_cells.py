"""Residents by group of every cell of a city: the one place where audit, screen and comparison get them from."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.grid.interpolate import residents_by_cell


def cell_residents(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> pd.DataFrame | None:
    """``cell``, one column per group, ``total`` and margins of error (`grid.interpolate`); None without residents."""
    if tables.residents is None or settings.residents is None:
        return None
    return residents_by_cell(
        cells,
        tables.residents,
        groups=list(settings.residents.groups),
        boundary=tables.boundary,
        water=tables.water,
        settled=tables.settled,
    )
