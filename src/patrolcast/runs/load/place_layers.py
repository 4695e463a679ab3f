"""Place layers as they come: one shape of many points, values that stand for no value."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.settings import PlaceLayer
from patrolcast.runs.load.residents import require_column
from patrolcast.runs.load.sentinels import stands_for_none

_MOST_MISSING = 0.5
_MULTIPOINT = 4


def measured_shapes(name: str, place: PlaceLayer, layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str], int]:
    """Shapes of a place layer, with ``value`` where a column is averaged; notes; how many shapes have no value.

    Raises DataRefusedError: no such column, text that is no number, or mostly shapes without a value.
    """
    if place.measure != "value":
        return layer[["geometry"]], _points(name, place, layer), 0
    if place.column is None:
        rule = "measure = 'value' needs a column"
        raise DataRefusedError(f"[places.{name}] column", got="nothing", rule=rule, cure="name the column to average")
    require_column(layer, place.column, place.path, f"[places.{name}] column")
    what, values = f"{place.path.name} column {shown(place.column)}", layer[place.column]
    value = pd.to_numeric(values, errors="coerce").astype("float64")
    text = (values.notna() & ~np.isfinite(value)).to_numpy()
    if text.any():
        got = f"{int(text.sum()):,} values that are no number, e.g. {shown(str(values[text].iloc[0]))}"
        raise DataRefusedError(
            what, got=got, rule="a value is a number", cure="write it without symbols such as $ or %"
        )
    coded = stands_for_none(value)
    missing = coded | value.isna().to_numpy()
    if missing.mean() > _MOST_MISSING:
        got = f"{int(missing.sum()):,} of {len(layer):,} shapes without a value"
        raise DataRefusedError(what, got=got, rule="most shapes have a value", cure="name another column")
    notes = []
    if missing.any():
        codes = ", ".join(f"{code:.12g}" for code in sorted(set(value[coded])))
        empty = bool(value.isna().any())
        listed = " (empty, or " * empty + " (" * (not empty) + f"{codes})" if codes else " (empty)"
        notes.append(f"place {name}: {int(missing.sum()):,} of {len(layer):,} shapes have no value{listed}: left out")
    shapes = layer[["geometry"]].assign(value=value)[~missing].reset_index(drop=True)
    return shapes, notes, int(missing.sum())


def _points(name: str, place: PlaceLayer, layer: gpd.GeoDataFrame) -> list[str]:
    shapes = layer.geometry.to_numpy()
    several = (shapely.get_type_id(shapes) == _MULTIPOINT) & (shapely.get_num_geometries(shapes) > 1)
    if place.measure != "count" or not several.any():
        return []
    n = int(shapely.get_num_geometries(shapes[several]).sum())
    return [
        f"place {name}: {counted(int(several.sum()), 'shape holds', 'shapes hold')} {n:,} points; each point is counted"
    ]
