"""Do 95 % intervals of exposure ratios cover the truth where residents are counted by census area only?

Run: ``python -m benchmarks.exposure_coverage [--cities N] [--write]``. Each city is made up cell by cell: who lives
where is known, and so is the patrol of far more nights than the audit sees. The audit gets census areas that cut across
cells, and 28 nights. The truth is the log exposure ratio of the true residents under the mean patrol of all nights.

Cities differ in what no audit knows: how rough density and composition are from cell to cell, how many cells are empty,
how closely reports follow residents. The seeds from 0 on chose nothing: what the method assumes was fixed on seeds from
10,000 on.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.disparity.compare_groups import compare_groups
from patrolcast.audit.disparity.error_parts import OtherVersions, part_widths, with_parts
from patrolcast.audit.disparity.ratio_draws import SidesOfCells
from patrolcast.audit.disparity.within_areas import cells_to_an_area, measure_unevenness, place_anew, place_by_reports
from patrolcast.grid.cells import cell_polygons
from patrolcast.grid.interpolate import resident_weights
from patrolcast.grid.residents import spreading

Array = npt.NDArray[np.float64]
NIGHTS, TRUTH_NIGHTS, CITIES = 28, 600, 200
RINGS, DISTRICTS, PER_DISTRICT = 12, 4, 6
KINDS = ("smooth", "rough", "parks", "reports follow homes")


@dataclass(frozen=True)
class KnownCity:
    """A city whose residents are known per cell: ``[n_cells]`` by group, and the patrol of every night."""

    cells: gpd.GeoDataFrame
    members: Array
    total: Array
    patrol: Array
    expected: Array


def make_city(seed: int, kind: str) -> KnownCity:
    """One city; ``kind`` says what is uneven in it."""
    rng = np.random.default_rng([41, seed])
    index = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(41.85, -87.65, 9), RINGS)))
    centres = np.array([h3.cell_to_latlng(cell) for cell in index])
    xy = (centres - centres.mean(axis=0)) * np.array([111_000.0, 111_000.0 * np.cos(np.radians(41.85))])
    smooth = _field(rng, xy, 1500.0)
    rough = _field(rng, xy, {"smooth": 700.0, "rough": 150.0}.get(kind, 350.0))
    density = np.exp(0.5 * smooth + 0.5 * rough) * 600.0
    if kind == "parks":
        density *= rng.random(len(index)) > 0.15
    lean = 1.2 * _field(rng, xy, 1500.0) + 0.6 * _field(rng, xy, 150.0 if kind == "rough" else 500.0)
    share = 1.0 / (1.0 + np.exp(1.0 - lean))
    members = np.asarray(rng.binomial(rng.poisson(density), share), dtype=np.float64)
    total = members + rng.poisson(density * (1.0 - share))
    follows = 0.5 if kind == "reports follow homes" else 0.0
    need = np.exp(0.8 * _field(rng, xy, 400.0) + 0.25 * lean) * (density / density.mean() + 0.05) ** follows
    order = np.argsort(np.argsort(centres[:, 1] + 1e-9 * centres[:, 0]))
    district = order * DISTRICTS // len(index)
    cells = gpd.GeoDataFrame(
        {"cell": index, "longitude": centres[:, 1], "latitude": centres[:, 0], "district": district},
        geometry=cell_polygons(index), crs="EPSG:4326",
    )  # fmt: skip
    expected = need * rng.lognormal(0.0, 0.2, len(need))
    return KnownCity(cells, members, total, _patrol(rng, need, district), expected)


def _field(rng: np.random.Generator, xy: Array, scale_m: float) -> Array:
    """A smooth Gaussian field of unit variance over the cells: random waves of about this length."""
    waves = rng.normal(size=(2, 200)) / scale_m
    field = np.cos(xy @ waves + rng.uniform(0, 2 * np.pi, 200)).sum(axis=1) * np.sqrt(2 / 200)
    return np.asarray((field - field.mean()) / field.std())


def _patrol(rng: np.random.Generator, need: Array, district: npt.NDArray[np.int64]) -> Array:
    """20 minutes a night in the cells of each district that rank first; ranks drift from night to night (AR(1), .7)."""
    drift = rng.normal(size=len(need))
    nights = np.zeros((TRUTH_NIGHTS, len(need)))
    for night in range(TRUTH_NIGHTS):
        drift = 0.7 * drift + np.sqrt(1 - 0.7**2) * rng.normal(size=len(need))
        score = np.log(need) + 0.25 * drift
        for code in range(DISTRICTS):
            inside = np.flatnonzero(district == code)
            nights[night, inside[np.argsort(-score[inside])[:PER_DISTRICT]]] = 20.0
    return nights


def census_areas(city: KnownCity, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Census areas of about seven cells that cut across them, with the residents of the parts of cells they hold."""
    west, south, east, north = city.cells.total_bounds
    wide, high = 0.0108 * rng.uniform(0.8, 1.2), 0.0075 * rng.uniform(0.8, 1.2)
    boxes = [
        shapely.box(x, y, x + wide, y + high)
        for x in np.arange(west - rng.uniform(0, wide), east, wide)
        for y in np.arange(south - rng.uniform(0, high), north, high)
    ]
    land = shapely.union_all(city.cells.geometry.to_numpy())
    shapes = shapely.intersection(np.array(boxes, dtype=object), land)
    shapes = shapes[shapely.area(shapes) > 1e-3 * wide * high]
    hexagons = city.cells.geometry.to_numpy()
    part = np.array([shapely.area(shapely.intersection(hexagons, one)) for one in shapes]) / shapely.area(hexagons)
    return gpd.GeoDataFrame(
        {"group": part @ city.members, "total": part @ city.total}, geometry=shapes, crs="EPSG:4326"
    )  # fmt: skip


