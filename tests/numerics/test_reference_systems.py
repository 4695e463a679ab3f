"""Any code of PROJ is a reference system, and points are found in the one they were written in."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from patrolcast.numerics.reference_systems import horizontal, landed, likeliest

CHICAGO = shapely.box(-87.94, 41.64, -87.52, 42.02)
LONDON = shapely.box(-0.5, 51.3, 0.3, 51.7)


def written(code: str, area: shapely.Geometry, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    west, south, east, north = area.bounds
    x, y = Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(
        rng.uniform(west, east, n), rng.uniform(south, north, n)
    )
    return np.asarray(x), np.asarray(y)


@pytest.mark.parametrize(
    "name", ["EPSG:3435", "ESRI:102671", "OGC:CRS84", "urn:ogc:def:crs:EPSG::3435", "EPSG:4326+5703", "EPSG:27700"]
)
def test_a_system_of_any_authority_is_accepted_by_its_name(name: str) -> None:
    assert horizontal(name).is_projected or horizontal(name).sub_crs_list or horizontal(name).is_geographic


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("EPSG:0", "no such reference system"),
        ("feet", "no such reference system"),
        ("EPSG:4978", "without east and north"),
        ("EPSG:5703", "without east and north"),
        ("IAU_2015:30100", "not of the Earth"),
    ],
)
def test_a_system_that_is_none_of_a_map_is_refused_with_the_reason(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        horizontal(name)


@pytest.mark.parametrize(
    ("code", "first", "area"),
    [
        ("EPSG:3435", "EPSG:3435", CHICAGO),
        ("ESRI:102671", "EPSG:3435", CHICAGO),  # the same system under the code of another authority
        ("EPSG:26971", "EPSG:26971", CHICAGO),
        ("EPSG:3857", "EPSG:3857", CHICAGO),
        ("EPSG:4326", "EPSG:4326", CHICAGO),
        ("EPSG:27700", "EPSG:27700", LONDON),
    ],
)
def test_points_are_found_in_the_system_they_were_written_in(code: str, first: str, area: shapely.Geometry) -> None:
    found = likeliest(*written(code, area), area)
    assert (found[0].code, len(found) <= 3) == (first, True)
    assert found[0].inside > 0.95
    assert (found[0].longitude, found[0].latitude) == pytest.approx((area.centroid.x, area.centroid.y), abs=0.05)


def test_points_of_another_city_are_in_no_system_of_this_one() -> None:
    away = written("EPSG:2229", shapely.box(-118.3, 34.0, -118.2, 34.1))
    assert all(one.inside < 0.5 for one in likeliest(*away, CHICAGO))


def test_where_points_landed_is_said_in_degrees_or_not_at_all() -> None:
    assert landed(*written("EPSG:3435", CHICAGO), "EPSG:3435") == pytest.approx((-87.73, 41.83), abs=0.05)
    assert landed(np.array([1e6]), np.array([2e6]), "EPSG:4326") is None
    assert likeliest(np.array([np.nan]), np.array([1.0]), CHICAGO) == []
