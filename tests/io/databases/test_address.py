"""A URL stays where it is: nothing of it is printed, shown or kept by what is made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.databases import address as module
from patrolcast.io.databases.address import EXTRAS, KINDS, address_of

VARIABLE = "TOWN_RECORDS"
URL = "postgresql://canary_user:canary%40word@canary.host:5433/canary_base?sslmode=require&sslcert=canary.pem"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (URL, "postgresql"),
        ("postgres://u:p@h/d", "postgresql"),
        ("postgresql+psycopg://u:p@h/d", "postgresql"),
        ("mssql://u:p@h/d", "mssql"),
        ("oracle://u:p@h/?service_name=d", "oracle"),
    ],
)
def test_a_url_is_of_one_kind(url: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f" {url}\n")
    assert address_of(VARIABLE).kind == kind


def test_nothing_of_a_url_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, URL)
    found = address_of(VARIABLE)
    assert found.what == "database TOWN_RECORDS"
    assert "canary" not in repr(found)
    words = (
        'connection to "canary.host", port 5433 failed: FATAL:\n password authentication failed for user "canary_user" '
        f"canary@word canary_base canary.pem {URL}"
    )
    assert "canary" not in found.without_secrets(words)
    assert found.without_secrets('column "user_canary_users" of canary_user') == 'column "user_canary_users" of ***'


def test_a_short_password_is_hidden_where_it_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://u:postgres@localhost/postgres")
    assert address_of(VARIABLE).without_secrets("for postgres at localhost") == "for *** at localhost"


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("content", [None, b""])
def test_a_database_file_that_is_not_there_is_reported_without_its_path(
    kind: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "canary.db"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(VARIABLE, f"{kind}:///{path}")
    with pytest.raises(DataRefusedError) as caught:
        address_of(VARIABLE)
    assert str(caught.value) == (
        "database TOWN_RECORDS: got no such file; must be a database file; check the path in TOWN_RECORDS"
    )


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_in_memory_is_none(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{kind}://")
    with pytest.raises(ConfigError) as caught:
        address_of(VARIABLE)
    assert str(caught.value) == (
        f"environment variable TOWN_RECORDS: got no file; a database that is there; {kind}:///path/to/records.db"
    )


def test_a_driver_that_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "oracle://u:canary@h/d")

    def absent(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'oracledb'")

    monkeypatch.setattr(module, "_engine_of", absent)
    with pytest.raises(ConfigError) as caught:
        address_of(VARIABLE).engine()
    assert str(caught.value) == (
        "database TOWN_RECORDS: got Oracle, whose driver is not installed; drivers are extras of this package; make "
        "databases, or pip install 'patrolcast[oracle]' (docs/databases.md)"
    )


def test_every_kind_has_an_extra_and_is_told_what_to_say_first() -> None:
    import tomllib

    extras = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert set(EXTRAS.values()) <= set(extras)
    assert set(KINDS) == set(EXTRAS) == set(module.SESSION)
