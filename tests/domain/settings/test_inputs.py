"""Where the records come from: one source, a zone that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.domain.settings.documents import COLUMNS

from patrolcast.domain.settings import Area, Incidents, PlaceLayer


@pytest.mark.parametrize("source", [{}, {"path": Path("a"), "database": "DATABASE", "table": "t"}])
def test_records_come_from_exactly_one_source(source: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of path and database must be set"):
        Incidents.model_validate({"columns": COLUMNS} | source)


def test_a_source_is_a_file_or_files_or_the_name_of_an_environment_variable() -> None:
    database = {"database": "PATROL_DB"}
    for source in (
        {"path": Path("a")},
        {"path": [Path("a"), Path("b")]},
        database | {"table": "cad.calls"},
        database | {"sql": "select 1"},
    ):
        assert Incidents.model_validate({"columns": COLUMNS} | source).columns.offence == "o"
    with pytest.raises(ValidationError):
        Incidents.model_validate({"columns": COLUMNS, "path": []})


@pytest.mark.parametrize(
    "source",
    [
        {"database": "PATROL_DB"},
        {"database": "PATROL_DB", "table": "t", "sql": "select 1"},
        {"path": Path("a"), "table": "t"},
        {"path": Path("a"), "sql": "select 1"},
    ],
)
def test_a_database_is_read_by_a_query_or_a_table_and_by_one_of_them(source: dict[str, Any]) -> None:
    rule = "database needs sql or table, one of them, and neither is allowed without it"
    with pytest.raises(ValidationError, match=rule):
        Incidents.model_validate({"columns": COLUMNS} | source)


@pytest.mark.parametrize("key", [{"format": "csv"}, {"delimiter": ";"}, {"encoding": "utf-8"}])
def test_how_a_file_is_written_says_nothing_of_a_database(key: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="leave them out with database"):
        Incidents.model_validate({"columns": COLUMNS, "database": "PATROL_DB", "table": "calls"} | key)


def test_the_name_of_a_variable_in_the_place_of_a_query_is_reported_where_it_belongs() -> None:
    with pytest.raises(
        ValidationError, match='sql is the query itself: write database = "PATROL_DB" with sql or table'
    ):
        Incidents.model_validate({"columns": COLUMNS, "sql": "PATROL_DB", "table": "calls"})


@pytest.mark.parametrize("zone", ["America/Gotham", "", "../UTC", "local"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="no such IANA time zone"):
        Area(boundary=Path("b"), timezone=zone)


def test_a_place_layer_is_of_the_environment_unless_it_says_otherwise() -> None:
    layer: dict[str, Any] = {"path": Path("p"), "measure": "count", "source": "made up"}
    assert PlaceLayer.model_validate(layer).provenance == "environment"
    assert PlaceLayer.model_validate(layer | {"provenance": "officer"}).provenance == "officer"
    with pytest.raises(ValidationError):
        PlaceLayer.model_validate(layer | {"provenance": "police"})


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "yesterday"])
def test_a_first_day_that_does_not_exist_is_refused(day: str) -> None:
    with pytest.raises(ValidationError):
        Incidents.model_validate({"columns": COLUMNS, "path": Path("a"), "first_day": day})


@pytest.mark.parametrize(
    "time_format",
    ["%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%y", "%Y %j", "%Y-%m-%dT%H:%M:%S.%f%z", "%a %d %B %Y", "%Y%%%m%d",
     "epoch", "epoch_ms"],
)  # fmt: skip
def test_a_format_of_times_with_one_meaning_is_taken(time_format: str) -> None:
    document = {"columns": COLUMNS, "path": Path("a"), "time_format": time_format}
    assert Incidents.model_validate(document).time_format == time_format


@pytest.mark.parametrize(
    ("time_format", "rule"),
    [
        ("%F %T", "%F is not supported; write %Y-%m-%d instead .supported: %Y"),
        ("%Y-%m-%d %T", "%T is not supported; write %H:%M:%S"),
        ("%c", "%c is not supported; write its parts, e.g. %m/%d/%Y %H:%M .supported"),
        ("%-m/%-d/%Y", "%- is not supported; write %d without the sign"),
        ("%Y-%m-%d %H:%M %Z", "or name the zone in time_zone"),
        ("%Y-%m-%d %", "% is not supported .supported"),
        ("%Y-%m", "the format has no day of the month, so no shift can be forecast"),
        ("%B %Y", "the format has no day of the month"),
        ("%m/%d %H:%M", "the format needs a year"),
        ("mixed", "the format needs a year"),
        ("ISO8601", "the format needs a year"),
        ("%Y-%m-%d %H:%M %p", "%I goes with %p"),
        ("%Y-%m-%d %I:%M", "%I goes with %p"),
        ("%Y-%m-%d %M", "minutes need hours"),
        ("%Y-%m-%d %H:%S", "seconds need minutes"),
        ("%Y-%m-%d %Y", "each part of a time may be given only once"),
    ],
)
def test_a_format_that_parsers_read_differently_is_refused_with_what_to_write_instead(
    time_format: str, rule: str
) -> None:
    with pytest.raises(ValidationError, match=rule):
        Incidents.model_validate({"columns": COLUMNS, "path": Path("a"), "time_format": time_format})


@pytest.mark.parametrize(
    ("incidents", "columns", "rule"),
    [
        ({"record_means": "versions"}, {}, "need .* record_id"),
        ({}, {"updated_at": "u"}, "need .* record_id"),
        ({}, {"supersedes": "s"}, "need .* record_id"),
        ({}, {"status": "s"}, "belong together"),
        ({"cancelled_values": ["Unfounded"]}, {}, "belong together"),
        (
            {"record_means": "offence"},
            {"record_id": "id"},
            "needs offence_rule, and offence_rule is allowed only with it",
        ),
        (
            {"record_means": "incident", "offence_rule": "each"},
            {"record_id": "id"},
            "needs offence_rule, and offence_rule is allowed only with it",
        ),
        ({"record_means": "offence", "offence_rule": "most_serious"}, {"record_id": "id"}, "needs offence_order"),
        ({"offence_order": ["theft"]}, {}, "needs offence_order"),
    ],
)
def test_half_of_what_a_correction_needs_is_refused(
    incidents: dict[str, Any], columns: dict[str, str], rule: str
) -> None:
    with pytest.raises(ValidationError, match=rule):
        Incidents.model_validate({"columns": COLUMNS | columns, "path": Path("a")} | incidents)


def test_a_whole_declaration_of_corrections_is_read() -> None:
    columns = COLUMNS | {"record_id": "id", "count": "n", "status": "s", "updated_at": "u", "supersedes": "o"}
    more = {"record_means": "offence", "offence_rule": "most_serious", "offence_order": ["robbery", "theft"]}
    read = Incidents.model_validate({"columns": columns, "path": Path("a"), "cancelled_values": ["Unfounded"]} | more)
    assert read.offence_order == ["robbery", "theft"]


@pytest.mark.parametrize(
    "zone", ["localtime", "Factory", "posixrules", "posix/UTC", "america/chicago", "/etc/localtime"]
)
def test_a_zone_that_each_machine_fills_in_its_own_way_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="no such IANA time zone"):
        Area(boundary=Path("b.geojson"), timezone=zone)
