"""A district is one name however it is typed; a shape without a name is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Area
from patrolcast.grid.feed_series import table_series
from patrolcast.runs.load.districts import named_districts, unvisited_note

AREA = Area(boundary=Path("b.geojson"), districts=Path("districts.geojson"), timezone="America/Chicago")


def named(*names: object) -> tuple[list[str], list[str]]:
    shapes = [box(i, 0, i + 1, 1) for i in range(len(names))]
    layer = gpd.GeoDataFrame({"district": gpd.pd.Series(list(names), dtype=object)}, geometry=shapes, crs=4326)
    found, notes = named_districts(layer, AREA)
    return found["district"].tolist(), notes


def test_plain_names_stay_as_they_are() -> None:
    assert named("01", "02", "N\u00f6rth/2") == (["01", "02", "N\u00f6rth/2"], [])
    assert named(1.0, 2.0) == (["1", "2"], [])


@pytest.mark.parametrize("other", ["North ", " North", "North\u00a0", "North\u200b", "\ufeffNorth"])
def test_blanks_and_invisible_characters_make_no_second_district(other: str) -> None:
    names, notes = named("North", other, "South")
    assert names == ["North", "South"]
    assert notes == [f"districts {', '.join(map(ascii, sorted(['North', other])))} are one: 'North'"]


def test_letters_composed_differently_are_one_district() -> None:
    names, notes = named("N\u00f6rth", "No\u0308rth")
    assert (names, len(notes)) == (["N\u00f6rth"], 1)


@pytest.mark.parametrize("absent", [None, float("nan"), "", "  ", "nan", "None", "NULL", "<Null>"])
def test_a_shape_without_a_name_is_refused(absent: object) -> None:
    with pytest.raises(DataRefusedError) as caught:
        named("01", absent)
    assert str(caught.value).startswith("districts.geojson column 'district': got 1 of 2 shapes without a name")
    assert str(caught.value).endswith("every district has a name; name them in the layer, or leave those shapes out")


def test_names_that_differ_by_case_or_zeros_only_are_said() -> None:
    assert named("north", "North")[1] == [
        "districts 'North', 'north' differ only by case or leading zeros and are treated as two districts: "
        "is one of them mistyped?"
    ]
    assert named("1", "01")[1] == [
        "districts '01', '1' differ only by case or leading zeros and are treated as two districts: "
        "is one of them mistyped?"
    ]


def test_a_district_without_an_incident_is_named_and_one_with_an_incident_on_its_border_is_not() -> None:
    districts = gpd.GeoDataFrame({"district": ["a", "b", "c"]}, geometry=[box(i, 0, i + 1, 1) for i in (0, 2, 4)])
    districts = districts.set_crs(4326)
    moments = gpd.pd.DatetimeIndex(["2026-03-01T12:00Z", "2026-03-02T12:00Z"])
    table = gpd.pd.DataFrame({
        "occurred_at": moments, "reported_at": moments, "category": "theft",
        "longitude": [0.5, 3.0], "latitude": [0.5, 0.5],
    })  # fmt: skip
    series = table_series(table, districts, as_of=datetime(2026, 3, 9, tzinfo=UTC), timezone="UTC")
    (note,) = unvisited_note(districts, box(0, 0, 5, 1), table, series)
    assert note == "districts without a counted incident, which still get a full patrol budget: 'c'"
    assert unvisited_note(districts[:2], box(0, 0, 5, 1), table, series) == ()
    assert unvisited_note(districts, box(0, 0, 3, 1), table, series) == ()  # no land of the city, so no budget
