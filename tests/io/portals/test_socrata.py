"""Socrata: its columns, points as two of them, and what is never asked for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.io.portals.answers import Answers

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.portals.socrata import Socrata

VIEW, ROWS = "/api/views/abcd-2345.json", "/resource/abcd-2345.json"
COLUMNS = [
    {"fieldName": "date", "dataTypeName": "calendar_date"},
    {"fieldName": "place", "dataTypeName": "point"},
    {"fieldName": "home", "dataTypeName": "location"},
    {"fieldName": "who", "dataTypeName": "text"},
    {"fieldName": "a,b", "dataTypeName": "text"},
    {"fieldName": ":@computed_region_1", "dataTypeName": "number"},
]


def dataset(*pages: list[dict[str, Any]], **view: Any) -> tuple[Socrata, Answers]:
    answers = Answers(
        "socrata:data.example.org/abcd-2345",
        {VIEW: {"columns": COLUMNS, "rowsUpdatedAt": 7} | view, ROWS: [[{"n": "2"}], *pages]},
    )
    return Socrata(answers, where="date > '2020'", leave_out=frozenset({"who"})), answers  # type: ignore[arg-type]


def test_plain_columns_and_points_are_asked_for_and_nothing_else() -> None:
    one = {":id": "r1", "date": "2026-01-01T00:00:00.000", "place": {"type": "Point", "coordinates": [-87.5, 41.25]}}
    reader, answers = dataset([one, {":id": "r2"}])
    table = reader.describe()
    assert table.columns == ("date", "place_longitude", "place_latitude")
    assert (table.n_rows, table.version, table.left_out) == (2, "7", ("a,b", "home", "who"))
    page = reader.page(table, n_done=0, last_key=None)
    assert page.keys == ["r1", "r2"]
    assert page.rows == [["2026-01-01T00:00:00.000", "-87.5", "41.25"], ["", "", ""]]
    assert answers.asked[-1]["_select"] == ":id,date,place"
    assert {asked.get("_where") for asked in answers.asked[1:]} == {"date > '2020'"}


@pytest.mark.parametrize(
    ("row", "got"),
    [
        ({"date": "x"}, "a row without :id"),
        ({":id": "r1", "place": "here"}, "no point in place"),
        ({":id": "r1", "place": {"coordinates": [1]}}, "no point in place"),
        ({":id": "r1", "place": {"coordinates": [[1], 2]}}, "a list in 'place'"),
    ],
)
def test_a_row_of_another_form_is_refused(row: dict[str, Any], got: str) -> None:
    reader, _ = dataset([row])
    table = reader.describe()
    with pytest.raises(DataRefusedError, match=got):
        reader.page(table, n_done=0, last_key=None)


@pytest.mark.parametrize("columns", [None, [], "none"])
def test_a_dataset_without_columns_is_refused(columns: object) -> None:
    with pytest.raises(DataRefusedError, match="a dataset without columns"):
        dataset(columns=columns)[0].describe()


def test_a_dataset_that_counts_nothing_is_refused() -> None:
    reader, answers = dataset()
    answers.answers[ROWS] = [[{"n": "many"}]]
    with pytest.raises(DataRefusedError, match="no count of its rows"):
        reader.describe()
