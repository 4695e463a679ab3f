"""A city whose records and layers lie in a real PostgreSQL: the same run as from files, made again, told by check."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import PASSWORD, READER, Server
from tests.runs.tiny_city import NOW, officer_records, records, write_city, write_rows
from tests.runs.tiny_database import (
    VARIABLE,
    add_records,
    fresh,
    from_database,
    load_layer,
    load_records,
    query_file,
)

from patrolcast.domain.errors import ConfigError, DataRefusedError, PatrolcastError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.once import _reader, run_once
from patrolcast.runs.forecast.reproduce import reproduce_run
from patrolcast.runs.forecast.stored_runs import identify
from patrolcast.runs.load.increment.city import load_city_with_store

SAME = ("forecast.parquet", "suggestions.csv", "suggestions.geojson")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run from files."""
    config = write_city(tmp_path_factory.mktemp("files") / "city")
    run_once(read_settings(config), now=NOW)
    return config


@pytest.fixture
def city(made: Path, tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same city in a folder of its own, its records in a fresh database too; nothing written holds a secret."""
    project = Path(shutil.copytree(made.parents[1], tmp_path / "city", ignore=shutil.ignore_patterns("runs")))
    fresh(postgres)
    load_records(postgres, project / "data" / "incidents.csv")
    monkeypatch.setenv(VARIABLE, postgres.url())
    yield project / "configs" / "tiny.toml"
    refuse_secrets_below(project)


def refuse_secrets_below(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            assert PASSWORD.encode() not in data, path
            assert READER.encode() not in data, path


def files_of(config: Path) -> dict[str, bytes]:
    (folder,) = (one for one in (config.parents[1] / "runs" / "tiny").iterdir() if one.is_dir() and one.name[0] == "2")
    return {name: (folder / name).read_bytes() for name in SAME}


def run(config: Path, **more: Any) -> dict[str, Any]:
    return run_once(read_settings(config), now=NOW, **more).manifest


@pytest.mark.parametrize(
    "read",
    [
        {"table": "calls"},
        {"sql": "select * from calls"},
        {"sql": "select * from calls where reported <= :as_of"},
        {"sql": "select source, code, number, occurred, reported, latitude, longitude::text from calls order by code"},
        {"sql": "select number, to_char(occurred, 'YYYY-MM-DD HH24:MI:SS') as occurred, reported at time zone "
                "'America/Chicago' as reported, longitude, latitude::numeric(9, 6), code, source from calls"},
    ],
)  # fmt: skip
def test_the_database_of_an_export_gives_the_same_forecast_bytes_as_the_export(
    read: dict[str, str], city: Path, made: Path
) -> None:
    manifest = run(from_database(city, **read))
    assert files_of(city) == files_of(made)
    (source,) = (one for one in manifest["sources"] if one["of_incidents"])
    assert source["name"] == f"{VARIABLE}:{read.get('table', 'query')}"
    assert (source["rows_in"], source["kept"]) == (4000, 4000)
    assert len(source["sha256"]) == 64
    assert manifest["config"]["incidents"]["database"] == VARIABLE


def test_a_run_is_made_again_from_the_same_rows_and_not_from_others(city: Path, postgres: Server) -> None:
    config = from_database(city, sql="select * from calls where reported <= :as_of")
    first = run(config)
    (folder,) = (city.parents[1] / "runs" / "tiny").glob("2*")
    write_rows(city.parent / "later.csv", [(*row[:1], "2026-03-05 10:00:00", "2026-03-05 11:00:00", *row[3:])
                                           for row in records(5)])  # fmt: skip
    add_records(postgres, city.parent / "later.csv")  # not known then, so they change nothing
    again = reproduce_run(folder, config=read_settings(config))
    assert again.matches, again.lines()
    assert run(config)["run_id"] == first["run_id"]
    postgres.run("update calls set code = 'BURG' where number = 'C7'")
    found = reproduce_run(folder, config=read_settings(config))
    assert found.inputs_changed == (f"{VARIABLE}:query (other rows than the run read)",)
    assert found.exit_code == 13
    assert run(config)["run_id"] != first["run_id"]


def test_a_run_through_the_store_is_file_for_file_the_run_of_all_rows(city: Path, made: Path, postgres: Server) -> None:
    config = from_database(city, sql="select number, occurred, reported, longitude, latitude, code, source from calls")
    config.write_text(f"{config.read_text()}\n[store]\nenabled = true\n")
    read, store = read_settings(config), city.parents[1] / "runs" / "tiny" / "store"
    postgres.run(
        "create table later as select * from calls where number like 'C1_' or number = 'C7'",
        "delete from calls where number like 'C1_'",
        "update calls set latitude = latitude + 0.001 where number = 'C7'",
    )
    load_city_with_store(read.settings, as_of=None, now=NOW, made_by=_reader(identify(read)), folder=store)
    postgres.run("delete from calls where number = 'C7'", "insert into calls select * from later")
    run(config)
    assert files_of(city) == files_of(made)
    assert json.loads((store / "last.json").read_text())["text"].endswith(" of 4,000 rows read from the database")


def test_rows_are_kept_set_aside_refused_and_cancelled_as_those_of_a_file_are(city: Path, postgres: Server) -> None:
    export = city.parents[1] / "data" / "incidents.csv"
    rows = [*records(), *officer_records(), ("X1", "", "", "-87.69", "41.82", "THEFT", "CALL")]
    rows += [("X2", "2026-02-01 10:00:00", "2026-02-01 11:00:00", "-70.5", "41.82", "THEFT", "CALL")]
    write_rows(export, rows)
    postgres.run("drop table calls")
    load_records(postgres, export)
    file, database = (
        next(one for one in run(config)["sources"] if one["of_incidents"])
        for config in (city, from_database(city, table="calls"))
    )
    for key in ("rows_in", "kept", "set_aside", "refused", "cancelled"):
        assert file[key] == database[key], key
    assert file["set_aside"] == {"officer-initiated": 400}
    assert sum(file["refused"].values()) == 2


def test_check_says_what_the_query_returns_before_anything_runs(city: Path, postgres: Server) -> None:
    config = from_database(city, sql="select *, reported at time zone 'UTC' as seen from calls")
    report = check_city(read_settings(config), now=NOW)
    assert report.ok, report.problems
    assert report.returns == (
        "TINY_RECORDS:query returns 4,000 rows of 8 columns; newest reported_at 2026-03-01 03:45, as written",
        "  'number': text, read as record_id",
        "  'occurred': time without zone, read as occurred_at",
        "  'reported': time without zone, read as reported_at",
        "  'longitude': number, read as longitude",
        "  'latitude': number, read as latitude",
        "  'code': text, read as offence",
        "  'source': text, read as call_source",
        "  'seen': time with zone",
    )
    assert report.lines()[1] == report.returns[0]


def test_check_says_it_too_where_a_run_cannot_start(city: Path, postgres: Server) -> None:
    config = from_database(
        city, sql="select number, occurred::text, reported::text, longitude, latitude, code from calls"
    )
    config.write_text(config.read_text().replace('time_format = "%Y-%m-%d %H:%M:%S"\n', ""))
    report = check_city(read_settings(config), now=NOW)
    assert report.returns[0] == "TINY_RECORDS:query returns 4,000 rows of 6 columns"
    assert report.exit_code == 13
    assert report.problems == (
        "TINY_RECORDS:query header: got no column 'source'; [incidents.columns] call_source; columns: 'number', "
        "'occurred', 'reported', 'longitude', 'latitude', 'code'",
    )


def test_a_column_about_persons_is_refused_before_a_row_is_looked_at(
    city: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run("create view people as select *, 'N. N.' as suspect_name from calls")
    monkeypatch.delattr("patrolcast.io.databases.row_order.OrderedRows.add")
    report = check_city(read_settings(from_database(city, table="people")), now=NOW)
    assert report.exit_code == 14
    assert "suspect_name" in report.problems[0]


def test_a_column_whose_type_changed_is_reported_with_the_cure(city: Path, postgres: Server) -> None:
    config = from_database(city, table="calls")
    config.write_text(config.read_text().replace('time_format = "%Y-%m-%d %H:%M:%S"\n', ""))
    run(config)
    postgres.run("alter table calls alter column occurred type bigint using extract(epoch from occurred)")
    with pytest.raises(DataRefusedError) as caught:
        run(config)
    assert str(caught.value) == (
        "TINY_RECORDS:calls column 'occurred': got text; times are text with a declared format; set [incidents] "
        "time_format, e.g. %Y-%m-%d %H:%M:%S"
    )


@pytest.mark.parametrize("form", ["ewkb", "wkb", "geojson", "wkt"])
def test_layers_of_the_database_give_the_same_forecast_bytes_as_their_files(
    form: str, city: Path, made: Path, postgres: Server
) -> None:
    data, queries = city.parents[1] / "data", city.parent / "layers"
    queries.mkdir()
    crs = "EPSG:4326" if form in {"wkb", "wkt"} else None
    for name, column in (("boundary", None), ("districts", "district"), ("stops", None), ("bars", None)):
        load_layer(postgres, data / f"{name}.geojson", f"gis_{name}", column, form=form)
        query_file(queries / f"{name}.sql", f"select name as district, geom from gis_{name}", crs=crs)
    config = from_database(city, table="calls")
    text = config.read_text()
    for name in ("boundary", "districts", "stops", "bars"):
        text = text.replace(f'"../data/{name}.geojson"', f'"layers/{name}.sql"')
    config.write_text(text)
    manifest = run(config)
    assert files_of(city) == files_of(made)
    read = {one["name"]: one["sha256"] for one in manifest["sources"]}
    assert {one["path"].rpartition("/")[2]: one["sha256"] for one in manifest["inputs"]}.items() >= {
        (name, sha) for name, sha in read.items() if name.endswith(".sql")
    }
    (folder,) = (city.parents[1] / "runs" / "tiny").glob("2*")
    assert reproduce_run(folder, config=read_settings(config)).matches
    postgres.run("delete from gis_stops where ctid = (select min(ctid) from gis_stops)")
    found = reproduce_run(folder, config=read_settings(config))
    assert found.inputs_changed == ("configs/layers/stops.sql ([places.stops.path]: other bytes)",)


def test_a_secret_in_the_environment_reaches_no_receipt_and_no_message(
    city: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for read in ({"table": "nowhere"}, {"sql": "select nothing from calls"}, {"sql": "select 1 / 0 as number"}):
        with pytest.raises(PatrolcastError) as caught:
            run(from_database(city, **read))
        assert PASSWORD not in str(caught.value)
        assert READER not in str(caught.value)
    monkeypatch.setenv(VARIABLE, postgres.url(password="wrong-" + PASSWORD))
    with pytest.raises(PatrolcastError) as caught:
        run(from_database(city, table="calls"))
    assert PASSWORD not in str(caught.value)


def test_an_as_of_that_only_reading_tells_cannot_be_bound(city: Path, postgres: Server) -> None:
    with pytest.raises(ConfigError, match="as_of = 'last-report' is known only after reading"):
        run(from_database(city, sql="select * from calls where reported <= :as_of"), as_of="last-report")
    assert run(from_database(city, table="calls"), as_of="last-report")["as_of"] == "2026-03-01T09:45:00Z"


def test_a_run_on_files_imports_nothing_of_databases(made: Path) -> None:
    code = (
        "import sys\nfrom datetime import UTC, datetime\n"
        "from patrolcast.io.settings.settings_file import read_settings\n"
        "from patrolcast.runs.check.check import check_city\n"
        "from patrolcast.runs.forecast.once import run_once\n"
        f"config = read_settings({str(made)!r})\nnow = datetime(2026, 3, 1, 12, tzinfo=UTC)\n"
        "assert check_city(config, now=now).ok\nrun_once(config, now=now, force=True)\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'sqlalchemy', 'sqlglot', 'psycopg', 'duckdb'}"
        " or m.startswith('patrolcast.io.databases')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=600)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_manifest_names_the_variable_and_never_what_it_holds(city: Path) -> None:
    manifest = run(from_database(city, table="calls"))
    assert "postgresql://" not in json.dumps(manifest)


def test_the_same_settings_with_another_database_are_bound_to_the_same_evidence(city: Path) -> None:
    from patrolcast.io.store.binding import _stated

    config = read_settings(from_database(city, table="calls"))
    other = config.settings.model_copy(
        update={"incidents": config.settings.incidents.model_copy(update={"database": "OTHER"})}
    )
    assert _stated(config, "incidents") == _stated(replace(config, settings=other), "incidents")
