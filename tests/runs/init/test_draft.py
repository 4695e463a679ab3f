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
from tests.intake.builders import NOW
from tests.intake.builders import settings as square_settings
from tests.io.test_bad_files import REFUSED

from patrolcast.domain.errors import (
    CannotWriteError,
    ConfigError,
    DataRefusedError,
    PatrolcastError,
    ProhibitedDataError,
)
from patrolcast.io.codebook_files import read_codebook
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.init.draft import DraftedCity, draft_city, init_city

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def export_of(folder: Path, text: str | bytes, name: str = "export.csv") -> Path:
    export = folder / "data" / name
    export.parent.mkdir(parents=True, exist_ok=True)
    export.write_bytes(text if isinstance(text, bytes) else text.encode())
    return export


def draft(folder: Path, text: str | bytes, name: str = "export.csv") -> DraftedCity:
    return draft_city(export_of(folder, text, name), out=folder / "configs" / "town.toml")


def config_of(draft: DraftedCity) -> dict[str, dict[str, str]]:
    return tomllib.loads(draft.config_text)


NIBRS = """Incident Number,Occurred From,Report Date Time,NIBRS Code,Offense,Lat,Lon
1,2026-01-02 10:00:00,2026-01-02 11:00:00,220,Burglary,41.90,-87.60
2,2026-01-13 23:10:00,2026-01-14 11:00:00,23F,Theft from vehicle,41.91,-87.61
3,2026-01-22 10:00:00,2026-01-22 11:30:00,35A,Drug violation,41.92,-87.62
4,2026-01-22 10:00:00,2026-01-22 11:30:00,240,Vehicle theft,0,0
5,2026-01-23 10:00:00,2026-01-23 11:30:00,13B,Simple assault,41.9,-87.6
"""


def test_an_export_with_nibrs_codes_is_explained_by_the_shipped_codebook(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS)
    config = config_of(found)
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
    ]


def test_an_export_about_persons_is_refused_before_a_row_is_read(tmp_path: Path) -> None:
    with pytest.raises(ProhibitedDataError) as error:
        draft(tmp_path, NIBRS.replace("Offense", "Vict Age", 1))
    assert str(error.value) == (
        "export.csv header: got columns about persons: 'Vict Age'; "
        "patrolcast reads places and times, never persons; export it without them"
    )


def test_a_draft_is_refused_until_a_person_has_decided(tmp_path: Path) -> None:
    out = init_city(export_of(tmp_path, NIBRS), out=tmp_path / "configs" / "town.toml").config
    with pytest.raises(ConfigError) as error:
        read_settings(out)
    assert str(error.value) == (
        "town.toml: [area] boundary: got TODO; init could not decide this; write the value there"
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
        "[codebook] 2 of 2 rows: 2 open: category and provenance of codes that neither a known codebook nor words "
        "explain"
    )


def test_day_and_month_that_cannot_be_reported_apart_are_left_open(tmp_path: Path) -> None:
    body = "".join(f"0{month}/0{day}/2026 10:30,A{day},41.9,-87.6\n" for month in (1, 2) for day in range(1, 8))
    found = draft(tmp_path, "Date,Offense,Lat,Lon\n" + body)
    assert config_of(found)["incidents"]["time_format"] == "TODO"
    assert found.undecided[0] == (
        "[incidents] time_format: day and month of Date cannot be distinguished: %m/%d/%Y %H:%M or %d/%m/%Y %H:%M"
    )
    clear = draft(tmp_path, "Date,Offense,Lat,Lon\n" + body + "25/01/2026 10:30,B,41.9,-87.6\n")
    assert config_of(clear)["incidents"]["time_format"] == "%d/%m/%Y %H:%M"


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
    assert config_of(found)["incidents"]["delimiter"] == ";"
    assert config_of(found)["incidents"].get(key) == value


