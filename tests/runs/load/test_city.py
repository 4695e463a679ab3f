"""A whole city from files: what may change its incidents, and what may not change a single one of them."""

from __future__ import annotations

import json
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tests.intake.builders import AS_OF, CODEBOOK, HEADER, NOW, good, load, load_bytes, row, settings

from patrolcast.domain.errors import ConfigError, DataRefusedError, PatrolcastError
from patrolcast.domain.tables import INCIDENT_COLUMNS
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import LoadedCity, load_city

PROJECT = Path(__file__).parents[3]
SHARED = PROJECT.parent / "shared" / "data"
ROWS = [
    *good(20),
    row("1", until="2026-01-10 10:45:00"),
    row("5"),
    row("5", reported="2026-01-11 09:00:00", lat="41.83"),
]


def _incidents(city: LoadedCity) -> pd.DataFrame:
    return city.tables.incidents.table


def test_every_row_is_accounted_for_and_every_source_has_its_hash(tmp_path: Path) -> None:
    city = load(tmp_path, [*ROWS, row("x", lat=""), row("y", source="PATROL"), "short"])
    export, boundary = city.sources
    assert export.rows_in == 26
    assert export.kept == len(_incidents(city)) == 22
    assert export.set_aside == {"officer-initiated": 1, "older version, superseded": 1}
    assert export.refused == {"fewer fields than the header": 1, "no location": 1}
    assert [len(export.sha256), export.name, boundary.name] == [64, "export.csv", "boundary.geojson"]
    assert tuple(_incidents(city).columns) == INCIDENT_COLUMNS
    assert str(_incidents(city)["occurred_at"].dtype) == "datetime64[us, UTC]"
    assert city.tables.set_aside.table["provenance"].tolist() == ["officer"]
    assert city.newest_report == datetime(2026, 2, 1, 17, tzinfo=UTC)


