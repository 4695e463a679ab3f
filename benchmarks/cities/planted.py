"""Small cities in memory with a planted truth: a disk of H3 cells, a few months, what the audit must find put in.

The correlation of the log rate with a group's share, the reporting by group and the concentration of past patrol are
what the caller says, exactly; all else is noise around them. Seconds, not minutes: 331 cells and 200 days by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from patrolcast.domain.provenance import Provenance
from patrolcast.domain.shifts import from_instants, local_instant, shift_calendar, to_instants
from patrolcast.domain.tables import INCIDENT_COLUMNS, WGS84, CitizenIncidents, CityTables, SetAsideRecords
from patrolcast.numerics.arrays import FloatArray
from patrolcast.synthetic.offences import BY_CODE
from patrolcast.synthetic.plane import LATITUDE, LONGITUDE, centres, hexagon, points_in_cells, smooth_field
from patrolcast.synthetic.plane import z_scores as z
from patrolcast.synthetic.reports import Draw, citizen_reports, in_order, on_view_records, patrol_records
from patrolcast.synthetic.truth import Truth, reporting_chance, true_rate

STARTS = ("06:00", "14:00", "22:00")
TIMEZONE = "America/Chicago"
FIRST_DAY = date(2025, 9, 1)
GROUPS = ("group_a", "group_b")
RESIDENTS_PER_CELL = 200

Surface = Callable[[np.random.Generator, FloatArray], FloatArray]
"""Cell centres in km ``[n_cells, 2]`` -> one value a cell."""


@dataclass(frozen=True)
class PlantedCity:
    """What is planted.

    Attributes
    ----------
    n_rings : rings of cells around the middle; 10 are 331 cells of resolution 9.
    days : days of history from 2025-09-01; the clock changes on 2025-11-02 and 2026-03-08.
    per_day : category -> incidents that citizens report per day in the whole city.
    spread : standard deviation of the log rate over cells; 0 for one rate everywhere.
    rho : correlation of the log rate with group_b's share, -1..1.
    share : group_b's share by cell; evened out over tracts of seven cells or so.
    log_rate : the surface to use instead of a random one with ``spread`` and ``rho``.
    reporting : group -> chance that an incident is reported.
    dose : past patrol by cell, mean 1 -> discovery ``1 - exp(-0.07 dose)`` of unreported incidents.
    patrol_per_day : records that exist only because patrol was there.
    offspring : incidents that one incident sets off (0..0.8): within a ring, a week later on average. The truth then is
        the background, ``(1 - offspring)`` of ``per_day``; the total nears ``per_day`` after some weeks.
    districts : by cell, the district's name.
    """

    n_rings: int = 10
    days: int = 200
    per_day: Mapping[str, float] = field(default_factory=lambda: {"burglary": 8.0, "theft": 24.0})
    spread: float = 1.0
    rho: float = 0.0
    share: Surface = lambda rng, xy: 1 / (1 + np.exp(-1.5 * smooth_field(rng, xy, scale_km=1.0)))
    log_rate: Surface | None = None
    reporting: Mapping[str, float] = field(default_factory=lambda: {"group_a": 0.5, "group_b": 0.5})
    dose: Surface = lambda rng, xy: np.ones(len(xy))
    patrol_per_day: float = 6.0
    offspring: float = 0.0
    districts: Callable[[FloatArray], npt.NDArray[np.object_]] = lambda xy: np.full(len(xy), "1", dtype=object)


def plant_city(seed: int, plan: PlantedCity) -> tuple[CityTables, Truth]:
    """A city according to the plan: its tables as known by :func:`as_of`, and its truth."""
    draw = [np.random.default_rng([seed, part]) for part in range(3)]
    middle = h3.latlng_to_cell(LATITUDE, LONGITUDE, 9)
    cells = tuple(sorted(h3.grid_disk(middle, plan.n_rings)))
    truth = _truth(draw[0], cells, plan)
    last = FIRST_DAY + timedelta(days=plan.days - 1)
    calendar = shift_calendar(STARTS, timezone=TIMEZONE, first_day=FIRST_DAY, last_day=last)
    records = _records(draw[1], truth, calendar, plan)
    # A hair inside the outer hexagons: no neighbour beyond them is touched.
    whole = np.array([hexagon(cell) for cell in cells])
    land = shapely.union_all(whole).buffer(1e-7).buffer(-2e-7, join_style="mitre")
    table = _table(draw[2], records, truth, land)
    citizen = (table["provenance"] == Provenance.CITIZEN).to_numpy()
    tables = CityTables(
        incidents=CitizenIncidents(_part(table, citizen)),
        set_aside=SetAsideRecords(_part(table, ~citizen)),
        boundary=gpd.GeoDataFrame(geometry=[land], crs=WGS84),
        districts=_districts(cells, whole, plan),
        water=None,
        places={},
        residents=_tracts(truth, whole),
    )
    return tables, truth


def as_of(days: int) -> datetime:
    """The moment at which a planted city of so many days is read: the start of the first shift to be forecast."""
    return local_instant(FIRST_DAY + timedelta(days=days), time.fromisoformat(STARTS[0]), ZoneInfo(TIMEZONE))


def _truth(rng: np.random.Generator, cells: tuple[str, ...], plan: PlantedCity) -> Truth:
    xy = centres(cells)
    tract = _tract_of(cells)
    share = _evened(plan.share(rng, xy), tract)
    log = _log_rate(rng, xy, share, plan) if plan.log_rate is None else plan.log_rate(rng, xy)
    names = tuple(sorted(plan.per_day))
    place = np.exp(log) / np.exp(log).sum()
    shares = np.column_stack([1 - share, share])
    of_group = np.array([plan.reporting[group] for group in GROUPS])
    reported = float((place * (shares @ of_group)).sum())
    week = np.ones((len(names), len(STARTS), 7))
    return Truth(
        cells=cells,
        categories=names,
        groups=GROUPS,
        starts=STARTS,
        timezone=TIMEZONE,
        level=np.array([plan.per_day[name] for name in names]) * (1 - plan.offspring) / len(STARTS) / reported,
        field=np.column_stack([place] * len(names)),
        drift=np.zeros(len(cells)),
        nightlife=np.zeros(len(cells)),
        by_day=week,
        by_night=week,
        season=np.column_stack([np.zeros(len(names)), np.ones(len(names))]),
        share=shares,
        reporting=np.ones(len(names)),
        of_group=of_group,
        discovery=1 - np.exp(-0.07 * plan.dose(rng, xy)),
    )


def _log_rate(rng: np.random.Generator, xy: FloatArray, share: FloatArray, plan: PlantedCity) -> FloatArray:
    """A surface that correlates with the share by ``rho`` exactly; the rest is half smooth, half rough."""
    if plan.spread == 0:
        return np.zeros(len(xy))
    noise = z(smooth_field(rng, xy, scale_km=0.8) + rng.standard_normal(len(xy)))
    if plan.rho == 0 and share.std() < 1e-9:
        return plan.spread * noise
    lean = z(share)
    noise = z(noise - lean * (noise @ lean) / (lean @ lean))
    return plan.spread * (plan.rho * lean + np.sqrt(1 - plan.rho**2) * noise)


def _records(rng: np.random.Generator, truth: Truth, calendar: pd.DataFrame, plan: PlantedCity) -> Draw:
    chance = reporting_chance(truth)
    rate = true_rate(truth, truth.cells, calendar["shift_start"], kind="true")
    parts = []
    for k, name in enumerate(truth.categories):
        reported = rng.poisson(rate[:, :, k] * chance[None, :, k])
        if plan.offspring:
            reported = _excited(rng, reported, truth.cells, plan.offspring)
        discovered = rng.poisson(rate[:, :, k] * ((1 - chance[:, k]) * truth.discovery)[None, :])
        parts += [citizen_reports(rng, calendar, name, reported), on_view_records(rng, calendar, name, discovered)]
    parts.append(patrol_records(rng, calendar, truth, per_day=plan.patrol_per_day))
    return in_order(parts, int(to_instants(calendar["shift_end"])[-1]))


def _excited(
    rng: np.random.Generator, counts: npt.NDArray[np.int64], cells: tuple[str, ...], offspring: float
) -> npt.NDArray[np.int64]:
    """Background counts with all their descendants: a branching process (Mohler et al. 2011,
    doi 10.1198/jasa.2011.ap09546).
    """
    position = {cell: i for i, cell in enumerate(cells)}
    near = [[i, i, i, *(position[c] for c in h3.grid_ring(cell, 1) if c in position)] for i, cell in enumerate(cells)]
    total = counts.copy()
    shift, cell = np.nonzero(counts)
    times = counts[shift, cell]
    while len(shift):
        born = rng.poisson(offspring * times)
        shift, cell = np.repeat(shift, born), np.repeat(cell, born)
        shift = shift + np.ceil(rng.standard_exponential(len(shift)) * 7 * len(STARTS)).astype(np.int64)
        cell = np.array([near[c][int(u * len(near[c]))] for c, u in zip(cell, rng.random(len(cell)), strict=True)], int)
        inside = shift < len(counts)
        shift, cell, times = shift[inside], cell[inside], np.ones(int(inside.sum()), dtype=np.int64)
        np.add.at(total, (shift, cell), 1)
    return total


def _table(rng: np.random.Generator, draw: Draw, truth: Truth, land: shapely.Geometry) -> pd.DataFrame:
    at = points_in_cells(rng, truth.cells, draw.cell, land)
    provenance = [
        str(Provenance.OFFICER if source == "OFFICER" else BY_CODE[code].provenance)
        for source, code in zip(draw.source, draw.offence, strict=True)
    ]
    values = {
        "occurred_at": from_instants(draw.occurred),
        "reported_at": from_instants(draw.reported),
        "longitude": at[:, 0],
        "latitude": at[:, 1],
        "offence": pd.Categorical(draw.offence.astype(str)),
        "category": pd.Categorical([BY_CODE[code].category for code in draw.offence]),
        "provenance": pd.Categorical(provenance),
    }
    return pd.DataFrame({name: values[name] for name in INCIDENT_COLUMNS})


def _part(table: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    part = table[rows].reset_index(drop=True)
    for name in ("offence", "category", "provenance"):
        part[name] = part[name].cat.remove_unused_categories()
    return part


def _tract_of(cells: tuple[str, ...]) -> npt.NDArray[np.int64]:
    _, tract = np.unique([h3.cell_to_parent(cell, 8) for cell in cells], return_inverse=True)
    return tract.astype(np.int64)


def _evened(values: FloatArray, tract: npt.NDArray[np.int64]) -> FloatArray:
    return (np.bincount(tract, values) / np.bincount(tract))[tract]


def _tracts(truth: Truth, whole: npt.NDArray[np.object_]) -> gpd.GeoDataFrame:
    tract = _tract_of(truth.cells)
    n_cells = np.bincount(tract)
    total = n_cells * RESIDENTS_PER_CELL
    second = np.round(np.bincount(tract, truth.share[:, 1]) * RESIDENTS_PER_CELL).astype(np.int64)
    shapes = [shapely.union_all(whole[tract == i]) for i in range(len(n_cells))]
    columns = {"group_a": total - second, "group_b": second, "total": total}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=WGS84)


def _districts(cells: tuple[str, ...], whole: npt.NDArray[np.object_], plan: PlantedCity) -> gpd.GeoDataFrame:
    name = plan.districts(centres(cells))
    names = sorted(set(name))
    shapes = [shapely.union_all(whole[name == each]) for each in names]
    return gpd.GeoDataFrame({"district": names}, geometry=shapes, crs=WGS84)