def test_projected_coordinates_leave_the_system_open_unless_degrees_are_there_too(tmp_path: Path) -> None:
    head = "date,offense,x_coordinate,y_coordinate"
    row = "2026-01-20 10:00:00,{},1156823.0,1899214.0"
    found = draft(tmp_path, "\n".join([head, row.format("A"), row.format("B")]))
    assert config_of(found)["incidents"]["crs"] == "TODO"
    assert (
        "[incidents] crs: x_coordinate and y_coordinate are not degrees; "
        "name their system, e.g. EPSG:2271 or ESRI:102604" in found.undecided
    )
    both = draft(
        tmp_path, "\n".join([head + ",lat,lon", row.format("A") + ",41.9,-87.6", row.format("B") + ",41.9,-87.6"])
    )
    assert config_of(both)["incidents"]["columns"]["longitude"] == "lon"  # type: ignore[index]


def test_exchanged_coordinates_are_exchanged_back_and_said(tmp_path: Path) -> None:
    row = "2026-01-20 10:00:00,{},-122.6,45.5\n"
    found = draft(tmp_path, "date,offense,latitude,longitude\n" + row.format("A") + row.format("B"))
    columns = config_of(found)["incidents"]["columns"]
    assert (columns["longitude"], columns["latitude"]) == ("latitude", "longitude")  # type: ignore[index]
    assert any("exchanged" in note for note in found.notes)


def test_a_call_source_gets_rows_of_its_own(tmp_path: Path) -> None:
    text = (
        "call_source,final case type,date,lat,lon\n"
        "PHONE,A,2026-01-20 10:00:00,45.5,-122.6\nSELF,B,2026-01-20 10:00:00,45.5,-122.6\n"
        "7,B,2026-01-20 10:00:00,45.5,-122.6\n"
    )
    sources = [row for row in rows_of(draft(tmp_path, text).codebook_text) if row["call_source"]]
    assert [(row["offence"], row["call_source"], row["provenance"]) for row in sources] == [
        ("", "7", "unknown"),
        ("", "PHONE", "citizen"),
        ("", "SELF", "officer"),
    ]
    assert all(row["ground"].startswith("TODO") for row in sources), "proposed is not decided"


def as_gzip(text: str) -> bytes:
    return gzip.compress(text.encode())


def as_zip(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inner.csv", text)
    return file.getvalue()


@pytest.mark.parametrize(("name", "pack"), [("export.csv.gz", as_gzip), ("export.zip", as_zip)])
def test_packed_exports_are_opened(tmp_path: Path, name: str, pack: Callable[[str], bytes]) -> None:
    assert config_of(draft(tmp_path, pack(NIBRS), name))["incidents"]["columns"]["offence"] == "NIBRS Code"  # type: ignore[index]


def test_other_encodings_are_named(tmp_path: Path) -> None:
    assert config_of(draft(tmp_path, NIBRS.encode("utf-16")))["incidents"]["encoding"] == "utf-16"
    latin = NIBRS.replace("Burglary", "Caf\xe9").encode("cp1252")
    assert config_of(draft(tmp_path, latin))["incidents"]["encoding"] == "cp1252"


def test_points_of_a_layer_and_of_parquet_are_read(tmp_path: Path) -> None:
    table = pd.read_csv(io.StringIO(NIBRS))
    table["Occurred From"] = pd.to_datetime(table["Occurred From"])
    table.to_parquet(tmp_path / "e.parquet")
    config = tomllib.loads(draft_city(tmp_path / "e.parquet", out=tmp_path / "t.toml").config_text)
    assert config["incidents"]["format"] == "parquet"
    assert "time_format" not in config["incidents"]
    points = gpd.points_from_xy(table["Lon"], table["Lat"], crs="EPSG:4326")
    gpd.GeoDataFrame(table.drop(columns=["Lat", "Lon"]), geometry=points).to_file(tmp_path / "e.geojson")
    config = tomllib.loads(draft_city(tmp_path / "e.geojson", out=tmp_path / "t.toml").config_text)
    assert config["incidents"]["columns"]["longitude"] == "longitude"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"PAR1junk",
            "export.csv: got 'Parquet magic bytes not found in footer. Either the file is corrupted or thi",
        ),
        (
            b"\x1f\x8bjunk",
            "export.csv: got "
            "'Compressed file ended before the end-of-stream marker was reached'; must unpack; "
            "copy the whole file again",
        ),
        (b"PK\x03\x04junk", "export.csv: got 'File is not a zip file'; must be a whole zip; "),
        (b'{"type": "FeatureCollection", "features": [', "export.csv: got "),
        (b"a,b\n" + b"1\n" * 3, "export.csv line 2: got 1 fields in the first of 3 such rows, 2 in the header; "),
    ],
)
def test_what_is_no_export_is_refused_in_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DataRefusedError) as error:
        draft(tmp_path, data)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(message)


