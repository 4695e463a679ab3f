"""Plants the truth of the sample city: where, when and how often, who reports, and where patrol looked.

Places: a smooth surface that all categories share, corridors along three roads, transit stops and bars, and rough terms
of single cells. Incidents are concentrated as in cities (Weisburd 2015, doi 10.1111/1745-9125.12070, for streets; here
the 5 % of cells with most hold a quarter to a half of a category). A dozen hot spots grow or fade over the years. The
surface leans towards the shares of group_b, as deprivation does; reporting leans the other way.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from patrolcast.numerics.arrays import FloatArray
from patrolcast.synthetic.geography import GROUPS, PARK, WORKS, Geography
from patrolcast.synthetic.offences import CATEGORIES
from patrolcast.synthetic.plane import cells_over, centres, flat, hexagon, smooth_field, z_scores
from patrolcast.synthetic.truth import Truth

STARTS = ("06:00", "14:00", "22:00")
TIMEZONE = "America/Chicago"
RESOLUTION = 9

REPORTED_PER_DAY = {"assault": 11.5, "burglary": 6.2, "criminal_damage": 9.0, "robbery": 2.6, "theft": 22.5,
                    "vehicle_theft": 6.2}  # fmt: skip
REPORTING = {"assault": 0.47, "burglary": 0.52, "criminal_damage": 0.38, "robbery": 0.58, "theft": 0.34,
             "vehicle_theft": 0.80}  # fmt: skip
"""Chance of being reported before the group's factor; their order is that of victim surveys (NCVS 2022)."""
OF_GROUP = (1.10, 0.85, 0.72)

# Per category: weights of the shared surface, own surface, corridors, transit, bars, people, and the rough term
_MIX = {
    "assault": (0.55, 0.25, 0.7, 0.35, 0.65, 0.45, 0.45),
    "burglary": (0.50, 0.40, 0.2, 0.00, 0.10, 0.85, 0.50),
    "criminal_damage": (0.50, 0.30, 0.4, 0.15, 0.35, 0.65, 0.40),
    "robbery": (0.70, 0.25, 1.0, 0.60, 0.50, 0.35, 0.50),
    "theft": (0.35, 0.30, 1.2, 0.50, 0.35, 0.40, 0.55),
    "vehicle_theft": (0.55, 0.40, 0.5, 0.15, 0.20, 0.60, 0.40),
}
_BY_DAY = {"assault": (0.75, 1.45, 0.80), "burglary": (1.35, 1.05, 0.60), "criminal_damage": (0.65, 1.20, 1.15),
           "robbery": (0.55, 1.40, 1.05), "theft": (1.10, 1.50, 0.40), "vehicle_theft": (0.70, 1.15, 1.15)}  # fmt: skip
_WEEKEND = {"assault": 1.25, "burglary": 0.90, "criminal_damage": 1.15, "robbery": 1.05, "theft": 1.00,
            "vehicle_theft": 1.05}  # fmt: skip
_SEASON = {"assault": (0.20, 200), "burglary": (0.12, 220), "criminal_damage": (0.16, 190), "robbery": (0.10, 300),
           "theft": (0.13, 205), "vehicle_theft": (0.10, 330)}  # fmt: skip
_AT_NIGHT = np.array([[0.25, 0.25, 0.25, 0.25, 0.25, 0.35, 0.40], [0.80, 0.85, 0.95, 1.10, 1.50, 1.60, 0.90],
                      [0.70, 0.75, 0.95, 1.35, 2.60, 2.90, 1.05]])  # fmt: skip
ROADS = (
    shapely.LineString([(-5.2, -1.9), (-1.5, -0.75), (0.4, -0.5), (6.2, -1.1)]),
    shapely.LineString([(-1.0, 4.6), (0.1, 1.6), (0.3, -0.6), (0.9, -4.4)]),
    shapely.LineString([(-3.6, 2.9), (0.2, 1.5), (3.4, 1.9), (7.0, 2.4)]),
)
"""The three corridors, on the plane."""
_LEAST_LAND = 0.02
_HOT_SPOTS = 14


@dataclass(frozen=True)
class CityCells:
    """Cells with land on the plane: index, middle (km), land as a share of the hexagon, people per cell, shares."""

    cells: tuple[str, ...]
    xy: FloatArray
    land: FloatArray
    people: FloatArray
    share: FloatArray
    stops: FloatArray
    bars: FloatArray


def build_city_cells(geography: Geography, stops: FloatArray, bars: FloatArray) -> CityCells:
    """Cells of the city with what stands and lives in them; ``stops`` and ``bars`` are points on the plane."""
    land = flat(geography.land)
    shapely.prepare(land)
    cells = cells_over(geography.land, RESOLUTION)
    whole = np.array([flat(hexagon(cell)) for cell in cells])
    dry = shapely.intersection(whole, land)
    part = shapely.area(dry) / shapely.area(whole)
    on_land = part > _LEAST_LAND
    cells = [cell for cell, keep in zip(cells, on_land, strict=True) if keep]
    whole, dry, part = whole[on_land], dry[on_land], part[on_land]
    people = _people(geography, dry)
    total = people.sum(axis=1)
    of_city = people.sum(axis=0) / people.sum()
    share = np.where(total[:, None] > 1, people / np.maximum(total, 1e-9)[:, None], of_city)
    count = [np.array([shapely.contains_xy(cell, *at.T).sum() for cell in whole], float) for at in (stops, bars)]
    return CityCells(tuple(cells), centres(cells), part, total, np.round(share, 4), *count)


