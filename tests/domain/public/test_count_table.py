"""Tables of counts that may be shown."""

from __future__ import annotations

import pytest

from patrolcast.domain.public.count_table import CountTable, with_margins


def test_a_stored_table_is_read_as_it_was() -> None:
    table = CountTable("reports", "2026-05", ("1", "all"), ("theft",), ((None,), (7,)))
    assert CountTable.stored(table.document) == table


@pytest.mark.parametrize("value", [-1, 2.5, True, "7"])
def test_what_is_no_count_is_refused(value: object) -> None:
    document = {"measure": "reports", "period": "2026-05", "rows": ["1"], "columns": ["theft"], "values": [[value]]}
    with pytest.raises(ValueError, match="a count is a whole number"):
        CountTable.stored(document)


def test_values_must_fit_their_headings() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        CountTable("reports", "2026-05", ("1",), ("theft",), ((1, 2),))


@pytest.mark.parametrize("rows", [["all"], ["1", "1"]])
def test_a_heading_that_is_a_margins_or_stands_twice_is_refused(rows: list[str]) -> None:
    with pytest.raises(ValueError, match="headings must differ"):
        with_margins("reports", "2026-05", rows, ["theft"], [[1]] * len(rows), by_row=True)
