"""The mapping of an extract says each thing once, and decisions come from one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Monitor, VisitColumns

PLACES: list[dict[str, str]] = [{"cell": "c"}, {"longitude": "x", "latitude": "y"}]
ENDS: list[dict[str, str]] = [{"left_at": "l"}, {"minutes": "m"}]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("end", ENDS)
def test_each_way_to_say_place_and_length_is_enough(place: dict[str, str], end: dict[str, str]) -> None:
    assert VisitColumns(arrived_at="a", **place, **end).arrived_at == "a"


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"cell": "c"}, "exactly one of left_at and minutes"),
        ({"cell": "c", "left_at": "l", "minutes": "m"}, "exactly one of left_at and minutes"),
        ({"minutes": "m"}, "either cell, or longitude and latitude"),
        ({"minutes": "m", "longitude": "x"}, "either cell, or longitude and latitude"),
        ({"minutes": "m", "cell": "c", "longitude": "x", "latitude": "y"}, "either cell, or longitude and latitude"),
    ],
)
def test_a_mapping_that_says_too_little_or_too_much_is_refused(columns: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        VisitColumns(arrived_at="a", **columns)


def test_a_log_holds_the_decisions_itself() -> None:
    assert Monitor(log=Path("l")).decisions is None
    with pytest.raises(ValidationError, match="log and decisions cannot both be named"):
        Monitor(log=Path("l"), decisions=Path("d"))
