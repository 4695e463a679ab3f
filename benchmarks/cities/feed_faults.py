"""Faults of a feed planted into a real city's records of one night, each at three strengths.

A night is what a nightly run would have had: the records known by its moment, the files they came in, and what the
night before accepted. Each fault changes one of these as a broken feed would; the checks see the rest unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from patrolcast.domain.feed.accepted import AcceptedFeed, FileFacts

WEEK_FEWEST = 60
"""A category or district that vanishes is drawn among those with so many incidents a week."""


@dataclass(frozen=True)
class FeedNight:
    """One night.

    Attributes
    ----------
    incidents : known by ``as_of``; of the last 400 days, rising by ``reported_at``.
    district : name of each incident's district, ``[n]``.
    rows, bytes : of the whole export.
    """

    as_of: datetime
    incidents: pd.DataFrame
    files: tuple[FileFacts, ...]
    rows: int
    bytes: int
    last: AcceptedFeed

    @property
    def newest(self) -> datetime:
        """Of all reports."""
        return self.incidents["reported_at"].iloc[-1].to_pydatetime()

    def recent(self, days: float) -> np.ndarray:
        """Positions of the rows that became known in the last days."""
        return np.flatnonzero(self.incidents["reported_at"] > self.newest - timedelta(days=days))


@dataclass(frozen=True)
class Fault:
    """A kind of fault: its name, its strengths, how it is planted; ``by``: the checks that are meant for it."""

    name: str
    strengths: tuple[float, float, float]
    unit: str
    plant: Callable[[FeedNight, float, np.random.Generator], FeedNight]
    by: tuple[str, ...]


def stale(night: FeedNight, hours: float, _: np.random.Generator) -> FeedNight:
    """Nothing was sent for some hours."""
    kept = night.incidents["reported_at"] <= night.as_of - timedelta(hours=hours)
    return replace(night, incidents=night.incidents[kept])


def thinned(days: float, length: float) -> Callable[[FeedNight, float, np.random.Generator], FeedNight]:
    """A share of the rows of some days is missing; the days end ``days`` before the newest report."""

    def plant(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
        back = (night.newest - night.incidents["reported_at"]).dt.total_seconds() / 86_400
        lost = (back >= days) & (back < days + length) & (rng.random(len(back)) < share)
        return replace(night, incidents=night.incidents[~lost])

    return plant


def hole(night: FeedNight, length: float, rng: np.random.Generator) -> FeedNight:
    """Whole days are missing, somewhere in the last ten."""
    begin = float(rng.integers(1, 8))
    return thinned(begin, length)(night, 1.0, rng)


def batch_twice(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
    """Rows of the last day come a second time, under new numbers."""
    rows = night.recent(1)
    again = night.incidents.iloc[rows[rng.random(len(rows)) < share]]
    both = pd.concat([night.incidents, again]).sort_values("reported_at", kind="stable")
    return replace(night, incidents=both)


def part_thinned(column: str) -> Callable[[FeedNight, float, np.random.Generator], FeedNight]:
    """A share of one category's (or district's) rows of the last week is missing."""

    def plant(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
        rows, name = _part(night, column, rng)
        lost = rows[(night.incidents[column].to_numpy()[rows] == name) & (rng.random(len(rows)) < share)]
        return replace(night, incidents=night.incidents.drop(night.incidents.index[lost]))

    return plant


def part_grown(night: FeedNight, times: float, rng: np.random.Generator) -> FeedNight:
    """One category comes several times over for a week, at places and times of its own past."""
    rows, name = _part(night, "category", rng)
    own = rows[night.incidents["category"].to_numpy()[rows] == name]
    past = night.incidents[night.incidents["category"] == name]
    n = int(len(own) * (times - 1))
    more = past.iloc[rng.integers(0, len(past), n)].copy()
    moved = rng.choice(own, n)
    for when in ("occurred_at", "reported_at"):
        more[when] = night.incidents[when].to_numpy()[moved]
        more[when] = pd.to_datetime(more[when], utc=True)
    both = pd.concat([night.incidents, more]).sort_values("reported_at", kind="stable")
    return replace(night, incidents=both)


def recoded(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
    """A share of the last week's rows stands under codes that were never seen."""
    return _changed(night, share, rng, offence=lambda old: "N" + old.astype(str))


