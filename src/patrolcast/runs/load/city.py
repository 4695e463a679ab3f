"""Files -> the tables of one city: every source opened once, every row accounted for.

`io` reads, `intake` decides; here they meet. What was known at ``as_of`` is all that leaves this module as incidents.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from patrolcast.domain.counted import names_shown
from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.provenance import CallSource, WordedOffence
from patrolcast.domain.records import Progress, SourceAccount
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import wall_times
from patrolcast.domain.tables import CitizenIncidents, CityTables, SetAsideRecords
from patrolcast.grid.feed_parts import part_notes, shift_positions, step_notes
from patrolcast.grid.feed_series import late_reports_note, table_series
from patrolcast.grid.gaps import Gap, find_gaps, gap_notes, gap_rule
from patrolcast.intake.clock.changes import clock_change_notes, mistyped_year_note
from patrolcast.intake.clock.rhythm import late_clock_note, narrow_shifts_note, rhythm_notes
from patrolcast.intake.corrections.resolve import NOT_YET_KNOWN
from patrolcast.intake.persons import refuse_person_columns
from patrolcast.intake.quality_notes import drawn_moments, quality_notes
from patrolcast.intake.quarantine import refused_rows
from patrolcast.intake.raw_rows import RawTable, RowCollector
from patrolcast.intake.rules import IntakeResult, IntakeRules
from patrolcast.io.machine import memory_kept, release_memory
from patrolcast.io.sources.export import Source, mapped_columns, open_sources, require_columns
from patrolcast.numerics.arrays import IntArray
from patrolcast.numerics.distinct import by_first_row
from patrolcast.runs.load.as_of import isolated_reports, known_at, newest_report, resolve_as_of
from patrolcast.runs.load.call_source import (
    require_call_source,
    require_true_sources,
    silent_sources,
    worded_offences_of,
)
from patrolcast.runs.load.districts import unvisited_note
from patrolcast.runs.load.intake_rules import intake_rules
from patrolcast.runs.load.layers import CityLayers, load_layers
from patrolcast.runs.load.operations import past_suggestions
from patrolcast.runs.load.unread.look import FirstLook, look_at_columns


@dataclass(frozen=True)
class LoadedCity:
    """A city as read.

    Attributes
    ----------
    tables : what the pipeline gets.
    as_of : the moment after which nothing is known.
    newest_report : of the counted incidents.
    sources : one account per file, incidents first.
    refused : file, line, column, rule, value of every refused row.
    notes : accepted peculiarities of the data, for the reader.
    shares : what lies where, as shares of the city's land ("districts" -> 0.996).
    call_source : whether the records say who started a call.
    officer_worded : counted offences whose own words say that officers initiate them.
    gaps : days that are not themselves in all incidents, a category or a district.
    drawn_moments : counted incidents of which a span of time is known, each counted at one moment drawn within it.
    """

    tables: CityTables
    as_of: datetime
    newest_report: datetime | None
    sources: tuple[SourceAccount, ...]
    refused: pd.DataFrame
    notes: tuple[str, ...]
    shares: dict[str, float] = field(default_factory=dict)
    call_source: CallSource = field(default_factory=CallSource)
    officer_worded: tuple[WordedOffence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    drawn_moments: int = 0


def load_city(
    settings: Settings,
    *,
    as_of: str | None,
    now: datetime,
    progress: Progress | None = None,
    of_past_nights: bool = False,
) -> LoadedCity:
    """Read everything the config names.

    Raises PatrolcastError: one line: a file refused (13), persons in it (14), a codebook that cannot be used (10).

    Parameters
    ----------
    as_of : "now", "last-report" or an ISO time with zone; None: the config's.
    now : what "now" stands for, with zone.
    of_past_nights : past nights are forecast again from these records: a default address that later records show must
        not set aside what an earlier night counted.
    """
    progress, as_of = progress or Progress(), as_of or settings.as_of
    with progress.stage("layers"):
        layers = load_layers(settings)
    with progress.stage("sources"):
        sources = open_sources(settings.incidents, known_at(settings, as_of, now))
    return city_of_sources(
        settings, layers, sources, lambda columns, _: _read(sources, columns, settings.incidents.time_format),
        as_of=as_of, now=now, progress=progress, of_past_nights=of_past_nights,
    )  # fmt: skip


def city_of_sources(
    settings: Settings,
    layers: CityLayers,
    sources: list[Source],
    read: Callable[[dict[str, str], FirstLook], RawTable],
    *,
    as_of: str,
    now: datetime,
    progress: Progress,
    of_past_nights: bool = False,
) -> LoadedCity:
    """The city of sources that are open, whoever reads their rows.

    Raises PatrolcastError: as :func:`load_city` does, and what ``read`` raises.
    """
    _refuse_the_same_bytes(sources)
    columns = mapped_columns(settings.incidents)
    for source in sources:
        refuse_person_columns(source.header, set(columns.values()), file=source.name)
        require_columns(source, columns)
    rules = intake_rules(settings, layers.boundary, sources, columns, of_past_nights=of_past_nights)
    raw, look, doubtful, moment, intake = _decide(settings, sources, columns, rules, read, as_of, now, progress)
    progress.step("notes", 0, 1)
    refused = refused_rows(raw, intake.status, columns)
    refused = _placed(refused, sources)
    accounts = tuple(_account(i, source, raw, intake, columns) for i, source in enumerate(sources))
    raw = raw.without_places()
    incidents = intake.incidents
    zone = settings.area.timezone
    when = (wall_times(incidents["occurred_at"], zone), wall_times(incidents["reported_at"], zone))
    where = by_first_row(intake.point)
    newest = newest_report(incidents)
    tables = CityTables(
        CitizenIncidents(incidents), SetAsideRecords(intake.set_aside), layers.boundary, layers.districts,
        layers.water, layers.places, layers.residents, layers.settled,
        past_suggestions(settings), layers.names, layers.coverage, layers.uncounted,
    )  # fmt: skip
    known = ~intake.status.marked(NOT_YET_KNOWN)
    files = [source.name for source in sources]
    call_source, source_notes = silent_sources(settings, rules.codebook, raw, known, files)
    notes: tuple[str, ...] = (call_source.statement,) if call_source.statement else ()
    notes += (
        source_notes
        + doubtful
        + tuple(quality_notes(raw, intake, delay_hours=settings.incidents.reporting_delay_hours, places=where))
    )
    times = rules.times
    if intake.moments.only_dates and not times.whole_day_shifts:
        notes += (narrow_shifts_note(times.clock),)
    elif not times.whole_day_shifts:
        instants = raw.times["occurred_at"].is_instant and "occurred_at" not in raw.clocks
        notes += tuple(rhythm_notes(incidents, when[0], zone=times.zone, area_zone=zone, instants=instants))
        notes += clock_change_notes(when[0])
        if "reported_at" in columns:
            notes += tuple(late_clock_note(incidents, when[1]))
    notes += tuple(_idle_patterns(rules, raw)) + tuple(_look_alikes(rules)) + tuple(isolated_reports(intake))
    more_notes, n_drawn = intake.notes, drawn_moments(intake)
    clocks = not (intake.moments.only_dates or times.whole_day_shifts)
    del raw, intake, known  # as long as the export; what follows needs the incidents alone
    gaps: tuple[Gap, ...] = ()
    parts: tuple[str, ...] = ()
    unvisited: tuple[str, ...] = ()
    if len(incidents):
        series = table_series(incidents, layers.districts, as_of=moment, timezone=zone, times=when, places=where)
        rule = gap_rule(settings.incidents)
        rule.refuse_unknown(rules.codebook.categories, series.districts)
        gaps = find_gaps(series, rule)
        shift, names = shift_positions(when[0], settings.shifts.starts)
        parts = part_notes(series, gaps, shift=shift if clocks else None, shifts=names) + step_notes(series, gaps)
        if layers.districts is not None:
            unvisited = unvisited_note(layers.districts, layers.land, incidents.iloc[where[1]], series)
    if "reported_at" in columns:
        notes += late_reports_note(when) + mistyped_year_note(incidents)
    notes += look.unread + more_notes + tuple(gap_notes(gaps)) + parts + layers.notes + unvisited
    worded = worded_offences_of(incidents, rules.codebook, look)
    progress.step("notes", 1, 1)
    return LoadedCity(
        tables, moment, newest, accounts + layers.accounts, refused, notes, layers.shares, call_source, worded,
        gaps, n_drawn,
    )  # fmt: skip


@memory_kept()  # not of the notes: what each of them takes would add up to more than the rules ever held
def _decide(
    settings: Settings, sources: list[Source], columns: dict[str, str], rules: IntakeRules,
    read: Callable[[dict[str, str], FirstLook], RawTable], as_of: str, now: datetime, progress: Progress,
) -> tuple[RawTable, FirstLook, tuple[str, ...], datetime, IntakeResult]:  # fmt: skip
    """All rows as read, the look at unread columns, doubts about call sources, and what became of each row by when."""
    with progress.stage("look"):
        look = look_at_columns(sources, columns)
    require_call_source(settings, rules.codebook, look)
    with progress.stage("records"):
        raw = read(columns, look)
        bad = _bad_rows(sources, raw)
        release_memory()
    with progress.stage("call sources"):
        doubtful = require_true_sources(settings, rules.codebook, raw, look, sources)
    with progress.stage("intake"):
        moment, intake = resolve_as_of(raw, rules, bad, as_of, now)
    return raw, look, doubtful, moment, intake


def _refuse_the_same_bytes(sources: list[Source]) -> None:
    names: dict[str, str] = {}
    for source in sources if len(sources) > 1 else ():  # of one, a database is not asked for rows yet
        if source.sha256 in names:
            got, rule = f"the same bytes as {names[source.sha256]}", "each row is read once"
            raise DataRefusedError(source.name, got=got, rule=rule, cure="name each file once in [incidents] path")
        names[source.sha256] = source.name


def _idle_patterns(rules: IntakeRules, raw: RawTable) -> list[str]:
    idle = rules.codebook.idle_patterns(raw.offence.texts, raw.call_source.texts if raw.call_source else ())
    if not idle:
        return []
    named = ", ".join(map(shown, idle[:5])) + (", ..." if len(idle) > 5 else "")
    rule = "a * at the end of a code stands for whatever follows it"
    return [f"{rules.codebook_file}: no code of the export fits {named}; {rule}"]


def _look_alikes(rules: IntakeRules) -> list[str]:
    """Which of two rows decides hangs on how the export writes a code: a spreadsheet takes zeros away."""
    pairs = rules.codebook.look_alikes()
    if not pairs:
        return []
    named = ", ".join(f"{shown(a)} and {shown(b)}" for a, b in pairs[:5]) + ", ..." * (len(pairs) > 5)
    return [f"{rules.codebook_file}: {named} look alike and are decided differently: one code, or two?"]


def _read(sources: list[Source], columns: dict[str, str], time_format: str | None) -> RawTable:
    collector = RowCollector(time_format)
    for i, source in enumerate(sources):
        n = 0
        for batch, records in source.batches(columns):
            n += records.size
            collector.take(batch, records, file=i, name=source.name, headers=columns)
        if not n and not source.rejected():
            raise DataRefusedError(source.name, got="a header only", rule="needs rows", cure="export it again")
    return collector.table()


def _bad_rows(sources: list[Source], raw: RawTable) -> dict[str, IntArray]:
    """Rule -> positions of rows whose bytes cannot be used."""
    bad_rows: dict[str, list[IntArray]] = {}
    for i, source in enumerate(sources):
        for rule in sorted(set((unusable := source.unusable()).values())):
            records = [record for record, broken in unusable.items() if broken == rule]
            bad_rows.setdefault(rule, []).append(np.flatnonzero((raw.file == i) & np.isin(raw.record, records)))
    return {rule: np.concatenate(parts) for rule, parts in bad_rows.items()}


def _placed(refused: pd.DataFrame, sources: list[Source]) -> pd.DataFrame:
    """Record numbers as lines of their files, with the rows that never became records."""
    parts = []
    for i, source in enumerate(sources):
        rows = refused[refused["file"] == i].drop(columns="file")
        misfits = pd.DataFrame(
            [(record, "", rule, got) for record, rule, got in source.rejected()], columns=rows.columns
        )
        rows = pd.concat([rows, misfits], ignore_index=True) if len(misfits) else rows
        line = source.lines(rows["line"].to_numpy(dtype=np.int64))
        rows = rows.assign(line=line).sort_values(["line", "column"], kind="stable", ignore_index=True)
        rows.insert(0, "file", source.name)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _account(i: int, source: Source, raw: RawTable, intake: IntakeResult, columns: dict[str, str]) -> SourceAccount:
    rows = raw.file == i
    refused = intake.status.count("refused", rows)
    for _, rule, _ in source.rejected():
        refused[rule] = refused.get(rule, 0) + 1
    return SourceAccount(
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        rows_in=int(rows.sum()) + len(source.rejected()),
        kept=int((rows & intake.status.open).sum()),
        set_aside=intake.status.count("set aside", rows),
        refused=refused,
        cancelled=intake.status.count("cancelled", rows),
        notes=(*source.notes, *_unread(source.header, set(columns.values()))),
    )


def _unread(header: tuple[str, ...], mapped: set[str]) -> list[str]:
    """Columns that the config does not map: looked at once for a call source, and otherwise never read."""
    names = [name for name in header if name not in mapped]
    return [f"columns not read: {names_shown(names, most=30)}"] if names else []
