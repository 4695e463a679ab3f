"""Values that stand for no value are left out and said; a shape of many points is said to be many."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import MultiPoint, Point, box

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import PlaceLayer
from patrolcast.runs.load.place_layers import measured_shapes


def measured(*values: object) -> tuple[list[float], list[str], int]:
    place = PlaceLayer(path=Path("income.geojson"), measure="value", column="inc", source="made up")
    layer = gpd.GeoDataFrame(
        {"inc": gpd.pd.Series(list(values))}, geometry=[box(i, 0, i + 1, 1) for i in range(len(values))], crs=4326
    )
    kept, notes, without = measured_shapes("income", place, layer)
    return kept["value"].tolist(), notes, without


def test_values_are_taken_as_they_are() -> None:
    assert measured(52000, 0, -3.5) == ([52000, 0, -3.5], [], 0)


@pytest.mark.parametrize("code", [-666666666, -999999999, -222222222, -9999, -3.4028234663852886e38, -999])
def test_a_number_that_stands_for_no_value_is_left_out_and_said(code: float) -> None:
    values, notes, without = measured(52000, code, 48000)
    assert (values, without) == ([52000, 48000], 1)
    assert notes == [f"place income: 1 of 3 shapes have no value ({code:.12g}): left out"]


def test_a_short_code_is_a_value_where_others_are_below_zero() -> None:
    assert measured(-99, -20, 5) == ([-99, -20, 5], [], 0)


def test_an_empty_value_is_left_out_and_said() -> None:
    assert measured(1, None, 3) == ([1, 3], ["place income: 1 of 3 shapes have no value (empty): left out"], 1)


def test_mostly_missing_values_and_text_are_refused() -> None:
    with pytest.raises(DataRefusedError, match="got 2 of 3 shapes without a value; most shapes have a value"):
        measured(-666666666, None, 5)
    with pytest.raises(DataRefusedError, match=r"got 2 values that are no number, e.g. '\$52,000'"):
        measured("$52,000", "48,000", "5")


def test_points_of_a_shape_of_many_are_said_to_be_counted() -> None:
    layer = gpd.GeoDataFrame(geometry=[MultiPoint([(0, 0), (1, 1), (2, 2)]), Point(0, 0)], crs=4326)
    place = PlaceLayer(path=Path("stops.geojson"), measure="count", source="made up")
    assert measured_shapes("stops", place, layer)[1:] == (
        ["place stops: 1 shape holds 3 points; each point is counted"], 0
    )  # fmt: skip
    assert measured_shapes("stops", place, layer.iloc[1:])[1] == []
