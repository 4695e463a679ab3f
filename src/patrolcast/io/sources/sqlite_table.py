"""A table of a SQLite database, read only. Other databases are not supported: export to Parquet.

The URL comes from the environment, by the name that the config holds; it never reaches a message or a manifest. Names
of table and columns must stand in the database's own lists before they are used, so no config can carry SQL.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.io.hashing import file_sha256
from patrolcast.io.sources.byte_stream import require_file
from patrolcast.io.sources.columnar import TableSource


def sqlite_source(variable: str, table: str | None, columns: Sequence[str]) -> TableSource:
    """The mapped columns of a table, and the names of all.

    Parameters
    ----------
    variable : environment variable that holds ``sqlite:///path``.
    table : a table or view of it.

    Raises
    ------
    ConfigError
        no URL, no such table, or another kind of database.
    DataRefusedError
        a file that is no database.
    """
    url = os.environ.get(variable)
    if not url:
        cure = f"export {variable}=sqlite:///path/to/records.db"
        raise ConfigError(f"environment variable {variable}", got="nothing", rule="holds a database URL", cure=cure)
    if not url.startswith("sqlite:///"):
        rule = "only SQLite is supported (sqlite:///path)"
        cure = "export the records to Parquet or CSV, and name the file in [incidents] path"
        raise ConfigError(f"environment variable {variable}", got="another database", rule=rule, cure=cure)
    path = Path(url.removeprefix("sqlite:///"))
    require_file(path)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            names = [
                row[0] for row in database.execute("select name from sqlite_master where type in ('table','view')")
            ]
            if table not in names:
                cure = f"tables: {', '.join(sorted(names))}"
                raise ConfigError(
                    "[incidents] table",
                    got="nothing" if table is None else shown(table),
                    rule="must be in the database",
                    cure=cure,
                )
            header = [row[1] for row in database.execute("select * from pragma_table_info(?)", (table,))]
            found = [name for name in dict.fromkeys(columns) if name in header]
            quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in found) or "null"
            rows = database.execute(f'select {quoted} from "{table}"').fetchall()
    except sqlite3.DatabaseError as error:
        raise DataRefusedError(path.name, got=shown(str(error)), rule="must be a SQLite database") from None
    values = {name: pa.array([_text(row[i]) for row in rows], pa.string()) for i, name in enumerate(found)}
    values |= {name: pa.nulls(len(rows), pa.string()) for name in header if name not in values}
    return TableSource(path.name, file_sha256(path), path.stat().st_size, pa.table([values[n] for n in header], header))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
