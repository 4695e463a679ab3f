"""The NIJ Real-Time Crime Forecasting Challenge 2017, replayed: Portland, one map per category and window.

    python -m benchmarks.nij2017 [--out out/nij2017] [--write]

Rules of the challenge that are held here: cells of 62,500 to 360,000 square feet (H3 resolution 10: 149,000 here), a
forecast area of 0.25 to 0.75 square miles, windows of 1 and 2 weeks and 1, 2 and 3 months from 1 March. The maps of
2017 are trained on calls to 28 February 2017 and written as GeoPackage with a flag ``hotspot``; their outcomes are not
here. The same windows of 2013 to 2016, each trained on the calls before its 1 March, are scored by this script beside
the all-history count under the same rules. PAI: share of calls caught / share of area; PEI: PAI / best PAI of the area.

The forecast is not patrolcast's model, which forecasts at most a month on larger cells, but its plainest idea: the
count of a cell, shrunk towards what calls of all kinds say of the place. With a Gamma prior whose mean is the cell's
share of all calls, the expected count is ``count + weight x share of all calls x calls of the category`` up to a factor
(empirical Bayes: Marshall 1991, doi 10.2307/2347593). One weight serves every category and window of a year: of a few,
the one that caught most burglaries and vehicle thefts in the *other* replayed years; the maps of 2017 use all four. The
stacked counts from which patrolcast's model starts are scored beside it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.forecast.peers import Space
from patrolcast.forecast.peers.counting import all_history
from patrolcast.forecast.peers.stacked import by_half_life, fit, peer_components
from patrolcast.forecast.stacked_rates import combined
from patrolcast.grid.cells import centres_xy_m
from patrolcast.grid.panel import Panel, build_panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.backtest.windows import reports_by
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid

WINDOWS = {"1WK": 7, "2WK": 14, "1MO": 31, "2MO": 61, "3MO": 92}
REPLAYED = (2013, 2014, 2015, 2016)
SQUARE_FEET = (62_500.0, 360_000.0)
SQUARE_MILES = (0.25, 0.75)
CRS = "EPSG:2913"
_FEET_PER_MILE = 5280.0
_EVERY_DAYS, _MOST_ORIGINS, _LEAST_HISTORY = 28, 13, 90
_TIE_ORDERS = 100
WEIGHTS = (0.05, 0.15, 0.3, 0.6, 1.0)
CHOSEN_BY = ("burglary", "vehicle_theft")


@dataclass(frozen=True)
class Map:
    """One year, category and window: expected calls by method, and what came (None where it is not here)."""

    year: int
    category: str
    window: str
    expected: dict[str, FloatArray]
    observed: npt.NDArray[np.int64] | None


def maps_of(year: int, tables: CityTables, grid: Grid, settings: Settings, whole: Panel) -> Iterator[Map]:
    """The fifteen maps of one 1 March, from what was known at its midnight."""
    zone = ZoneInfo(settings.area.timezone)
    panel = build_panel(
        tables.incidents, grid.position, n_cells=len(grid.cells), as_of=datetime(year, 3, 1, tzinfo=zone),
        timezone=settings.area.timezone, shift_starts=settings.shifts.starts, horizon_days=1,
        first_day=whole.calendar["shift_day"].iloc[0].date(),
    )  # fmt: skip
    space, last = Space(centres_xy_m(grid.cells)), panel.n_days - 1
    everything = {origin: by_half_life(reports_by(panel, None, origin)) for origin in [*_origins(last), last]}
    for code, category in enumerate(panel.categories):
        now = reports_by(panel, code, last)
        origins = _origins(last)
        parts = np.stack([peer_components(reports_by(panel, code, o), everything[o], space) for o in origins])
        counts, latest = panel.occurred(code), peer_components(now, everything[last], space)
        for window, days in WINDOWS.items():
            over = [k for k, origin in enumerate(origins) if origin + days <= last]
            came = np.stack([counts[origins[k] : origins[k] + days].sum(axis=0, dtype=np.int64) for k in over])
            expected = {
                **{name_of(w): shrunken(all_history(now, space), everything[last][-1], weight=w) for w in WEIGHTS},
                "counting": all_history(now, space),
                "stacked": combined(fit(parts[over], came), latest),
            }
            observed = whole.occurred(code)[last : last + days].sum(axis=0, dtype=np.int64) if year < 2017 else None
            yield Map(year, category, window, expected, observed)


def shrunken(counts: FloatArray, all_calls: FloatArray, *, weight: float) -> FloatArray:
    """Counts of a category ``[n_cells]``, shrunk towards each cell's share of the calls of all categories.

    Parameters
    ----------
    all_calls : calls of all categories by cell, in any unit; only their shares count.
    weight : strength of the prior against the cell's own history, >= 0; 0 is counting.
    """
    return np.asarray(counts + weight * counts.sum() * all_calls / max(float(all_calls.sum()), 1e-12))


def name_of(weight: float) -> str:
    """How the forecast of one weight is named among the methods of a map."""
    return f"shrunken {weight:g}"


def chosen_weight(scored: list[tuple[Map, dict[str, float]]], *, but: int | None) -> float:
    """The weight that caught most in every replayed year but one; of equals the least."""
    others = [hits for one, hits in scored if one.year != but and one.category in CHOSEN_BY]
    return max(WEIGHTS, key=lambda weight: (round(sum(hits[name_of(weight)] for hits in others), 6), -weight))


def hotspots(expected: FloatArray, square_feet: FloatArray, *, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """The fewest highest cells that make up the least forecast area allowed; ties in random order."""
    order = np.lexsort((rng.random(len(expected)), -expected))
    needed = SQUARE_MILES[0] * _FEET_PER_MILE**2
    n = int(np.searchsorted(np.cumsum(square_feet[order]), needed)) + 1
    chosen = np.zeros(len(expected), dtype=bool)
    chosen[order[:n]] = True
    return chosen


def layer_of(cells: gpd.GeoDataFrame, expected: FloatArray) -> gpd.GeoDataFrame:
    """A map as the challenge wants it: every cell, its area in square feet, expected calls, ``hotspot`` 0 or 1."""
    layer = cells[["cell", "geometry"]].to_crs(CRS)
    layer["square_feet"] = layer.geometry.area
    layer["expected"] = expected
    chosen = hotspots(expected, layer["square_feet"].to_numpy(), rng=np.random.default_rng(17))
    layer["hotspot"] = chosen.astype(int)
    return layer


def broken_rules(layer: gpd.GeoDataFrame) -> list[str]:
    """The challenge's rules that a map breaks, in words; empty when it may be handed in."""
    broken = []
    if "hotspot" not in layer.columns or not set(layer["hotspot"].unique()) <= {0, 1}:
        return ["every cell needs a hotspot flag of 0 or 1"]
    area = layer.geometry.area
    if not area.between(*SQUARE_FEET).all():
        broken.append(f"cells must measure {SQUARE_FEET[0]:,.0f} to {SQUARE_FEET[1]:,.0f} square feet")
    miles = float(area[layer["hotspot"] == 1].sum()) / _FEET_PER_MILE**2
    if not SQUARE_MILES[0] <= miles <= SQUARE_MILES[1]:
        broken.append(f"the forecast area must be 0.25 to 0.75 square miles, it is {miles:.3f}")
    if layer.crs is None or layer.crs.to_string() != CRS:
        broken.append(f"coordinates must be in {CRS}")
    if layer["cell"].duplicated().any():
        broken.append("a cell stands twice")
    return broken


