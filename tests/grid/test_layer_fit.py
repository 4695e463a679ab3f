"""Layers that do not lie on the city are refused or noted with their share, and those that do are passed in silence."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, box

from patrolcast.domain.errors import DataRefusedError
from patrolcast.grid.layer_fit import dry_land, fit_areas, fit_districts, fit_place, without_incidents

CITY = box(-87.7, 41.8, -87.6, 41.9)
AT_CITY = "longitude -87.70 to -87.60, latitude 41.80 to 41.90"


def layer(*shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"district": [str(i + 1) for i in range(len(shapes))]}, geometry=list(shapes), crs=4326)


def strip(start: float, end: float) -> object:
    """A part of the city from west to east, as shares of its width."""
    return box(-87.7 + 0.1 * start, 41.8, -87.7 + 0.1 * end, 41.9)


def refusal(districts: gpd.GeoDataFrame) -> str:
    with pytest.raises(DataRefusedError) as caught:
        fit_districts(districts, CITY, file="districts.geojson")
    return str(caught.value)


def test_districts_that_share_out_the_city_are_passed_in_silence() -> None:
    inside, notes = fit_districts(layer(strip(0, 0.4), strip(0.4, 1)), CITY, file="districts.geojson")
    assert (round(inside, 6), notes) == (1.0, [])


def test_districts_of_another_continent_are_refused_saying_where_they_lie() -> None:
    assert refusal(layer(box(12, 41, 13, 42))) == (
        "districts.geojson: got districts on 0% of the city's land (longitude 12.00 to 13.00, latitude 41.00 to 42.00; "
        f"the city: {AT_CITY}); at least 60% of the land lies in a district; "
        "check the layer, its reference system, [area] boundary and water"
    )


def test_districts_of_half_the_city_are_refused_and_a_missing_one_is_noted() -> None:
    assert "districts on 50% of the city's land" in refusal(layer(strip(0, 0.3), strip(0.3, 0.5)))
    inside, notes = fit_districts(layer(strip(0, 0.4), strip(0.4, 0.8)), CITY, file="districts.geojson")
    assert round(inside, 6) == 0.8
    assert notes == ["districts: 20% of the land lies in none; its cells go to the nearest district"]


def test_districts_that_lie_on_each_other_are_noted_and_two_kinds_of_area_in_one_layer_refused() -> None:
    _, notes = fit_districts(layer(strip(0, 0.6), strip(0.5, 1)), CITY, file="districts.geojson")
    assert notes == ["districts: 10% of their area lies in several; most land in a cell decides"]
    assert "districts that overlap on 100% of their area" in refusal(layer(CITY, strip(0, 0.5), strip(0.5, 1)))


def test_districts_without_land_or_hardly_in_the_city_are_named() -> None:
    beyond, away = box(-87.6001, 41.8, -87.5, 41.9), box(-87.5, 41.8, -87.4, 41.9)
    _, notes = fit_districts(layer(CITY, beyond, away), CITY, file="districts.geojson")
    assert notes == [
        "districts without land in the city, which get no patrol: '3'",
        "districts that lie mostly outside the city but get a full patrol budget: '2' (0% of it)",
    ]


def test_a_district_without_an_incident_is_named() -> None:
    districts = layer(strip(0, 0.5), strip(0.5, 1), box(-87.5, 41.8, -87.4, 41.9))
    incidents = pd.DataFrame({"longitude": [-87.69, -87.69], "latitude": [41.85, 41.85]})
    assert without_incidents(districts, CITY, incidents) == ["2"]


def test_water_is_no_land() -> None:
    assert dry_land(layer(CITY), layer(strip(0.5, 1))).area == pytest.approx(CITY.area / 2)
    assert dry_land(layer(CITY), None).equals(CITY)


def test_census_areas_of_another_place_are_refused_and_few_of_them_noted() -> None:
    assert fit_areas(layer(strip(0, 0.9)), CITY, file="tracts.geojson")[1] == []
    assert fit_areas(layer(strip(0, 0.7)), CITY, file="tracts.geojson")[1] == [
        "residents: 30% of the land lies in no area with counts: nobody is counted there"
    ]
    with pytest.raises(DataRefusedError, match="areas with counts on 17% of the city's land"):
        fit_areas(layer(strip(0, 1 / 6)), CITY, file="tracts.geojson")


def test_a_place_layer_that_nowhere_meets_the_city_is_refused_and_one_beside_it_noted_where_distance_is_meant() -> None:
    away, near = layer(Point(-77.0, 39.0)), layer(Point(-87.75, 41.85))
    with pytest.raises(DataRefusedError) as caught:
        fit_place("stops", away, CITY, file="stops.geojson", distance=True)
    assert str(caught.value) == (
        "stops.geojson: got 1 shapes, none of them in the city (longitude -77.00 to -77.00, latitude 39.00 to 39.00; "
        f"the city: {AT_CITY}); a place layer must lie in the city; "
        "check the layer and its reference system, or leave it out"
    )
    with pytest.raises(DataRefusedError):
        fit_place("stops", near, CITY, file="stops.geojson", distance=False)
    assert fit_place("stops", near, CITY, file="stops.geojson", distance=True) == [
        "place stops: nothing of it lies in the city (longitude -87.75 to -87.75, latitude 41.85 to 41.85); "
        "distances are to what lies outside"
    ]
    assert fit_place("stops", layer(MultiPolygon([CITY])), CITY, file="stops.geojson", distance=False) == []
