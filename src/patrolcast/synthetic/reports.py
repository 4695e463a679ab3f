"""From the truth to the records of an export: who reports, when, where, and what patrol writes down.

Reported incidents, those that patrol discovered, and those no record knows are drawn apart (a thinned Poisson process
is three independent ones), so that what citizens report has exactly the rate of `truth.true_rate(kind="reported")`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.shifts import MICROSECONDS_PER_HOUR, from_instants, shift_calendar, to_instants
from patrolcast.numerics.arrays import FloatArray, IntArray, ObjectArray
from patrolcast.synthetic.offences import codes_of
from patrolcast.synthetic.plane import points_in_cells
from patrolcast.synthetic.truth import Truth, reporting_chance, true_rate

FIRST_DAY, LAST_DAY = date(2023, 7, 1), date(2026, 8, 9)
EXPORTED_AT = pd.Timestamp("2026-08-10T04:00:00Z")
"""When the export was made: what was reported later is not in it."""

# Reporting delay in hours: median and sigma of a lognormal. Burglaries are found late.
_DELAY = {"assault": (0.5, 1.3), "burglary": (5.0, 1.4), "criminal_damage": (4.0, 1.5), "robbery": (0.2, 1.0),
          "theft": (5.0, 1.7), "vehicle_theft": (2.5, 1.3)}  # fmt: skip
_RANGED = {"assault": 0.0, "burglary": 0.55, "criminal_damage": 0.35, "robbery": 0.0, "theft": 0.30,
           "vehicle_theft": 0.45}  # fmt: skip
_SOURCES = ("911", "PHONE", "ONLINE", "WALK-IN", "ALARM")
_SOURCE_SHARES = {"assault": (0.78, 0.14, 0.01, 0.07, 0), "burglary": (0.40, 0.46, 0.10, 0.04, 0),
                  "criminal_damage": (0.25, 0.45, 0.22, 0.08, 0), "robbery": (0.90, 0.06, 0, 0.04, 0),
                  "theft": (0.22, 0.40, 0.30, 0.08, 0), "vehicle_theft": (0.42, 0.50, 0.03, 0.05, 0)}  # fmt: skip
_PATROL_CODES = {"1810": 0.30, "2110": 0.34, "1510": 0.07, "1820": 0.06, "1620": 0.11, "2120": 0.12}
_PATROL_PER_DAY = 9.0
_OTHER = {"0490": (1.6, "911"), "1110": (2.0, "ONLINE"), "9110": (0.8, "WALK-IN"), "9120": (2.0, "PHONE"),
          "9130": (1.6, "ALARM"), "1620": (0.5, "PHONE")}  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """Records before they are written: one value each.

    ``cell`` is a position in the truth's cells; ``occurred`` and ``reported`` are instants; ``start`` and ``end`` bound
    the range in which the reporter knows it happened (equal to ``occurred`` where the time is known).
    """

    cell: IntArray
    offence: ObjectArray
    source: ObjectArray
    occurred: IntArray
    start: IntArray
    end: IntArray
    reported: IntArray


def draw_records(rng: np.random.Generator, truth: Truth) -> Draw:
    """All records of the export, in the order of their reports."""
    calendar = shift_calendar(truth.starts, timezone=truth.timezone, first_day=FIRST_DAY, last_day=LAST_DAY)
    chance = reporting_chance(truth)
    parts: list[Draw] = []
    for k, name in enumerate(truth.categories):
        blocks = _blocks(calendar["shift_start"])
        rate = np.concatenate([true_rate(truth, truth.cells, block, kind="true")[:, :, k] for block in blocks])
        reported = rng.poisson(rate * chance[None, :, k])
        discovered = rng.poisson(rate * ((1 - chance[:, k]) * truth.discovery)[None, :])
        parts += [citizen_reports(rng, calendar, name, reported), on_view_records(rng, calendar, name, discovered)]
    parts += [patrol_records(rng, calendar, truth, per_day=_PATROL_PER_DAY), *_others(rng, calendar, truth)]
    return in_order(parts, to_instants(pd.DatetimeIndex([EXPORTED_AT]))[0])


def records_table(rng: np.random.Generator, draw: Draw, truth: Truth, land: shapely.Geometry) -> pd.DataFrame:
    """The draws as rows of the export, all text; ``incident_number`` counts reports, with leading zeros."""
    at = points_in_cells(rng, truth.cells, draw.cell, land)
    return pd.DataFrame(
        {
            "incident_number": [f"{230_000 + i:010d}" for i in range(len(draw.cell))],
            "occurred_from": local_text(draw.start, truth.timezone),
            "occurred_to": np.where(draw.end > draw.start, local_text(draw.end, truth.timezone), ""),
            "reported_at": local_text(draw.reported, truth.timezone),
            "longitude": [f"{value:.6f}" for value in at[:, 0].tolist()],
            "latitude": [f"{value:.6f}" for value in at[:, 1].tolist()],
            "offence_code": draw.offence,
            "call_source": draw.source,
        },
        dtype=object,
    )


def local_text(moments: IntArray, timezone: str) -> ObjectArray:
    """Instants as the wall clock shows them: in autumn one hour is written twice, and nothing shows which."""
    local = from_instants(moments).tz_convert(timezone).tz_localize(None)
    seconds = np.datetime_as_string(local.to_numpy().astype("datetime64[s]"))
    return np.array([text.replace("T", " ") for text in seconds.tolist()], dtype=object)


def _blocks(starts: pd.Series, size: int = 700) -> list[pd.Series]:
    return [starts.iloc[i : i + size] for i in range(0, len(starts), size)]


def _spread(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Shift and cell of every incident in a ``[n_shifts, n_cells]`` table of counts."""
    shift, cell = np.nonzero(counts)
    times = counts[shift, cell]
    return np.repeat(shift, times), np.repeat(cell, times)


