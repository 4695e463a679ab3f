"""Record numbers that do not mean what they seem: nothing of 4,000 incidents is lost as a "version", or it is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(
    ("name", "rows"),
    [("idnull", "1,333"), pytest.param("idzero", "1,333", marks=pytest.mark.long), ("idpending", "1,199")],
)
def test_rows_with_a_placeholder_for_a_number_count_each_by_itself(
    case: Callable[[str], Path], name: str, rows: str
) -> None:
    answer = check(case("06-excel-ids") / "configs" / f"{name}.toml")
    assert incidents(answer)["kept"] == 3999
    assert any(note.startswith(f"{rows} rows have a placeholder (a word or zeros)") for note in answer["notes"]), (
        answer["notes"]
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sci", "record numbers shortened by a spreadsheet, such as 2.02E+11"),
        pytest.param("sci6", "record numbers shortened by a spreadsheet, such as 2.02E+11", marks=pytest.mark.long),
        ("reset", "rows that share their record number with a different incident"),
    ],
)
def test_numbers_that_a_spreadsheet_destroyed_or_that_start_anew_refuse_the_file(
    case: Callable[[str], Path], name: str, words: str
) -> None:
    answer = check(case("06-excel-ids") / "configs" / f"{name}.toml")
    assert answer["exit_code"] == 13
    assert words in answer["problems"][0]
    assert "leave [incidents.columns] record_id out" in answer["problems"][0]
