"""The folder in which the console keeps what is its own: a secret key, accounts and sessions, and `console.toml`.

::

    console/<city>/secret.key      made at the first start; readable to the account that serves alone
    console/<city>/console.sqlite3 accounts, sessions, training records; no decision: those are on the trail
    console/<city>/console.toml    written by hand: the address it is reached at, the directory to sign in with

Nothing in it is ever read by a run, and no run folder holds any of it.
"""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from patrolcast.domain.errors import CannotWriteError, ConfigError, NotPermittedError, shown

KEY, OPTIONS, DATABASE = "secret.key", "console.toml", "console.sqlite3"
DATABASE_VARIABLE = "PATROLCAST_CONSOLE_DATABASE"
"""Names a PostgreSQL database for the console, postgresql://user:password@host/name; without it: SQLite."""


class Directory(BaseModel):
    """The department's own directory, by OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(min_length=1, max_length=60)]
    server: Annotated[str, Field(pattern=r"^https?://")]
    client_id: str
    client_secret_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Options(BaseModel):
    """`console.toml`: every key may be left out.

    Attributes
    ----------
    address : where people reach the console, https; None: only this machine does, over http.
    second_factor : whether an account that signs in by password needs a code as well.
    idle_minutes, longest_hours : after so long without a click, and after so long in any case, somebody must sign in
        again (CJIS AC-11).
    failures, lockout_minutes : so many wrong passwords within so long lock an account (CJIS AC-7).
    training_days : how long a passed quiz gives the right to review.
    accept_share, accept_shifts : the automation-bias alarm: accepted more than this share in so many shifts in a row.
    smallest_group : fewer decisions than this are not shown as a share, so that no single person can be read off.
    pages_a_minute : more pages than this of one account are refused, so that nobody copies the whole of it by a script.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    address: str | None = None
    second_factor: bool = True
    idle_minutes: Annotated[int, Field(ge=1, le=720)] = 30
    longest_hours: Annotated[int, Field(ge=1, le=24)] = 12
    failures: Annotated[int, Field(ge=1, le=10)] = 5
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    training_days: Annotated[int, Field(ge=1, le=730)] = 365
    accept_share: Annotated[float, Field(gt=0, le=1)] = 0.95
    accept_shifts: Annotated[int, Field(ge=1, le=100)] = 6
    smallest_group: Annotated[int, Field(ge=2, le=100)] = 5
    pages_a_minute: Annotated[int, Field(ge=10, le=10_000)] = 120
    directory: Directory | None = None

    @field_validator("address")
    @classmethod
    def _https(cls, text: str | None) -> str | None:
        if text is None:
            return None
        parts = urlsplit(text)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("must be https://HOST, without a path")
        return f"https://{parts.netloc}"


def read_options(folder: Path) -> Options:
    """`console.toml`, or every default where there is none.

    Raises ConfigError: it is no TOML, or a key is unknown or wrong.
    """
    path = folder / OPTIONS
    if not path.is_file():
        return Options()
    try:
        return Options.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(OPTIONS, got=shown(str(error)), rule="must be TOML in UTF-8") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = ", ".join(Options.model_fields)
        raise ConfigError(f"{OPTIONS} {key}", rule=first["msg"], cure=f"its keys: {known}") from None


def open_state(folder: Path) -> None:
    """Makes the folder, closed to every other account of the machine.

    Raises CannotWriteError, NotPermittedError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except PermissionError as error:
        raise NotPermittedError(f"the console's folder {shown(str(folder))}", got=error.strerror) from None
    except OSError as error:
        raise CannotWriteError(f"the console's folder {shown(str(folder))}", got=error.strerror) from None


def secret_key(folder: Path) -> str:
    """The key that signs sessions, made at the first start.

    Raises NotPermittedError: others may read it, so it protects nothing. CannotWriteError.
    """
    path = folder / KEY
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    except OSError as error:
        raise CannotWriteError(f"the console's key {shown(str(path))}", got=error.strerror) from None
    if path.stat().st_mode & 0o077:
        rule, cure = "no other account may read it", f"chmod 600 {path}; delete it if others may have seen it"
        raise NotPermittedError(
            f"the console's key {KEY}", got=f"mode {path.stat().st_mode & 0o777:o}", rule=rule, cure=cure
        )
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise ConfigError(
            f"the console's key {KEY}", got=f"{len(key)} characters", rule="must have 50", cure="delete it"
        )
    return key


def database_of(folder: Path, environment: str | None) -> dict[str, object]:
    """Django's words for the database: SQLite in the folder, or the PostgreSQL that the environment names.

    >>> database_of(Path("x"), "postgresql://me:s%40d@db.example:5433/console")["PASSWORD"]
    's@d'

    Raises ConfigError: what is named is no address of a PostgreSQL database; the address itself is never shown.
    """
    if not environment:
        options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / DATABASE), "OPTIONS": options}
    try:
        parts = urlsplit(environment)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise ConfigError(DATABASE_VARIABLE, rule="must be postgresql://USER:PASSWORD@HOST:PORT/NAME")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],  # a folder: its socket
        "PORT": port or "",
        "CONN_MAX_AGE": 60,
    }
