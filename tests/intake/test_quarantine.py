"""The quarantine shows where a refused row stands and what it was refused for, and nothing personal."""

from __future__ import annotations

from typing import Any

from tests.intake.raw_tables import HEADERS, intake_rules, micros, raw_table

from patrolcast.intake.quarantine import refused_rows
from patrolcast.intake.rules import apply_intake_rules

AS_OF = micros("2026-02-01T00:00")


def rows(n: int, **columns: Any) -> list[tuple[int, str, str, str]]:
    """Line, column, rule and value of the refused rows."""
    raw = raw_table(n, **columns)
    result = apply_intake_rules(raw, intake_rules(max_unknown_share=1.0), as_of=AS_OF, bad_rows={})
    table = refused_rows(raw, result.status, HEADERS)
    assert list(table.columns) == ["file", "line", "column", "rule", "value"]
    assert (table["file"] == 0).all()
    return list(zip(*(table[name].tolist() for name in ("line", "column", "rule", "value")), strict=True))


def test_without_a_refused_row_the_table_is_empty_and_has_its_columns() -> None:
    assert rows(3) == []


def test_a_time_is_shown_as_it_was_read_and_an_unreadable_one_as_it_stands() -> None:
    occurred = ["2026-01-10 10:00:00", "1980-01-10 10:00:00", "10/01/2026", "2026-01-10 10:00:00"]
    assert rows(4, occurred_at=occurred) == [
        (4, "occurred", "time not in the declared format", "'10/01/2026'"),
        (3, "occurred", "year outside 1990 to 2100", "'1980-01-10T10:00:00'"),
    ]


def test_the_coordinate_that_is_no_number_is_named_and_the_first_where_both_are_not() -> None:
    longitude, latitude = (
        ["-87.5", "41,5", "41,5", "-87.5", "-87.5", "-87.5"],
        ["41.5", "41.5", "y", "y", "41.5", "41.5"],
    )
    assert rows(6, longitude=longitude, latitude=latitude) == [
        (3, "lon", "coordinate is not a number", "'41,5'"),
        (4, "lon", "coordinate is not a number", "'41,5'"),
        (5, "lat", "coordinate is not a number", "a text that is not shown"),
    ]


def test_a_place_is_shown_as_the_pair_of_its_numbers() -> None:
    assert rows(3, longitude=["-87.5", "-87.5", "-80"]) == [(4, "lon", "outside the jurisdiction", "-80 41.5")]


def test_a_text_in_a_field_of_codes_is_not_shown_unless_it_looks_like_a_code() -> None:
    codes = ["THEFT", "ring 312-555-0100", "W9", "THEFT"]
    assert rows(4, offence=codes) == [
        (3, "offence", "offence not in the codebook", "a text that is not shown"),
        (4, "offence", "offence not in the codebook", "'W9'"),
    ]
