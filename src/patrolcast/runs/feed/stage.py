"""The stage of the feed checks: every check of one city at one moment, each with its verdict, and waivers applied."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.audit.feed.counts import (
    LostDays,
    categories_check,
    days_check,
    districts_check,
    rows_check,
    silent_days,
)
from patrolcast.audit.feed.files import end_check, settled_check, size_check
from patrolcast.audit.feed.mixes import clock_check, codes_check, doubled_check, hours_check, points_check
from patrolcast.audit.feed.names import AGE, FEED_CHECKS
from patrolcast.audit.feed.past import past_check
from patrolcast.audit.gates import guarded, source_gates
from patrolcast.audit.waivers import apply_waivers
from patrolcast.domain.feed.accepted import AcceptedFeed, FileFacts
from patrolcast.domain.records import GateResult
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import local_day, to_instants
from patrolcast.intake.times import mix
from patrolcast.io.feed.file_end import file_facts
from patrolcast.io.feed.history import accepted_by_manifest, read_history, write_history
from patrolcast.io.hashing import digest, file_sha256
from patrolcast.io.portals.snapshot import is_as_fetched
from patrolcast.io.store import run_store
from patrolcast.runs.feed.table import feed_table, lost_days
from patrolcast.runs.load.city import LoadedCity

_GROUPS = 64


@dataclass(frozen=True)
class FeedLook:
    """The feed as one night saw it.

    Attributes
    ----------
    checks : every check, in the order in which a person would look; waivers applied.
    feed : what an accepted night leaves for the next; its ``run_id`` is empty until there is a run.
    note : what was not as it should be with the history itself; "" where it was there.
    """

    checks: tuple[GateResult, ...]
    feed: AcceptedFeed
    note: str = ""


def look_at_feed(city: LoadedCity, settings: Settings, runs: Path | None) -> FeedLook:
    """Every feed check of a loaded city.

    Parameters
    ----------
    runs : the city's folder of runs, where the last accepted night is found; None: from the records alone, as for a
        past night, of which no file lies there any more.
    """
    last, note = (None, "") if runs is None else last_accepted(runs, before=city.as_of)
    files = () if runs is None else _facts(city, settings)
    feed = feed_as_read(city, settings, files)
    gates = source_gates(city.sources, newest_report=city.newest_report, as_of=city.as_of, limits=settings.gates)
    checks = (
        *(() if runs is None else of_files(files, feed, last)),
        next(gate for gate in gates if gate.name == AGE),
        *of_records(
            city.tables.incidents.table,
            city.tables.districts,
            newest=city.newest_report,
            timezone=settings.area.timezone,
        ),
    )
    day = local_day(city.as_of, settings.area.timezone)
    mine = [waiver for waiver in settings.waivers if waiver.gate in FEED_CHECKS | {AGE}]
    return FeedLook(apply_waivers(checks, mine, day=day), feed, note)


def of_files(files: tuple[FileFacts, ...], feed: AcceptedFeed, last: AcceptedFeed | None) -> tuple[GateResult, ...]:
    """The checks of files, and of what the last accepted night saw."""
    return (
        guarded("feed_settled", lambda: settled_check(files)),
        guarded("feed_end", lambda: end_check(files, feed.rows, last)),
        guarded("feed_size", lambda: size_check(feed.rows, feed.bytes, last)),
        guarded("feed_past", lambda: past_check(feed.months, feed.bound, last, feed.contents)),
    )


def of_records(
    incidents: pd.DataFrame, districts: gpd.GeoDataFrame | None, *, newest: datetime | None, timezone: str
) -> tuple[GateResult, ...]:
    """The checks of the records themselves, against earlier weeks.

    Parameters
    ----------
    incidents, districts : as in `domain.tables.CityTables`.
    newest : the newest report that can be believed; None where nothing is counted.
    """
    newest = newest or datetime(1970, 1, 1, tzinfo=UTC)
    at = (incidents, newest, timezone)
    feed = feed_table(incidents, districts, newest=newest, timezone=timezone)
    return (
        guarded("feed_rows", lambda: rows_check(feed)),
        guarded("feed_days", lambda: days_check(_all_lost(lost_days(*at), silent_days(feed)))),
        guarded("feed_categories", lambda: categories_check(feed)),
        guarded("feed_districts", lambda: districts_check(feed)),
        guarded("feed_codes", lambda: codes_check(feed)),
        guarded("feed_doubled", lambda: doubled_check(feed)),
        guarded("feed_points", lambda: points_check(feed)),
        guarded("feed_hours", lambda: hours_check(feed)),
        guarded("feed_clock", lambda: clock_check(feed)),
    )


def _all_lost(holes: tuple[LostDays, ...] | None, silent: tuple[LostDays, ...]) -> tuple[LostDays, ...] | None:
    """Holes by occurrence, and days without reports that none of them covers."""
    if holes is None and not silent:
        return None
    new = (lost for lost in silent if not any(hole.first <= lost.first <= hole.last for hole in holes or ()))
    return (*(holes or ()), *new)


def last_accepted(runs: Path, *, before: datetime) -> tuple[AcceptedFeed | None, str]:
    """The last night that was published and looked from no later moment, and a note on a history that is not there.

    The published run's manifest stands in for a history that is missing or damaged, or that a killed night did not
    come to write; a night that looks from an earlier moment is not compared with a later one.
    """
    folder = run_store.current_run(runs)
    manifest = None if folder is None else run_store.manifest_or_none(folder)
    published = None if manifest is None else accepted_by_manifest(manifest)
    history = read_history(runs)
    nights = [night for night in history or () if night.as_of <= before]
    if published is None or published.as_of > before:
        return (nights[-1] if nights else None), ""
    newest = nights[-1] if nights else None
    if newest is not None and _identity(newest) == _identity(published):
        return newest, ""
    why = "the feed history is missing or damaged" if history is None else "the feed history does not end with it"
    return published, f"{why}: rows and bytes are compared with the published run {published.run_id}"


def _identity(night: AcceptedFeed) -> tuple[object, ...]:
    return night.run_id, night.as_of, night.rows, night.bytes


def accept(runs: Path, feed: AcceptedFeed, *, run_id: str) -> None:
    """Notes a published night in the history.

    Raises CannotWriteError, NotPermittedError: one line.
    """
    earlier = [night for night in read_history(runs) or () if night.as_of < feed.as_of]
    write_history(runs, (*earlier, replace(feed, run_id=run_id)))


def feed_as_read(city: LoadedCity, settings: Settings, files: tuple[FileFacts, ...]) -> AcceptedFeed:
    """What tonight's night read, as the next one will be compared with it."""
    of_incidents = [source for source in city.sources if source.of_incidents]
    ends = [file for file in files if file.line_end is not None]
    return AcceptedFeed(
        run_id="",
        as_of=city.as_of.astimezone(UTC),
        rows=sum(source.rows_in for source in of_incidents),
        bytes=sum(source.bytes for source in of_incidents),
        line_end=all(file.line_end for file in ends) if ends else None,
        trailer=all(file.trailer for file in ends) if ends else None,
        bound=_bound(settings),
        months=counted_by_month(city.tables.incidents.table),
        contents=contents_by_month(city.tables.incidents.table),
    )