def plant_truth(rng: np.random.Generator, city: CityCells) -> Truth:
    """The truth of the sample city, rounded to the digits that its file holds."""
    xy, share_b = city.xy, z_scores(city.share[:, 1])
    shared = z_scores(smooth_field(rng, xy, scale_km=1.3) + 1.6 * share_b - 0.12 * np.hypot(xy[:, 0], xy[:, 1]))
    shared = 0.8 * shared + 0.6 * rng.standard_normal(len(xy))
    near = np.column_stack([shapely.distance(road, shapely.points(xy)) for road in ROADS])
    busy = np.exp(-0.5 * (near / 0.28) ** 2).max(axis=1) * np.exp(-np.hypot(xy[:, 0], xy[:, 1]) / 6)
    field = np.column_stack([_field(rng, city, _MIX[name], shared, busy) for name in CATEGORIES])
    field = _significant(field / field.sum(axis=0))
    reporting = np.array([REPORTING[name] for name in CATEGORIES])
    chance = np.minimum((city.share @ np.array(OF_GROUP))[:, None] * reporting, 1.0)
    daily = np.array([REPORTED_PER_DAY[name] for name in CATEGORIES])
    nightlife = np.clip(0.12 * city.bars + 0.35 * busy * rng.random(len(xy)), 0, 0.9)
    dose = 0.12 * np.exp(0.9 * share_b.clip(-1, 1.8) + 0.5 * smooth_field(rng, xy, scale_km=1.0))
    return Truth(
        cells=city.cells,
        categories=CATEGORIES,
        groups=GROUPS,
        starts=STARTS,
        timezone=TIMEZONE,
        level=_significant(daily / 3 / (field * chance).sum(axis=0)),
        field=field,
        drift=np.round(_drift(rng, xy), 4),
        nightlife=np.round(nightlife, 4),
        by_day=np.round(np.array([_week(_BY_DAY[name], _WEEKEND[name]) for name in CATEGORIES]), 4),
        by_night=np.round(np.array([_AT_NIGHT / _AT_NIGHT.mean()] * len(CATEGORIES)), 4),
        season=np.array([_SEASON[name] for name in CATEGORIES], dtype=float),
        share=city.share,
        reporting=reporting,
        of_group=np.array(OF_GROUP),
        discovery=np.round(1 - np.exp(-0.7 * dose.clip(max=0.8)), 4),
    )


def _field(
    rng: np.random.Generator, city: CityCells, mix: tuple[float, ...], shared: FloatArray, busy: FloatArray
) -> FloatArray:
    on_shared, on_own, corridor, transit, bars, crowd, rough = mix
    empty = np.minimum(*(np.hypot(*(city.xy - np.array(spot)).T) for spot in (PARK, WORKS))) < 0.55
    log = (
        on_shared * shared
        + on_own * smooth_field(rng, city.xy, scale_km=1.0)
        + corridor * 1.5 * busy
        + transit * np.minimum(city.stops, 3) * 0.6
        + bars * np.minimum(city.bars, 4) * 0.45
        + crowd * np.log((city.people + 8) / (city.people.mean() + 8))
        + rough * rng.standard_normal(len(city.xy))
        - 0.7 * empty
    )
    return np.exp(1.3 * log) * city.land


def _drift(rng: np.random.Generator, xy: FloatArray) -> FloatArray:
    """A few neighbourhoods, about a kilometre wide, that grow or fade by up to half within a year."""
    middle = xy[rng.choice(len(xy), size=_HOT_SPOTS, replace=False)]
    slope = np.where(np.arange(_HOT_SPOTS) % 2 == 0, 1.0, -1.0) * rng.uniform(0.15, 0.40, size=_HOT_SPOTS)
    far = np.hypot(xy[:, None, 0] - middle[None, :, 0], xy[:, None, 1] - middle[None, :, 1])
    return (slope * np.exp(-0.5 * (far / 0.45) ** 2)).sum(axis=1)


def _week(by_slot: tuple[float, ...], weekend: float) -> FloatArray:
    days = np.array([0.95, 0.93, 0.96, 1.0, 1.02 + (weekend - 1) / 2, weekend, (1 + weekend) / 2])
    table = np.array(by_slot)[:, None] * days[None, :]
    return table / table.mean()


def _people(geography: Geography, dry: FloatArray) -> FloatArray:
    """Residents of each cell by group: each tract's residents spread evenly over its land."""
    tracts = shapely.make_valid(np.array([flat(shape) for shape in geography.tracts.geometry]))
    cell, tract = shapely.STRtree(tracts).query(dry, predicate="intersects")
    overlap = shapely.area(shapely.intersection(dry[cell], tracts[tract]))
    whole = np.bincount(tract, overlap, minlength=len(tracts))
    counts = geography.tracts[list(GROUPS)].to_numpy(dtype=float)
    spread = overlap / whole[tract]
    return np.stack([np.bincount(cell, spread * of_group[tract], minlength=len(dry)) for of_group in counts.T], axis=1)


def _significant(values: FloatArray) -> FloatArray:
    return np.array([float(f"{value:.6g}") for value in values.ravel()]).reshape(values.shape)