def test_an_excluded_offence_is_looked_up_as_the_codebook_looks_it_up(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(f"{CODEBOOK}M\u00dcLL,,dumping,citizen,made up\n")
    city = load(
        tmp_path,
        [*good(20), row("1", code="M\u00dcLL"), row("2", code="MU\u0308LL")],
        policy={"excluded_offences": [" M\u00dcLL"]},
    )
    assert len(_incidents(city)) == 20
    assert city.sources[0].set_aside == {"offence excluded by policy": 2}


@budget(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(ROWS))
def test_the_order_of_the_rows_changes_nothing(tmp_path: Path, mixed: list[str]) -> None:
    assert_frame_equal(_incidents(load(tmp_path, mixed)), _incidents(load(tmp_path, ROWS)))


@pytest.mark.parametrize(
    "more",
    [
        [row("5", reported="2026-03-02 09:00:00", lat="41.84")],
        [row(str(i), reported="2026-03-02 09:00:00", code="WHAT") for i in range(50)],
        [row(str(i), reported="2026-03-02 09:00:00", lon="41.82", lat="-87.68") for i in range(50)],
    ],
    ids=["a later version", "unknown codes", "swapped places"],
)
def test_what_became_known_after_as_of_changes_no_incident_and_no_note(more: list[str], tmp_path: Path) -> None:
    before, after = load(tmp_path, ROWS), load(tmp_path, [*more, *ROWS])
    assert_frame_equal(_incidents(after), _incidents(before))
    assert_frame_equal(after.tables.set_aside.table, before.tables.set_aside.table)
    assert after.notes == before.notes
    assert after.sources[0].set_aside["not yet known"] == len(more)


@pytest.mark.parametrize(
    "more",
    [
        [row(str(i), source="PATROL", lat=f"{41.82 + i * 1e-4:.4f}") for i in range(60)],
        [row("5", reported="2026-01-12 09:00:00", source="PATROL")],
        [row(str(i), source="PATROL", lon="41.82", lat="-87.68") for i in range(60)],
    ],
    ids=["many", "with a citizen's number", "in no place"],
)
def test_officer_initiated_rows_change_no_incident(more: list[str], tmp_path: Path) -> None:
    before, after = load(tmp_path, ROWS), load(tmp_path, [*more, *ROWS])
    assert_frame_equal(_incidents(after), _incidents(before))
    assert after.notes == before.notes


def test_officer_rows_cannot_hide_unknown_codes(tmp_path: Path) -> None:
    unknown = [row(str(i), code="WHAT") for i in range(9)]
    patrol = [row(str(900 + i), source="PATROL") for i in range(500)]
    messages = []
    for rows in ([*ROWS, *unknown], [*ROWS, *unknown, *patrol]):
        with pytest.raises(PatrolcastError) as caught:
            load(tmp_path, rows)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_last_report_is_the_newest_counted_report_and_nothing_later_is_known(tmp_path: Path) -> None:
    patrol = row("9", "2026-02-20 10:00:00", "", "2026-02-20 11:00:00", source="PATROL")
    city = load(tmp_path, [*ROWS, patrol], as_of="last-report")
    assert city.as_of == datetime(2026, 2, 1, 17, tzinfo=UTC)
    assert city.sources[0].set_aside["not yet known"] == 1
    assert load(tmp_path, ROWS, as_of="now").as_of == NOW


def test_without_a_time_of_report_a_record_is_known_after_the_declared_delay(tmp_path: Path) -> None:
    rows = [row("1", "2026-02-27 05:00:00"), row("2", "2026-03-01 05:00:00")]
    city = load(tmp_path, rows, drop=("reported_at", "occurred_until"), reporting_delay_hours=36.0)
    table = _incidents(city)
    assert ((table["reported_at"] - table["occurred_at"]) == pd.Timedelta(hours=36)).all()
    assert city.sources[0].set_aside == {"not yet known": 1}


def test_a_range_becomes_one_moment_within_it_and_the_same_in_every_run(tmp_path: Path) -> None:
    rows = [row(str(i), "2026-01-10 00:00:00", "2026-01-10 20:00:00", "2026-01-10 21:00:00") for i in range(300)]
    first = _incidents(load(tmp_path, rows, drop=("record_id",)))
    assert first["occurred_at"].nunique() == 1  # the same record falls on the same moment
    rows = [row(str(i), "2026-01-10 00:00:00", "2026-01-10 20:00:00", "2026-01-10 21:00:00",
                f"{-87.69 + i * 1e-4:.4f}") for i in range(300)]  # fmt: skip
    table = _incidents(load(tmp_path, rows))
    hours = table["occurred_at"].dt.tz_convert("America/Chicago").dt.hour
    assert len(table) == 300
    assert hours.between(0, 19).all()
    assert hours.nunique() == 20
    alone = _incidents(load(tmp_path, rows[:1]))
    assert alone["occurred_at"][0] in set(table["occurred_at"])


@pytest.mark.parametrize(("starts", "hours"), [(["00:00"], {12}), (["06:00", "18:00"], set(range(24)))])
def test_a_date_is_a_whole_day_and_noon_where_shifts_are_days(
    starts: list[str], hours: set[int], tmp_path: Path
) -> None:
    rows = [row(str(i), "2026-01-10", "", "", f"{-87.69 + i * 1e-4:.4f}") for i in range(300)]
    city = load(
        tmp_path, rows, time_format="%Y-%m-%d", drop=("reported_at", "occurred_until"), shifts={"starts": starts}
    )
    local = _incidents(city)["occurred_at"].dt.tz_convert("America/Chicago")
    assert set(local.dt.hour) == hours
    assert set(local.dt.day) == {10}
    known = _incidents(city)["reported_at"].dt.tz_convert("America/Chicago")
    assert set(known.astype(str)) == {"2026-01-12 00:00:00-06:00"}  # the end of that day, and a day of delay


def _as_parquet(folder: Path, rows: list[str], change: Callable[[pa.Table], pa.Table]) -> None:
    text = "\n".join([HEADER, *rows]).encode()
    kept = pyarrow.csv.ConvertOptions(
        column_types={name: pa.string() for name in HEADER.split(",")}, strings_can_be_null=False
    )
    pq.write_table(change(pyarrow.csv.read_csv(pa.py_buffer(text), convert_options=kept)), folder / "export.parquet")


def _typed(table: pa.Table) -> pa.Table:
    for name in ("occurred", "until", "reported"):
        moments = pd.to_datetime(table.column(name).to_pandas(), errors="coerce")
        table = table.set_column(table.column_names.index(name), name, pa.array(moments, pa.timestamp("us")))
    for name in ("lon", "lat"):
        numbers = pa.array(table.column(name).to_pandas().astype("float64"), pa.float32())
        table = table.set_column(table.column_names.index(name), name, numbers)
    return table.set_column(6, "code", table.column("code").dictionary_encode())


def test_a_typed_table_gives_the_same_incidents_as_text(tmp_path: Path) -> None:
    _as_parquet(tmp_path, ROWS, _typed)
    typed = load_city(settings(tmp_path, "export.parquet", time_format=None), as_of=AS_OF, now=NOW)
    text = load(tmp_path, ROWS)
    found, expected = _incidents(typed), _incidents(text)
    assert found[["reported_at", "offence"]].equals(expected[["reported_at", "offence"]])
    assert np.abs(found["longitude"] - expected["longitude"]).max() < 1e-5
    assert typed.sources[0].kept == text.sources[0].kept


@pytest.mark.parametrize("first", ["local", "zone"])
def test_files_of_which_one_has_times_with_a_zone_are_no_export(first: str, tmp_path: Path) -> None:
    """A local time taken for an instant lies hours off, and a report of this evening would be known this noon."""
    for name, rows in (("local", good(20)), ("zone", good(20, 200))):
        _as_parquet(tmp_path, rows, _typed)
        (tmp_path / "export.parquet").replace(tmp_path / f"{name}.parquet")
    with_zone = pq.read_table(tmp_path / "zone.parquet")
    at = with_zone.column_names.index("occurred")
    moved = with_zone["occurred"].cast(pa.timestamp("us", "UTC"))
    pq.write_table(with_zone.set_column(at, "occurred", moved), tmp_path / "zone.parquet")
    (tmp_path / "export.csv").write_text("\n".join([HEADER, *good(20, 400)]) + "\n")
    files = ["local.parquet", "zone.parquet"]
    files = files if first == "local" else files[::-1]
    whole = [settings(tmp_path, files, time_format=None), settings(tmp_path, ["zone.parquet", "export.csv"])]
    for config in whole:
        with pytest.raises(
            DataRefusedError, match=r"column 'occurred': got times with(out)? a zone, and \w+\.parquet has"
        ):
            load_city(config, as_of=AS_OF, now=NOW)
    for alone in files:
        assert len(load_city(settings(tmp_path, alone, time_format=None), as_of=AS_OF, now=NOW).tables.incidents.table)


def test_text_in_parquet_is_the_same_as_in_csv_to_the_bit(tmp_path: Path) -> None:
    _as_parquet(tmp_path, ROWS, lambda table: table)
    typed = load_city(settings(tmp_path, "export.parquet"), as_of=AS_OF, now=NOW)
    assert_frame_equal(_incidents(typed), _incidents(load(tmp_path, ROWS)))


def test_projected_coordinates_are_turned_into_degrees(tmp_path: Path) -> None:
    rows = [row("1", lon="1161614.0", lat="1880357.0"), row("2", lon="1159714.0", lat="1877267.0")]
    table = _incidents(load(tmp_path, rows, crs="EPSG:3435"))
    published = [(-87.689623845, 41.818933704), (-87.682568055, 41.827373751)]
    assert np.abs(table[["longitude", "latitude"]].to_numpy() - published).max() < 1e-6


def test_several_files_are_one_export_and_copies_across_them_are_found(tmp_path: Path) -> None:
    for name, rows in (("a.csv", ROWS), ("b.csv", [*ROWS[:3], row("new", lat="")])):
        (tmp_path / name).write_text("\n".join([HEADER, *rows, ""]))
    city = load_city(settings(tmp_path, ["a.csv", "b.csv"]), as_of=AS_OF, now=NOW)
    assert len(_incidents(city)) == 22
    assert [source.rows_in for source in city.sources[:2]] == [23, 4]
    assert sum(source.set_aside.get("duplicate", 0) for source in city.sources) == 3
    assert city.refused["file"].tolist() == ["b.csv"]


def test_a_database_table_is_read_by_the_name_of_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "records.db")) as database:
        names = ", ".join(HEADER.split(","))
        database.execute(f"create table calls ({names})")
        database.executemany(f"insert into calls values ({', '.join('?' * 8)})", [one.split(",") for one in ROWS])
        database.commit()
    monkeypatch.setenv("RECORDS_URL", f"sqlite:///{tmp_path / 'records.db'}")
    city = load_city(settings(tmp_path, database="RECORDS_URL", table="calls"), as_of=AS_OF, now=NOW)
    assert_frame_equal(_incidents(city), _incidents(load(tmp_path, ROWS)))


