"""Fill the export from a portal: check what can be known before a row is asked for, then read all of it or nothing.

What is refused before a row: a dataset with a column about persons (it has to be left out by name), one that lacks a
column that the config maps, one with no row or with more than `max_rows`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from patrolcast.domain.errors import ConfigError, DataRefusedError, ProhibitedDataError, shown
from patrolcast.domain.records import Progress
from patrolcast.domain.settings.outside import DatasetAddress, Portal, parse_dataset
from patrolcast.intake.persons import is_person_column
from patrolcast.io.portals.reading import open_reader
from patrolcast.io.portals.snapshot import Receipt, require_replaceable, write_snapshot
from patrolcast.io.portals.tables import KEY, Reader, Table
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.sources.export import mapped_columns


@dataclass(frozen=True)
class Fetched:
    """A snapshot that was put in place, and what its receipt says."""

    snapshot: Path
    receipt: Receipt


def fetch_export(
    config: ConfigFile, *, now: datetime, force: bool = False, progress: Progress | None = None
) -> Fetched:
    """Reads the dataset of ``[portal]`` into the file of ``[incidents] path``.

    Parameters
    ----------
    force : replace a file that no fetch made.

    Raises
    ------
    ConfigError
        no [portal], or an [incidents] path that cannot be its snapshot.
    ProhibitedDataError
        a column about persons that [portal] leave_out does not name; no row was asked for.
    PatrolcastError
        as `write_snapshot` says; the file stays as it was.
    """
    portal, snapshot = _portal(config), _snapshot(config)
    mapped = mapped_columns(config.settings.incidents).values()
    receipt = read_into(portal, snapshot, mapped=mapped, now=now, force=force, progress=progress)
    return Fetched(snapshot, receipt)


def read_into(
    portal: Portal, snapshot: Path, *, mapped: Collection[str] = (), now: datetime, force: bool = False,
    progress: Progress | None = None,
) -> Receipt:  # fmt: skip
    """The same for a portal that no config states yet.

    Parameters
    ----------
    mapped : columns that the dataset must have.
    """
    require_replaceable(snapshot, force=force)
    address = parse_dataset(portal.dataset)
    reader, table = _described(portal, address)
    _refuse_second_columns(table, address)
    _require_columns(table, mapped, address)
    if not 0 < table.n_rows <= portal.max_rows:
        rule = f"must be 1 to {portal.max_rows:,} ([portal] max_rows)"
        raise DataRefusedError(
            str(address), got=f"{table.n_rows:,} rows", rule=rule, cure="ask for others with [portal] where"
        )
    return write_snapshot(
        reader, table, snapshot, dataset=str(address), where=portal.where, now=now, progress=progress or Progress(),
        force=force,
    )  # fmt: skip


def person_columns(portal: Portal) -> list[str]:
    """Columns of the dataset that are about persons; no row is asked for."""
    table = open_reader(portal, parse_dataset(portal.dataset)).describe()
    return [name for name in table.columns if is_person_column(name)]


def _described(portal: Portal, address: DatasetAddress) -> tuple[Reader, Table]:
    reader = open_reader(portal, address)
    table = reader.describe()
    about = [name for name in table.columns if is_person_column(name)]
    if about:
        named = ", ".join(shown(name) for name in about[:10]) + (", ..." if len(about) > 10 else "")
        rule, cure = "patrolcast reads places and times, never persons", "name them in [portal] leave_out"
        raise ProhibitedDataError(str(address), got=f"columns about persons: {named}", rule=rule, cure=cure)
    return reader, table


def _refuse_second_columns(table: Table, address: DatasetAddress) -> None:
    """Two columns of one name: no reader of the file could tell them apart."""
    names = (KEY, *table.columns)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        rule, cure = "each column has a name of its own", "name it in [portal] leave_out"
        raise DataRefusedError(str(address), got=f"two columns {shown(twice[0])}", rule=rule, cure=cure)


def _require_columns(table: Table, mapped: Collection[str], address: DatasetAddress) -> None:
    for name in mapped:
        if name not in table.columns:
            there = ", ".join(shown(column) for column in table.columns[:20])
            rule = f"[incidents.columns] names it; the dataset has {there}"
            raise DataRefusedError(str(address), got=f"no column {shown(name)}", rule=rule, cure="map another one")


def _portal(config: ConfigFile) -> Portal:
    if config.settings.portal is None:
        cure = 'write [portal] dataset = "socrata:HOST/DATASET" (docs/portals.md)'
        raise ConfigError(f"{config.path.name}: [portal]", got="none", rule="fetch reads from a portal", cure=cure)
    return config.settings.portal


def _snapshot(config: ConfigFile) -> Path:
    incidents = config.settings.incidents
    plain = incidents.format in {None, "csv"} and incidents.delimiter == "," and incidents.encoding == "utf-8"
    if not isinstance(incidents.path, Path) or incidents.path.suffix.lower() != ".csv" or not plain:
        rule, cure = "a portal fills one CSV file, with commas, in UTF-8", 'write path = "portal/mycity.csv"'
        raise ConfigError(f"{config.path.name}: [incidents] path", got="another source", rule=rule, cure=cure)
    return incidents.path
