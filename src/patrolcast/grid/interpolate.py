"""Residents by group on the grid: counts of census areas spread over cells, for the audit and the screen only.

A census area's residents are taken to live evenly over its inhabited land, which is the area without water and, where a
land layer says where people live, only that land (areal and dasymetric weighting: Goodchild & Lam 1980; Eicher & Brewer
2001, doi 10.1559/152304001782173727). An area that reaches beyond the boundary keeps the residents of the part beyond:
they are left out of the grid, never squeezed into it, so that no cell gains residents by lying at the border. For every
census area, cells and outside together hold its count.

Areas are compared in degrees: edges that touch keep touching, and only shares of one census area are formed, within
which a degree of longitude has the same length to one part in a thousand.

    one census area          cell 1   cell 2   outside the boundary
    |--------------------|   |----|   |----|   |----------|
    1,000 residents          250      250      500
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from patrolcast.domain.residents import CensusCoverage
from patrolcast.grid.cells import clip
from patrolcast.numerics.arrays import FloatArray, ObjectArray

MARGIN = "moe_"
"""Prefix of the columns that hold margins of error, in areas and in cells."""

_SLIVER_SHARE = 0.01
"""What the shares of one area may lack by rounding, or by border cells too small to be on the grid. A larger lack is
no sliver: those residents live where the grid has no cell, and are left out instead of being spread over the others."""
_POLYGONS = {"Polygon", "MultiPolygon"}


def residents_by_cell(
    cells: gpd.GeoDataFrame,
    tracts: gpd.GeoDataFrame,
    *,
    groups: Sequence[str],
    boundary: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    settled: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Residents of each cell, by group.

    Raises KeyError: a group that the areas do not have.

    Parameters
    ----------
    tracts : census polygons, WGS84, with one column per group, ``total``, and ``moe_<group>``/``moe_total`` where the
        census gives margins of error.
    boundary, water, settled : see :func:`resident_weights`.

    Returns
    -------
    One row per cell in grid order: ``cell``, one float64 column per group, ``total``, and the margins that were given.
    Margins are propagated for independent areas, ``sqrt(sum w^2 moe^2)`` (US Census Bureau 2020, *Understanding and
    Using ACS Data*, chapter 8). Cells of one area share its error: to redraw counts, redraw the *areas* and multiply by
    :func:`resident_weights`.
    """
    weights = resident_weights(cells, tracts, boundary=boundary, water=water, settled=settled)
    counted = [*groups, "total"]
    margins = [name for group in counted if (name := MARGIN + group) in tracts.columns]
    counts = weights @ tracts[counted].to_numpy(dtype=np.float64)
    errors = np.sqrt(weights.power(2) @ tracts[margins].to_numpy(dtype=np.float64) ** 2)
    table = pd.DataFrame(np.column_stack([counts, errors]), columns=[*counted, *margins])
    table.insert(0, "cell", cells["cell"].to_numpy())
    return table


def resident_weights(
    cells: gpd.GeoDataFrame,
    tracts: gpd.GeoDataFrame,
    *,
    boundary: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    settled: gpd.GeoDataFrame | None = None,
) -> sparse.csr_array:
    """Share of each census area's residents that lives in each cell, by land area.

    Parameters
    ----------
    boundary : the jurisdiction; None: the cells' hexagons as a whole.
    water : where no one lives.
    settled : polygons where people live; an area that holds none of them falls back on all its dry land.

    Returns
    -------
    float64 ``[n_cells, n_tracts]``; a column sums to the share of the area's residents that lives on the grid: 1 for an
    area inside it, less for one that reaches beyond, 0 for one outside.
    """
    hexagons = cells.geometry.to_numpy()
    lived_in = _lived_in(_valid(tracts), _union(water), _union(settled))
    land = _union(boundary)
    inside = lived_in if land is None else clip(lived_in, land)
    cell, tract = shapely.STRtree(inside).query(hexagons, predicate="intersects")
    overlap = shapely.area(shapely.intersection(hexagons[cell], inside[tract]))
    share = overlap / shapely.area(lived_in)[tract]
    on_grid = np.bincount(tract, share, minlength=len(tracts)).astype(np.float64)
    share *= _sliver_factor(on_grid, inside, lived_in)[tract]
    lives = share > 0
    return sparse.csr_array((share[lives], (cell[lives], tract[lives])), shape=(len(cells), len(tracts)))


