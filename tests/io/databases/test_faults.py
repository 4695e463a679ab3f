"""What drivers say that no server here can say: told as one line, and lost only where asking again can help."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from patrolcast.domain.errors import CannotReadError, ConfigError, DataRefusedError, NotPermittedError, PatrolcastError
from patrolcast.io.databases.address import address_of
from patrolcast.io.databases.faults import fault_of


class DriverError(Exception):
    """As a driver raises it."""

    def __init__(self, text: str, sqlstate: str | None = None) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("text", "state", "error", "lost"),
    [
        ("(20009, b'DB-Lib error message 20009: Adaptive Server connection failed (canary.host)')", None,
         CannotReadError, True),
        ("(18456, b\"Login failed for user 'canary_user'.\")", None, NotPermittedError, False),
        ("(1222, b'Lock request time out period exceeded.')", None, CannotReadError, False),
        ("(208, b\"Invalid object name 'calls'.\")", None, ConfigError, False),
        ("(229, b\"The SELECT permission was denied on the object 'calls'\")", None, NotPermittedError, False),
        ("DBPROCESS is dead or not enabled", None, CannotReadError, True),
        ("ORA-01017: invalid credential or not authorized", None, NotPermittedError, False),
        ("ORA-12545: Connect failed because target host does not exist", None, CannotReadError, False),
        ("ORA-12514: Cannot connect to database. Service is not registered", None, CannotReadError, False),
        ("ORA-03113: end-of-file on communication channel", None, CannotReadError, True),
        ("DPY-4011: the database or network closed the connection", None, CannotReadError, True),
        ("ORA-01456: may not perform insert/delete/update operation inside a READ ONLY transaction", None, ConfigError,
         False),
        ("ORA-00942: table or view \"CANARY_USER\".\"CALLS\" does not exist", None, NotPermittedError, False),
        ("terminating connection due to administrator command", "57P01", CannotReadError, True),
        ("the database system is starting up", "57P03", CannotReadError, True),
        ("sorry, too many clients already", "53300", CannotReadError, True),
        ("deadlock detected", "40P01", ConfigError, False),
        ("database is locked", None, CannotReadError, False),
        ("attempt to write a readonly database", None, ConfigError, False),
        ("file is not a database", None, DataRefusedError, False),
        ("database disk image is malformed", None, DataRefusedError, False),
        ("Could not decode to UTF-8 column 'code' with text 'N. N.\\xff'", None, DataRefusedError, False),
        ("IO Error: Could not set lock on file \"/canary/base\": Conflicting lock", None, CannotReadError, False),
        ("Conversion failed when converting the varchar value 'N. N. of Elm St' to data type int.", None,
         DataRefusedError, False),
        ("(245, b\"Error converting data type varchar to numeric: 'N. N.'\")", None, DataRefusedError, False),
        ("ORA-01722: unable to convert string value containing 'N. N.' to a number", None, DataRefusedError, False),
        ("Something nobody knows about 'N. N.' and 'N. N.", None, ConfigError, False),
        ("invalid input syntax for type numeric: \"N. N.\"", "22P02", DataRefusedError, False),
    ],
)  # fmt: skip
def test_each_message_is_one_line_of_ours(
    text: str, state: str | None, error: type[PatrolcastError], lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDS", "postgresql://canary_user:canary@canary.host//canary/base")
    orig = DriverError(f"{text}\nDETAIL: Key (name)=(N. N.)", state)
    found = fault_of(
        DBAPIError("select canary", {"as_of": "canary"}, orig), address_of("RECORDS"), where="[incidents] sql"
    )
    assert (type(found.error), found.lost) == (error, lost), str(found.error)
    line = str(found.error)
    assert "\n" not in line
    assert "canary" not in line.lower()
    assert "DETAIL" not in line
    assert "N. N." not in line


def test_a_connection_that_sqlalchemy_calls_invalid_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECORDS", "postgresql://u:p@h/d")
    error = DBAPIError("select 1", {}, DriverError("whatever"), connection_invalidated=True)
    assert fault_of(error, address_of("RECORDS"), where="[incidents] sql").lost
