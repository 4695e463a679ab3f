"""A place layer of officers' own records is refused, whatever it is called, declared or waived; places are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.runs.load.prohibited import prohibited
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.load.layers import load_layers
from patrolcast.runs.load.officer_layers import (
    columns_of_police_records,
    columns_with_officers,
    names_officers_records,
    says_officers_records,
)

OFFICERS = [
    "street_checks", "stop_search", "StopSearch2024", "stop and account", "fio_reports", "DUI", "dui_incidents",
    "carding", "penalty notices", "dispersal_orders", "ALPR hits", "knife sweeps",
    "arrests", "officer_initiated_arrests", "Arrest_No", "ARRESTEES", "school_arrests", "drug arrests", "traffic_stops",
    "TrafficStops2024", "vehicle stops by officers", "pedestrian stops", "police stops", "stop and frisk",
    "stop_question_frisk", "sqf_2019", "Terry stops", "stops by police", "citations", "citation_no",
    "parking citations",
    "moving violations", "field_contacts", "FieldInterviews", "field interview cards", "officer initiated", "on_view",
    "OnView", "self_initiated", "proactive policing", "directed patrols", "use_of_force", "UOF",
    "officer involved shootings", "warrants", "search warrants", "bookings", "jail_bookings", "booking_no",
    "gang_territories", "gangs", "suspects", "probationers", "probation", "parolees", "inmates", "dui checkpoints",
    "contraband", "stop_reason", "trespass warnings", "\u0410rrests", "arr3sts", "ar\u200brests",
]  # fmt: skip
PLACES = [
    "street check-in kiosks", "street_checkpoints", "search and rescue stops", "penalty boxes", "noise curfew zones",
    "fir", "playing card factories", "crash dui involved",
    "stops", "bus_stops", "transit_stops", "stops_per_day", "stop_id", "stop_name", "stop_code", "stop signs",
    "traffic_signals", "traffic stop signs", "all-way stop intersections", "truck stops", "streetcar stops",
    "police_stations", "precinct houses", "police department, precinct houses 2024", "court houses", "schools",
    "synthetic, 2026", "probation_office", "parole office", "cardiac arrest calls", "detention_basins",
    "ev charge points", "hotel_bookings", "parking ticket machines", "patrol districts", "police beats", "jails",
    "311 requests", "red light cameras", "police department open data portal", "force mains", "on_street", "name",
]  # fmt: skip
RULE = "records that officers make are for the audit only, and never reach the model, whatever is waived or declared"


@pytest.mark.parametrize("name", OFFICERS)
def test_records_of_officers_are_known_by_their_name(name: str) -> None:
    assert names_officers_records(name)


@pytest.mark.parametrize("name", PLACES)
def test_places_are_none_though_buses_stop_there_or_police_work_there(name: str) -> None:
    assert not names_officers_records(name)
    assert not says_officers_records(name)


def test_a_citation_in_the_words_of_a_source_is_one_of_a_paper() -> None:
    assert names_officers_records("citation")
    assert not says_officers_records("parks department; citation: Smith 2020")


def with_layer(
    folder: Path, columns: list[dict[str, Any]], *, name: str = "shade", file: str = "shade", source: str = "a survey",
    more: str = "",
) -> Path:  # fmt: skip
    """The config of the peopled city with one more layer of points, a dict of columns for each."""
    config = write_peopled_city(folder)
    layer = json.loads((folder / "data" / "stops.geojson").read_text())
    features = (layer["features"] * (1 + len(columns) // len(layer["features"])))[: len(columns)]
    layer["features"] = [{**one, "properties": own} for one, own in zip(features, columns, strict=True)]
    (folder / "data" / f"{file}.geojson").write_text(json.dumps(layer))
    place = f'[places.{name}]\npath = "../data/{file}.geojson"\nmeasure = "count"\nsource = "{source}"\n'
    config.write_text(config.read_text() + place + more)
    return config


LAMPS: list[dict[str, Any]] = [{"lamp": i} for i in range(20)]


@pytest.mark.parametrize(
    ("change", "got"),
    [
        ({"name": "arrests"}, "name 'arrests'"),
        ({"file": "officer_initiated"}, "path 'officer_initiated'"),
        ({"source": "stops and arrests by officers"}, "source 'stops and arrests by officers'"),
    ],
)
@pytest.mark.parametrize("more", ["", 'provenance = "environment"\n', 'provenance = "citizen"\n'])
def test_a_layer_that_says_what_it_is_is_refused_whatever_is_declared(
    tmp_path: Path, change: dict[str, str], got: str, more: str
) -> None:
    assert prohibited(with_layer(tmp_path, LAMPS, more=more, **change)).endswith(
        f": got {got}; {RULE}; take this layer out of [places]"
    )


def test_nor_is_it_with_a_waiver_of_every_gate_that_would_see_it_and_no_run_begins(tmp_path: Path) -> None:
    waivers = "".join(
        f'[[waivers]]\n{subject}\nreason = "the patrol office says these are places as others are"\n'
        'owner = "Patrol office"\nexpires = "2026-12-31"\n'
        for subject in ('gate = "proxy_screen"', 'feature = "place_arrests"')
    )
    config = with_layer(tmp_path, LAMPS, name="arrests", more=waivers)
    assert RULE in prohibited(config)
    with pytest.raises(ProhibitedDataError, match=r"^\[places\.arrests\]"):
        run_once(read_settings(config), now=NOW)


def test_columns_say_it_though_they_are_not_used(tmp_path: Path) -> None:
    rows = [{"arrest_no": i, "officer_initiated": "Y"} for i in range(20)]
    assert prohibited(with_layer(tmp_path, rows)) == (
        f"[places.shade] shade.geojson: got columns about officers' records: 'arrest_no', 'officer_initiated'; {RULE}; "
        "export the layer without these columns, if it is none"
    )


@pytest.mark.parametrize(
    "values",
    [
        ["OFFICER"] * 20,
        ["PHONE"] * 15 + ["ON VIEW"] * 5,
        ["911", "0FFICER"] * 10,
        ["FIELD INTERVIEW"] * 2 + ["lamp"] * 18,
        ["Citation issued", "Citations issued"] * 10,
    ],
)
def test_values_say_it_whatever_the_header_and_none_of_them_is_shown(tmp_path: Path, values: list[str]) -> None:
    said = prohibited(with_layer(tmp_path, [{"kind": value} for value in values]))
    assert said == (
        f"[places.shade] shade.geojson: got values about officers' records in 'kind'; {RULE}; take this layer out of "
        "[places]"
    )


def test_records_of_the_police_are_no_places_though_citizens_reported_them(tmp_path: Path) -> None:
    rows = [{"incident_number": i, "offence_code": "0820", "on": "2024-01-02"} for i in range(20)]
    assert "got records of the police: 'offence_code', 'incident_number'" in prohibited(with_layer(tmp_path, rows))


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["id", "date", "offense"], ["offense", "date"]),
        (["iucr", "case_number"], ["iucr", "case_number"]),
        (["offense_id", "primary_offense"], ["offense_id"]),
        (["crime_type", "Date"], ["crime_type", "Date"]),
        (["case_id", "created_date", "request_type"], []),
        (["license_id", "issue_date", "business"], []),
        (["Incident Number", "Call Type", "Call Date"], []),
        (["crime_rate", "year", "date"], []),
        (["offense", "lon"], []),
    ],
)
def test_an_offence_beside_a_number_or_a_date_makes_police_records(columns: list[str], found: list[str]) -> None:
    assert columns_of_police_records(columns) == found


def test_a_file_of_the_export_is_no_place(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    (export,) = [p for p in (read_settings(config).settings.incidents.path,) if isinstance(p, Path)]
    layer = tmp_path / "data" / "stops.geojson"
    text = config.read_text()
    config.write_text(text.replace(export.name, "copy.geojson"))
    shutil.copy(layer, tmp_path / "data" / "copy.geojson")
    assert "stops.geojson: got a file of [incidents]" in prohibited(config)


def test_a_few_unlucky_names_and_calls_of_citizens_are_no_records_of_officers(tmp_path: Path) -> None:
    assert columns_with_officers({"name": {"Gang Mills Park": 1, **{f"Park {i}": 1 for i in range(40)}}}) == []
    assert columns_with_officers({"call_source": {"PHONE": 30, "ONLINE": 5}}) == []
    assert columns_with_officers({"source": {"stop": 30}, "type": {"Stop": 20, "Station": 5}}) == []
    assert columns_with_officers({"name": {"Traffic stop": 2, **{f"Park {i}": 1 for i in range(20)}}}) == ["name"]
    config = with_layer(tmp_path, [{"kind": "Stop", "name": f"Stop {i}", "stop_id": i} for i in range(20)])
    assert "shade" in load_layers(read_settings(config).settings).places


@pytest.mark.parametrize(
    "name",
    ["tickets_issued", "pedestrian_checks", "field_cards", "veh_stop", "patrol_hours", "avl", "prior_suggestions",
     "suggested_cells", "patrolcast"],
)  # fmt: skip
def test_names_of_what_officers_did_and_of_what_was_suggested_to_them_are_known(name: str) -> None:
    """The last kinds are the loop itself: patrol that was suggested, fed back as a place."""
    assert names_officers_records(name)


@pytest.mark.parametrize(
    ("source", "theirs"),
    [
        ("pedestrian checks and tickets issued by patrol officers, 2025", True),
        ("AVL hours of patrol cars by cell", True),
        ("suggestions of patrolcast of the past year", True),
        ("residence of people in custody", True),
        ("bus AVL positions, transit agency", False),
        ("theatre ticket offices", False),
        ("border check points and check-in desks", False),
    ],
)
def test_a_source_says_whose_records_they_are(source: str, theirs: bool) -> None:
    assert says_officers_records(source) is theirs
