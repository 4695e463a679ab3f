"""Operational logs of the sample city: half a year of suggestions with a coin at the end of the budget, and visits.

Made up like the city itself: no forecast made them, and they change no record, so the monitor has nothing to find here.
Cells are ranked by their decayed citizen reports. Every number is a product or a sum in a fixed order, so that the
same bytes come out on every machine.
"""

from datetime import date
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.dosage_log import COMPARISON, LOG_COLUMN_NAMES, SUGGESTED
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.shifts import from_instants, shift_calendar, to_instants
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from patrolcast.synthetic.city_truth import RESOLUTION, STARTS, TIMEZONE
from patrolcast.synthetic.offences import BY_CODE, CALL_SOURCES
from patrolcast.synthetic.reports import Draw

FIRST_DAY, LAST_DAY = date(2025, 12, 29), date(2026, 6, 29)
BUDGET, BAND = 4, 2
KEPT = 0.9877
"""What a day leaves of a score: a half-life of 56 days."""
LATER_SHIFTS = 28 * len(STARTS)
VISIT_COLUMNS = ("arrived", "minutes", "longitude", "latitude")
_REASONS = {"accepted": "", "amended": "fewer_minutes", "declined": "calls_waiting", "not_actioned": "no_car_free"}
_CHANCES = (0.72, 0.06, 0.08, 0.14)


def sample_operations(
    rng: np.random.Generator, drawn: Draw, longitude: FloatArray, latitude: FloatArray, districts: gpd.GeoDataFrame
) -> dict[str, str]:
    """`operations/dosage_log.csv` and `operations/visits.csv` as text.

    Parameters
    ----------
    drawn, longitude, latitude : the city's clean records and where they lie.
    """
    forecast = [code for code, offence in BY_CODE.items() if offence.category]
    citizen = [source for source, (provenance, _) in CALL_SOURCES.items() if provenance is Provenance.CITIZEN]
    from_citizens = np.isin(drawn.offence, forecast) & np.isin(drawn.source, citizen)
    points = zip(latitude[from_citizens].tolist(), longitude[from_citizens].tolist(), strict=True)
    index = [h3.latlng_to_cell(lat, lon, RESOLUTION) for lat, lon in points]
    cells, cell = np.unique(np.array(index, dtype=object), return_inverse=True)
    district = _districts(cells, districts)
    calendar = shift_calendar(STARTS, timezone=TIMEZONE, first_day=FIRST_DAY, last_day=LAST_DAY)
    whole = to_instants(calendar["shift_end"]) <= to_instants(calendar["shift_start"])[-1]
    calendar = calendar[whole].reset_index(drop=True)
    scores = _scores(drawn.reported[from_citizens], cell, len(cells), to_instants(calendar["shift_start"]))
    table, visits = _log_and_visits(rng, cells, district, calendar, scores)
    return {
        "operations/dosage_log.csv": _text(table, LOG_COLUMN_NAMES),
        "operations/visits.csv": _text(visits, VISIT_COLUMNS),
    }


def _scores(reported: IntArray, cell: IntArray, n_cells: int, starts: IntArray) -> FloatArray:
    """Expected reports per shift, ``[n_shifts, n_cells]``: decayed daily counts known when the shift's day began."""
    morning = starts[:: len(STARTS)]
    day = np.searchsorted(morning, reported, side="right")
    counts = np.zeros((len(morning) + 1, n_cells))
    np.add.at(counts, (day, cell), 1.0)
    first = int(reported.min())
    belief = counts[0] / max((int(morning[0]) - first) / 86_400e6, 1.0)
    scores = np.zeros((len(starts), n_cells))
    for i in range(len(morning)):
        scores[i * len(STARTS) : (i + 1) * len(STARTS)] = np.round(belief / len(STARTS), 4)
        belief = KEPT * belief + (1.0 - KEPT) * counts[i + 1]
    return scores


