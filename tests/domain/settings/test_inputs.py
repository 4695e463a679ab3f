"""Where the records come from: one source, a zone that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.domain.settings.documents import COLUMNS

from patrolcast.domain.settings import Area, Incidents, PlaceLayer


@pytest.mark.parametrize("source", [{}, {"path": Path("a"), "sql": "DATABASE"}])
def test_records_come_from_exactly_one_source(source: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of path and sql must be set"):
        Incidents.model_validate({"columns": COLUMNS} | source)


def test_a_source_is_a_file_or_files_or_the_name_of_an_environment_variable() -> None:
    for source in ({"path": Path("a")}, {"path": [Path("a"), Path("b")]}, {"sql": "PATROL_DB", "table": "cad.calls"}):
        assert Incidents.model_validate({"columns": COLUMNS} | source).columns.offence == "o"
    with pytest.raises(ValidationError):
        Incidents.model_validate({"columns": COLUMNS, "path": []})


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