def _moments(rng: np.random.Generator, calendar: pd.DataFrame, shift: IntArray) -> IntArray:
    """Whole seconds, uniform within the shift."""
    start = to_instants(calendar["shift_start"])[shift]
    seconds = (calendar["hours"].to_numpy()[shift] * 3600).astype(np.int64)
    return start + (rng.random(len(shift)) * seconds).astype(np.int64) * 1_000_000


def citizen_reports(rng: np.random.Generator, calendar: pd.DataFrame, name: str, counts: IntArray) -> Draw:
    """Reports of one category from counts ``[n_shifts, n_cells]``: moment, range, delay, code and call source."""
    shift, cell = _spread(counts)
    n = len(shift)
    occurred = _moments(rng, calendar, shift)
    codes, shares = codes_of(name)
    start, end = occurred.copy(), occurred.copy()
    ranged = rng.random(n) < _RANGED[name]
    length = np.minimum(np.exp(np.log(7.0) + 0.8 * rng.standard_normal(n)), 120.0)
    before = rng.random(n) * length
    start[ranged] -= _whole_minutes(before[ranged])
    end[ranged] += _whole_minutes((length - before)[ranged])
    median, sigma = _DELAY[name]
    delay = np.minimum(median * np.exp(sigma * rng.standard_normal(n)), 24.0 * 90)
    reported = end + (delay * 3600).astype(np.int64) * 1_000_000
    source = _choose(rng, _SOURCES, _SOURCE_SHARES[name], n)
    return Draw(cell, _choose(rng, codes, shares, n), source, occurred, start, end, reported)


def on_view_records(rng: np.random.Generator, calendar: pd.DataFrame, name: str, counts: IntArray) -> Draw:
    """Incidents that patrol saw itself, from counts ``[n_shifts, n_cells]``; recorded within the hour."""
    shift, cell = _spread(counts)
    occurred = _moments(rng, calendar, shift)
    codes, shares = codes_of(name)
    reported = occurred + rng.integers(2, 40, size=len(shift)) * 60_000_000
    offence, source = _choose(rng, codes, shares, len(shift)), _all("OFFICER", len(shift))
    return Draw(cell, offence, source, occurred, occurred, occurred, reported)


def patrol_records(rng: np.random.Generator, calendar: pd.DataFrame, truth: Truth, *, per_day: float) -> Draw:
    """Records that exist because patrol was there: drugs, stops, warrants, trespass. They follow patrol, not crime."""
    weight = truth.discovery / truth.discovery.sum()
    counts = rng.poisson(per_day / len(truth.starts) * np.tile(weight, (len(calendar), 1)))
    shift, cell = _spread(counts)
    occurred = _moments(rng, calendar, shift)
    offence = _choose(rng, list(_PATROL_CODES), list(_PATROL_CODES.values()), len(shift))
    reported = occurred + rng.integers(1, 60, size=len(shift)) * 60_000_000
    return Draw(cell, offence, _all("OFFICER", len(shift)), occurred, occurred, occurred, reported)


def _others(rng: np.random.Generator, calendar: pd.DataFrame, truth: Truth) -> list[Draw]:
    """What is reported and not forecast, or is no crime at all."""
    place = truth.field[:, truth.categories.index("criminal_damage")]
    draws = []
    for code, (per_day, source) in _OTHER.items():
        shift, cell = _spread(rng.poisson(per_day / 3 * np.tile(place, (len(calendar), 1))))
        occurred = _moments(rng, calendar, shift)
        reported = occurred + rng.integers(1, 600, size=len(shift)) * 60_000_000
        offence, call = _all(code, len(shift)), _all(source, len(shift))
        draws.append(Draw(cell, offence, call, occurred, occurred, occurred, reported))
    return draws


def in_order(parts: list[Draw], latest: int) -> Draw:
    """The draws together, by the moment of their report; those reported after the instant ``latest`` are left out."""
    whole = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Draw.__dataclass_fields__}
    order = np.flatnonzero(whole["reported"] <= latest)
    order = order[np.lexsort((whole["cell"][order], whole["occurred"][order], whole["reported"][order]))]
    return Draw(**{name: values[order] for name, values in whole.items()})


def _choose(
    rng: np.random.Generator, labels: tuple[str, ...] | list[str], shares: tuple[float, ...] | list[float], n: int
) -> ObjectArray:
    edges = np.cumsum(np.array(shares, dtype=float) / np.sum(shares))
    picked = np.searchsorted(edges, rng.random(n), side="right").clip(max=len(labels) - 1)
    return np.array(labels, dtype=object)[picked]


def _all(label: str, n: int) -> ObjectArray:
    return np.full(n, label, dtype=object)


def _whole_minutes(hours: FloatArray) -> IntArray:
    return (hours * 60).astype(np.int64) * (MICROSECONDS_PER_HOUR // 60)