def census_coverage(
    counted: gpd.GeoDataFrame,
    uncounted: gpd.GeoDataFrame,
    *,
    columns: Sequence[str],
    boundary: gpd.GeoDataFrame,
    water: gpd.GeoDataFrame | None = None,
    settled: gpd.GeoDataFrame | None = None,
) -> CensusCoverage:
    """How much of the city the counts are of: an area without counts, and land in no area, hold residents too.

    An area that does not state a number is taken to hold as many as the city's other areas do on average, or as many as
    they do on as much land, whichever is more: census areas are drawn to hold like numbers, and where the counts of the
    crowded ones are missing, land alone would guess too few. One smaller than the smallest quarter of the others is a
    part of an area. Land in no area is taken by land.

    Parameters
    ----------
    counted, uncounted : census areas with all ``columns``, and those that lack some; NaN where a number is not known.
    columns : groups and ``total``.
    boundary, water, settled : as in :func:`resident_weights`; settled land alone is taken to hold residents.
    """
    wet, homes, land = _union(water), _union(settled), _union(boundary)
    shapes = [_valid(layer) for layer in (counted, uncounted)]
    lived_in = [_lived_in(areas, wet, homes) for areas in shapes]
    inside = [areas if land is None else clip(areas, land) for areas in lived_in]
    part = [
        np.divide(
            shapely.area(land_part), shapely.area(whole), out=np.zeros(len(land_part)), where=shapely.area(whole) > 0
        )
        for land_part, whole in zip(inside, lived_in, strict=True)
    ]
    on_land = [float(shapely.area(areas).sum()) for areas in inside]
    bare = 0.0
    if land is not None:
        everywhere = _lived_in(np.array([land], dtype=object), wet, homes)[0]
        taken = shapely.union_all(np.concatenate(shapes)) if sum(map(len, shapes)) else None
        bare = float(shapely.area(everywhere if taken is None else shapely.difference(everywhere, taken)))
    small = np.quantile(shapely.area(lived_in[0]), 0.25) if len(lived_in[0]) else 0.0
    as_areas = np.minimum(part[1], shapely.area(inside[1]) / small) if small > 0 else part[1]
    known, expected = {}, {}
    for name in columns:
        known[name] = float(part[0] @ counted[name].to_numpy(dtype=np.float64))
        stated = uncounted[name].to_numpy(dtype=np.float64)
        density = known[name] / on_land[0] if on_land[0] > 0 else 0.0
        each = known[name] / part[0].sum() if part[0].sum() > 0 else 0.0
        guessed = np.maximum(density * shapely.area(inside[1]), each * as_areas)
        missing = np.where(np.isfinite(stated), stated * part[1], guessed)
        expected[name] = known[name] + float(missing.sum()) + density * bare
    return CensusCoverage(float(sum(p.sum() for p in part)), float(part[0].sum()), known, expected)


def _sliver_factor(on_grid: FloatArray, inside: ObjectArray, lived_in: ObjectArray) -> FloatArray:
    """Factor of each area that makes its shares add up to its part inside the boundary again; 1 beyond a sliver."""
    due = shapely.area(inside) / shapely.area(lived_in)
    factor = np.divide(due, on_grid, out=np.ones(len(due)), where=on_grid > 0)
    return np.where(np.abs(factor - 1) < _SLIVER_SHARE, factor, 1.0)


def _valid(layer: gpd.GeoDataFrame) -> ObjectArray:
    return np.asarray(shapely.make_valid(layer.geometry.to_numpy()), dtype=object)


def _union(layer: gpd.GeoDataFrame | None) -> shapely.Geometry | None:
    if layer is None or not len(layer):
        return None
    parts = shapely.get_parts(_valid(layer))
    return shapely.union_all([part for part in parts if part.geom_type in _POLYGONS])


def _lived_in(tracts: ObjectArray, water: shapely.Geometry | None, settled: shapely.Geometry | None) -> ObjectArray:
    """The part of each area where its residents live; never empty where the area is not."""
    dry = tracts if water is None else shapely.difference(tracts, water)
    dry = np.where(shapely.area(dry) > 0, dry, tracts)
    if settled is None:
        return dry
    homes = clip(dry, settled)
    return np.where(shapely.area(homes) > 0, homes, dry)