def one_point(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
    """A share of the last week's rows stands at one address."""
    at = night.incidents.iloc[int(rng.integers(len(night.incidents)))]
    return _changed(
        night, share, rng, longitude=lambda _: at["longitude"] + 1e-6, latitude=lambda _: at["latitude"] + 1e-6
    )


def one_hour(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
    """A share of the last week's rows happened at one minute of the day."""
    hours = int(rng.integers(24))
    return _changed(night, share, rng, occurred_at=lambda old: old.dt.floor("D") + pd.Timedelta(hours=hours))


def clock_moved(night: FeedNight, hours: float, rng: np.random.Generator) -> FeedNight:
    """The last week's times are written by another clock."""
    return _changed(night, 1.0, rng, occurred_at=lambda old: old + pd.Timedelta(hours=hours))


def cut(night: FeedNight, share: float, _: np.random.Generator) -> FeedNight:
    """The export lost its oldest part: an export in falling order, cut in the middle."""
    return replace(night, rows=int(night.rows * (1 - share)), bytes=int(night.bytes * (1 - share)))


def past_deleted(night: FeedNight, share: float, rng: np.random.Generator) -> FeedNight:
    """A share of all that was counted before is not there any more."""
    lost = rng.random(len(night.incidents)) < share
    return replace(night, incidents=night.incidents[~lost])


def being_written(night: FeedNight, seconds: float, _: np.random.Generator) -> FeedNight:
    """Somebody wrote to the file some seconds ago."""
    return replace(night, files=tuple(replace(file, changed_seconds=seconds) for file in night.files))


def trailer_off(night: FeedNight, share: float, _: np.random.Generator) -> FeedNight:
    """The last line counts more rows than were read; 1: there is no last line any more."""
    stated = round(night.rows / (1 - share)) if share < 1 else None
    text = "" if stated is None else f"Total {stated}"
    return replace(night, files=tuple(replace(file, trailer=text, trailer_rows=stated) for file in night.files))


def torn(night: FeedNight, strength: float, _: np.random.Generator) -> FeedNight:
    """The file ends within a line (strength 1 and more)."""
    return replace(night, files=tuple(replace(file, line_end=strength < 1) for file in night.files))


_MANY = ("feed_rows", "feed_days")
FAULTS = (
    Fault("stale", (30, 100, 240), "hours since the last report", stale, ("report_age",)),
    Fault("last day short", (0.2, 0.8, 0.95), "of its rows gone", thinned(0, 1), _MANY),
    Fault("last week short", (0.15, 0.65, 0.9), "of its rows gone", thinned(0, 7), _MANY),
    Fault("days missing", (0.2, 2, 4), "days, in the last ten", hole, _MANY),
    Fault("batch twice", (0.05, 0.5, 1.0), "of the last day again", batch_twice, ("feed_doubled",)),
    Fault("category vanished", (0.3, 0.9, 1.0), "of a week gone", part_thinned("category"), ("feed_categories",)),
    Fault("category grown", (1.3, 3.0, 5.0), "times as many in a week", part_grown, ("feed_categories",)),
    Fault("district vanished", (0.3, 0.9, 1.0), "of a week gone", part_thinned("district"), ("feed_districts",)),
    Fault("recoded", (0.05, 0.3, 0.8), "of a week under new codes", recoded, ("feed_codes",)),
    Fault("one coordinate", (0.03, 0.2, 0.5), "of a week at one point", one_point, ("feed_points",)),
    Fault("one hour", (0.05, 0.35, 0.7), "of a week at one minute", one_hour, ("feed_hours",)),
    Fault("clock moved", (1, 6, 12), "hours, in the last week", clock_moved, ("feed_clock", "feed_hours")),
    Fault("cut in the middle", (0.01, 0.1, 0.5), "of the export gone", cut, ("feed_size",)),
    Fault("last line off", (0.0, 0.05, 1.0), "of the rows it counts gone; 1: no such line", trailer_off, ("feed_end",)),
    Fault("line torn", (0, 1, 1), "0: whole, 1: torn", torn, ("feed_end",)),
    Fault("past deleted", (0.005, 0.05, 0.3), "of earlier records gone", past_deleted, ("feed_past",)),
    Fault("being written", (120, 30, 1), "seconds since it was written", being_written, ("feed_settled",)),
)  # fmt: skip


def _part(night: FeedNight, column: str, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """The rows of the last week, and a category or district that is large enough to be seen."""
    rows = night.recent(7)
    counts = night.incidents[column].iloc[rows].value_counts()
    names = sorted(str(name) for name, n in counts.items() if n >= WEEK_FEWEST and name != "")
    return rows, str(rng.choice(names or [str(counts.index[0])]))


def _changed(night: FeedNight, share: float, rng: np.random.Generator, **columns: Callable[..., object]) -> FeedNight:
    """Some of the last week's rows with other values."""
    rows = night.recent(7)
    at = rows[rng.random(len(rows)) < share]
    table = night.incidents.copy()
    for name, new in columns.items():
        old = table[name].astype(object) if name == "offence" else table[name]
        values = old.copy()
        values.iloc[at] = new(old.iloc[at])
        table[name] = values
    return replace(night, incidents=table)
