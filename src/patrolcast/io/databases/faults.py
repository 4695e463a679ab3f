"""What a database said, as one line of ours: never the URL, never a row, and whether asking again can help.

Only a connection that was lost, or that is not there yet, is worth another try. Everything else (a password, a name, a
lock, a value that cannot be read) would be the same a moment later.
"""

import re
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from patrolcast.domain.errors import (
    CannotReadError,
    ConfigError,
    DataRefusedError,
    NotPermittedError,
    PatrolcastError,
    shown,
)
from patrolcast.io.databases.address import WAIT_SECONDS, Address

_LOST_STATES = ("08", "57P01", "57P02", "57P03", "53300")
"""PostgreSQL: the connection, a shutdown, a crash, a start, too many connections."""


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_NO_HOST = _any_of(
    "translate host name", "resolve host", "name or service not known", "nodename nor servname", "getaddrinfo",
    "unknown host", "no address associated", "label empty or too long", "ORA-12545",
)  # fmt: skip
_NO_ENTRY = _any_of(
    "authentication failed", "no password supplied", "login failed", "no pg_hba.conf", "role .* does not exist",
    "is not permitted to log in", "ORA-0?1017",
)  # fmt: skip
_NO_DATABASE = _any_of("FATAL: +database .* does not exist", "cannot open database", "ORA-12514")
_LOST = _any_of(
    "connection (?:refused|reset|timed out|timeout expired|is closed|failed)", "server closed the connection",
    "could not (?:connect|receive)", "connection to server", "terminating connection", "the connection is lost",
    "consuming input failed", "broken pipe", "DBPROCESS is dead", "adaptive server", "ORA-0311[34]", "ORA-03135",
    "DPY-4011", "DPY-6005",
)  # fmt: skip
_LOCKED = _any_of(
    "lock timeout", "database (?:table )?is locked", "could not set lock", "conflicting lock", "lock request time out",
    "ORA-00054",
)  # fmt: skip
_WRITES = _any_of("read-?only", "ORA-01456")
_DENIED = _any_of("permission (?:was )?denied", "access (?:is )?denied", "ORA-01031", "ORA-00942")
_NO_VALUE = _any_of(
    "conversion failed", "error converting", "could not convert", "out-of-range value", "arithmetic overflow",
    "ORA-01722", "ORA-018[0-9][0-9]", "ORA-01426",
)  # fmt: skip
_QUOTED = re.compile(r"'[^']*'?")
"""What a driver quotes may be a row's value, and anybody's: no message carries it."""
_NO_FILE = _any_of("file is not a database", "not a valid duckdb", "malformed", "file is encrypted", "is corrupt")


@dataclass(frozen=True)
class DatabaseFault:
    """One line for people, and whether the connection was lost."""

    error: PatrolcastError
    lost: bool = False


def fault_of(error: Exception, address: Address, *, where: str) -> DatabaseFault:
    """What a driver's error means.

    Parameters
    ----------
    where : the key or file that states the query.
    """
    orig = getattr(error, "orig", None) or error
    state = str(getattr(orig, "sqlstate", None) or "")
    text = address.without_secrets(_primary(orig))
    what = address.what
    if state == "55P03" or _LOCKED.search(text):
        got, cure = f"a lock of another session for {WAIT_SECONDS} s", "run again when whatever writes there is done"
        return DatabaseFault(CannotReadError(what, got=got, rule="the table must be free to read", cure=cure))
    if state == "25006" or (_WRITES.search(text) and not state):
        rule, cure = "the transaction is read-only", "a query only selects; a function that it calls writes"
        return DatabaseFault(ConfigError(where, got="a query that writes", rule=rule, cure=cure))
    if _NO_HOST.search(text):
        cure = f"check the URL in {address.variable}, and the network of this machine"
        return DatabaseFault(CannotReadError(what, got="a host that nobody knows", rule="must be reachable", cure=cure))
    if state.startswith("28") or _NO_ENTRY.search(text):
        cure = f"check user and password of the URL in {address.variable}"
        return DatabaseFault(
            NotPermittedError(what, got="a refusal of user or password", rule="must let us in", cure=cure)
        )
    if state == "3D000" or _NO_DATABASE.search(text):
        cure = f"check the end of the URL in {address.variable}"
        return DatabaseFault(CannotReadError(what, got="no database of that name", rule="must be there", cure=cure))
    if _is_lost(error, state, text):
        cure = "see that the server runs; the next start reads everything again"
        lost = CannotReadError(what, got="a connection that was lost", rule="is tried 4 times", cure=cure)
        return DatabaseFault(lost, lost=True)
    if state == "42501" or _DENIED.search(text):
        cure = "the account needs the right to SELECT there, and no other"
        return DatabaseFault(NotPermittedError(where, got=shown(text), rule="must be readable", cure=cure))
    if _NO_FILE.search(text):
        return DatabaseFault(
            DataRefusedError(what, got="another file", rule="must be a database", cure="copy it again")
        )
    if state.startswith("22") or type(orig).__name__ in {"DataError", "ConversionException", "OutOfRangeException"}:
        return DatabaseFault(_unreadable(what, text))
    if _NO_VALUE.search(text):
        return DatabaseFault(_unreadable(what, "a value that cannot be converted"))
    if "decode" in text.lower():
        return DatabaseFault(_unreadable(what, "bytes that are not UTF-8"))
    return DatabaseFault(
        ConfigError(
            where, got=shown(_QUOTED.sub("'...'", text)), rule="the database must accept the query", cure="try it there"
        )
    )


def _unreadable(what: str, text: str) -> DataRefusedError:
    """Without what stands after a colon: the value, which may be anybody's."""
    cure = "cast the column to text in the query, or leave those rows out"
    return DataRefusedError(what, got=shown(text.partition(":")[0]), rule="every value must be readable", cure=cure)


def _is_lost(error: Exception, state: str, text: str) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return state.startswith(_LOST_STATES) or (not state and bool(_LOST.search(text)))


def _primary(orig: object) -> str:
    """The message alone: no statement, no parameters, no row that stood beside it."""
    diagnosis = getattr(orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    if primary:
        return str(primary)
    return next((line for line in str(orig).splitlines() if line.strip()), type(orig).__name__)
