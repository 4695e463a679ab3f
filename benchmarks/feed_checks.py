"""Feed checks on real cities: each fault planted at three strengths, and 60 nights on which nothing was planted.

    python -m benchmarks.feed_checks [chicago portland] [--nights 60] [--planted 6] [--write]

A clean night is one of the city's records as they are: whatever the checks say on it is a false alarm. Nights are
spread evenly over the city's years, holidays included; faults are planted on some of them. A fault counts as
found when one of the checks that are meant for it stops the night.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.cities.feed_faults import FAULTS, Fault, FeedNight
from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.feed.names import breaches
from patrolcast.audit.gates import source_gates
from patrolcast.domain.feed.accepted import AcceptedFeed, FileFacts
from patrolcast.domain.records import GateResult
from patrolcast.domain.settings import Settings
from patrolcast.grid.feed_series import table_series
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.feed.stage import counted_by_month, of_files, of_records
from patrolcast.runs.load.city import load_city

DEFAULT = ("chicago", "portland")
MISSING = 3
"""Cities whose data are not there are said, and end the benchmark with this code."""
_DAYS_BACK = 400
_BYTES_A_ROW = 120


@dataclass
class City:
    """A real city's records, read once."""

    name: str
    settings: Settings
    incidents: pd.DataFrame
    districts: gpd.GeoDataFrame | None
    newest: datetime
    _looked: tuple[pd.DataFrame, dict[str, dict[str, int]], tuple[GateResult, ...]] | None = None

    def nights(self, n: int) -> Iterator[datetime]:
        """Moments spread evenly from the 401st day on, none of them a night on which the limits were tried out."""
        first = self.incidents["reported_at"].iloc[0].to_pydatetime() + timedelta(days=_DAYS_BACK)
        step = (self.newest - first) // n
        for k in range(n):
            yield (first + k * step + step / 2).replace(hour=11, minute=0, second=0, microsecond=0)

    def night(self, as_of: datetime) -> FeedNight:
        """What was known at a moment, with the night before as the last that was accepted."""
        whole = pd.DatetimeIndex(self.incidents["reported_at"])
        before = as_of - timedelta(days=1)
        moments = (as_of - timedelta(days=_DAYS_BACK), before, as_of)
        begin, then, now = (int(whole.searchsorted(moment, side="right")) for moment in moments)
        known, accepted = self.incidents.iloc[begin:now], self.incidents.iloc[begin:then]
        last = AcceptedFeed("before", before, then, then * _BYTES_A_ROW, True, True, "one", counted_by_month(accepted))
        files = (FileFacts("export.csv", 3600.0, True, f"Total {now}", now),)
        return FeedNight(as_of, known, files, now, now * _BYTES_A_ROW, last)

    def checks(self, night: FeedNight) -> tuple[GateResult, ...]:
        """Every check, as a night makes them."""
        newest = night.newest
        [age] = [
            gate
            for gate in source_gates((), newest_report=newest, as_of=night.as_of, limits=self.settings.gates)
            if gate.name == "report_age"
        ]
        if self._looked is None or self._looked[0] is not night.incidents:  # faults of files leave the records alone
            table, zone = night.incidents.drop(columns="district"), self.settings.area.timezone
            found = of_records(table, self.districts, newest=newest, timezone=zone)
            self._looked = night.incidents, counted_by_month(night.incidents), found
        _, months, of_the_records = self._looked
        seen = AcceptedFeed("", night.as_of, night.rows, night.bytes, True, True, "one", months)
        return (*of_files(night.files, seen, night.last), age, *of_the_records)


@dataclass
class Found:
    """How often a fault was found at each strength."""

    fault: Fault
    n: int = 0
    hits: list[int] = field(default_factory=lambda: [0, 0, 0])

    def row(self) -> list[str]:
        """One row of the table."""
        strengths = [
            f"{strength:g}: {hit} of {self.n}" for strength, hit in zip(self.fault.strengths, self.hits, strict=True)
        ]
        return [f"{self.fault.name} ({self.fault.unit})", *strengths, ", ".join(sorted(self.fault.by))]


def city_of(name: str) -> City:
    """Reads a city by its config."""
    settings = read_settings(Path("configs") / f"{name}.toml").settings
    loaded = load_city(settings, as_of=None, now=datetime.now(UTC))
    return made(name, settings, loaded.tables.incidents.table, loaded.tables.districts)


def made(name: str, settings: Settings, incidents: pd.DataFrame, districts: gpd.GeoDataFrame | None) -> City:
    """A city from its tables, each incident with the name of its district."""
    table = incidents.sort_values("reported_at", kind="stable", ignore_index=True)
    newest = table["reported_at"].iloc[-1].to_pydatetime()
    series = table_series(table, districts, as_of=newest, timezone=settings.area.timezone)
    names = np.array([*series.districts, ""])
    return City(name, settings, table.assign(district=names[series.district]), districts, newest)


def clean(city: City, n: int) -> dict[str, list[str]]:
    """Night -> false alarms, in words."""
    alarms: dict[str, list[str]] = {}
    for as_of in city.nights(n):
        broken = breaches(city.checks(city.night(as_of)))
        alarms[f"{as_of:%Y-%m-%d}"] = [f"{check.name}: {check.detail}" for check in broken]
        for told in alarms[f"{as_of:%Y-%m-%d}"]:
            say(f"{city.name} {as_of:%Y-%m-%d} {told}")
    return alarms


def planted(city: City, moments: Sequence[datetime]) -> list[Found]:
    """Every fault on every night."""
    rows = []
    for fault in FAULTS:
        found, rng = Found(fault), np.random.default_rng(19)
        for as_of in moments:
            night = city.night(as_of)
            found.n += 1
            for k, strength in enumerate(fault.strengths):
                told = {check.name for check in breaches(city.checks(fault.plant(night, strength, rng)))}
                found.hits[k] += bool(told & {*fault.by})
        rows.append(found)
        say(f"{city.name} | " + " | ".join(found.row()))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cities", nargs="*", default=DEFAULT)
    parser.add_argument("--nights", type=int, default=60, help="clean nights")
    parser.add_argument("--planted", type=int, default=6, help="nights on which each fault is planted")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    parts = []
    for name in given.cities:
        try:
            city = city_of(name)
        except Exception as error:  # whatever keeps the data from being read: loud, and no table
            say(f"{name}: NOT MEASURED: {error}")
            return MISSING
        alarms = clean(city, given.nights)
        n_alarms = sum(bool(told) for told in alarms.values())
        say(f"{name}: false alarms on {n_alarms} of {len(alarms)} clean nights")
        moments = list(city.nights(given.nights))[:: max(given.nights // given.planted, 1)][: given.planted]
        rows = [found.row() for found in planted(city, moments)]
        told = "; ".join(f"{night}: {one}" for night, many in alarms.items() for one in many)
        silence = f"**{name}**: stopped on {n_alarms} of {len(alarms)} clean nights{f' ({told})' if told else ''}."
        parts += [silence, markdown_table(["planted", "weak", "middle", "strong", "to be found by"], rows)]
    if given.write:
        write_section("feed-checks", "\n\n".join(parts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