def counted_by_month(incidents: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Category -> month of occurrence in UTC -> incidents."""
    if incidents.empty:
        return {}
    month = to_instants(incidents["occurred_at"]).astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    categories = incidents["category"].astype("category").cat.remove_unused_categories().cat
    first, n_months = int(month.min()), int(np.ptp(month)) + 1
    counts = np.bincount(categories.codes.to_numpy().astype(np.int64) * n_months + month - first)
    counts = np.pad(counts, (0, len(categories.categories) * n_months - len(counts)))
    return {
        str(name): {str(np.datetime64(first + k, "M")): int(n) for k, n in enumerate(row.tolist()) if n}
        for name, row in zip(categories.categories, counts.reshape(-1, n_months), strict=True)
    }


def contents_by_month(incidents: pd.DataFrame) -> dict[str, list[int]]:
    """Month of occurrence in UTC -> incidents in each of 64 groups by a hash of category, place and moment."""
    if incidents.empty:
        return {}
    moment = to_instants(incidents["occurred_at"]).astype(np.int64)
    month = moment.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    categories = incidents["category"].astype("category").cat
    names = np.array([int(digest(str(name))[:15], 16) for name in categories.categories], dtype=np.uint64)
    mixed = np.append(names, np.uint64(0))[categories.codes.to_numpy()]
    for column in ("longitude", "latitude"):
        metres = np.round(incidents[column].to_numpy(dtype=np.float64) * 1e5).astype(np.int64)
        mixed = mix(mixed, metres)
    group = (mix(mixed, moment) % np.uint64(_GROUPS)).astype(np.int64)
    first, n_months = int(month.min()), int(np.ptp(month)) + 1
    counts = np.bincount((month - first) * _GROUPS + group, minlength=n_months * _GROUPS).reshape(n_months, _GROUPS)
    return {str(np.datetime64(first + k, "M")): row.tolist() for k, row in enumerate(counts) if row.any()}


def _bound(settings: Settings) -> str:
    """Hash of how records are read: another codebook, column or boundary counts other incidents of the same months."""
    read = settings.incidents.model_dump(mode="json", exclude={"path", "database", "gaps"})
    return digest(read, settings.area.timezone, *map(file_sha256, (settings.codebook.path, settings.area.boundary)))


def _facts(city: LoadedCity, settings: Settings) -> tuple[FileFacts, ...]:
    """The files as they lie there; one whose bytes, as read, a fetch put in place whole has nobody who writes it."""
    facts = file_facts(_paths(settings))
    if settings.portal is None:
        return facts
    read = {source.name: source.sha256 for source in city.sources if source.of_incidents}
    return tuple(
        replace(file, changed_seconds=None) if is_as_fetched(path, read.get(file.name, "")) else file
        for path, file in zip(_paths(settings), facts, strict=True)
    )


def _paths(settings: Settings) -> list[Path]:
    path = settings.incidents.path
    return [] if path is None else list(path) if isinstance(path, list) else [path]
