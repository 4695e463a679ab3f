"""What is taken for a footer, and what for the beginning of a row."""

from __future__ import annotations

import pytest

from patrolcast.io.csv.footers import is_footer


@pytest.mark.parametrize(
    "text", ["(3999 rows affected)", "Total,,", "Rows: 12", "no rows", "End of report", "1,204 records"]
)
def test_what_a_query_or_a_report_writes_below_its_rows_is_a_footer(text: str) -> None:
    assert is_footer(text, ";")


@pytest.mark.parametrize(
    "text", ["200102601", "9,2026-01-10 1", "THEFT FROM CAR", "2026-01-10 rows of cars", "Totally new"]
)
def test_the_beginning_of_a_row_is_no_footer(text: str) -> None:
    assert not is_footer(text, ",")
