"""Section "Values" of the bad-input catalogue, 26 to 50: each row kept, set aside or refused as it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.intake.builders import HEADER, good, load, quarantine, row, settings

from patrolcast.domain.errors import DataRefusedError, PatrolcastError, ProhibitedDataError

ROWS = good(20)
Refused = list[tuple[int, str, str, str]]

KEPT: dict[str, list[str]] = {
    "26 texts that look missing": [
        row("NULL"), row("NA", lat="41.821"), row("None", lat="41.822"), row("nan", lat="41.823"),
    ],
    "27 leading zeros and numbers beyond 2^53": [
        row("007"), row("7", lat="41.821"),
        row("9007199254740993", lat="41.822"), row("9007199254740992", lat="41.823"),
    ],
    "28 no number, no comparison": [row(""), row("")],
    "37 a time in the spring gap": [row("1", "2025-03-09 02:30:00", "", "2025-03-09 05:00:00")],
    "37 a report in the repeated hour": [row("1", "2025-11-02 01:50:00", "", "2025-11-02 01:10:00")],
    "41 a range": [row("1", "2026-01-10 10:00:00", "2026-01-10 10:30:00")],
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT)
def test_what_is_peculiar_but_true_is_kept(case: str, tmp_path: Path) -> None:
    source = load(tmp_path, [*ROWS, *KEPT[case]]).sources[0]
    assert (source.kept, source.set_aside, source.refused) == (20 + len(KEPT[case]), {}, {})


SET_ASIDE: dict[str, tuple[list[str], dict[str, int]]] = {
    "28 a copy and an older version": (
        [row("5"), row("5"), row("5", reported="2026-01-11 09:00:00", lat="41.83")],
        {"duplicate": 1, "older version, superseded": 1},
    ),
    "28 a later version that is not known yet": (
        [row("5"), row("5", reported="2026-03-05 09:00:00", code="FRAUD")], {"not yet known": 1}
    ),
    "39 what is still to come": (
        [row("1", "2026-04-10 10:00:00", "", "2026-04-11 10:00:00"),
         row("2", "2026-04-10 10:00:00", "", "2026-04-11 10:00:00", lat="95")],
        {"not yet known": 2},
    ),
    "42 a citizen's report that is not forecast": ([row(code="FRAUD")], {"category not forecast": 1}),
    "43 an enforcement-driven code": ([row(code="STOP")], {"officer-initiated": 1}),
    "44 an officer-initiated call": ([row(source="PATROL")], {"officer-initiated": 1}),
}  # fmt: skip


@pytest.mark.parametrize("case", SET_ASIDE)
def test_what_may_not_be_counted_is_set_aside_by_reason(case: str, tmp_path: Path) -> None:
    rows, aside = SET_ASIDE[case]
    source = load(tmp_path, [*ROWS, *rows]).sources[0]
    assert (source.kept, source.set_aside, source.refused) == (20 + len(rows) - sum(aside.values()), aside, {})


REFUSED: dict[str, tuple[list[str], Refused]] = {
    "29 swapped": (
        [row(lon="41.82", lat="-87.68")], [(22, "lon", "longitude and latitude swapped", "41.82 -87.68")]
    ),
    "30 impossible": (
        [row("1", lat="91"), row("2", lon="181"), *(row(v, lat=v) for v in ("inf", "1e400", "x", "1_0", "12 Elm St"))],
        [
            (22, "lon", "coordinates outside their range", "-87.68 91"),
            (23, "lon", "coordinates outside their range", "181 41.82"),
            *((24 + i, "lat", "coordinate is not a number", "a text that is not shown") for i in range(5)),
        ],
    ),
    "31 null island": ([row(lon="0", lat="0")], [(22, "lon", "coordinates (0, 0)", "0 0")]),
    "32 elsewhere": ([row(lon="-88.5")], [(22, "lon", "outside the jurisdiction", "-88.5 41.82")]),
    "32 nowhere": ([row(lon="")], [(22, "lon", "no location", "")]),
    "36 a spreadsheet's day number": (
        [row(occurred="45292.5")], [(22, "occurred", "time not in the declared format", "'45292.5'")]
    ),
    "39 impossible times": (
        [row("1", "0024-01-10 10:00:00"), row("2", "9999-01-10 10:00:00"), row("3", "1900-01-10 10:00:00"),
         row("4", "2026-02-10 10:00:00"), row("5", "2026-02-30 10:00:00"), row("6", ""), row("7", reported="")],
        [
            (22, "occurred", "year outside 1990 to 2100", "'0024-01-10T10:00:00'"),
            (23, "occurred", "year outside 1990 to 2100", "'9999-01-10T10:00:00'"),
            (24, "occurred", "year outside 1990 to 2100", "'1900-01-10T10:00:00'"),
            (25, "reported", "known before it happened", "'2026-01-10T11:00:00'"),
            (26, "occurred", "time not in the declared format", "'2026-02-30 10:00:00'"),
            (27, "occurred", "no time", ""),
            (28, "reported", "no time", ""),
        ],
    ),
    "41 ranges that cannot be": (
        [row("2", until="2026-01-09 10:30:00"), row("3", "2025-11-10 10:00:00", "2026-01-09 10:30:00")],
        [(22, "until", "ends before it begins", "'2026-01-09T10:30:00'"),
         (23, "until", "range longer than 30 days", "'2026-01-09T10:30:00'")],
    ),
    "42 an unknown offence": ([row(code="W9")], [(22, "code", "offence not in the codebook", "'W9'")]),
    "44 an unknown call source": ([row(source="")], [(22, "source", "call source not in the codebook", "no code")]),
    "49 a phone number in a code": (
        [row(code="call 312-555-0100")], [(22, "code", "offence not in the codebook", "a text that is not shown")]
    ),
    "54 escapes in a code": (
        [row(code="\x1b[31mred")], [(22, "code", "offence not in the codebook", "a text that is not shown")]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_true_is_refused_with_line_column_rule_and_value(case: str, tmp_path: Path) -> None:
    rows, refused = REFUSED[case]
    city = load(tmp_path, [*ROWS, *rows])
    assert quarantine(city) == refused
    assert city.sources[0].kept == 20


WHOLE: dict[str, tuple[list[str], dict[str, Any], str]] = {
    "29 most rows swapped": (
        [row(str(i), lon="41.82", lat="-87.68") for i in range(20)], {},
        "export.csv: got 20 of 20 rows: longitude and latitude swapped, e.g. (41.82, -87.68); most rows must have a "
        "place; exchange longitude and latitude in [incidents.columns]",
    ),
    "33 feet as degrees": (
        [row(str(i), lon="1156823.0", lat="1899214.0") for i in range(20)], {},
        "export.csv: got 20 of 20 rows: coordinates outside their range, e.g. (1156823, 1899214); most rows must have "
        "a place; read as EPSG:4326 they lie nowhere on the globe; check [incidents] crs and the columns; most "
        "likely systems: EPSG:3435 (NAD83 / Illinois East (ftUS)) at longitude -87.70, latitude 41.88, "
        "EPSG:26771 (NAD27 / Illinois East) "
        "at longitude -85.92, latitude 41.86, ESRI:102120 (NAD_1927_Michigan_GeoRef_Feet_US) at longitude "
        "-87.89, latitude 45.75",
    ),
    "35 no declared format": (
        ROWS, {"time_format": None},
        "export.csv column 'occurred': got text; times are text with a declared format; set [incidents] time_format, "
        "e.g. %Y-%m-%d %H:%M:%S",
    ),
    "36 most are day numbers": (
        [row(str(i), "45292.5") for i in range(20)], {},
        "export.csv column 'occurred': got 20 of 20 that are not, e.g. '45292.5'; times are written as "
        "%Y-%m-%d %H:%M:%S; these are day numbers of a spreadsheet: export them as dates",
    ),
    "38 a zone that was not declared": (
        [row(str(i), "2026-01-10 10:00:00Z") for i in range(9)], {},
        "export.csv column 'occurred': got 9 of 9 that are not, e.g. '2026-01-10 10:00:00Z'; times are written as "
        "%Y-%m-%d %H:%M:%S; declare the format they have in [incidents] time_format",
    ),
    "42 too many unknown codes": (
        [*ROWS, *(row(str(i), code="W9") for i in range(9))], {},
        "export.csv: got 9 of 29 rows with codes that codebook.csv lacks: 'W9' (9); at most 20.0%; "
        "add them to codebook.csv, each with its reason; `patrolcast init` lists all codes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_whose_rows_mostly_fail_is_refused_with_the_cure(case: str, tmp_path: Path) -> None:
    rows, more, message = WHOLE[case]
    with pytest.raises(DataRefusedError) as caught:
        load(tmp_path, rows, **more)
    assert str(caught.value) == message


def test_a_mapped_column_about_persons_is_prohibited(tmp_path: Path) -> None:
    header = HEADER.replace("source", "Home Address")
    with pytest.raises(ProhibitedDataError) as caught:
        load(tmp_path, ROWS, header=header, columns={"call_source": "Home Address"})
    assert str(caught.value) == (
        "export.csv header: got columns about persons: 'Home Address'; "
        "patrolcast reads places and times, never persons; export it without them"
    )


def test_no_person_value_reaches_any_message(tmp_path: Path) -> None:
    with pytest.raises(PatrolcastError) as caught:
        load(tmp_path, [line + ",Jane Canary" for line in ROWS], header=HEADER + ",victim_name")
    assert "Canary" not in str(caught.value)


def test_heaps_and_coarse_places_are_noted(tmp_path: Path) -> None:
    clocks = ["00:00" if i % 5 == 0 else f"{6 + i % 11:02d}:{i % 60:02d}" for i in range(250)]
    rows = [
        row(str(i), f"2026-01-01 {clock}:00", lon=f"{-87.69 + i % 10 * 0.001:.3f}", lat="41.820")
        for i, clock in enumerate(clocks)
    ]
    notes = load(tmp_path, rows, drop=("reported_at", "occurred_until")).notes
    assert notes == (
        "no time of report: a record counts as known 24 hours after it happened",
        "20.0% of times are midnight exactly: often a time that nobody knew",
        "100.0% of incidents fall on the first of a month: often a date that nobody knew",
        "10.0% of incidents stand on one point: perhaps a default address",
        "most coordinates have three decimals or fewer: places are known to about 100 m",
    )


def test_ordinary_rows_give_no_note(tmp_path: Path) -> None:
    rows = [row(str(i), f"2026-01-{2 + i % 26:02d} 10:{i % 60:02d}:00", "", "2026-02-01 11:00:00",
                f"{-87.69 + i * 1e-5:.5f}", f"{41.81 + i * 1e-5:.5f}") for i in range(250)]  # fmt: skip
    assert load(tmp_path, rows).notes == ()


def test_residents_with_impossible_counts_are_refused_and_empty_ones_set_aside(tmp_path: Path) -> None:
    import json

    plain = settings(tmp_path)
    shape = json.loads((tmp_path / "boundary.geojson").read_text())["features"][0]["geometry"]
    counts = [(10, 4), (-1, 0), (10, 2.5), (None, 1)]
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"tract": str(i), "all": total, "a": group}}
        for i, (total, group) in enumerate(counts)
    ]
    (tmp_path / "tracts.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    residents = {"path": tmp_path / "tracts.geojson", "area_id": "tract", "groups": {"group_a": "a"},
                 "total": "all", "vintage": "made up"}  # fmt: skip
    city = load(tmp_path, ROWS, residents=residents)
    assert plain.residents is None
    source = city.sources[-1]
    assert (source.kept, source.set_aside, source.refused) == (1, {"no count": 1}, {"negative or fractional count": 2})
    assert city.tables.residents is not None
    assert pd.DataFrame(city.tables.residents)[["area", "group_a", "total"]].to_numpy().tolist() == [["0", 4, 10]]
