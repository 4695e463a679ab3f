"""Residents by group as the audit needs them: of census areas, of cells, and of the two sides of a comparison."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.features.places import mean_by_area, plane_of
from patrolcast.grid.interpolate import MARGIN, resident_weights, residents_by_cell
from patrolcast.grid.residents import spreading
from patrolcast.numerics.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class ResidentCounts:
    """Residents by group: of census areas, ``weights`` ``[n_cells, n_tracts]``, and per cell.

    Attributes
    ----------
    spreadings : other way of spreading -> groups and then all residents per cell, ``[n_groups + 1, n_cells]``.
    neighbours : pairs of areas that touch, ``[n_pairs, 2]``; ``land`` : of each area, ``[n_tracts]``.
    """

    names: tuple[str, ...]
    by_tract: FloatArray
    total_by_tract: FloatArray
    margins: FloatArray | None
    total_margin: FloatArray | None
    weights: sparse.csr_array
    by_cell: FloatArray
    total: FloatArray
    coverage: CensusCoverage | None = None
    spreadings: dict[str, FloatArray] = field(default_factory=dict)
    neighbours: IntArray = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    land: FloatArray = field(default_factory=lambda: np.zeros(0))

    @property
    def measured_shares(self) -> dict[str, float]:
        """Group or "total" -> share of its residents in the city that lie on the grid with counts, 0..1."""
        if self.coverage is None:
            return {}
        on_grid = {name: float(cells.sum()) for name, cells in zip(self.names, self.by_cell, strict=True)}
        return {name: self.coverage.share(name, n) for name, n in {**on_grid, "total": float(self.total.sum())}.items()}


def count_residents(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> ResidentCounts | None:
    """Residents by group of census areas and cells; None without residents. Margins: of every group or of none."""
    if tables.residents is None or settings.residents is None:
        return None
    tracts, names = tables.residents, tuple(settings.residents.groups)
    weights = resident_weights(cells, tracts, boundary=tables.boundary, water=tables.water, settled=tables.settled)
    counts = tracts[list(names)].to_numpy(dtype=np.float64).T
    total = tracts["total"].to_numpy(dtype=np.float64)
    margins = [MARGIN + name for name in names]
    known = not set(margins).isdisjoint(
        tracts.columns
    )  # of some groups only: a KeyError below, never dropped in silence
    return ResidentCounts(
        names=names,
        by_tract=counts,
        total_by_tract=total,
        margins=tracts[margins].to_numpy(dtype=np.float64).T if known else None,
        total_margin=tracts[MARGIN + "total"].to_numpy(dtype=np.float64) if MARGIN + "total" in tracts else None,
        weights=weights,
        by_cell=(weights @ counts.T).T,
        total=weights @ total,
        coverage=tables.coverage,
    )


def with_spreadings(
    people: ResidentCounts, tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame
) -> ResidentCounts:
    """The same with what the audit's intervals need: other ways of spreading, and which areas are neighbours."""
    tracts = tables.residents
    if tracts is None or settings.residents is None:
        return people
    names = [*settings.residents.groups, "total"]
    counts, counted = tracts[names].to_numpy(dtype=np.float64), np.vstack([people.by_cell, people.total])
    centres = spreading.weights_by_centres(cells, tracts, people.weights)
    land = spreading.land_of_areas(tracts, tables.water)
    ways = {
        spreading.BY_CENTRES: np.asarray((centres @ counts).T),
        spreading.SMOOTH: spreading.spread_smoothly(cells, people.weights, counts.T, land),
    }
    if tables.settled is not None:
        dry = resident_weights(cells, tracts, boundary=tables.boundary, water=tables.water)
        ways[spreading.ALL_DRY_LAND] = np.asarray((dry @ counts).T)
    if tables.uncounted is not None and len(tables.uncounted):
        ways[spreading.GAPS_FILLED] = counted + spreading.residents_of_gaps(
            cells, tracts, tables.uncounted, names, boundary=tables.boundary, water=tables.water
        )
    return replace(
        people,
        spreadings=ways,
        neighbours=spreading.neighbouring_areas(tracts),
        land=land,
    )


def residents_of_cells(tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame) -> pd.DataFrame | None:
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


def residents_as_layers(
    tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame
) -> list[tuple[dict[str, FloatArray], FloatArray]]:
    """Residents by group and in all as a place layer of them would lie in the cells, ``[n_cells]`` each.

    Spread over the cells, and averaged by area as a layer with a column is; empty without residents. Only compared with
    place features (`features/proxies/census_copies`); nothing else is made of it.
    """
    spread = residents_of_cells(tables, settings, cells)
    if spread is None or tables.residents is None or settings.residents is None:
        return []
    names, plane = [*settings.residents.groups, "total"], plane_of(cells)
    counts = tables.residents[names].to_numpy(dtype=np.float64).T
    averaged = mean_by_area(cells.geometry.to_crs(plane), tables.residents.to_crs(plane), counts)
    shares = np.divide(counts[:-1], counts[-1], out=np.zeros_like(counts[:-1]), where=counts[-1] > 0)
    of_shares = mean_by_area(cells.geometry.to_crs(plane), tables.residents.to_crs(plane), shares)
    ones = np.ones(len(cells))
    return [
        (
            dict(zip(names[:-1], spread[names[:-1]].to_numpy(dtype=np.float64).T, strict=True)),
            spread["total"].to_numpy(),
        ),
        (dict(zip(names[:-1], averaged[:-1], strict=True)), averaged[-1]),
        (dict(zip(names[:-1], of_shares, strict=True)), ones),
    ]


def tract_means(values: FloatArray, people: ResidentCounts) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean of each census area's cells, and its residents on the grid by group and in all."""
    on_grid = people.weights.sum(axis=0)
    reached = on_grid > 0
    mean = (people.weights.T @ values.T).T[:, reached] / on_grid[reached]
    return mean, (people.by_tract * on_grid)[:, reached], (people.total_by_tract * on_grid)[reached]


def group_and_others(people: ResidentCounts, group: str, reference: str | None) -> tuple[FloatArray, FloatArray]:
    """Residents of a group and of those it is compared with, ``[n_cells]`` each."""
    members = people.by_cell[people.names.index(group)]
    others = people.total - members if reference is None else people.by_cell[people.names.index(reference)]
    return members, np.maximum(others, 0.0)