@pytest.mark.parametrize(
    ("url", "table", "message"),
    [
        (None, "calls", "environment variable RECORDS_URL: got nothing; holds a database URL; "
         "export RECORDS_URL=postgresql://USER:PASSWORD@HOST/DATABASE, or sqlite:///path/to/records.db"),
        ("mysql://user:SECRET@db/x", "calls", "environment variable RECORDS_URL: got another kind of database; must be "
         "PostgreSQL, SQLite, DuckDB, SQL Server, Oracle; export the records to a file, and name it in path"),
        ("user:SECRET@db", "calls", "environment variable RECORDS_URL: got no URL; holds a database URL; letters such "
         "as @ : / % in a password are written %40 %3A %2F %25; export RECORDS_URL=postgresql://USER:PASSWORD@HOST/"
         "DATABASE, or sqlite:///path/to/records.db"),
        ("sqlite", "other", "[incidents] table: got 'other'; must be in the database; tables: 'calls'"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_read_is_reported_without_its_url(
    url: str | None, table: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(tmp_path / "records.db")) as database:
        database.execute("create table calls (id)")
    monkeypatch.delenv("RECORDS_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("RECORDS_URL", f"sqlite:///{tmp_path / 'records.db'}" if url == "sqlite" else url)
    with pytest.raises(ConfigError) as caught:
        load_city(settings(tmp_path, database="RECORDS_URL", table=table), as_of=AS_OF, now=NOW)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"crs": "EPSG:0"}, "[incidents] crs: got 'EPSG:0'; no such reference system; use a code that PROJ "
         "knows, e.g. EPSG:4326 for degrees, EPSG:3435 or ESRI:102671 for feet in Illinois"),
        ({"crs": "EPSG:5703"}, "[incidents] crs: got 'EPSG:5703'; a system without east and north (Vertical CRS); use "
         "a code that PROJ knows, e.g. EPSG:4326 for degrees, EPSG:3435 or ESRI:102671 for feet in Illinois"),
        ({"time_zone": "localtime"}, "[incidents] time_zone: got 'localtime'; must exist; 'local', 'UTC' or an IANA "
         "zone, e.g. America/Chicago"),
        ({"time_zone": "Mars/Base"}, "[incidents] time_zone: got 'Mars/Base'; must exist; 'local', 'UTC' or an IANA "
         "zone, e.g. America/Chicago"),
        ({"encoding": "utf-9"}, "[incidents] encoding: got 'utf-9'; must exist; write encoding = 'utf-8' or a name "
         "that Python knows"),
        ({"delimiter": "é"}, "[incidents] delimiter: got '\\xe9'; one ASCII character, no quote and no line end; "
         "e.g. ';'"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_a_mistake_of_the_config(
    wrong: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, ROWS, **wrong)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("boundary.geojson", b"", "boundary.geojson: got an empty file; must hold data; export it again"),
        ("boundary.geojson", b'{"type": "FeatureCollection", "features": []}',
         "boundary.geojson: got no shape; must be a map layer; export it with its shapes"),
        ("boundary.geojson", b'{"type": "Point", "coordinates": [1, 2]}',
         "boundary.geojson: got Point; must have polygons; name the layer of areas"),
    ],
)  # fmt: skip
def test_a_boundary_without_land_is_refused(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("\n".join([HEADER, *ROWS, ""]))
    plain = settings(tmp_path)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PatrolcastError) as caught:
        load_city(plain, as_of=AS_OF, now=NOW)
    assert str(caught.value) == message


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PatrolcastError) as caught:
        load_bytes(tmp_path, b"PAR1 but no more", "export.parquet")
    assert str(caught.value).startswith("export.parquet: got ")
    assert str(caught.value).endswith("; must be a whole Parquet file; copy the whole file again")


