"""A city whose records come from the incremental store: what `runs.load.city.load_city` gives, to the byte.

Where the store cannot be used, whatever the reason, the whole export is read; the reason is noted beside the store
(`last.json`) and decides nothing.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CitizenIncidents, CityTables, SetAsideRecords
from patrolcast.grid.feed_series import late_reports_note, table_series
from patrolcast.grid.gaps import Gap, find_gaps, gap_notes, gap_rule
from patrolcast.intake.clock.rhythm import late_clock_note, narrow_shifts_note, rhythm_notes
from patrolcast.intake.corrections.likely import unmapped_hints
from patrolcast.intake.corrections.resolve import NOT_YET_KNOWN
from patrolcast.intake.persons import refuse_person_columns
from patrolcast.intake.quality_notes import drawn_moments, quality_notes
from patrolcast.intake.quarantine import refused_rows
from patrolcast.io.increment.cuts import Cuts, NotStoredError
from patrolcast.io.increment.folder import Snapshot, StoreFolder
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.machine import release_memory
from patrolcast.io.sources.export import Source, mapped_columns, require_columns
from patrolcast.runs.load.as_of import isolated_reports, newest_report, resolve_as_of
from patrolcast.runs.load.call_source import (
    look_at_columns,
    require_call_source,
    require_true_sources,
    silent_sources,
    worded_offences_of,
)
from patrolcast.runs.load.city import (
    LoadedCity,
    _account,
    _bad_rows,
    _idle_patterns,
    _look_alikes,
    _past,
    _placed,
    _refuse_the_same_bytes,
    _unvisited,
    load_city,
)
from patrolcast.runs.load.increment.rows import PartRows, from_bytes, join_parts
from patrolcast.runs.load.increment.source import StoredFile
from patrolcast.runs.load.increment.update import Read, Update, mapping_of
from patrolcast.runs.load.intake_rules import intake_rules
from patrolcast.runs.load.layers import CityLayers, load_layers

_CUTS = Cuts()


def load_city_with_store(
    settings: Settings,
    *,
    as_of: str | None,
    now: datetime,
    made_by: str,
    folder: Path,
    progress: Progress | None = None,
    cuts: Cuts = _CUTS,
) -> LoadedCity:
    """Everything the config names, its records through the store in ``folder``; in full where that cannot be.

    Raises PatrolcastError: as `load_city` does.

    Parameters
    ----------
    now : what "now" stands for, with zone, and when the export is recorded.
    made_by : SHA-256 of the code and libraries that read.
    """
    progress, store = progress or Progress(), StoreFolder(folder)
    # Where another process writes the store, or nobody can, the whole export is read as well.
    with suppress(PatrolcastError, OSError), exclusive_lock(folder, now=now):
        update = Update(store, settings.incidents, made_by, now, settings.store.check_days, cuts)
        try:
            loaded = _through(settings, update, as_of=as_of, now=now, progress=progress)
            _note(store, now, used=True, text=update.effort.text)
            return loaded
        except Exception as error:  # a fault of the store, even a defect, costs time and never a night
            why = str(error) if isinstance(error, (NotStoredError, PatrolcastError)) else type(error).__name__
            _note(store, now, used=False, text=why)
        finally:
            store.prune(now=now, keep_days=settings.store.keep_days)
    return load_city(settings, as_of=as_of, now=now, progress=progress)


def load_city_as_recorded(
    settings: Settings, *, as_of: str, recorded_by: datetime, folder: Path, progress: Progress | None = None
) -> LoadedCity:
    """The city as a night would have read it that read the export as it was recorded by a past moment.

    A report that was changed or taken out of the export since stands there as it was known then. The columns that are
    not mapped, which are never stored, are looked at in the export as it lies there now.

    Raises
    ------
    DataRefusedError
        nothing was recorded by then, or what was recorded is damaged.
    PatrolcastError
        as `load_city` does.

    Parameters
    ----------
    as_of : the moment of the run; what was reported later is not known.
    recorded_by : the last snapshot that was recorded until then is read.
    """
    store, what = StoreFolder(folder), f"the store as of {recorded_by:%Y-%m-%d %H:%M %Z}"
    try:
        snapshot = store.newest(mapping=mapping_of(settings.incidents), recorded_by=recorded_by)
        if snapshot is None:
            rule, cure = "what was recorded later is not what was known", "read the present export instead"
            raise DataRefusedError(what, got="no export recorded by then", rule=rule, cure=cure)
        rows = [_stored_parts(store, snapshot, i) for i in range(len(snapshot.sources))]
        with (progress or Progress()).stage("layers"):
            layers = load_layers(settings)
        files = _files(settings, snapshot, rows)
        return _city_of(settings, layers, files, rows, asked=as_of, now=recorded_by, progress=progress or Progress())
    except NotStoredError as error:
        raise DataRefusedError(what, got=str(error), rule="must be whole", cure="read the present export") from None


def _stored_parts(store: StoreFolder, snapshot: Snapshot, i: int) -> list[tuple[int, PartRows]]:
    found, offset = list[tuple[int, PartRows]](), 0
    for part in snapshot.sources[i].parts:
        data = store.part(part)
        if data is None:
            raise NotStoredError("a damaged part")
        found.append((offset, from_bytes(data)))
        offset += part.n_lines
    return found


def _note(store: StoreFolder, now: datetime, *, used: bool, text: str) -> None:
    with suppress(PatrolcastError):  # nobody's night ends for a note
        store.note(now=now, used=used, text=text)


def _files(settings: Settings, snapshot: Snapshot, rows: Read) -> list[StoredFile]:
    given = settings.incidents
    paths = given.path if isinstance(given.path, list) else [given.path]
    return [
        StoredFile(stored, parts, path, delimiter=given.delimiter, encoding=given.encoding)
        for stored, parts, path in zip(snapshot.sources, rows, paths, strict=True) if path is not None
    ]  # fmt: skip


def _through(settings: Settings, update: Update, *, as_of: str | None, now: datetime, progress: Progress) -> LoadedCity:
    with progress.stage("layers"):
        layers = load_layers(settings)
    with progress.stage("sources"):
        snapshot, rows = update.run()
    files = _files(settings, snapshot, rows)
    return _city_of(settings, layers, files, rows, asked=as_of or settings.as_of, now=now, progress=progress)


def _city_of(
    settings: Settings, layers: CityLayers, stored: list[StoredFile], rows: Read, *, asked: str, now: datetime,
    progress: Progress,
) -> LoadedCity:  # fmt: skip
    """What `load_city` does once its sources are open, with rows that were read before.

    From ``doubtful`` on the statements are those of `load_city`; `tests/runs/load/increment/test_city.py` compares them
    word by word. They are one function as soon as stored evidence may go stale: all of `load_city` is part of it.
    """
    sources: list[Source] = list(stored)
    _refuse_the_same_bytes(sources)
    columns = mapped_columns(settings.incidents)
    for source in sources:
        refuse_person_columns(source.header, set(columns.values()), file=source.name)
        require_columns(source, columns)
    rules = intake_rules(settings, layers.boundary, sources, columns)
    look = look_at_columns(sources, columns)
    require_call_source(settings, rules.codebook, look)
    if look.hints and "call_source" in columns:
        raise NotStoredError("a second column of call sources is compared with the mapped one in every row")
    with progress.stage("records"):
        raw = join_parts(rows)
        rows.clear()
        bad = _bad_rows(sources, raw)
        release_memory()
    doubtful = require_true_sources(settings, rules.codebook, raw, look, sources)
    with progress.stage("intake"):
        moment, intake = resolve_as_of(raw, rules, bad, asked, now)
    progress.step("notes", 0, 1)
    refused = refused_rows(raw, intake.status, columns)
    refused = _placed(refused, sources)
    accounts = tuple(_account(i, source, raw, intake, columns) for i, source in enumerate(sources))
    incidents = intake.incidents
    newest = newest_report(incidents)
    tables = CityTables(
        CitizenIncidents(incidents), SetAsideRecords(intake.set_aside), layers.boundary, layers.districts,
        layers.water, layers.places, layers.residents, layers.settled,
        _past(settings), layers.names, layers.coverage, layers.uncounted,
    )  # fmt: skip
    known = ~intake.status.marked(NOT_YET_KNOWN)
    files = [source.name for source in sources]
    call_source, source_notes = silent_sources(settings, rules.codebook, raw, known, files)
    notes: tuple[str, ...] = (call_source.statement,) if call_source.statement else ()
    notes += (
        source_notes
        + doubtful
        + tuple(quality_notes(raw, intake, delay_hours=settings.incidents.reporting_delay_hours))
    )
    times = rules.times
    if intake.moments.only_dates and not times.whole_day_shifts:
        notes += (narrow_shifts_note(times.clock),)
    elif not times.whole_day_shifts:
        instants = raw.times["occurred_at"].is_instant and "occurred_at" not in raw.clocks
        notes += tuple(rhythm_notes(incidents, zone=times.zone, area_zone=times.area_zone, instants=instants))
        if "reported_at" in columns:
            notes += tuple(late_clock_note(incidents, area_zone=times.area_zone))
    gaps: tuple[Gap, ...] = ()
    if len(incidents):
        series = table_series(incidents, layers.districts, as_of=moment, timezone=settings.area.timezone)
        rule = gap_rule(settings.incidents)
        rule.refuse_unknown(rules.codebook.categories, series.districts)
        gaps = find_gaps(series, rule)
    notes += tuple(_idle_patterns(rules, raw)) + tuple(_look_alikes(rules)) + tuple(isolated_reports(intake))
    if "reported_at" in columns:
        notes += late_reports_note(incidents, timezone=settings.area.timezone)
    notes += tuple(unmapped_hints(sources[0].header, columns)) + intake.notes
    notes += tuple(gap_notes(gaps)) + layers.notes + _unvisited(layers, incidents)
    worded = worded_offences_of(incidents, rules.codebook, look)
    progress.step("notes", 1, 1)
    return LoadedCity(
        tables, moment, newest, accounts + layers.accounts, refused, notes, layers.shares, call_source, worded,
        gaps, drawn_moments(intake),
    )  # fmt: skip
