"""The cities of time zones stand where they are, in degrees."""

from __future__ import annotations

import pytest

from patrolcast.io.timezones import zone_cities


@pytest.mark.parametrize(
    ("zone", "longitude", "latitude"),
    [("America/Chicago", -87.65, 41.85), ("Australia/Sydney", 151.22, -33.87), ("Europe/London", -0.13, 51.51)],
)
def test_a_zone_lies_at_its_named_city(zone: str, longitude: float, latitude: float) -> None:
    places = {name: (x, y) for name, x, y in zone_cities()}
    assert places[zone] == pytest.approx((longitude, latitude), abs=0.02)
