"""The table of suggestions as a run folder holds it."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import replace

import pandas as pd
from tests.report.city import make_context, make_result

from patrolcast.io.store.stored_run import csv_rows
from patrolcast.runs.forecast.run_folder import FIRST_COLUMNS, columns_in_order, run_files, with_local_ends


def test_a_shift_over_the_change_of_clocks_ends_by_the_clock_of_its_end() -> None:
    ends = pd.to_datetime(["2026-03-08T06:00:00Z", "2026-03-08T14:00:00Z"])
    table = with_local_ends(pd.DataFrame({"shift_end": ends, "last": 1}), "America/Chicago")
    assert list(table["shift_end_local"]) == ["2026-03-08T00:00:00-06:00", "2026-03-08T09:00:00-05:00"]
    assert list(table.columns) == ["shift_end", "last", "shift_end_local"], "known columns keep their places"


def test_the_columns_that_scripts_rely_on_come_first_in_their_order() -> None:
    table = pd.DataFrame([dict.fromkeys(["place", *reversed(FIRST_COLUMNS)], 1)])
    assert list(columns_in_order(table).columns) == [*FIRST_COLUMNS, "place"]


def test_csv_files_begin_with_a_mark_for_excel_only_where_the_config_asks_and_hold_the_same() -> None:
    made, refused = make_result(), pd.DataFrame({"file": ["ñ.csv"], "line": [2]})
    result = replace(made, cells=made.cells.assign(place="Peña St"))
    plain = run_files(result, make_context(), refused)
    marked = run_files(result, replace(make_context(), excel_csv=True), refused)
    tables = {"suggestions.csv", "places.csv", "explanations.csv", "quarantine/refused.csv"}
    assert {name for name in plain if plain[name] != marked[name]} == tables
    for name in tables:
        assert not plain[name].startswith(BOM_UTF8)
        assert marked[name] == BOM_UTF8 + plain[name]
    for name in ("suggestions.csv", "places.csv"):
        assert csv_rows(marked[name]).equals(csv_rows(plain[name])), "what reads a run folder skips the mark"
