"""Whether record numbers mean what the config says: refused with the cure beyond a stated share, noted below it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.intake.raw_tables import intake_rules, micros, raw_table

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.rules import IntakeResult, apply_intake_rules


def applied(
    n: int, *, means: Any = None, rule: Any = None, order: tuple[str, ...] = (), **columns: Any
) -> IntakeResult:
    rules = intake_rules(corrections=CorrectionRules(means, rule, order))
    return apply_intake_rules(raw_table(n, **columns), rules, as_of=micros("2026-02-01T00:00"), bad_rows={})


def kept(result: IntakeResult) -> int:
    return int(result.status.open.sum())


def months(n: int) -> dict[str, list[str]]:
    """Rows of different months, 70 m and more apart."""
    days = [f"2025-{1 + i % 12:02d}-{1 + i // 12 % 28:02d} 10:{i % 60:02d}:00" for i in range(n)]
    return {
        "occurred_at": days,
        "reported_at": [day.replace(" 10:", " 12:") for day in days],
        "longitude": [f"{-87.9 + i * 1e-3:.4f}" for i in range(n)],
    }


def test_numbers_that_start_anew_refuse_the_file_beyond_a_hundredth_and_are_noted_below() -> None:
    n = 600
    few = [str(i) for i in range(n)]
    few[100], few[223], few[300] = "1", "2", "3"
    result = applied(n, record_id=few, **months(n))
    assert kept(result) == n
    assert result.notes == (
        "3 rows share their record number with an incident of another day, place or category: each counts separately",
    )
    with pytest.raises(DataRefusedError) as caught:
        applied(n, record_id=[str(1 + i % 297) for i in range(n)], **months(n))
    assert str(caught.value) == (
        "export.csv column 'record_id': got 303 of 600 rows that share their record number with a different "
        "incident; at most 1% may; if numbers restart each year or come from two agencies, put the year or the "
        "agency in front of them, or leave [incidents.columns] record_id out"
    )


def test_a_placeholder_that_nobody_listed_is_found_because_it_stands_on_many_incidents() -> None:
    n = 100
    result = applied(n, record_id=["A VENIR" if i % 3 else str(i) for i in range(n)], **months(n))
    assert kept(result) == n
    assert result.notes == ("one record number on 66 different incidents: placeholders, each row counts separately",)


def test_a_few_destroyed_numbers_are_noted_and_many_refuse_the_file() -> None:
    few = [*("2.02E+11",) * 4, *map(str, range(96))]
    assert "4 record numbers were shortened by a spreadsheet" in applied(100, record_id=few).notes[0]
    assert kept(applied(100, record_id=few)) == 100
    with pytest.raises(DataRefusedError, match=r"got 20 of 20 record numbers shortened by a spreadsheet, such as"):
        applied(20, record_id=["2.02E+11"] * 20)


SEVERAL = {"offence": ["THEFT", "FRAUD"] * 10, "record_id": [str(1 + i // 2) for i in range(20)],
           "longitude": [f"{-87.5 - i // 2 * 1e-3:.4f}" for i in range(20)],
           "occurred_at": ["2026-01-10 10:00:00"] * 20}  # fmt: skip


def test_several_offences_under_one_number_need_a_declared_meaning() -> None:
    with pytest.raises(DataRefusedError) as caught:
        applied(20, **SEVERAL)
    assert str(caught.value) == (
        "export.csv column 'record_id': got 10 of 20 rows with the same record number and time as a later row "
        "but another offence; the config must say what a record number stands for; set [incidents] record_means to "
        '"offence" (with offence_rule), or to "versions" (the later row counts)'
    )
    declared = applied(20, means="versions", **SEVERAL)
    assert declared.status.count("set aside", declared.status.code >= 0) == {
        "category not forecast": 10, "older version, superseded": 10
    }  # fmt: skip
    assert declared.notes == (
        "10 rows, 10 of them of another offence share number and time of report with a later row: that one counts",
    )


def test_each_offence_counts_or_the_most_serious_or_the_first() -> None:
    assert kept(applied(20, means="offence", rule="each", **SEVERAL)) == 10  # fraud is not forecast
    assert kept(applied(20, means="offence", rule="most_serious", order=("theft",), **SEVERAL)) == 10
    later = SEVERAL | {"reported_at": ["2026-01-10 13:00:00", "2026-01-10 12:00:00"] * 10}
    first = applied(20, means="offence", rule="first", **later)
    assert first.status.count("set aside", first.status.code >= 0) == {
        "another offence of the same incident": 10, "category not forecast": 10
    }  # fmt: skip


def test_one_row_an_incident_refuses_a_number_that_stands_on_two_and_sets_copies_aside() -> None:
    ids = [str(i) for i in range(600)]
    few = applied(600, means="incident", record_id=[*ids[:-1], "5"], **months(600))
    assert kept(few) == 600
    assert few.notes == ("1 row shares its record number with a row of other content: each counts separately",)
    with pytest.raises(DataRefusedError, match=r'set record_means to "offence" or "versions"'):
        applied(20, means="incident", **SEVERAL)
    twice = applied(2, means="incident", record_id=["1", "1"], longitude=["-87.5"] * 2,
                    occurred_at=["2026-01-10 10:00:00"] * 2)  # fmt: skip
    assert twice.status.count("set aside", twice.status.code >= 0) == {"duplicate": 1}


def test_officer_initiated_rows_cannot_cause_a_refusal() -> None:
    columns = {"offence": ["STOP"] * 40 + ["THEFT"] * 10, "record_id": [str(i % 20) for i in range(40)] + [""] * 10}
    assert kept(applied(50, **columns, **months(50))) == 10


def test_the_figure_that_decides_is_said_where_most_rows_stand_under_placeholders() -> None:
    n = 120
    ids = ["9"] * 100 + [str(100 + i % 10) for i in range(100, n)]
    with pytest.raises(DataRefusedError) as caught:
        applied(n, record_id=ids, **months(n))
    assert "got 10 of 20 rows (beside 100 rows under numbers of twenty incidents and more) that share" in str(
        caught.value
    )


def test_rows_of_one_moment_are_taken_for_corrections_and_the_cure_keeps_their_numbers() -> None:
    columns = {
        "record_id": [str(1 + i // 2) for i in range(20)], "offence": ["THEFT", "FRAUD"] * 10,
        "longitude": [f"{-87.9 + i * 0.02:.4f}" for i in range(20)],
        "occurred_at": [f"2026-01-10 10:{i // 2:02d}:00" for i in range(20)],
        "updated_at": [f"2026-01-{11 + i % 2} 10:00:00" for i in range(20)],
    }  # fmt: skip
    with pytest.raises(DataRefusedError) as caught:
        applied(20, **columns)
    assert str(caught.value).endswith('look like corrections: set record_means = "versions"')
    declared = applied(20, means="versions", **columns)
    assert declared.status.count("set aside", declared.status.code >= 0)["older version, superseded"] == 10


def test_a_later_row_of_another_offence_is_noted_while_nobody_says_what_a_number_means() -> None:
    n = 300
    base = months(n)
    again = {name: values + values[:10] for name, values in base.items()}
    again["reported_at"] = base["reported_at"] + [at.replace(" 12:", " 13:") for at in base["reported_at"][:10]]
    numbers, codes = [f"24-{i}" for i in range(1, n + 1)], ["THEFT"] * n + ["FRAUD"] * 10
    result = applied(n + 10, record_id=numbers + numbers[:10], offence=codes, **again)
    said = "10 rows gave way to a later row of the same number and another offence: versions of one report, or several"
    assert any(note.startswith(said) for note in result.notes)
    told = applied(n + 10, means="versions", record_id=numbers + numbers[:10], offence=codes, **again)
    assert not any("gave way" in note for note in told.notes)
