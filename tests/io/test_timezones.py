"""The zone of a place is that of the outline it lies in, not of the nearest named city."""

from __future__ import annotations

import pytest

from patrolcast.io.timezones import zone_shares


@pytest.mark.parametrize(
    ("zone", "longitude", "latitude"),
    [("America/Chicago", -87.65, 41.85), ("Australia/Sydney", 151.22, -33.87), ("Europe/London", -0.13, 51.51),
     ("America/New_York", -85.31, 35.05), ("America/Chicago", -86.80, 33.52), ("America/Los_Angeles", -117.04, 46.42),
     ("America/Phoenix", -112.07, 33.45), ("America/Denver", -109.05, 35.68), ("America/Denver", -106.42, 31.77)],
)  # fmt: skip
def test_a_city_lies_in_its_zone_also_where_a_city_of_another_zone_is_nearer(
    zone: str, longitude: float, latitude: float
) -> None:
    assert zone_shares([(longitude, latitude)]) == {zone: 1.0}


def test_records_on_both_sides_of_a_border_name_both_zones() -> None:
    both = zone_shares([(-85.31, 35.05)] * 3 + [(-86.80, 33.52)])
    assert both == {"America/New_York": 0.75, "America/Chicago": 0.25}


def test_the_sea_has_no_zone() -> None:
    assert zone_shares([(0.0, 0.0), (-0.13, 51.51)]) == {"Europe/London": 1.0}
    assert zone_shares([]) == {}
