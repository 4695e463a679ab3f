"""ArcGIS: pages above the last object id, points in degrees, errors that come as OK."""

from __future__ import annotations

from typing import Any

import pytest
from tests.io.portals.answers import Answers

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.portals.arcgis import ArcGis, status_in

LAYER = "/s/rest/services/Calls/MapServer/3"
FIELDS = [("FID", "OID"), ("When", "Date"), ("Code", "String"), ("SHAPE", "Geometry"), ("Who", "String")]


def layer(*features: dict[str, Any], **stated: Any) -> tuple[ArcGis, Answers]:
    fields = [{"name": name, "type": f"esriFieldType{kind}"} for name, kind in FIELDS]
    described = {"fields": fields, "geometryType": "esriGeometryPoint", "maxRecordCount": 1000} | stated
    answers = Answers(f"arcgis:data.example.org{LAYER}", {LAYER: described, f"{LAYER}/query": {"count": 2}})
    reader = ArcGis(answers, where="Code <> 'X'", leave_out=frozenset({"Who"}))  # type: ignore[arg-type]
    reader.describe()
    answers.answers[f"{LAYER}/query"] = {"features": list(features)}
    return reader, answers


def feature(key: object, **more: Any) -> dict[str, Any]:
    return {
        "attributes": {"FID": key, "When": 1_514_764_800_000, "Code": "A"} | more,
        "geometry": {"x": -87.5, "y": 41.25},
    }


def test_rows_are_asked_for_above_the_last_id_with_their_points() -> None:
    reader, answers = layer(feature(5), feature(9) | {"geometry": {"x": "NaN", "y": "NaN"}})
    table = Answers  # what a page is asked with does not hang on the table
    page = reader.page(table, n_done=3, last_key="4")  # type: ignore[arg-type]
    assert page.keys == ["5", "9"]
    assert page.rows == [["1514764800000", "A", "-87.5", "41.25"], ["1514764800000", "A", "", ""]]
    assert answers.asked[-1]["where"] == "(Code <> 'X') AND FID > 4"
    assert answers.asked[-1]["outFields"] == "FID,When,Code"
    assert answers.asked[-1]["resultRecordCount"] == "1000"


def test_the_columns_are_the_plain_fields_and_the_point() -> None:
    reader, answers = layer()
    answers.answers[f"{LAYER}/query"] = {"count": 2}
    table = reader.describe()
    assert table.columns == ("When", "Code", "point_longitude", "point_latitude")
    assert (table.n_rows, table.left_out) == (2, ("SHAPE", "Who"))


@pytest.mark.parametrize(
    ("features", "got"),
    [
        ([feature(4)], "an object id that does not rise"),
        ([feature(6), feature(5)], "an object id that does not rise"),
        ([feature("6")], "an object id that does not rise"),
        ([feature(6, Who="Ann")], "a column 'Who' that was not asked for"),
        ([{"attributes": {"FID": 6}}], "a row that lacks a column"),
        ([{}], "a row that lacks a column"),
    ],
)
def test_a_page_that_cannot_follow_is_refused(features: list[dict[str, Any]], got: str) -> None:
    reader, _ = layer(*features)
    with pytest.raises(DataRefusedError, match=got):
        reader.page(Answers, n_done=3, last_key="4")  # type: ignore[arg-type]


def test_a_layer_without_an_object_id_or_a_count_is_refused() -> None:
    with pytest.raises(DataRefusedError, match="without an object id"):
        layer(fields=[])
    reader, answers = layer()
    answers.answers[f"{LAYER}/query"] = {}
    with pytest.raises(DataRefusedError, match="no count of its rows"):
        reader.describe()


def test_an_error_without_a_code_is_taken_for_a_failing_server() -> None:
    assert status_in({"error": {"message": "x"}}) == (500, "x")
    assert status_in([]) is None
