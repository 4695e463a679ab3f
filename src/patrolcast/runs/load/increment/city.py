"""A city whose records come from the incremental store: what `runs.load.city.load_city` gives, to the byte.

Where the store cannot be used, whatever the reason, the whole export is read; the reason is noted beside the store
(`last.json`) and decides nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.intake.raw_rows import RawTable
from patrolcast.io.increment.cuts import Cuts, NotStoredError
from patrolcast.io.increment.folder import Snapshot, StoreFolder
from patrolcast.io.lock import exclusive_lock
from patrolcast.io.machine import memory_kept
from patrolcast.io.sources.databases import database_extra
from patrolcast.io.sources.export import Source, mapped_columns
from patrolcast.runs.load.as_of import known_at
from patrolcast.runs.load.city import LoadedCity, city_of_sources, load_city
from patrolcast.runs.load.increment.look import as_looked_at, look_as_stored, look_still_held
from patrolcast.runs.load.increment.rows import PartRows, from_bytes, join_parts
from patrolcast.runs.load.increment.source import StoredFile
from patrolcast.runs.load.increment.update import Read, Update, mapping_of
from patrolcast.runs.load.layers import CityLayers, load_layers
from patrolcast.runs.load.unread.look import FirstLook

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
        as_of = as_of or settings.as_of
        try:
            # First: where the store cannot be used no layer is read for nothing.
            with progress.stage("sources"), memory_kept():
                tonight = _read(settings, store, as_of=as_of, now=now, made_by=made_by, cuts=cuts)
            with progress.stage("layers"):
                layers = load_layers(settings)
            loaded = _city_of(settings, layers, tonight, as_of=as_of, now=now, progress=progress)
            _note(store, now, used=True, text=tonight.effort)
            return loaded
        except Exception as error:  # a fault of the store, even a defect, costs time and never a night
            why = str(error) if isinstance(error, (NotStoredError, PatrolcastError)) else type(error).__name__
            _note(store, now, used=False, text=why)
        finally:
            with suppress(Exception):  # what cannot be tidied up costs room, and never a night
                store.prune(now=now, keep_days=settings.store.keep_days)
    return load_city(settings, as_of=as_of, now=now, progress=progress)


def load_city_as_recorded(
    settings: Settings, *, as_of: str, recorded_by: datetime, folder: Path, progress: Progress | None = None
) -> LoadedCity:
    """The city as a night would have read it that read the export as it was recorded by a past moment.

    A report that was changed or taken out of the export since stands there as it was known then, and so does what the
    columns that are not mapped said of the offences (`look`).

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
        of_query = settings.incidents.database is not None
        known = known_at(settings, as_of, recorded_by)
        snapshot = store.newest(
            mapping=mapping_of(settings.incidents),
            recorded_by=recorded_by,
            known_at=None if known is None else known.as_of,
        )
        if snapshot is None:
            rule, cure = "what was recorded later is not what was known", "read the present export instead"
            raise DataRefusedError(what, got="no export recorded by then", rule=rule, cure=cure)
        tonight = _query_as_stored(settings, store, snapshot) if of_query else _as_stored(settings, store, snapshot)
        with (progress or Progress()).stage("layers"):
            layers = load_layers(settings)
        return _city_of(settings, layers, tonight, as_of=as_of, now=recorded_by, progress=progress or Progress())
    except NotStoredError as error:
        raise DataRefusedError(what, got=str(error), rule="must be whole", cure="read the present export") from None


@dataclass(frozen=True)
class _Tonight:
    """Sources whose rows were read before.

    Attributes
    ----------
    rows : gives them, once. effort : what had to be done. looked : keeps the look at columns that are not mapped.
    look : what another night kept of it, where they are not looked at.
    """

    sources: list[Source]
    rows: Callable[[], RawTable]
    effort: str = ""
    looked: Callable[[FirstLook], None] = lambda look: None
    look: Mapping[str, Any] | None = None


def _read(settings: Settings, store: StoreFolder, *, as_of: str, now: datetime, made_by: str, cuts: Cuts) -> _Tonight:
    known = known_at(settings, as_of, now)
    if known is not None:
        with database_extra("[incidents] database"):
            from patrolcast.runs.load.increment.query import QueryUpdate
        query = QueryUpdate(store, settings.incidents, known, made_by, now, settings.store.check_days)
        source, ordered = query.run()
        return _Tonight([source], [ordered.raw].pop, query.text)  # nobody else holds them
    update = Update(store, settings.incidents, made_by, now, settings.store.check_days, cuts)
    snapshot, rows = update.run()
    stored = look_still_held(store, update.before, snapshot)
    files = _files(settings, snapshot, rows, looked_at=stored is None)

    def keep_look(look: FirstLook) -> None:
        mine = look_as_stored(look, files, mapped_columns(settings.incidents)) if stored is None else stored
        store.write_look(snapshot.number, mine)

    return _Tonight(files, lambda: _joined(rows), update.effort.text, keep_look, stored)


def _joined(rows: Read) -> RawTable:
    whole = join_parts(rows)
    rows.clear()
    return whole


def _as_stored(settings: Settings, store: StoreFolder, snapshot: Snapshot) -> _Tonight:
    rows = [_stored_parts(store, snapshot, i) for i in range(len(snapshot.sources))]
    look = store.look(snapshot.number)
    if look is None:
        raise NotStoredError("what its other columns showed that night was not kept")
    return _Tonight(_files(settings, snapshot, rows, looked_at=False), lambda: _joined(rows), look=look)


def _query_as_stored(settings: Settings, store: StoreFolder, snapshot: Snapshot) -> _Tonight:
    with database_extra("[incidents] database"):
        from patrolcast.runs.load.increment.query import query_as_stored
    source, ordered = query_as_stored(store, snapshot, settings.incidents.time_format)
    return _Tonight([source], [ordered.raw].pop)


def _stored_parts(store: StoreFolder, snapshot: Snapshot, i: int) -> list[tuple[int, PartRows]]:
    parts, offset = list[tuple[int, PartRows]](), 0
    for part in snapshot.sources[i].parts:
        data = store.part(part)
        if data is None:
            raise NotStoredError("a damaged part")
        parts.append((offset, from_bytes(data)))
        offset += part.n_lines
    return parts


def _note(store: StoreFolder, now: datetime, *, used: bool, text: str) -> None:
    with suppress(PatrolcastError):  # nobody's night ends for a note
        store.note(now=now, used=used, text=text)


def _files(settings: Settings, snapshot: Snapshot, rows: Read, *, looked_at: bool) -> list[Source]:
    export = settings.incidents
    paths = export.path if isinstance(export.path, list) else [export.path]
    return [
        StoredFile(stored, parts, path if looked_at else None, delimiter=export.delimiter, encoding=export.encoding)
        for stored, parts, path in zip(snapshot.sources, rows, paths, strict=True) if path is not None
    ]  # fmt: skip


def _city_of(
    settings: Settings, layers: CityLayers, tonight: _Tonight, *, as_of: str, now: datetime, progress: Progress
) -> LoadedCity:
    """The city, its rows read before."""

    def read(columns: dict[str, str], look: FirstLook) -> RawTable:
        if look.hints and "call_source" in columns:
            raise NotStoredError("a second column of call sources is compared with the mapped one in every row")
        tonight.looked(look)
        return tonight.rows()

    city = city_of_sources(settings, layers, tonight.sources, read, as_of=as_of, now=now, progress=progress)
    return city if tonight.look is None else as_looked_at(city, settings, tonight.sources, tonight.look)
