"""Backfill: what each of some past nights would have given, with what was known then. Nothing is published.

::

    runs/<city>/backfill/nights/2026-02-28/night.json   what became of that night, and the hash of its run
    runs/<city>/backfill/<run_id>/                      the run, byte for byte that of `forecast --as-of` that moment

A night depends on its own moment and on nothing that another night left, so the order, an interruption and a second
process change no byte. A night that is whole is kept by its hashes, from `night.json` down to every file, and its gates
are derived from its files again; it is computed anew where one of these fails, or with ``force``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from patrolcast.domain.errors import DataRefusedError, UsageError
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings, refuse_comparison_only
from patrolcast.domain.shifts import local_instant
from patrolcast.io.encode import iso_utc
from patrolcast.io.machine import Stopwatch
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.past_nights import (
    FOLDER,
    held_night,
    manifest_sha256,
    read_night,
    run_of,
    wait_for_others,
    write_night,
    write_past_run,
)
from patrolcast.runs.forecast.once import compute_run
from patrolcast.runs.forecast.stored_runs import Identity, identify, stopping_gates, verified_run
from patrolcast.runs.load.call_source import require_as_published

if TYPE_CHECKING:
    from patrolcast.runs.feed.stage import FeedLook
    from patrolcast.runs.load.city import LoadedCity

LABEL = "backfill: what this night would have given; never published"
VERSION = 1
DEFAULT_CLOCK = clock_time(5)
MOST_NIGHTS = 3_660
FIRST_YEAR = 1990
"""Of an ``as_of`` (`domain.settings.settings.parse_as_of`)."""


@dataclass(frozen=True)
class PastNight:
    """What became of one night.

    Attributes
    ----------
    facts : as `night.json` holds them.
    reused : it was whole and was not computed again.
    """

    day: date
    facts: dict[str, Any]
    reused: bool

    @property
    def line(self) -> str:
        """For people."""
        if "error" in self.facts:
            return f"{self.day}  refused ({self.facts['exit_code']}): {self.facts['error']}"
        stopped = ", ".join(self.facts["stopped_by"])
        would = f"would not have been published: {stopped}" if stopped else "would have been published"
        return f"{self.day}  {self.facts['run_id']}  {would}{'; kept' if self.reused else ''}"


def nights_of(settings: Settings, *, first: date, last: date, now: datetime) -> dict[date, datetime]:
    """The moment of each night: the clock time of the config's ``as_of`` where it states one, else 05:00, local.

    Raises UsageError: the days are in the wrong order, too many, older than any record, or not over yet.
    """
    if last < first:
        raise UsageError(
            "--from and --to", got=f"{first} to {last}", rule="--from comes before --to, or is the same day"
        )
    if first.year < FIRST_YEAR:
        raise UsageError("--from", got=str(first), rule=f"records are of {FIRST_YEAR} and later")
    n_days = (last - first).days + 1
    if n_days > MOST_NIGHTS:
        raise UsageError("--from and --to", got=f"{n_days:,} nights", rule=f"at most {MOST_NIGHTS:,} at once")
    zone = ZoneInfo(settings.area.timezone)
    stated = settings.as_of[:1].isdigit()
    clock = datetime.fromisoformat(settings.as_of).astimezone(zone).time() if stated else DEFAULT_CLOCK
    days = [first + timedelta(days=k) for k in range(n_days)]
    nights = {day: local_instant(day, clock, zone).astimezone(zone) for day in days}
    if nights[last] > now:
        raise UsageError(
            "--to", got=str(last), rule="a night that is not over yet has no past", cure="name an earlier day"
        )
    return nights


def backfill(
    config: ConfigFile,
    *,
    nights: dict[date, datetime],
    runs: Path,
    order: Sequence[date] | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Iterator[PastNight]:
    """Each night as it is done; one that another process has at work is looked at again at the end.

    A night whose data are refused (13) is a result like another. Everything else ends the backfill.

    Parameters
    ----------
    nights : as :func:`nights_of` gives them.
    runs : the city's folder of runs.
    order : of the nights; it changes nothing but what is done first.
    force : compute also the nights that are whole; what is there must come out again, byte for byte.
    """
    refuse_comparison_only(config.settings)
    require_as_published(config.settings, runs)
    progress, identity = progress or Progress(), identify(config)
    waiting = deque(order or nights)
    n_held = 0
    while waiting:
        day = waiting.popleft()
        progress.step("nights", len(nights) - len(waiting) - 1, len(nights))
        with held_night(runs / FOLDER, day.isoformat()) as mine:
            if mine:
                n_held = 0
                yield _past_night(config, identity, day, nights[day], runs / FOLDER, force=force)
                continue
        waiting.append(day)
        n_held += 1
        if n_held >= len(waiting):  # only nights that others are computing are left
            wait_for_others()
            n_held = 0
    progress.step("nights", len(nights), len(nights))


def _past_night(
    config: ConfigFile, identity: Identity, day: date, as_of: datetime, folder: Path, *, force: bool
) -> PastNight:
    as_of_text = as_of.isoformat(timespec="minutes" if not as_of.second else "seconds")
    base = {
        "backfill_version": VERSION, "label": LABEL, "night": day.isoformat(), "as_of": iso_utc(as_of),
        "inputs_sha256": identity.inputs_sha256,
    }  # fmt: skip
    known = None if force or config.settings.incidents.database is not None else _whole(folder, base, config)
    if known is not None:
        return PastNight(day, known, reused=True)
    try:
        facts = base | _computed(config, identity, as_of_text, as_of, folder)
    except DataRefusedError as error:
        facts = base | {"error": str(error), "exit_code": error.exit_code}
    write_night(folder, day.isoformat(), facts)
    return PastNight(day, facts, reused=False)


def _computed(config: ConfigFile, identity: Identity, as_of_text: str, as_of: datetime, folder: Path) -> dict[str, Any]:
    """Computes and stores one night; what `night.json` says of it."""
    from patrolcast.audit.feed.names import breaches
    from patrolcast.runs.feed.stage import look_at_feed
    from patrolcast.runs.forecast.run_folder import manifest_of, run_files

    looks: list[FeedLook] = []

    def inspect(city: LoadedCity) -> None:
        looks.append(look_at_feed(city, config.settings, None))

    watch = Stopwatch()
    result, context, more, city = compute_run(
        config, identity, as_of=as_of_text, now=as_of, progress=None, watch=watch, inspect=inspect
    )
    manifest = manifest_of(result, context, config=config.raw, seed=config.settings.model.seed, more=more)
    files = run_files(result, context, city.refused)
    run_folder = write_past_run(folder, manifest, files, timing=watch.timing())
    [look] = looks
    stopped = [*(check.name for check in breaches(look.checks)), *stopping_gates(manifest["gates"])]
    return {
        "run_id": run_folder.name,
        "manifest_sha256": manifest_sha256(run_folder),
        "stopped_by": stopped,
        "feed": [asdict(check) | {"verdict": str(check.verdict)} for check in look.checks],
    }


def _whole(folder: Path, base: dict[str, Any], config: ConfigFile) -> dict[str, Any] | None:
    """What `night.json` says, where it is what was written, of these inputs, and its run is whole; else None."""
    facts = read_night(folder, str(base["night"]))
    if facts is None or any(facts.get(name) != value for name, value in base.items()):
        return None
    return facts if "error" in facts or verified_run(run_of(folder, facts), config) is not None else None
