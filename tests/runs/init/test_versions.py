"""Versions of one record: the column that says which is the newest is found, and nothing else is taken for it."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.runs.init.versions import last_change, n_repeated


def is_time(values: pd.Series) -> bool:
    return bool(values.str.contains(":").all())


@pytest.mark.parametrize("name", ["LastUpd", "Updated On", "date_modified", "LAST_EDIT_DT", "ModDate", "Changed At"])
def test_headers_that_say_when_a_row_was_changed(name: str) -> None:
    rows = pd.DataFrame({"seen": ["9:00"], name: ["10:00"]})
    assert last_change(rows, rows.columns, is_time) == name


@pytest.mark.parametrize("name", ["Updated By", "UpdateUser", "Update", "Reported", "Lost Change Officer Name"])
def test_other_headers_and_values_that_are_no_times(name: str) -> None:
    rows = pd.DataFrame({name: ["10:00" if name != "Update" else "minor"]})
    assert last_change(rows, rows.columns, is_time) is None


def test_numbers_in_several_rows_are_counted_once_each_and_blanks_are_none() -> None:
    assert n_repeated(pd.DataFrame({"no": ["1", "1 ", "1", "2", "3", "3", "", "", None, None]}), "no") == 2