def _log_and_visits(
    rng: np.random.Generator, cells: ObjectArray, district: ObjectArray,
    calendar: pd.DataFrame, scores: FloatArray,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    rows: list[tuple[IntArray, IntArray, BoolArray, FloatArray]] = []
    for i in range(len(calendar)):
        for name in np.unique(district):
            inside = np.flatnonzero(district == name)
            ranked, suggested, chance = draw_sample_band(scores[i, inside], rng, budget=BUDGET, band=BAND)
            rows.append((np.full(len(ranked), i), inside[ranked], suggested, chance))
    shift, cell, suggested, chance = (np.concatenate(part) for part in zip(*rows, strict=True))
    start, end = (to_instants(calendar[name])[shift] for name in ("shift_start", "shift_end"))
    known = shift + LATER_SHIFTS < len(scores)
    later = np.full(len(shift), np.nan)
    later[known] = scores[shift[known] + LATER_SHIFTS, cell[known]]
    table = log_table(cells[cell], start, end, suggested, chance, scores[shift, cell], later)
    table["district"], table["variant"] = district[cell], np.where(chance < 1.0, "band", "plain")
    table["suggested_visits"] = np.where(suggested, 2.0, 0.0)
    table["suggested_minutes"] = np.where(suggested, 30.0, 0.0)
    edges = np.cumsum(_CHANCES)[:-1]
    decision = np.array(list(_REASONS), dtype=object)[np.searchsorted(edges, rng.random(len(table)), side="right")]
    table["decision"] = np.where(suggested, decision, "unanswered")
    table["reason"] = table["decision"].map(_REASONS).fillna("")
    followed = suggested & np.isin(decision, ["accepted", "amended"]) & (rng.random(len(table)) < 0.85)
    return table, _visits(rng, cells[cell][followed], start[followed], end[followed])


def draw_sample_band(
    score: FloatArray, rng: np.random.Generator, *, budget: int, band: int
) -> tuple[IntArray, BoolArray, FloatArray]:
    """One shift's ranked cells: positions of ranks 1 .. budget + band, if suggested, and with which chance.

    Of the ``2 band`` ranks around the end of the budget, ``band`` are drawn; those above are certain.
    """
    ranked = np.argsort(-score, kind="stable")[: budget + band]
    suggested, chance = np.ones(len(ranked), dtype=bool), np.ones(len(ranked))
    edge = np.arange(max(budget - band, 0), len(ranked))
    chosen = min(budget, len(ranked)) - int(edge[0]) if len(edge) else 0
    suggested[edge] = False
    suggested[rng.permutation(edge)[:chosen]] = True
    if len(edge):
        chance[edge] = chosen / len(edge)
    return ranked, suggested, chance


def log_table(
    cell: ObjectArray,
    start: IntArray,
    end: IntArray,
    suggested: BoolArray,
    chance: FloatArray,
    score: FloatArray,
    later: FloatArray,
) -> pd.DataFrame:
    """The log's columns that a run fills, and empty ones for the rest; ``chance`` is that of being suggested."""
    starts = from_instants(start)
    return pd.DataFrame(
        {
            "suggestion_id": starts.strftime("%Y%m%dT%H%MZ-") + cell,
            "run_id": "synthetic",
            "shift_start": starts,
            "shift_end": from_instants(end),
            "district": "1",
            "cell": cell,
            "role": np.where(suggested, SUGGESTED, COMPARISON),
            "propensity": np.where(suggested, chance, 1.0 - chance),
            "variant": "band",
            "score": score,
            "suggested_visits": suggested.astype(np.float64),
            "suggested_minutes": np.where(suggested, 15.0, 0.0),
            "decision": "unanswered",
            "reason": "",
            "delivered_visits": np.nan,
            "delivered_minutes": np.nan,
            "source": "",
            "score_28_days_later": later,
        }
    )


def _visits(rng: np.random.Generator, cell: ObjectArray, start: IntArray, end: IntArray) -> pd.DataFrame:
    """Visits of followed suggestions: one or two, at any moment of the shift, in local time and degrees."""
    n = 1 + (rng.random(len(cell)) < 0.5).astype(np.int64)
    cell, start, end = np.repeat(cell, n), np.repeat(start, n), np.repeat(end, n)
    tenths = rng.integers(80, 151, len(cell))
    room = (end - start) // 60_000_000 - 16
    arrived = start + (rng.random(len(cell)) * room).astype(np.int64) * 60_000_000
    order = np.lexsort((cell.astype(str), arrived))
    local = from_instants(arrived[order]).tz_convert(TIMEZONE)
    middle = [h3.cell_to_latlng(str(name)) for name in cell[order]]
    return pd.DataFrame(
        {
            "arrived": local.strftime("%Y-%m-%d %H:%M:%S"),
            "minutes": [f"{value // 10}.{value % 10}" for value in tenths[order]],
            "longitude": [f"{longitude:.5f}" for _, longitude in middle],
            "latitude": [f"{latitude:.5f}" for latitude, _ in middle],
        }
    )


def _districts(cells: ObjectArray, districts: gpd.GeoDataFrame) -> ObjectArray:
    middle = [h3.cell_to_latlng(str(cell)) for cell in cells]
    points = shapely.points([[lon, lat] for lat, lon in middle])
    _, nearest = shapely.STRtree(districts.geometry.to_numpy()).query_nearest(points, all_matches=False)
    return np.asarray(districts["district"].to_numpy(dtype=object)[nearest])


def _text(table: pd.DataFrame, names: tuple[str, ...]) -> str:
    return table[list(names)].map(_cell).to_csv(index=False, lineterminator="\n")


def _cell(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)