def test_the_dirt_planted_in_the_sample_is_found_and_nothing_else_is_refused() -> None:
    sample = PROJECT / "data" / "sample"
    dirt = json.loads((sample / "truth" / "dirt.json").read_text())
    kinds = {
        name: kind for name, kind in dirt.get("kinds", dirt).items() if isinstance(kind, dict) and "numbers" in kind
    }
    city = load_city(read_settings(PROJECT / "configs" / "sample.toml").settings, as_of="2099-01-01T00:00:00Z", now=NOW)
    numbers = pd.read_csv(sample / "incidents.csv.gz", dtype=str, keep_default_na=False)["incident_number"]
    refused = set(numbers.iloc[city.refused["line"].to_numpy() - 2])
    aside = {"duplicate_same_content", "duplicate_other_content"}  # counted as set aside here
    planted = {
        n
        for name, kind in kinds.items()
        if kind["expected"] == "refused" and name not in aside
        for n in kind["numbers"]
    }
    assert refused == planted
    set_aside = city.sources[0].set_aside
    assert set_aside["duplicate"] == kinds["duplicate_same_content"]["rows"]
    assert set_aside["older version, superseded"] == kinds["duplicate_other_content"]["rows"]


def _shared(config: str) -> LoadedCity:
    if not SHARED.is_dir():
        warnings.warn(f"{config}: the development cities are absent, so it was NOT tested", stacklevel=2)
        pytest.skip("the development cities are absent")
    return load_city(read_settings(PROJECT / "configs" / f"{config}.toml").settings, as_of=None, now=NOW)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("config", "rows", "least"),
    [pytest.param("chicago", 1_949_344, 1_190_000, marks=pytest.mark.long), ("chicago_portal", 72_387, 45_000),
     pytest.param("portland", 172_072, 171_000, marks=pytest.mark.long), ("portland_calls", 118_937, 23_000)],
)  # fmt: skip
def test_a_development_city_is_read_whole(config: str, rows: int, least: int) -> None:
    city = _shared(config)
    export = city.sources[0]
    assert export.rows_in == rows
    assert export.kept == len(_incidents(city)) >= least
    assert sum(export.refused.values()) < 0.02 * rows
    assert _incidents(city)["reported_at"].max() <= city.as_of


