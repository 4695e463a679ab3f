"""Operational logs of a city in which the loop is known: planted, or not there at all.

Each night cells are ranked on the reports known so far; ranks within the budget are suggested, a coin decides at its
end, some suggestions are followed, and what patrol does to records is planted. Nothing here imports the product's
ranking or its checks: the monitor must find what was planted from the log and the records alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import h3
import numpy as np
import pandas as pd

from patrolcast.domain.dosage_log import DosageLog, Visits, make_log
from patrolcast.domain.shifts import from_instants
from patrolcast.domain.tables import INCIDENT_COLUMNS
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from patrolcast.numerics.decay import daily_factor
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.synthetic.sample_log import draw_sample_band, log_table

FIRST_NIGHT = datetime(2026, 1, 5, 6, tzinfo=UTC)
CENTRE = (41.6, -93.6)
SLOTS, SHIFT_HOURS = 3, 8
HALF_LIFE_DAYS = 28.0
LATER_DAYS = 28
_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Plant:
    """What the city does, and what patrol does to its records.

    Attributes
    ----------
    ratio : citizen reports in a suggested cell and shift / what they would have been (1: none planted).
    mislabelled : share of officer-initiated records whose call source says "citizen".
    reads_log : rise of a cell's score for each suggestion of the last 35 days: a lag that reads the log (0: none).
    officer_per_visit : officer-initiated records of one visit; patrol always makes records, which is no loop by itself.
    events_per_arm : citizen reports per week in the cells that the coin suggested, and in those it held back.
    """

    ratio: float = 1.0
    mislabelled: float = 0.0
    reads_log: float = 0.0
    officer_per_visit: float = 0.3
    events_per_arm: float = 40.0
    weeks: int = 26
    history_weeks: int = 26
    budget: int = 10
    band: int = 5
    compliance: float = 0.8


@dataclass(frozen=True)
class Logged:
    """A city's logs and records: ``citizen`` and ``set_aside`` are tables of incidents, labels as the records say."""

    log: DosageLog
    visits: Visits
    citizen: pd.DataFrame
    set_aside: pd.DataFrame
    cells: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True)
class _LogRows:
    """Rows of the log so far, as arrays."""

    day: IntArray
    slot: IntArray
    cell: IntArray
    suggested: BoolArray
    chance: FloatArray


def make_logs(seed: int, plant: Plant) -> Logged:
    """One city's logs and records; the same seed gives the same city."""
    rng, coin = random_stream(seed, Stream.PLANTED_LOG), random_stream(seed, Stream.PLANTED_LOG_BAND)
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), 6))
    rate = _rates(rng, len(cells), plant)
    days = 7 * (plant.history_weeks + plant.weeks)
    named = np.zeros((days, SLOTS, len(cells)), dtype=bool)
    scores, reports = np.zeros((days, len(cells))), np.zeros((days, SLOTS, len(cells)), dtype=np.int64)
    belief, parts = SLOTS * rate, list[_LogRows]()
    for day in range(days):
        recent = named[max(day - 35, 0) : day].sum(axis=(0, 1))
        scores[day] = belief * (1.0 + plant.reads_log * recent)
        for slot in range(SLOTS):
            if day >= 7 * plant.history_weeks:
                order = scores[day] * np.exp(coin.normal(0.0, 0.02, len(cells)))
                ranked, suggested, chance = draw_sample_band(order, coin, budget=plant.budget, band=plant.band)
                named[day, slot, ranked[suggested]] = True
                parts.append(_LogRows(np.full(len(ranked), day), np.full(len(ranked), slot), ranked, suggested, chance))
            reports[day, slot] = rng.poisson(rate * np.where(named[day, slot], plant.ratio, 1.0))
        fade = daily_factor(HALF_LIFE_DAYS)
        belief = fade * belief + (1.0 - fade) * reports[day].sum(axis=0)
    names = ("day", "slot", "cell", "suggested", "chance")
    rows = _LogRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    return _as_tables(rng, plant, cells, rows, scores, reports)


def _rates(rng: np.random.Generator, n_cells: int, plant: Plant) -> FloatArray:
    """Reports per cell and shift, such that the band's arms see ``events_per_arm`` a week."""
    rate = np.exp(rng.normal(0.0, 0.35, n_cells))
    edge = np.sort(rate)[::-1][plant.budget - plant.band : plant.budget + plant.band]
    return np.asarray(rate * plant.events_per_arm / (plant.band * 7 * SLOTS) / edge.mean())