def hits_of(one: Map, square_feet: FloatArray) -> dict[str, float]:
    """Calls caught by each method and by hindsight, each the mean over random orders of ties."""
    if one.observed is None:
        raise ValueError("the outcome of this map is not here")
    found = {}
    for name, expected in {**one.expected, "hindsight": one.observed.astype(np.float64)}.items():
        rng = np.random.default_rng(23)
        caught = [one.observed[hotspots(expected, square_feet, rng=rng)].sum() for _ in range(_TIE_ORDERS)]
        found[name] = float(np.mean(caught))
    return found


def _origins(last: int) -> list[int]:
    """Earlier origins whose shortest window was over by ``last``, the latest first."""
    latest = last - WINDOWS["1WK"] - 1
    return [o for k in range(_MOST_ORIGINS) if (o := latest - k * _EVERY_DAYS) >= min(_LEAST_HISTORY, last // 2)]


def summary(scored: list[tuple[Map, dict[str, float]]], share: float) -> str:
    """PAI and PEI pooled over years, by category and window."""
    rows = []
    weights = {year: chosen_weight(scored, but=year) for year in REPLAYED}
    for category in sorted({one.category for one, _ in scored}):
        for window in WINDOWS:
            mine = [(one, hits) for one, hits in scored if (one.category, one.window) == (category, window)]
            total = sum(int(one.observed.sum()) for one, _ in mine if one.observed is not None)
            ours = sum(hits[name_of(weights[one.year])] for one, hits in mine)
            counting, best, stacked = (
                sum(hits[name] for _, hits in mine) for name in ("counting", "hindsight", "stacked")
            )
            pai = [hits / total / share for hits in (ours, counting)]
            rows.append(
                [f"{category.replace('_', ' ')}, {window}", f"{total:,}", f"{ours:.1f}", f"{counting:.1f}"]
                + [f"{value:.1f}" for value in pai]
                + [f"{value / counting:.2f}" if counting else "-" for value in (ours, stacked)]
                + [f"{ours / best:.3f}", f"{counting / best:.3f}"]
            )
    head = ["category, window", "calls", "caught: forecast", "counting", "PAI: forecast", "counting", "ratio",
            "stacked / counting", "PEI: forecast", "counting"]  # fmt: skip
    note = (
        f"Windows from 1 March of {', '.join(map(str, REPLAYED))} pooled; forecast area 0.25 square miles, "
        f"{100 * share:.3f} % of the land (PAI divides by that; the whole cells flagged hold up to 3 % more); ties "
        f"averaged over {_TIE_ORDERS} random orders. Few calls are caught in the "
        "short windows: their ratios are mostly chance. Weight of the prior, chosen on the other years: "
        f"{', '.join(f'{year} {weight:g}' for year, weight in weights.items())}."
    )
    return note + "\n\n" + markdown_table(head, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("configs/portland_challenge.toml"))
    parser.add_argument("--out", type=Path, default=Path("out/nij2017"))
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    settings = read_settings(given.config).settings
    tables = load_city(settings, as_of="2017-03-01T00:00:00-08:00", now=datetime.now(UTC)).tables
    grid = build_grid(tables, settings)
    whole = build_panel(
        tables.incidents, grid.position, n_cells=len(grid.cells), as_of=datetime(2017, 3, 1, 8, tzinfo=UTC),
        timezone=settings.area.timezone, shift_starts=settings.shifts.starts, horizon_days=1,
        first_day=date(2012, 3, 1),
    )  # fmt: skip
    square_feet = grid.cells.to_crs(CRS).geometry.area.to_numpy()
    scored = []
    for year in REPLAYED:
        for one in maps_of(year, tables, grid, settings, whole):
            scored.append((one, hits_of(one, square_feet)))
        say(f"{year} scored")
    given.out.mkdir(parents=True, exist_ok=True)
    bad = 0
    weight = chosen_weight(scored, but=None)
    for one in maps_of(2017, tables, grid, settings, whole):
        layer = layer_of(grid.cells, one.expected[name_of(weight)])
        rules = broken_rules(layer)
        bad += bool(rules)
        layer.to_file(given.out / f"{one.category}_{one.window}.gpkg", driver="GPKG")
        say(
            f"2017 {one.category} {one.window}: {int(layer['hotspot'].sum())} cells; {'; '.join(rules) or 'rules held'}"
        )
    area = float(grid.cells["area_km2"].sum()) * 1e6 / 0.3048**2
    text = summary(scored, SQUARE_MILES[0] * _FEET_PER_MILE**2 / area)
    say(text)
    if given.write:
        write_section("nij2017", text)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
