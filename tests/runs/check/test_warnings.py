"""`check` warns of what keeps `group_audit` from passing: a city counted in part, a group too small to measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
from tests.domain.settings.documents import document

from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.settings import Settings
from patrolcast.runs.check.warnings import retired_keys, unmeasurable_residents, without_cells

WHOLE = CensusCoverage(10.0, 10.0, {"a": 9000.0, "b": 12.0, "total": 9012.0}, {"a": 9000.0, "b": 12.0, "total": 9012.0})


def settings(**more: Any) -> Settings:
    residents = {
        "path": Path("r"),
        "area_id": "area",
        "total": "t",
        "vintage": "made up",
        "groups": {"a": "a", "b": "b"},
    }
    return Settings.model_validate(document() | {"residents": residents | more})


def test_a_group_too_small_is_named_unless_it_is_declared() -> None:
    assert unmeasurable_residents(WHOLE, settings()) == [
        "b has 12 residents, fewer than the 500 that are measured: the gate group_audit does not pass unless "
        "[residents.not_measured] says why"
    ]
    declared = settings(not_measured={"b": "a dozen people live in one home"})
    assert unmeasurable_residents(WHOLE, declared) == []


def test_a_city_counted_in_part_is_said_with_what_the_gate_requires() -> None:
    part = CensusCoverage(
        10.0, 9.0, {"a": 8000.0, "b": 900.0, "total": 8900.0}, {"a": 9000.0, "b": 900.0, "total": 9900.0}
    )
    assert unmeasurable_residents(part, settings()) == [
        "9 of 10 census areas in the city have counts: 90 % of its residents, as estimated; the gate group_audit "
        "requires 95 % of every group (89 % of the least covered)"
    ]


def test_residents_of_no_named_group_are_said() -> None:
    people = {"a": 6000.0, "b": 600.0, "total": 10_000.0}
    assert unmeasurable_residents(CensusCoverage(10.0, 10.0, people, people), settings()) == [
        "34 % of the counted residents are of no group in [residents] groups: `patrolcast screen` refuses to look for "
        "stand-ins for the others only; name theirs"
    ]
    people = {**people, "total": 7200.0}
    assert unmeasurable_residents(CensusCoverage(10.0, 10.0, people, people), settings()) == []


def test_without_residents_nothing_is_said_here() -> None:
    assert unmeasurable_residents(None, settings()) == []


def test_a_retired_key_is_accepted_and_said_to_do_nothing() -> None:
    assert retired_keys(Settings.model_validate(document())) == []
    (said,) = retired_keys(Settings.model_validate(document() | {"model": {"weekly_rounds": 0}}))
    assert said.startswith("[model] weekly_rounds has no effect")


def test_a_district_that_lies_within_another_receives_no_cell_and_is_named() -> None:
    districts, cells = gpd.GeoDataFrame({"district": ["1", "2"]}), gpd.GeoDataFrame({"district": ["1", "1"]})
    [warning] = without_cells(districts, cells)
    assert warning.startswith("districts that receive no cell, and so no patrol of their own: '2';")
    assert without_cells(districts.iloc[:1], cells) == without_cells(None, cells) == []