ACCEPTED_BY_INIT = {"4 UTF-16", "4 UTF-32", "5 cp1252", "15 case and space", "15 look-alike", "17 delimiter"}
"""What a config must declare, `init` writes into it: these stop only a config that declares something else."""


@pytest.mark.parametrize("case", sorted(set(REFUSED) - ACCEPTED_BY_INIT))
def test_init_and_check_refuse_the_same_file_in_the_same_words(case: str, tmp_path: Path) -> None:
    given, message = REFUSED[case]
    data, name = given if isinstance(given, tuple) else (given, "export.csv")
    places = {"longitude": "longitude", "latitude": "latitude"} if name.endswith("geojson") else {}
    settings = square_settings(tmp_path, name, columns=places)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataRefusedError) as error:
        init_city(tmp_path / name, out=tmp_path / "configs" / "town.toml")
    config = ConfigFile(settings, {}, "", tmp_path / "square.toml", tmp_path, None)
    report = check_city(config, now=NOW)
    assert (str(error.value), report.problems, report.exit_code) == (message, (message,), 13)
    assert not (tmp_path / "configs").exists()


@pytest.mark.parametrize("case", sorted(ACCEPTED_BY_INIT))
def test_what_init_accepts_it_declares(case: str, tmp_path: Path) -> None:
    given, _ = REFUSED[case]
    assert isinstance(given, bytes)
    incidents = config_of(draft(tmp_path, given))["incidents"]
    declared = {
        "4 UTF-16": ("utf-16", ","), "4 UTF-32": ("utf-32", ","), "5 cp1252": ("cp1252", ","),
        "17 delimiter": ("utf-8", ";"),
    }  # fmt: skip
    assert (incidents["encoding"], incidents["delimiter"]) == declared.get(case, ("utf-8", ","))
    names = {"15 case and space": "Occurred", "15 look-alike": "occurred"}
    assert incidents["columns"]["occurred_at"] == names.get(case, "occurred")  # type: ignore[index]


def test_nothing_is_overwritten_unasked_and_the_export_is_not_read_first(tmp_path: Path) -> None:
    out = tmp_path / "configs" / "town.toml"
    first = init_city(export_of(tmp_path, NIBRS), out=out)
    assert (first.config, first.codebook) == (out, out.parent / "codebooks" / "town.csv")
    for path in (out, first.codebook, first.objectives):
        with pytest.raises(CannotWriteError) as error:
            init_city(tmp_path / "no such file.csv", out=out)
        assert str(error.value) == f"{path}: already exists; give another --out, or add --force to replace it"
        path.unlink()
    assert first.objectives == out.parent / "objectives" / "town.toml"
    init_city(export_of(tmp_path, NIBRS), out=out)
    init_city(export_of(tmp_path, NIBRS), out=out, overwrite=True)


def test_what_an_earlier_draft_or_a_person_wrote_beside_the_config_is_never_taken_as_known(tmp_path: Path) -> None:
    text = "date,crime type,latitude,longitude\n" + "".join(
        f"2026-01-13 10:00,{kind},41.9,-87.6\n" for kind in ("Zig", "Zig", "Zag")
    )
    export = export_of(tmp_path, text)
    first = init_city(export, out=tmp_path / "configs" / "t.toml")
    decided = first.codebook_text.replace("unknown,TODO:", "citizen,decided:").replace("Zig,,,", "Zig,,theft,")
    first.codebook.write_text(decided)
    (first.codebook.parent / "other.csv").write_text(decided)
    again = init_city(export, out=tmp_path / "configs" / "t.toml", overwrite=True)
    assert again.codebook_text == first.codebook_text
    assert [row["provenance"] for row in rows_of(again.codebook_text)] == ["unknown", "unknown"]


