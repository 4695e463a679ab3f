"""Dirty rows, a few percent, of every kind that exports hold; each kind counted and its record numbers listed.

Two sorts. *Added* rows are spoiled copies of good rows under numbers of their own: refusing them leaves the good rows,
and so the truth, as they were. *Changed* rows are good rows written oddly: refusing one of them loses an incident.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from patrolcast.numerics.arrays import BoolArray, IntArray, ObjectArray
from patrolcast.synthetic.plane import degrees

STATION = tuple(np.round(degrees(np.array([[0.62, -1.04]])), 6)[0].tolist())
"""The police station: where records without a place are put by default (longitude, latitude)."""

Spoil = Callable[[np.random.Generator, pd.DataFrame], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of dirt.

    Attributes
    ----------
    name : lower_snake_case. ``rows`` : how many. ``expected`` : what a careful reader does with such a row.
    spoil : new values of some columns, given the rows that are copied or changed.
    added : whether rows are added or changed.
    only : which rows may be changed.
    """

    name: str
    rows: int
    expected: str
    spoil: Spoil
    added: bool = True
    only: Callable[[pd.DataFrame], BoolArray] | None = None


def _set(**values: str) -> Spoil:
    return lambda rng, rows: dict(values)


def _one_of(column: str, *values: str) -> Spoil:
    return lambda rng, rows: {column: np.array(values, dtype=object)[rng.integers(0, len(values), size=len(rows))]}


def _swapped(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"longitude": rows["latitude"].to_numpy(), "latitude": rows["longitude"].to_numpy()}


