"""Columns that look as if they correct: the signed count and the cancelling status are seen, ordinary ones are not."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.intake.corrections.likely import find_cancelled_values, looks_like_counts, unmapped_hints


@pytest.mark.parametrize(
    "values", [["1"] * 9, ["-5", "-6"], ["1", "2.5", "-1"], ["-87", "41"], ["a", "b"], [""], ["1", "1", "-666666666"]]
)
def test_an_ordinary_column_of_numbers_is_no_signed_count(values: list[str]) -> None:
    assert not looks_like_counts(pd.Series(values))


@pytest.mark.parametrize(
    ("header", "rare"),
    [("Case Status", "Unfounded"), ("DISPOSITION", "ADMIN. CLOSED"), ("report_status", "Cancelled"),
     ("Outcome", "No Crime"), ("is_unfounded", "true"), ("UNFOUNDED FLAG", "Y"), ("Status", "UNFD"),
     ("case_status", "Administrative Close"), ("Clearance", "Entered in error")],
)  # fmt: skip
def test_a_rare_value_that_cancels_is_found(header: str, rare: str) -> None:
    usual = "N" if rare in {"Y", "true"} else "Open"
    assert find_cancelled_values(header, pd.Series([usual] * 30 + [rare, None])) == [rare]


@pytest.mark.parametrize(
    ("header", "values"),
    [("Offense", ["Theft", "Cancelled check"]), ("Status", ["Open", "Cleared by arrest"]), ("Arrest", ["Y", "N"]),
     ("Status", ["not unfounded", "Open"]), ("Status", ["Unfounded"] * 9 + ["Open"])],
)  # fmt: skip
def test_a_column_that_cancels_nothing_is_left_alone(header: str, values: list[str]) -> None:
    assert find_cancelled_values(header, pd.Series(values)) == []


def test_a_run_names_unmapped_columns_by_their_headers_only() -> None:
    named = ["Unfounded", "INCIDENT_COUNT", "Supersedes Report"]
    assert len(unmapped_hints(named, {})) == 3
    assert unmapped_hints(named, {"status": "Unfounded", "count": "INCIDENT_COUNT", "supersedes": named[2]}) == []
    assert unmapped_hints(["Status", "Updated On", "District", "Ward", "Year", "Case Number", "Count Code"], {}) == []