def test_codes_are_drafted_once_as_a_run_looks_them_up(tmp_path: Path) -> None:
    composed, parted = "Caf\u00e9", "Cafe\u0301"
    text = "date,crime type,latitude,longitude\n" + "".join(
        f"2026-01-13 10:00,{kind},41.9,-87.6\n" for kind in (composed, f" {parted} ", "A\0B", "X")
    )
    rows = rows_of(draft(tmp_path, text).codebook_text)
    assert [(row["offence"], row["ground"]) for row in rows] == [
        (composed, "TODO: 2 records"),
        ("X", "TODO: 1 records"),
    ]


@settings(max_examples=30, deadline=None)
@given(
    headers=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6),
    cells=st.lists(st.text(max_size=12), min_size=6, max_size=12),
)
def test_whatever_the_headers_and_cells_both_files_of_a_draft_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str], cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    export = folder / "e.csv"
    with export.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([headers, cells[: len(headers)]])
    with suppress(PatrolcastError):
        found = init_city(export, out=folder / "t.toml")
        tomllib.loads(found.config.read_text())
        if len(rows_of(found.codebook_text)):
            assert read_codebook(found.codebook) == rows_of(found.codebook_text)


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"DEVELOPMENT CITIES ABSENT: {name} was not read")
    return path


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "columns", "time_format", "n_open"),
    [
        ("chicago/portal_export_2018-07_2018-09.csv.gz", ("Date", "Longitude", "IUCR"), "%m/%d/%Y %I:%M:%S %p", 0),
        pytest.param("chicago/crimes_2012_2018.parquet", ("date", "lon", "iucr"), None, 0, marks=pytest.mark.long),
        ("portland/street_burglary_vehicle_2012_2017-02.parquet", ("occ_date", "lon", "category"), None, 1),
        ("portland/all_calls_2016-08_2017-02.parquet", ("occ_date", "lon", "final_case_type"), None, 0),
    ],
)
def test_the_development_cities_are_recognised(
    tmp_path: Path, name: str, columns: tuple[str, str, str], time_format: str | None, n_open: int
) -> None:
    found = draft_city(shared(name), out=tmp_path / "configs" / "t.toml")
    incidents = tomllib.loads(found.config_text)["incidents"]
    named = incidents["columns"]
    assert (named["occurred_at"], named["longitude"], named["offence"]) == columns
    assert incidents.get("time_format") == time_format
    assert len(found.undecided) == n_open
    assert ("TODO" in found.codebook_text) == (len(rows_of(found.codebook_text)) == 3), "three words name no list"


def test_signed_counts_and_unfounded_reports_are_drafted_from_their_values(tmp_path: Path) -> None:
    lines = NIBRS.splitlines()
    rows = [f"{line},1,Open" for line in lines[1:]] * 3
    text = "\n".join([f"{lines[0]},Crime Count,Case Status", *rows, f"{lines[2]},-1,Open", f"{lines[5]},1,Unfounded"])
    drafted = draft(tmp_path, text + "\n")
    incidents = config_of(drafted)["incidents"]
    assert incidents["columns"]["count"] == "Crime Count"  # type: ignore[index]
    assert incidents["columns"]["status"] == "Case Status"  # type: ignore[index]
    assert incidents["cancelled_values"] == ["Unfounded"]
    assert "status: Case Status says Unfounded: taken for reports that count zero" in drafted.notes


def test_a_draft_of_an_ordinary_export_maps_neither(tmp_path: Path) -> None:
    columns = config_of(draft(tmp_path, NIBRS))["incidents"]["columns"]
    assert "count" not in columns
    assert "status" not in columns


