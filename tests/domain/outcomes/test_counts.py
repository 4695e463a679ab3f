"""Imports on top of each other: the later one holds for its months, whole."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.domain.outcomes.counts import COUNT_COLUMNS, OutcomeCounts, merged


def rows(*given: tuple[str, str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(given), columns=list(COUNT_COLUMNS))


def test_a_later_import_replaces_its_months_and_may_take_a_row_away() -> None:
    january = [("stops", "2026-01", "1", "a", 3), ("stops", "2026-01", "2", "a", 4)]
    first = rows(*january, ("stops", "2026-02", "1", "a", 5))
    second = rows(("stops", "2026-01", "1", "a", 9), ("arrests", "2026-02", "1", "a", 1))
    assert merged([first, second]).table.to_numpy().tolist() == [
        ["arrests", "2026-02", "1", "a", 1],
        ["stops", "2026-01", "1", "a", 9],
        ["stops", "2026-02", "1", "a", 5],
    ]


def test_the_order_of_imports_decides() -> None:
    one, other = rows(("stops", "2026-01", "1", "a", 3)), rows(("stops", "2026-01", "1", "a", 4))
    assert merged([one, other]).table["n"].tolist() == [4]
    assert merged([other, one]).table["n"].tolist() == [3]


def test_no_import_is_an_empty_table() -> None:
    assert merged([]).of("stops").empty


def test_a_row_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="one row for each"):
        OutcomeCounts(rows(("stops", "2026-01", "1", "a", 3), ("stops", "2026-01", "1", "a", 3)))
