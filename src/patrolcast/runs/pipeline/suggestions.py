"""From expected incidents to suggestions with reasons.

Names of places and local times are added when every number stands (`with_places`), so none can hang on them.
"""

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.records import NOTICE
from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.forecast import explain, intervals
from patrolcast.forecast.reasons import PlaceCounts, count_reasons
from patrolcast.grid.names.place_names import name_cells
from patrolcast.grid.panel import Panel
from patrolcast.grid.report_counts import count_reports
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.patrol import areas
from patrolcast.runs.pipeline.allocation import PatrolAllocator, ShiftSchedule
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.windows import TimeWindows

Table = pd.DataFrame


@dataclass(frozen=True)
class Suggested:
    """Suggestions, the numbers behind their reasons, and what was left to chance."""

    suggestions: Table
    explanations: Table
    largest_sum_error: float
    exploration: ExplorationPlan


def suggest(
    cells: gpd.GeoDataFrame,
    near: list[sparse.csr_array],
    panel: Panel,
    windows: TimeWindows,
    forecast: Forecast,
    *,
    allocator: PatrolAllocator,
    schedule: ShiftSchedule,
    timezone: str,
    threads: int,
) -> Suggested:
    """Ranks the cells of each district and shift, allocates the budget and gives the reasons.

    ``expected_incidents`` is the sum over the categories with a weight above 0; the ranking uses the weights.
    """
    names, district, counted = allocator.names, allocator.district, allocator.ranked
    allocation = allocator.allocate(allocator.score(forecast.expected, schedule), schedule)
    ranks, visits = allocation.ranks, allocation.visits
    shift, cell = np.nonzero(allocation.role != "")
    likeliest = np.argmax(np.where(counted[:, None, None], forecast.expected, -1.0), axis=0)[shift, cell]
    means, shapes = forecast.expected[counted][:, shift, cell], forecast.shape[counted][:, shift, cell]
    expected = means.sum(axis=0)
    lower, upper = intervals.interval(expected, intervals.pooled_shape(means, shapes))
    leading = allocator.leading_category(forecast.expected, schedule)[shift, cell]
    calendar = panel.calendar.iloc[windows.horizon.shifts].reset_index(drop=True)
    start = calendar["shift_start"].iloc[shift].reset_index(drop=True)
    picked = cells.iloc[cell].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "suggestion_id": [f"{s:%Y%m%dT%H%MZ}-{c}" for s, c in zip(start, picked["cell"], strict=True)],
            "rank": ranks[shift, cell],
            "district": picked["district"],
            "area": _area_names(names, district, ranks, shift, cell, near[0]),
            "cell": picked["cell"],
            "longitude": picked["longitude"],
            "latitude": picked["latitude"],
            "shift_start": start,
            "shift_end": calendar["shift_end"].iloc[shift].reset_index(drop=True),
            "category": np.array(panel.categories, dtype=object)[leading],
            "likeliest": np.array(panel.categories, dtype=object)[likeliest],
            "expected_incidents": expected,
            "lower": lower,
            "upper": upper,
            "expected_by_category": _by_category(panel.categories, forecast.expected[:, shift, cell], counted),
            "visits": visits[shift, cell],
            "patrol_minutes": visits[shift, cell] * allocator.patrol.visit_minutes,
            "role": allocation.role[shift, cell],
            "propensity": allocation.propensity[shift, cell],
        }
    )
    explanations, error = _contributions(table, shift, cell, leading, panel, forecast, threads)
    table["reasons"] = _reasons(table, cell, leading, schedule.slot[shift], panel, near[0], timezone)
    table["notice"] = NOTICE
    order = table.sort_values(["shift_start", "district", "rank"], kind="stable").index
    explored = allocator.exploration(forecast.expected, schedule)
    return Suggested(table.loc[order].reset_index(drop=True), explanations, error, explored)


def named_cells(cells: gpd.GeoDataFrame, tables: CityTables) -> gpd.GeoDataFrame:
    """The cells with the column ``place``: what people call each, "" where no layer has a name for it."""
    return gpd.GeoDataFrame(cells.assign(place=name_cells(cells, tables.names)))


def with_places(suggestions: pd.DataFrame, cells: gpd.GeoDataFrame, timezone: str) -> pd.DataFrame:
    """The suggestions with ``place`` and ``shift_start_local`` (ISO 8601 with the offset of the agency's zone).

    Parameters
    ----------
    cells : result of :func:`named_cells`.
    """
    place = cells.set_index("cell")["place"].reindex(suggestions["cell"]).to_numpy()
    local = suggestions["shift_start"].dt.tz_convert(timezone)
    return suggestions.assign(place=place, shift_start_local=[_iso(moment) for moment in local])


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def forecast_table(cells: gpd.GeoDataFrame, panel: Panel, windows: TimeWindows, forecast: Forecast) -> gpd.GeoDataFrame:
    """The columns of `forecast.parquet`: one row per category, shift and cell."""
    calendar = panel.calendar.iloc[windows.horizon.shifts]
    n_categories, n_shifts, n_cells = forecast.expected.shape
    lower, upper = intervals.interval(forecast.expected.reshape(-1), forecast.shape.reshape(-1))
    repeat = n_categories * n_shifts
    return gpd.GeoDataFrame(
        {
            "cell": np.tile(cells["cell"].to_numpy(), repeat),
            "district": np.tile(cells["district"].to_numpy(), repeat),
            "category": np.repeat(np.array(panel.categories, dtype=object), n_shifts * n_cells),
            "shift_start": _tiled(calendar["shift_start"], n_cells, n_categories),
            "shift_end": _tiled(calendar["shift_end"], n_cells, n_categories),
            "expected_incidents": forecast.expected.reshape(-1),
            "lower": lower,
            "upper": upper,
        },
        geometry=np.tile(cells.geometry.to_numpy(), repeat),
        crs=cells.crs,
    )


