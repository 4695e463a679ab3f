"""CKAN: columns of the datastore, pages by _id."""

from __future__ import annotations

from typing import Any

import pytest
from tests.io.portals.answers import Answers

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.portals.ckan import Ckan

ID = "0a1b2c3d-0000-4000-8000-00000000000f"
SHOW, SEARCH = "/data/api/3/action/resource_show", "/data/api/3/action/datastore_search"
FIELDS = [("_id", "int"), ("Date", "timestamp"), ("extra", "json"), ("tags", "_text"), ("Who", "text")]


def fields(*names: str) -> list[dict[str, str]]:
    return [{"id": name, "type": kind} for name, kind in FIELDS if not names or name in names]


def resource(**result: Any) -> tuple[Ckan, Answers]:
    answers = Answers(
        f"ckan:data.example.org/data/{ID}",
        {
            SHOW: {"success": True, "result": {"last_modified": "2026-01-01"}},
            SEARCH: {"success": True, "result": {"fields": fields(), "total": 2} | result},
        },
    )
    return Ckan(answers, leave_out=frozenset({"Who"})), answers  # type: ignore[arg-type]


def test_plain_columns_are_asked_for_by_name() -> None:
    reader, answers = resource()
    table = reader.describe()
    assert (table.columns, table.n_rows, table.version) == (("Date",), 2, "2026-01-01")
    assert table.left_out == ("Who", "extra", "tags")
    records = [{"_id": 8, "Date": "d"}, {"_id": 9, "Date": None}]
    answers.answers[SEARCH] = {"success": True, "result": {"fields": fields("_id", "Date"), "records": records}}
    page = reader.page(table, n_done=1, last_key="8")
    assert (page.keys, page.rows) == (["9"], [[""]])
    assert (answers.asked[-1]["fields"], answers.asked[-1]["offset"]) == ("_id,Date", "0")


@pytest.mark.parametrize("answer", [[], {"success": False, "error": {}}, {"success": True}])
def test_an_action_that_does_not_succeed_is_refused(answer: object) -> None:
    reader, answers = resource()
    answers.answers[SEARCH] = answer
    with pytest.raises(DataRefusedError, match="datastore_search must succeed"):
        reader.describe()


@pytest.mark.parametrize("result", [{"total": None}, {"total": True}, {"fields": fields("Date")}, {"fields": None}])
def test_a_resource_without_key_or_count_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(DataRefusedError, match="no key or no count of its rows"):
        resource(**result)[0].describe()


def test_a_row_without_its_key_is_refused() -> None:
    reader, answers = resource()
    table = reader.describe()
    found = {"fields": fields("_id", "Date"), "records": [{"_id": "8", "Date": "d"}]}
    answers.answers[SEARCH] = {"success": True, "result": found}
    with pytest.raises(DataRefusedError, match="a row without _id"):
        reader.page(table, n_done=0, last_key=None)