@pytest.mark.long
@pytest.mark.shared
def test_the_portal_gives_the_same_places_from_feet_as_from_degrees() -> None:
    degrees = _shared("chicago_portal")
    config = read_settings(PROJECT / "configs" / "chicago_portal.toml").settings
    columns = config.incidents.columns.model_copy(update={"longitude": "X Coordinate", "latitude": "Y Coordinate"})
    incidents = config.incidents.model_copy(update={"columns": columns, "crs": "EPSG:3435"})
    feet = load_city(config.model_copy(update={"incidents": incidents}), as_of=None, now=NOW)
    assert abs(feet.sources[0].kept - degrees.sources[0].kept) <= 5
    found, expected = _incidents(feet), _incidents(degrees)
    assert abs(found["longitude"].mean() - expected["longitude"].mean()) < 1e-5


def test_statuses_and_signed_counts_of_the_config_reach_the_account_of_each_file(tmp_path: Path) -> None:
    rows = [f"{line},1,open" for line in good(20)]
    rows += [f"{row('7')},1,open", f"{row('7')},-1,open", f"{row('8')},1,UNFOUNDED"]
    city = load(
        tmp_path, rows, header=f"{HEADER},n,state", columns={"count": "n", "status": "state"},
        cancelled_values=["Unfounded"],
    )  # fmt: skip
    account = city.sources[0]
    assert account.cancelled == {"cancelled by its status": 1, "reversal of a report": 1, "reversed": 1}
    assert (account.rows_in, account.kept, len(city.tables.incidents.table)) == (23, 20, 20)
    assert "1 row reverses an earlier report: neither is counted" in city.notes


def test_a_file_that_is_listed_twice_under_whatever_name_is_refused(tmp_path: Path) -> None:
    rows = "\n".join([HEADER, *good(60)]) + "\n"
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(rows)
    with pytest.raises(DataRefusedError) as caught:
        load_city(settings(tmp_path, ["a.csv", "b.csv"]), as_of=AS_OF, now=NOW)
    assert str(caught.value) == (
        "b.csv: got the same bytes as a.csv; each row is read once; name each file once in [incidents] path"
    )


def test_all_rows_again_without_a_number_refuse_the_export_and_with_one_they_are_duplicates(tmp_path: Path) -> None:
    rows = good(60)
    with pytest.raises(DataRefusedError, match="got 60 of 120 rows that stand in the export a second time"):
        load(tmp_path, rows + rows, drop=("record_id",))
    assert load(tmp_path, rows + rows).sources[0].set_aside == {"duplicate": 60}


def test_a_codebook_whose_codes_look_alike_and_decide_differently_is_noted(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(CODEBOOK + "310,,theft,citizen,made up\n0310,,burglary,citizen,made up\n")
    assert (
        "codebook.csv: '0310' and '310' look alike and are decided differently: one code, or two?"
        in load(tmp_path, good(20)).notes
    )