def horizon_matrix(cells: gpd.GeoDataFrame, panel: Panel, windows: TimeWindows, forecast: Forecast) -> Table:
    """Features of every forecast row, so that any cell can be explained later without the source data."""
    calendar = panel.calendar.iloc[windows.horizon.shifts]
    parts = []
    for name, matrix in zip(panel.categories, forecast.matrices, strict=True):
        part = pd.DataFrame(matrix.values, columns=list(matrix.names))
        part.insert(0, "share_of_shift", matrix.share_of_shift)
        part.insert(0, "offset", matrix.offset)
        part.insert(0, "tree_weight", matrix.tree_weight)
        part.insert(0, "shift_start", _tiled(calendar["shift_start"], len(cells), 1))
        part.insert(0, "category_name", name)
        part.insert(0, "cell", np.tile(cells["cell"].to_numpy(), len(calendar)))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _tiled(moments: pd.Series, n_cells: int, n_categories: int) -> pd.DatetimeIndex:
    return from_instants(np.tile(np.repeat(to_instants(moments), n_cells), n_categories))


def _by_category(categories: tuple[str, ...], expected: FloatArray, counted: BoolArray) -> list[str]:
    lines = []
    for column in expected.T:
        order = np.argsort(-column, kind="stable")
        lines.append(", ".join(f"{categories[k]} {column[k]:.3f}" for k in order if counted[k]))
    return lines


def _area_names(
    names: npt.NDArray[np.str_],
    district: IntArray,
    ranks: IntArray,
    shift: IntArray,
    cell: IntArray,
    next_door: sparse.csr_array,
) -> list[str]:
    areas_of_rows: list[str] = []
    for s in np.unique(shift):
        members = cell[shift == s]
        letters = areas.name_areas(members, ranks[s, members], district[members], next_door)
        areas_of_rows += [f"{names[district[c]]}-{letter}" for c, letter in zip(members, letters, strict=True)]
    return areas_of_rows


def _contributions(
    table: Table, shift: IntArray, cell: IntArray, leading: IntArray, panel: Panel, forecast: Forecast, threads: int
) -> tuple[Table, float]:
    """What the model adds up, for the rows whose leading category it forecasts, and the largest error of the sums."""
    long: list[Table] = []
    worst, row = 0.0, shift * panel.n_cells + cell
    for code, category in enumerate(panel.categories):
        chosen = np.flatnonzero(leading == code)
        if not len(chosen) or forecast.skill[code].used != MODEL:
            continue
        picked = forecast.matrices[code].rows(row[chosen])
        parts = explain.contributions(forecast.model, picked, threads=threads)
        raw = np.log(forecast.expected[code, shift[chosen], cell[chosen]])
        worst = max(worst, float(np.abs(parts.sum(axis=1) - raw).max()))
        long.append(explain.long_table(table["suggestion_id"].iloc[chosen], category, picked, parts))
    return pd.concat(long, ignore_index=True) if long else explain.empty_table(), worst


def _reasons(
    table: Table, cell: IntArray, leading: IntArray, slot: IntArray, panel: Panel, next_door: sparse.csr_array,
    timezone: str,
) -> list[str]:  # fmt: skip
    texts = [""] * len(table)
    hours = [
        f"{start:%H:%M} and {end:%H:%M}"
        for start, end in zip(
            table["shift_start"].dt.tz_convert(timezone), table["shift_end"].dt.tz_convert(timezone), strict=True
        )
    ]
    n_slots = int(panel.calendar["slot"].max()) + 1
    for code, category in enumerate(panel.categories):
        chosen = np.flatnonzero(leading == code)
        if not len(chosen):
            continue
        counts = count_reports(panel, code, cell[chosen], slot[chosen], next_door)
        columns = (counts.year, counts.recent, counts.in_slot, counts.next_door)
        rows = np.column_stack(columns).tolist()
        for i, (year, recent, in_slot, around), left_out in zip(chosen, rows, counts.left_out.tolist(), strict=True):
            place = PlaceCounts(year, recent, in_slot, around, counts.days, left_out)
            texts[i] = "; ".join(count_reasons(place, category.replace("_", " "), hours=hours[i], n_slots=n_slots))
    return texts
