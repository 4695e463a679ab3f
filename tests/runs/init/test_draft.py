"""`init`: what an export says by itself is written down; everything else is TODO, listed, and refused until decided."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.domain.errors import CannotWriteError, ConfigError, DataRefusedError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.init.draft import DraftConfig, draft_config, write_draft

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data"
CODEBOOKS = ROOT / "configs" / "codebooks"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def draft(folder: Path, text: str | bytes, name: str = "export.csv") -> DraftConfig:
    export = folder / "data" / name
    export.parent.mkdir(parents=True, exist_ok=True)
    export.write_bytes(text if isinstance(text, bytes) else text.encode())
    return draft_config(export, out=folder / "configs" / "town.toml", codebooks=CODEBOOKS)


def told(draft: DraftConfig) -> dict[str, dict[str, str]]:
    return tomllib.loads(draft.toml_text)


NIBRS = """Incident Number,Occurred From,Report Date Time,NIBRS Code,Offense,Vict Age,Lat,Lon
1,2026-01-02 10:00:00,2026-01-02 11:00:00,220,Burglary,33,41.90,-87.60
2,2026-01-13 23:10:00,2026-01-14 11:00:00,23F,Theft from vehicle,44,41.91,-87.61
3,2026-01-22 10:00:00,2026-01-22 11:30:00,35A,Drug violation,19,41.92,-87.62
4,2026-01-22 10:00:00,2026-01-22 11:30:00,240,Vehicle theft,,0,0
5,2026-01-23 10:00:00,2026-01-23 11:30:00,13B,Simple assault,,41.9,-87.6
"""


def test_an_export_with_nibrs_codes_is_explained_by_the_shipped_codebook(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS)
    config = told(found)
    assert config["incidents"]["columns"] == {  # type: ignore[comparison-overlap]
        "occurred_at": "Occurred From",
        "reported_at": "Report Date Time",
        "longitude": "Lon",
        "latitude": "Lat",
        "offence": "NIBRS Code",
        "record_id": "Incident Number",
    }
    assert config["incidents"]["time_format"] == "%Y-%m-%d %H:%M:%S"
    assert {row["offence"]: row["provenance"] for row in rows_of(found.codebook_text)} == {
        "220": "citizen",
        "23F": "citizen",
        "35A": "officer",
        "240": "citizen",
        "13B": "citizen",
    }
    assert found.undecided == [
        "[area] boundary: name a polygon layer of the jurisdiction",
        "[area] timezone: the agency's zone is not in the export",
    ]


def test_columns_about_persons_are_named_and_never_mapped(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS)
    assert "# about persons, never read: Vict Age" in found.toml_text
    assert '"Vict Age"' not in found.toml_text


def test_a_draft_is_refused_until_a_person_has_decided(tmp_path: Path) -> None:
    out, _ = write_draft(draft(tmp_path, NIBRS))
    with pytest.raises(ConfigError) as error:
        read_settings(out)
    assert str(error.value) == (
        "town.toml: [area] boundary, [area] timezone: got TODO; init could not decide this; write the value there"
    )
    decided = out.read_text().replace('timezone = "TODO"', 'timezone = "America/Chicago"')
    out.write_text(decided.replace('boundary = "TODO"', 'boundary = "../data/b.geojson"'))
    assert read_settings(out).settings.incidents.path == tmp_path / "data" / "export.csv"


def test_unknown_offence_codes_are_never_made_reports(tmp_path: Path) -> None:
    text = "date,crime type,arrest,latitude,longitude\n" + "".join(
        f"2026-01-{day:02d} 10:00,{kind},{arrest},41.9,-87.6\n"
        for day, kind, arrest in ((13, "Zig", "true"), (14, "Zig", "false"), (15, "Zag", "false"))
    )
    found = draft(tmp_path, text)
    assert rows_of(found.codebook_text) == [
        {
            "offence": code,
            "call_source": "",
            "category": "",
            "provenance": "unknown",
            "ground": ground,
        }
        for code, ground in (("Zig", "TODO: 2 records, arrest share 0.50"), ("Zag", "TODO: 1 records"))
    ]
    assert found.undecided[0] == (
        "[codebook] 2 of 2 rows: category and provenance of codes that no known codebook explains"
    )


def test_day_and_month_that_cannot_be_told_apart_are_left_open(tmp_path: Path) -> None:
    body = "".join(f"0{month}/0{day}/2026 10:30,A{day},41.9,-87.6\n" for month in (1, 2) for day in range(1, 8))
    found = draft(tmp_path, "Date,Offense,Lat,Lon\n" + body)
    assert told(found)["incidents"]["time_format"] == "TODO"
    assert found.undecided[0] == (
        "[incidents] time_format: day and month of Date cannot be distinguished: %m/%d/%Y %H:%M or %d/%m/%Y %H:%M"
    )
    clear = draft(tmp_path, "Date,Offense,Lat,Lon\n" + body + "25/01/2026 10:30,B,41.9,-87.6\n")
    assert told(clear)["incidents"]["time_format"] == "%d/%m/%Y %H:%M"


@pytest.mark.parametrize(
    ("when", "key", "value"),
    [
        ("1767312000", "time_format", "epoch"),
        ("1767312000000", "time_format", "epoch_ms"),
        ("2026-01-20T10:00:00Z", "time_format", "%Y-%m-%dT%H:%M:%S%z"),
        ("2026-01-20T10:00:00.000", "time_format", "%Y-%m-%dT%H:%M:%S.%f"),
        ("20-JAN-2026 10:00", "time_format", "%d-%b-%Y %H:%M"),
        ("01/20/26 10:00 PM", "time_format", "%m/%d/%y %I:%M %p"),
        ("20.01.2026 10:00", "time_format", "%d.%m.%Y %H:%M"),
        ("20260120", "time_format", "%Y%m%d"),
        ("46042.5", "time_format", "TODO"),
        ("soon", "time_format", "TODO"),
    ],
)
def test_ways_to_write_a_time(tmp_path: Path, when: str, key: str, value: str) -> None:
    found = draft(tmp_path, f"OCCURRED;OFFENSE;LATITUDE;LONGITUDE\n{when};A;41.9;-87.6\n{when};B;41.9;-87.6\n")
    assert told(found)["incidents"]["delimiter"] == ";"
    assert told(found)["incidents"].get(key) == value


def test_projected_coordinates_leave_the_system_open_unless_degrees_are_there_too(tmp_path: Path) -> None:
    head = "date,offense,x_coordinate,y_coordinate"
    row = "2026-01-20 10:00:00,{},1156823.0,1899214.0"
    found = draft(tmp_path, "\n".join([head, row.format("A"), row.format("B")]))
    assert told(found)["incidents"]["crs"] == "TODO"
    assert "[incidents] crs: x_coordinate and y_coordinate are not degrees; name their EPSG code" in found.undecided
    both = draft(
        tmp_path, "\n".join([head + ",lat,lon", row.format("A") + ",41.9,-87.6", row.format("B") + ",41.9,-87.6"])
    )
    assert told(both)["incidents"]["columns"]["longitude"] == "lon"  # type: ignore[index]


def test_exchanged_coordinates_are_exchanged_back_and_said(tmp_path: Path) -> None:
    row = "2026-01-20 10:00:00,{},-122.6,45.5\n"
    found = draft(tmp_path, "date,offense,latitude,longitude\n" + row.format("A") + row.format("B"))
    columns = told(found)["incidents"]["columns"]
    assert (columns["longitude"], columns["latitude"]) == ("latitude", "longitude")  # type: ignore[index]
    assert any("exchanged" in note for note in found.notes)


def test_a_call_source_gets_rows_of_its_own(tmp_path: Path) -> None:
    text = (
        "call_source,final case type,date,lat,lon\n"
        "PHONE,A,2026-01-20 10:00:00,45.5,-122.6\nSELF,B,2026-01-20 10:00:00,45.5,-122.6\n"
    )
    sources = [row for row in rows_of(draft(tmp_path, text).codebook_text) if row["call_source"]]
    assert [(row["offence"], row["call_source"], row["provenance"]) for row in sources] == [
        ("", "PHONE", "unknown"),
        ("", "SELF", "unknown"),
    ]


def as_gzip(text: str) -> bytes:
    return gzip.compress(text.encode())


def as_zip(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inner.csv", text)
    return file.getvalue()


@pytest.mark.parametrize(("name", "pack"), [("export.csv.gz", as_gzip), ("export.zip", as_zip)])
def test_packed_exports_are_opened(tmp_path: Path, name: str, pack: Callable[[str], bytes]) -> None:
    assert told(draft(tmp_path, pack(NIBRS), name))["incidents"]["columns"]["offence"] == "NIBRS Code"  # type: ignore[index]


def test_other_encodings_are_named(tmp_path: Path) -> None:
    assert told(draft(tmp_path, NIBRS.encode("utf-16")))["incidents"]["encoding"] == "utf-16"
    latin = NIBRS.replace("Burglary", "Caf\xe9").encode("cp1252")
    assert told(draft(tmp_path, latin))["incidents"]["encoding"] == "cp1252"


def test_points_of_a_layer_and_of_parquet_are_read(tmp_path: Path) -> None:
    table = pd.read_csv(io.StringIO(NIBRS))
    table["Occurred From"] = pd.to_datetime(table["Occurred From"])
    table.to_parquet(tmp_path / "e.parquet")
    config = tomllib.loads(draft_config(tmp_path / "e.parquet", out=tmp_path / "t.toml").toml_text)
    assert config["incidents"]["format"] == "parquet"
    assert "time_format" not in config["incidents"]
    points = gpd.points_from_xy(table["Lon"], table["Lat"], crs="EPSG:4326")
    gpd.GeoDataFrame(table.drop(columns=["Lat", "Lon"]), geometry=points).to_file(tmp_path / "e.geojson")
    config = tomllib.loads(draft_config(tmp_path / "e.geojson", out=tmp_path / "t.toml").toml_text)
    assert config["incidents"]["columns"]["longitude"] == "longitude"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "export.csv: got an empty file; an export has a header and rows"),
        (b"a,b\n", "export.csv: got no row; an export has a header and rows"),
        (
            b"date,lat,lat\n1,2,3\n",
            "export.csv: got two columns are called 'lat'; cannot be read; "
            "export it as CSV, Parquet, GeoJSON or shapefile",
        ),
        (b"PAR1junk", None),
        (b"\x1f\x8bjunk", None),
        (b"PK\x03\x04junk", None),
        (b'{"type": "FeatureCollection", "features": [', None),
    ],
)
def test_what_is_no_export_is_refused_in_one_line(tmp_path: Path, data: bytes, message: str | None) -> None:
    with pytest.raises(DataRefusedError) as error:
        draft(tmp_path, data)
    assert "\n" not in str(error.value)
    assert message is None or str(error.value) == message


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS)
    write_draft(found)
    with pytest.raises(CannotWriteError) as error:
        write_draft(found)
    assert str(error.value) == (
        f"{found.codebook_out}: got a file that exists; never overwritten unasked; choose another name, or say --force"
    )
    write_draft(found, overwrite=True)


@settings(max_examples=60, deadline=None)
@given(
    headers=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6),
    cells=st.lists(st.text(max_size=12), min_size=6, max_size=12),
)
def test_whatever_the_headers_and_cells_a_draft_is_toml(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str], cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    export = folder / "e.csv"
    with export.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([headers, cells[: len(headers)]])
    with suppress(DataRefusedError):
        tomllib.loads(draft_config(export, out=folder / "t.toml").toml_text)


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"DEVELOPMENT CITIES ABSENT: {name} was not read")
    return path


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "columns", "time_format", "n_open"),
    [
        ("chicago/portal_export_2018-07_2018-09.csv.gz", ("Date", "Longitude", "IUCR"), "%m/%d/%Y %I:%M:%S %p", 1),
        ("chicago/crimes_2012_2018.parquet", ("date", "lon", "iucr"), None, 1),
        ("portland/street_burglary_vehicle_2012_2017-02.parquet", ("occ_date", "lon", "category"), None, 2),
        ("portland/all_calls_2016-08_2017-02.parquet", ("occ_date", "lon", "final_case_type"), None, 2),
    ],
)
def test_the_development_cities_are_recognised(
    tmp_path: Path, name: str, columns: tuple[str, str, str], time_format: str | None, n_open: int
) -> None:
    found = draft_config(shared(name), out=tmp_path / "configs" / "t.toml", codebooks=CODEBOOKS)
    incidents = tomllib.loads(found.toml_text)["incidents"]
    named = incidents["columns"]
    assert (named["occurred_at"], named["longitude"], named["offence"]) == columns
    assert incidents.get("time_format") == time_format
    assert len(found.undecided) == n_open
    assert "TODO" not in found.codebook_text