def versions_of(folder: Path, changed: str) -> DraftedCity:
    lines = NIBRS.splitlines()
    rows = [f"{i}{line},2026-02-0{i} 10:00:00" for i in range(1, 4) for line in lines[1:]]
    again = f"1{lines[2]},2026-02-09 10:00:00"
    return draft(folder, "\n".join([f"{lines[0]},{changed}", *rows, again, ""]))


def test_of_versions_the_newest_by_the_time_of_change_counts_not_the_later_row(tmp_path: Path) -> None:
    found = versions_of(tmp_path, "LastUpd")
    columns = config_of(found)["incidents"]["columns"]
    assert (columns["record_id"], columns["updated_at"]) == ("Incident Number", "LastUpd")  # type: ignore[index]
    said = "taken for versions of one record, the newest by LastUpd counts"
    assert f"Incident Number: 1 numbers stand in more than one row: {said}" in found.notes


def test_without_a_time_of_change_a_person_is_asked_what_the_numbers_mean(tmp_path: Path) -> None:
    found = versions_of(tmp_path, "Something")
    assert "updated_at" not in config_of(found)["incidents"]["columns"]
    assert any(note.endswith("say with record_means what they are (docs/corrections.md)") for note in found.notes)


def test_numbers_that_stand_once_ask_nothing_and_map_no_time_of_change(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS.replace("Report Date Time", "Updated On"))
    assert "updated_at" not in config_of(found)["incidents"]["columns"]
    assert not any("more than one row" in note for note in found.notes)


@pytest.mark.parametrize(
    ("file", "name", "title"),
    [("Bad Würz.toml", "bad_wurz", "Bad Würz"), ("st_john.toml", "st_john", "St John"), ("été.toml", "ete", "Été")],
)
def test_a_name_in_any_letters_is_read_as_written(tmp_path: Path, file: str, name: str, title: str) -> None:
    config = tomllib.loads(draft_city(export_of(tmp_path, NIBRS), out=tmp_path / "configs" / file).config_text)
    assert (config["name"], config["title"]) == (name, title)


def test_layers_that_name_places_are_drafted_the_preferred_one_first(tmp_path: Path) -> None:
    export = export_of(tmp_path, NIBRS)
    (export.parent / "crossings.csv").write_text("crossing,X,Y\nELM & OAK,-87.61,41.91\nASH & OAK,-87.60,41.90\n")
    areas = gpd.GeoDataFrame(
        {"NAME": ["East", "West"]}, geometry=gpd.points_from_xy([-87.60, -87.62], [41.90, 41.92]).buffer(0.02), crs=4326
    )
    areas.to_file(export.parent / "neighborhoods.geojson")
    found = draft_city(export, out=tmp_path / "configs" / "town.toml")
    assert config_of(found)["area"]["names"] == [
        {"path": "../data/crossings.csv", "column": "crossing", "longitude": "X", "latitude": "Y"},
        {"path": "../data/neighborhoods.geojson", "column": "NAME"},
    ]
    assert "[[area.names]]: crossings.csv names places by its column crossing; check it" in found.notes


def test_without_such_a_layer_the_draft_shows_how_one_is_added(tmp_path: Path) -> None:
    found = draft(tmp_path, NIBRS)
    assert "names" not in config_of(found)["area"]
    assert "# [[area.names]]    # what places are called" in found.config_text


def test_a_number_of_incidents_with_several_rows_is_drafted_and_its_meaning_asked(tmp_path: Path) -> None:
    lines = NIBRS.splitlines()
    rows = [f"{i}{line}" for i in range(1, 4) for line in lines[1:] for _ in range(2)]
    found = draft(tmp_path, "\n".join([lines[0], *rows, ""]))
    assert config_of(found)["incidents"]["columns"]["record_id"] == "Incident Number"  # type: ignore[index]
    assert any("numbers stand in more than one row: say with record_means" in note for note in found.notes)
