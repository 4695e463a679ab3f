"""Records of a twin, drawn from noisy marginals and from nothing else.

By category: a Poisson number of records for each cell; for each its shift, from the month's and the weekly pattern
taken as independent; its moment within the shift, its place within the cell, its delay and its code, each drawn anew.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.shifts import from_instants, to_instants
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.random_streams import TwinStream, random_stream
from patrolcast.synthetic.plane import points_in_cells
from patrolcast.synthetic.twin.marginals import DELAY_EDGES, Marginals

_SECOND = 1_000_000


def draw_twin(
    marginals: Marginals,
    *,
    cells: Sequence[str],
    land: shapely.Geometry,
    calendar: pd.DataFrame,
    categories: Sequence[str],
    codes: Sequence[Sequence[str]],
    latest: int,
    seed: int,
    draw: int = 0,
) -> pd.DataFrame:
    """Records in the order of their reports.

    Parameters
    ----------
    cells : H3 indices, in the order of ``marginals.cell``; each has some of ``land`` (WGS84).
    calendar : shifts that may hold a record, as `domain.shifts.shift_calendar` gives them.
    codes : offence codes of each category, in the order of ``marginals.code``.
    latest : instant (microseconds, UTC); records that are reported later are left out.
    draw : 0 is the twin; any other number an independent draw from the same marginals.

    Returns
    -------
    Columns ``category``, ``code``, ``cell``, ``occurred_at``, ``reported_at`` (UTC, whole seconds), ``longitude``,
    ``latitude`` (6 decimals).
    """
    rng = random_stream(seed, TwinStream.RECORDS, draw)
    parts = [
        _records(rng, marginals, k, calendar=calendar, name=name, codes=codes[k]) for k, name in enumerate(categories)
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["reported"] <= latest]
    table = table.sort_values(["reported", "occurred", "at"], kind="stable", ignore_index=True)
    at = table["at"].to_numpy(dtype=np.int64)
    points = points_in_cells(random_stream(seed, TwinStream.PLACES, draw), cells, at, land)
    return pd.DataFrame(
        {
            "category": table["category"],
            "code": table["code"],
            "cell": np.array(cells, dtype=object)[at],
            "occurred_at": from_instants(table["occurred"].to_numpy()),
            "reported_at": from_instants(table["reported"].to_numpy()),
            "longitude": points[:, 0],
            "latitude": points[:, 1],
        }
    )


def _records(
    rng: np.random.Generator, marginals: Marginals, k: int, *, calendar: pd.DataFrame, name: str, codes: Sequence[str]
) -> pd.DataFrame:
    at = np.repeat(np.arange(marginals.cell.shape[1]), rng.poisson(marginals.cell[k]))
    rng.shuffle(at)
    n = len(at)
    shift = _chosen(rng, shift_chances(marginals.month[k], marginals.week[k], calendar), n)
    hours = calendar["hours"].to_numpy()[shift]
    start = to_instants(calendar["shift_start"])[shift]
    occurred = start + (rng.random(n) * hours * 3600).astype(np.int64) * _SECOND
    edges = np.array(DELAY_EDGES)
    bins = _chosen(rng, marginals.delay[k], n)
    delay = edges[bins] + rng.random(n) * (edges[bins + 1] - edges[bins])
    reported = occurred + (delay * 3600).astype(np.int64) * _SECOND
    code = np.array(codes, dtype=object)[_chosen(rng, marginals.code[k], n)]
    return pd.DataFrame({"category": name, "code": code, "at": at, "occurred": occurred, "reported": reported})


def shift_chances(month: FloatArray, week: FloatArray, calendar: pd.DataFrame) -> FloatArray:
    """Chance of each shift, up to a factor: of its month, and within it of its weekday and slot.

    Parameters
    ----------
    month : counts by month, from that of the calendar's first shift.
    week : counts by weekday and slot, weekday first.
    """
    of_month = month_numbers(calendar)
    n_slots = len(week) // 7
    pattern = week[calendar["weekday"].to_numpy().astype(np.int64) * n_slots + calendar["slot"].to_numpy()]
    within = np.bincount(of_month, weights=pattern, minlength=len(month))
    return np.asarray(
        np.where(within[of_month] > 0, month[of_month] * pattern / np.maximum(within[of_month], 1e-300), 0)
    )


def month_numbers(calendar: pd.DataFrame) -> IntArray:
    """Number of each shift's month, from 0 for that of the first."""
    day = pd.DatetimeIndex(calendar["shift_day"])
    months = day.year.to_numpy() * 12 + day.month.to_numpy()
    return np.asarray(months - months[0], dtype=np.int64)


def _chosen(rng: np.random.Generator, weights: FloatArray, n: int) -> IntArray:
    """Positions drawn by weight; where nothing weighs anything all are alike."""
    chances = weights if weights.sum() > 0 else np.ones_like(weights)
    edges = np.cumsum(chances / chances.sum())
    return np.searchsorted(edges, rng.random(n), side="right").clip(max=len(weights) - 1).astype(np.int64)
