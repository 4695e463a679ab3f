"""The table of suggestions as a run folder holds it."""

from __future__ import annotations

import pandas as pd

from patrolcast.runs.forecast.run_folder import FIRST_COLUMNS, columns_in_order, with_local_ends


def test_a_shift_over_the_change_of_clocks_ends_by_the_clock_of_its_end() -> None:
    ends = pd.to_datetime(["2026-03-08T06:00:00Z", "2026-03-08T14:00:00Z"])
    table = with_local_ends(pd.DataFrame({"shift_end": ends, "last": 1}), "America/Chicago")
    assert list(table["shift_end_local"]) == ["2026-03-08T00:00:00-06:00", "2026-03-08T09:00:00-05:00"]
    assert list(table.columns) == ["shift_end", "last", "shift_end_local"], "known columns keep their places"


def test_the_columns_that_scripts_rely_on_come_first_in_their_order() -> None:
    table = pd.DataFrame([dict.fromkeys(["place", *reversed(FIRST_COLUMNS)], 1)])
    assert list(columns_in_order(table).columns) == [*FIRST_COLUMNS, "place"]