def audit_city(city: KnownCity, seed: int) -> tuple[float, float, float, float]:
    """The truth; the audit's estimate and the ends of its interval, on the log scale."""
    mean = city.patrol.mean(axis=0)
    rest = city.total - city.members
    truth = float(np.log((city.members @ mean / city.members.sum()) / (rest @ mean / rest.sum())))
    areas = census_areas(city, np.random.default_rng([43, seed]))
    boundary = gpd.GeoDataFrame(geometry=[shapely.union_all(city.cells.geometry.to_numpy())], crs="EPSG:4326")
    weights = resident_weights(city.cells, areas, boundary=boundary)
    group, total = areas["group"].to_numpy(), areas["total"].to_numpy()
    counts = np.vstack([group, total])
    ways = {"by area": weights, "by centres": spreading.weights_by_centres(city.cells, areas, weights)}
    on_cells = {name: _sides(np.asarray((way @ counts.T).T)) for name, way in ways.items()}
    land = spreading.land_of_areas(areas, None)
    on_cells["smooth"] = _sides(spreading.spread_smoothly(city.cells, weights, counts, land))
    on_cells["by reports"] = place_by_reports(
        spreading.neighbouring_areas(areas), weights, land, group, total - group, city.expected
    )
    own, dose = on_cells.pop("by area"), city.patrol[:NIGHTS]
    uneven = measure_unevenness(
        spreading.neighbouring_areas(areas), land, group, total - group, cells_to_an_area=cells_to_an_area(weights)
    )
    assert uneven is not None
    within = place_anew(uneven, weights, group, total - group)
    others = OtherVersions(np.zeros((len(dose.T), 0)), None, within, on_cells)
    everywhere, reported = np.ones((1, dose.shape[1])), np.ones((dose.shape[1], 1))
    parts = part_widths(dose.sum(axis=0)[:, None], reported, own, everywhere, others)[0]
    found = compare_groups(dose, np.ones_like(dose), own.members.T, own.everyone[:, 0], ("group",))[0]
    interval = with_parts(found, parts).log_exposure_ratio
    return truth, interval.estimate, interval.lower, interval.upper


def _sides(counts: Array) -> SidesOfCells:
    members, total = counts[0][:, None], counts[1][:, None]
    return SidesOfCells(members, np.maximum(total - members, 0.0), total)


def measure_coverage(n_cities: int, *, first: int = 0) -> dict[str, tuple[int, int, float]]:
    """Kind -> cities, cities whose truth lies inside, mean half-width; ``first`` is the first seed."""
    found = {kind: [audit_city(make_city(seed, kind), seed) for seed in range(first + k, first + n_cities, len(KINDS))]
             for k, kind in enumerate(KINDS)}  # fmt: skip
    return {
        kind: (
            len(cities),
            sum(lower <= truth <= upper for truth, _, lower, upper in cities),
            float(np.mean([(upper - lower) / 2 for _, _, lower, upper in cities])),
        )
        for kind, cities in found.items()
    }


def main() -> None:
    """Prints the table; with ``--write`` it goes into docs/benchmarks.md."""
    n_cities = int(sys.argv[sys.argv.index("--cities") + 1]) if "--cities" in sys.argv else CITIES
    first = int(sys.argv[sys.argv.index("--first") + 1]) if "--first" in sys.argv else 0
    found = measure_coverage(n_cities, first=first)
    rows = [[kind, f"{n}", f"{100 * inside / n:.1f} %", f"{half:.3f}"] for kind, (n, inside, half) in found.items()]
    n, inside = (sum(one[k] for one in found.values()) for k in (0, 1))
    rows.append(["all", f"{n}", f"{100 * inside / n:.1f} %", ""])
    text = markdown_table(("cities", "number", "truth inside", "mean half-width, log scale"), rows)
    say(text)
    if "--write" in sys.argv:
        write_section("exposure-coverage", text)


if __name__ == "__main__":
    main()
