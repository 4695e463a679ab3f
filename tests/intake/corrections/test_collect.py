"""What corrections look at: a count that is none is refused, and a column that is no count refuses the file."""

from __future__ import annotations

from typing import Any

import pytest
from tests.intake.raw_tables import intake_rules, micros, raw_table

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.collect import WRONG_COUNT
from patrolcast.intake.rules import IntakeResult, apply_intake_rules


def applied(n: int, **columns: Any) -> IntakeResult:
    return apply_intake_rules(raw_table(n, **columns), intake_rules(), as_of=micros("2026-02-01T00:00"), bad_rows={})


@pytest.mark.parametrize("count", ["", "1.5", "two", "NaN", "inf", "1001", "-1e9"])
def test_a_row_whose_count_is_no_whole_number_of_incidents_is_refused(count: str) -> None:
    result = applied(4, count=[count, "1", "1.0", "+1"] if count != "+1" else [])
    assert result.status.count("refused", result.status.code >= 0) == {WRONG_COUNT: 1}
    assert len(result.incidents) == 3


def test_a_column_that_is_no_count_refuses_the_file() -> None:
    with pytest.raises(DataRefusedError) as caught:
        applied(5, count=["", "", "", "1", "1"])
    assert str(caught.value) == (
        "export.csv column 'count': got 3 of 5 rows without a whole number from -1,000 to 1,000; count is 1 for a "
        "report, -1 for a row that takes one back; leave [incidents.columns] count out where each row is one report"
    )


def test_a_row_that_counts_several_incidents_stands_in_the_table_as_often() -> None:
    result = applied(3, count=["3", "0", "1"])
    assert len(result.incidents) == 4
    assert result.status.count("cancelled", result.status.code >= 0) == {"counts zero": 1}
    assert result.notes == ("1 row counts more than one incident: 3 in all",)
