"""Coordinates: each fault is recognised, the most certain one wins, and numbers are read as they are written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyproj import Transformer
from tests.intake.raw_tables import LAND

from patrolcast.intake.coordinates import (
    GOOD,
    IMPOSSIBLE,
    LOST_SIGN,
    MISSING,
    NO_POINT,
    NULL_ISLAND,
    OUTSIDE,
    SWAPPED,
    check_places,
    parse_numbers,
)

NAN = float("nan")


def faults(points: list[tuple[float, float]], crs: str = "EPSG:4326") -> list[int]:
    x, y = np.array(points, dtype=np.float64).T.copy()
    places = check_places(x, y, crs=crs, land=LAND)
    return [int(code) for code in places.fault[places.point]]


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        ((-87.5, 41.5), GOOD),
        ((-88.0, 41.5), GOOD),  # on the border
        ((-89.0, 41.5), OUTSIDE),
        ((41.5, -87.5), SWAPPED),
        ((-87.5, 90.1), IMPOSSIBLE),
        ((180.1, 41.5), IMPOSSIBLE),
        ((0.0, 0.0), NULL_ISLAND),
        ((NAN, 41.5), MISSING),
        ((-87.5, NAN), MISSING),
        ((87.5, 41.5), LOST_SIGN),
        ((-87.5, -41.5), LOST_SIGN),
        ((87.5, -41.5), LOST_SIGN),
        ((-87_500_000.0, 41_500_000.0), NO_POINT),
        ((-875_000.0, 415_000.0), NO_POINT),
        ((87_500_000.0, 41_500_000.0), IMPOSSIBLE),
        ((87.5, 49.5), OUTSIDE),
    ],
)
def test_each_fault_is_recognised(point: tuple[float, float], fault: int) -> None:
    assert faults([(-87.4, 41.4), point]) == [GOOD, fault]


def test_projected_coordinates_are_checked_and_turned_into_degrees() -> None:
    feet = "EPSG:3435"
    east, north = Transformer.from_crs("EPSG:4326", feet, always_xy=True).transform(-87.5, 41.5)
    places = check_places(np.array([east, north, 0.0]), np.array([north, east, 0.0]), crs=feet, land=LAND)
    assert places.fault[places.point].tolist() == [GOOD, SWAPPED, NULL_ISLAND]
    at = places.point[0]
    assert (places.longitude[at], places.latitude[at]) == pytest.approx((-87.5, 41.5), abs=1e-7)


def test_each_distinct_point_stands_once_in_order_of_longitude_and_latitude() -> None:
    x = np.array([-87.5, -87.6, -87.5, -87.6, -87.6])
    y = np.array([41.5, 41.6, 41.5, 41.2, 41.6])
    places = check_places(x, y, crs="EPSG:4326", land=LAND)
    assert list(zip(places.longitude, places.latitude, strict=True)) == [(-87.6, 41.2), (-87.6, 41.6), (-87.5, 41.5)]
    assert places.point.tolist() == [2, 1, 2, 0, 1]


def test_text_is_read_as_a_number_or_marked_and_a_field_that_says_nothing_is_neither() -> None:
    numbers, bad = parse_numbers(pa.array([" -87.5 ", "", None, "NULL", "n/a", "nan", "x", "1_0", "inf", "1e400"]))
    assert np.array_equal(numbers[:3], [-87.5, np.nan, np.nan], equal_nan=True)
    assert bad.tolist() == [False] * 6 + [True] * 4


def test_a_whole_number_beyond_all_others_spoils_no_other_row() -> None:
    numbers, bad = parse_numbers(pa.array([2**60 + 1, 41, None]))
    assert (numbers[:2].tolist(), bad.tolist()) == ([float(2**60), 41.0], [False] * 3)


def test_typed_numbers_pass_and_infinity_does_not() -> None:
    numbers, bad = parse_numbers(pa.array([1.5, None, float("inf")]))
    assert np.array_equal(numbers, [1.5, np.nan, np.inf], equal_nan=True)
    assert bad.tolist() == [False, False, True]
