"""The table of the next suggestions shows a shift as people write it: midnight is the end of its day."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.cli.finished_run import suggestion_lines, top_suggestions


def suggestions(n: int, *, districts: int = 1, place: str = "Elm St & 5th Ave") -> pd.DataFrame:
    """Ranks 1, 2, ... in each district, the lower the rank the fewer incidents are expected."""
    return pd.DataFrame(
        {
            "rank": [i // districts + 1 for i in range(n)],
            "district": [str(i % districts + 1) for i in range(n)],
            "cell": [f"89{i:013x}" for i in range(n)],
            "place": place,
            "suggestion_id": [f"s{i}" for i in range(n)],
            "reasons": "x; y",
            "shift_start": pd.Timestamp("2026-06-30T11:00Z"),
            "shift_end": pd.Timestamp("2026-06-30T19:00Z"),
            "expected_incidents": [0.1 + i for i in range(n)],
            "lower": 0.0,
            "upper": 99.0,
            "category": "criminal_damage",
            "visits": 2,
            "patrol_minutes": 30.0,
        }
    )


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-06-30T05:00Z", "2026-07-01T05:00Z", "Tue 30 Jun 00:00-24:00"),
        ("2026-06-30T21:00Z", "2026-07-01T05:00Z", "Tue 30 Jun 16:00-24:00"),
        ("2026-07-01T03:00Z", "2026-07-01T11:00Z", "Tue 30 Jun 22:00-06:00"),
    ],
)
def test_a_shift_that_ends_at_midnight_ends_at_24(start: str, end: str, wanted: str) -> None:
    table = suggestions(1).assign(shift_start=pd.Timestamp(start), shift_end=pd.Timestamp(end))
    (row,) = top_suggestions(table, "America/Chicago")
    assert row["shift"] == wanted


def test_suggestions_come_by_rank_the_first_of_each_district_before_any_second() -> None:
    table = suggestions(36, districts=12).sample(frac=1.0, random_state=1)
    rows = top_suggestions(table, "America/Chicago", most=14)
    assert [(row["rank"], row["district"]) for row in rows] == [
        *(("1", str(number)) for number in range(1, 13)),
        ("2", "1"),
        ("2", "2"),
    ]
    assert {row["shift"] for row in rows} == {"Tue 30 Jun 06:00-14:00"}
    assert {row["visits"] for row in rows} == {"2 x 15 min"}


def test_the_table_names_places_and_the_local_time_in_a_hundred_columns() -> None:
    place = "S Bishop Ford 103rd St Stony Xr & S Stony Island Ave, Pullman"
    table = suggestions(3, place=place).assign(district="Northwest Command Area")
    table.loc[0, "place"] = "near Elm St"
    lines = suggestion_lines(top_suggestions(table, "America/Chicago"))
    assert lines[0] == "Tue 30 Jun 06:00-14:00, in the agency's local time; the first 3 by rank:"
    assert lines[2].split() == ["rank", "district", "place", "visits", "listed", "for", "expected"]
    assert " ".join(lines[3].split()) == "1 Northwest... near Elm St 2 x 15 min criminal damage 0.10"
    assert "S Bishop Ford 103rd St Stony Xr & S..." in lines[4]
    assert 95 <= max(map(len, lines)) <= 100
    assert not any(line.endswith("...") for line in lines)


def test_a_place_without_a_name_stands_with_its_cell_and_no_name_writes_to_the_terminal() -> None:
    table = suggestions(2, place="")
    table.loc[1, "place"] = "Elm\x1b[31m St"
    lines = suggestion_lines(top_suggestions(table, "America/Chicago"))
    assert "890000000000000" in lines[3]
    assert "Elm\\x1b[31m St" in lines[4]
    without = top_suggestions(suggestions(1).drop(columns="place"), "America/Chicago")
    assert without[0]["place"] == ""


def test_a_run_without_suggestions_says_so() -> None:
    assert suggestion_lines(top_suggestions(suggestions(1).iloc[:0], "America/Chicago")) == ["", "No suggestions."]