def _as_tables(
    rng: np.random.Generator,
    plant: Plant,
    cells: list[str],
    rows: _LogRows,
    scores: FloatArray,
    reports: IntArray,
) -> Logged:
    day, slot, cell, suggested = rows.day, rows.slot, rows.cell, rows.suggested
    names = np.array(cells, dtype=object)
    first = int((FIRST_NIGHT - timedelta(weeks=plant.history_weeks)).timestamp()) * 1_000_000
    start = first + (day * 24 + slot * SHIFT_HOURS) * _HOUR
    followed = suggested & (rng.random(len(day)) < plant.compliance)
    arrived = start + (rng.random(len(day)) * (SHIFT_HOURS - 0.25) * _HOUR).astype(np.int64)
    minutes = np.round(rng.uniform(10.0, 15.0, len(day)), 1)
    later = np.full(len(day), np.nan)
    known = day + LATER_DAYS < len(scores)
    later[known] = scores[day[known] + LATER_DAYS, cell[known]] / SLOTS
    end = start + SHIFT_HOURS * _HOUR
    table = log_table(names[cell], start, end, suggested, rows.chance, scores[day, cell] / SLOTS, later)
    table["decision"] = np.where(followed, "accepted", np.where(suggested, "not_actioned", "unanswered"))
    table["delivered_visits"] = followed.astype(np.float64)
    table["delivered_minutes"] = np.where(followed, minutes, 0.0)
    table["source"] = "avl"
    left = arrived + (minutes * 60e6).astype(np.int64)
    visits = pd.DataFrame(
        {
            "cell": names[cell][followed],
            "arrived_at": from_instants(arrived[followed]),
            "left_at": from_instants(left[followed]),
        }
    )
    at = np.nonzero(reports)
    by_citizens = np.repeat(np.array(at), reports[at], axis=1)
    moment = first + (by_citizens[0] * 24 + by_citizens[1] * SHIFT_HOURS) * _HOUR
    moment += (rng.random(len(moment)) * SHIFT_HOURS * _HOUR).astype(np.int64)
    found_at, found_cell = _discovered(rng, plant, arrived, left, cell, followed)
    passed = rng.poisson(0.02, reports.shape)  # officer-initiated records everywhere, patrol or not
    elsewhere = np.repeat(np.array(np.nonzero(passed)), passed[np.nonzero(passed)], axis=1)
    passing = first + (elsewhere[0] * 24 + elsewhere[1] * SHIFT_HOURS) * _HOUR + 4 * _HOUR
    wrong = rng.random(len(found_at)) < plant.mislabelled
    citizen_at, citizen_cell = np.r_[moment, found_at[wrong]], np.r_[by_citizens[2], found_cell[wrong]]
    officer_at, officer_cell = np.r_[passing, found_at[~wrong]], np.r_[elsewhere[2], found_cell[~wrong]]
    return Logged(
        log=make_log(table),
        visits=Visits(visits.sort_values(["arrived_at", "cell"], kind="stable", ignore_index=True)),
        citizen=_incidents(citizen_at, names[citizen_cell], "citizen"),
        set_aside=_incidents(officer_at, names[officer_cell], "officer"),
        cells=tuple(cells),
        as_of=FIRST_NIGHT + timedelta(weeks=plant.weeks),
    )


def _discovered(
    rng: np.random.Generator,
    plant: Plant,
    arrived: IntArray,
    left: IntArray,
    cell: IntArray,
    followed: BoolArray,
) -> tuple[IntArray, IntArray]:
    """Officer-initiated records: made during the visit that made them."""
    n = rng.poisson(plant.officer_per_visit * followed)
    began, ended = np.repeat(arrived, n), np.repeat(left, n)
    return began + (rng.random(len(began)) * (ended - began)).astype(np.int64), np.repeat(cell, n)


def _incidents(moment: IntArray, cell: ObjectArray, provenance: str) -> pd.DataFrame:
    order = np.argsort(moment, kind="stable")
    centre = {name: h3.cell_to_latlng(name) for name in np.unique(cell.astype(str))}
    at = from_instants(moment[order])
    table = pd.DataFrame(
        {
            "occurred_at": at,
            "reported_at": at,
            "longitude": [centre[name][1] for name in cell[order]],
            "latitude": [centre[name][0] for name in cell[order]],
            "offence": pd.Categorical(["THEFT"] * len(order)),
            "category": pd.Categorical(["theft"] * len(order)),
            "provenance": pd.Categorical([provenance] * len(order)),
        }
    )
    return table[list(INCIDENT_COLUMNS)]