def _outside(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    angle, far = rng.random(len(rows)) * 2 * np.pi, 14 + 60 * rng.random(len(rows))
    at = degrees(np.column_stack([far * np.cos(angle), far * np.sin(angle)]))
    return {"longitude": [f"{v:.6f}" for v in at[:, 0].tolist()], "latitude": [f"{v:.6f}" for v in at[:, 1].tolist()]}


def _year(column: str, *years: str) -> Spoil:
    def spoil(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
        year = np.array(years, dtype=object)[rng.integers(0, len(years), size=len(rows))]
        return {column: [y + old[4:] for y, old in zip(year, rows[column], strict=True)]}

    return spoil


def _known_before(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"reported_at": _moved(rows["occurred_from"], -rng.integers(3, 400, size=len(rows))), "occurred_to": ""}


def _too_long(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"occurred_from": _moved(rows["reported_at"], -rng.integers(24 * 40, 24 * 300, size=len(rows))),
            "occurred_to": rows["reported_at"].to_numpy()}  # fmt: skip


def _backward(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"occurred_to": _moved(rows["occurred_from"], -rng.integers(2, 60, size=len(rows)))}


def _in_the_gap(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    days = np.array(["2024-03-10", "2025-03-09", "2026-03-08"], dtype=object)[rng.integers(0, 3, size=len(rows))]
    minute = rng.integers(0, 60, size=len(rows))
    return {
        "occurred_from": [f"{day} 02:{m:02d}:00" for day, m in zip(days, minute, strict=True)],
        "occurred_to": "",
        "reported_at": [f"{day} 0{4 + m % 3}:{m:02d}:00" for day, m in zip(days, minute.tolist(), strict=True)],
    }


def _other_format(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    shown = pd.to_datetime(rows["occurred_from"]).dt.strftime("%d/%m/%Y %H:%M")
    return {"occurred_from": shown.to_numpy(dtype=object)}


def _serial(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    days = (pd.to_datetime(rows["occurred_from"]) - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
    return {"occurred_from": [f"{value:.4f}" for value in days]}


def _other_content(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"reported_at": _moved(rows["reported_at"], rng.integers(5, 90, size=len(rows))),
            "call_source": np.where(rows["call_source"] == "911", "PHONE", "911")}  # fmt: skip


def _at_midnight(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"occurred_from": [text[:11] + "00:00:00" for text in rows["occurred_from"]]}


def _long_number(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, Any]:
    return {"incident_number": [f"90071992547{40_990 + 7 * i:07d}" for i in range(len(rows))]}


def _citizen(rows: pd.DataFrame) -> BoolArray:
    return rows["call_source"].isin(["911", "PHONE", "ONLINE", "WALK-IN"]).to_numpy()


def _small_hours(rows: pd.DataFrame) -> BoolArray:
    clock = rows["occurred_from"].str[11:13]
    return (clock.isin(["00", "01", "02", "03", "04"]) & (rows["occurred_to"] == "")).to_numpy()


REFUSED, KEPT, SET_ASIDE = "refused", "kept", "set aside"

KINDS = (
    Kind("coordinates_swapped", 90, REFUSED, _swapped),
    Kind("latitude_91", 30, REFUSED, _set(latitude="91.000000")),
    Kind("longitude_181", 30, REFUSED, _set(longitude="181.000000")),
    Kind("coordinate_not_a_number", 40, REFUSED, _one_of("latitude", "NaN", "inf", "-inf", "1e400", "n/a", "42,2")),
    Kind("coordinates_zero", 120, REFUSED, _set(longitude="0", latitude="0")),
    Kind("coordinates_missing", 260, REFUSED, _set(longitude="", latitude="")),
    Kind("outside_the_city", 220, REFUSED, _outside),
    Kind("station_as_default_point", 60, KEPT, _set(longitude=f"{STATION[0]:.6f}", latitude=f"{STATION[1]:.6f}")),
    Kind("offence_missing", 60, REFUSED, _set(offence_code="")),
    Kind("offence_unknown", 110, REFUSED, _one_of("offence_code", "0999", "061O", "THEFT?", "7777")),
    Kind("call_source_unknown", 60, REFUSED, _one_of("call_source", "RADIO7", "9ll", "??")),
    Kind("call_source_blank", 120, REFUSED, _set(call_source="")),
    Kind("call_source_transferred", 150, SET_ASIDE, _set(call_source="XFER")),
    Kind("occurred_missing", 80, REFUSED, _set(occurred_from="", occurred_to="")),
    Kind("occurred_impossible", 40, REFUSED,
         _one_of("occurred_from", "2025-13-45 99:99:99", "2025-02-30 10:00:00", "yesterday", "2024-06-01 24:30:00")),
    Kind("occurred_in_another_format", 50, REFUSED, _other_format),
    Kind("occurred_as_spreadsheet_serial", 30, REFUSED, _serial),
    Kind("reported_missing", 50, REFUSED, _set(reported_at="")),
    Kind("known_before_it_happened", 90, REFUSED, _known_before),
    Kind("year_0024_or_1900", 40, REFUSED, _year("occurred_from", "0024", "1900")),
    Kind("year_9999_or_2062", 30, REFUSED, _year("occurred_from", "9999", "2062")),
    Kind("range_too_long", 40, REFUSED, _too_long),
    Kind("range_backward", 40, REFUSED, _backward),
    Kind("local_time_in_the_spring_gap", 18, KEPT, _in_the_gap),
    Kind("duplicate_same_content", 240, REFUSED, _set()),
    Kind("duplicate_other_content", 60, REFUSED, _other_content),
    Kind("beat_like_null", 400, KEPT, _one_of("beat", "NULL", "NA", "None", "nan"), added=False),
    Kind("beat_like_formula_or_markup", 12, KEPT,
         _one_of("beat", "=HYPERLINK(0)", "<script>x</script>", "+1", "{{7*7}}"), added=False),
    Kind("number_beyond_2_53", 120, KEPT, _long_number, added=False),
    Kind("occurred_at_midnight", 500, KEPT, _at_midnight, added=False, only=_small_hours),
)  # fmt: skip


def soil(rng: np.random.Generator, clean: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Adds and plants dirty rows.

    Parameters
    ----------
    clean : rows of the export, all text, in the order of their reports.

    Returns
    -------
    The rows as exported, numbered in order, and what was done: kind -> ``rows``, ``expected``, ``added``, ``numbers``.
    """
    good, kind_of = clean.copy(), np.full(len(clean), "", dtype=object)
    free = (clean["offence_code"] < "0900").to_numpy() & _citizen(clean)
    pieces = []
    for kind in KINDS:
        may = free & kind.only(clean) if kind.only else free
        rows = np.sort(rng.choice(np.flatnonzero(may), size=kind.rows, replace=False))
        values = kind.spoil(rng, clean.iloc[rows])
        free[rows] = False
        if kind.added:
            extra = clean.iloc[rows].copy().assign(**values)
            later = 0.5 if not kind.name.startswith("duplicate") else rng.integers(1, 900, size=len(rows)) + 0.5
            pieces.append(extra.assign(_order=rows + later, _kind=kind.name, _copy_of=rows))
        else:
            for column, value in values.items():
                good.loc[good.index[rows], column] = value
            kind_of[rows] = kind.name
    good = good.assign(_order=np.arange(len(good), dtype=float), _kind=kind_of, _copy_of=np.arange(len(good)))
    whole = pd.concat([good, *pieces]).sort_values("_order", kind="stable").reset_index(drop=True)
    whole = _numbered(whole)
    numbers = whole.groupby("_kind")["incident_number"].apply(sorted)
    account = {
        kind.name: {"rows": kind.rows, "expected": kind.expected, "added": kind.added, "numbers": numbers[kind.name]}
        for kind in KINDS
    }
    return whole[list(clean.columns)], account


def _numbered(whole: pd.DataFrame) -> pd.DataFrame:
    """Numbers in order of the rows; a duplicate bears the number of the row it repeats."""
    duplicate = whole["_kind"].str.startswith("duplicate").to_numpy()
    fresh = np.cumsum(~duplicate)
    number = np.array([f"{230_000 + i:010d}" for i in fresh], dtype=object)
    long_ = (whole["_kind"] == "number_beyond_2_53").to_numpy()
    number[long_] = whole.loc[long_, "incident_number"]
    good = ~(whole["_order"] % 1 > 0).to_numpy()
    of_row = dict(zip(whole["_copy_of"][good], number[good], strict=True))
    number[duplicate] = [of_row[row] for row in whole["_copy_of"][duplicate]]
    return whole.assign(incident_number=number)


def _moved(times: pd.Series, hours: IntArray) -> ObjectArray:
    """Wall-clock texts moved by whole hours."""
    moved = pd.to_datetime(times).to_numpy() + hours.astype("timedelta64[h]")
    return np.array([text.replace("T", " ") for text in np.datetime_as_string(moved, unit="s").tolist()], dtype=object)
