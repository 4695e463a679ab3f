from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.io.encode import (
    csv_bytes,
    escape_formula,
    geojson_bytes,
    geoparquet_bytes,
    iso_utc,
    json_bytes,
    parquet_bytes,
    round_significant,
)

MOMENTS = pd.DatetimeIndex(["2026-03-08T07:30:00Z", "2026-03-08T08:30:00Z"]).as_unit("us")


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "district": ["=cmd()", "4, north"],
            "longitude": [-87.65123456789, -87.6],
            "shift_start": MOMENTS,
            "expected_incidents": [1 / 3, -1e-9],
            "visits": [2, 1],
        }
    )


def test_a_csv_escapes_formulas_and_leaves_numbers_alone() -> None:
    assert csv_bytes(table()).decode().splitlines() == [
        "district,longitude,shift_start,expected_incidents,visits",
        "'=cmd(),-87.651235,2026-03-08T07:30:00Z,0.333333,2",
        '"4, north",-87.600000,2026-03-08T08:30:00Z,-1e-09,1',
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"])
def test_every_character_that_starts_a_formula_is_escaped(text: str) -> None:
    assert escape_formula(text) == "'" + text.replace("\r", " ")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=5))
def test_no_text_of_a_csv_starts_a_formula_whatever_it_is(texts: list[str]) -> None:
    data = csv_bytes(pd.DataFrame({"a": pd.Series(texts, dtype=object)}))
    back = list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
    assert [row[0] if row else "" for row in back] == [escape_formula(text) for text in texts]


def test_missing_values_are_empty_cells() -> None:
    frame = pd.DataFrame({"a": [np.nan], "b": [None], "c": [pd.NaT]})
    frame["c"] = pd.DatetimeIndex([pd.NaT], tz="UTC")
    assert csv_bytes(frame) == b"a,b,c\n,,\n"


def test_json_refuses_what_json_has_not() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"value": float("nan")})


def test_json_has_sorted_keys() -> None:
    assert json_bytes({"b": 1, "a": "é"}) == '{\n "a": "é",\n "b": 1\n}\n'.encode()


def test_parquet_bytes_are_the_same_twice_and_keep_instants_in_utc() -> None:
    first, second = parquet_bytes(table()), parquet_bytes(table().copy())
    assert first == second
    back = pd.read_parquet(io.BytesIO(first))
    assert str(back["shift_start"].dtype) == "datetime64[us, UTC]"
    assert back["expected_incidents"].tolist() == [0.333333333, -1e-9]


def test_geoparquet_names_its_reference_system() -> None:
    frame = gpd.GeoDataFrame(table(), geometry=[shapely.Point(-87, 41)] * 2, crs="EPSG:4326")
    data = geoparquet_bytes(frame)
    assert data == geoparquet_bytes(frame.copy())
    assert gpd.read_parquet(io.BytesIO(data)).crs.to_epsg() == 4326


def test_geojson_has_plain_values_and_rings_that_turn_left() -> None:
    square = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])  # clockwise
    document = json.loads(geojson_bytes(table(), gpd.GeoSeries([square, square])))
    feature = document["features"][0]
    assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw
    assert feature["properties"]["district"] == "=cmd()"
    assert feature["properties"]["shift_start"] == "2026-03-08T07:30:00Z"
    assert feature["properties"]["visits"] == 2


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_rounding_to_significant_digits_never_moves_a_value_by_more_than_its_last_digit(value: float) -> None:
    rounded = float(round_significant(np.array([value]))[0])
    assert abs(rounded - value) <= abs(value) * 1e-8 + 5e-324
    assert float(round_significant(np.array([rounded]))[0]) == rounded


def test_an_instant_is_written_in_utc() -> None:
    assert iso_utc(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
