"""The way to databases: told apart by its ending, and one line where what they need is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.builders import AS_OF, NOW, settings

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.sources.databases import database_extra, is_query
from patrolcast.runs.load.city import load_city


def test_a_query_is_known_by_its_ending() -> None:
    assert is_query(Path("a/districts.SQL"))
    assert not is_query(Path("a/districts.sql.geojson"))


def test_what_is_not_installed_is_named_with_the_cure() -> None:
    with pytest.raises(ConfigError) as caught, database_extra("[incidents] database"):
        raise ModuleNotFoundError("No module named 'sqlalchemy'", name="sqlalchemy")
    assert str(caught.value) == (
        "[incidents] database: got no sqlalchemy in this environment; databases are an extra; make databases, or pip "
        "install 'patrolcast[postgresql]'"
    )


def test_a_query_in_the_place_of_an_export_is_sent_to_its_own_key(tmp_path: Path) -> None:
    (tmp_path / "calls.sql").write_text("select 1")
    with pytest.raises(DataRefusedError) as caught:
        load_city(settings(tmp_path, "calls.sql"), as_of=AS_OF, now=NOW)
    assert str(caught.value) == (
        "calls.sql: got a query; records of a database are read by [incidents] database; write the query in "
        "[incidents] sql"
    )
