"""What nobody mapped and what changes the count is said: unfounded reports, reversals, numbers that come again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.builders import HEADER, good, load


def said(folder: Path, header: str, values: list[str], *, drop: tuple[str, ...] = ()) -> list[str]:
    rows = [f"{one},{values[i % len(values)]}" for i, one in enumerate(good(40))]
    return [note for note in load(folder, rows, header=f"{HEADER},{header}", drop=drop).notes if "is not read" in note]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("UCR_DISPOSITION", ["Open", "Open", "Open", "Unfounded"]), ("CASE_STATUS", ["OPN", "OPN", "UNF"]),
        ("IS_DELETED", ["0", "0", "1"]), ("FOUNDED", ["Y", "Y", "N"]),
        ("DISPOSICION", ["Abierta", "Cerrada", "Infundada"]),
        ("Estado", ["Abierta", "Abierta", "Anulado"]), ("Outcome", ["Solved", "Open", "No Crime"]),
    ],
)  # fmt: skip
def test_a_column_that_says_that_rows_do_not_count_is_named_by_its_values(
    header: str, values: list[str], tmp_path: Path
) -> None:
    (note,) = said(tmp_path, header, values)
    assert note.startswith(f"column '{header}' is not read, and ")
    assert "rows looked at may say there that they do not count" in note


def test_a_column_of_signed_counts_is_named_by_its_values(tmp_path: Path) -> None:
    (note,) = said(tmp_path, "ROWS_N", ["1", "1", "1", "-1"])
    assert note.startswith("column 'ROWS_N' is not read and holds numbers below 0")


@pytest.mark.parametrize(
    ("header", "values"),
    [("Invalid Address", ["N", "N", "Y"]), ("Cancelled Units", ["0", "0", "1"]), ("FLOOR", ["1", "2", "-1"]),
     ("Victim Count", ["1", "1", "-1"]), ("Status", ["Open", "Cleared by arrest"]),
     ("Arrest", ["Y", "N"]), ("Beat", ["1", "2", "-"])],
)  # fmt: skip
def test_a_column_that_cancels_nothing_is_not_named(header: str, values: list[str], tmp_path: Path) -> None:
    assert said(tmp_path, header, values) == []


def test_an_incident_number_that_comes_again_is_named_whether_another_is_mapped_or_none(tmp_path: Path) -> None:
    rows = [f"{one},24-{i // 2:04d}" for i, one in enumerate(good(40))]
    header = f"{HEADER},incident_number"
    (mapped,) = [n for n in load(tmp_path, rows, header=header).notes if "is not read" in n]
    assert mapped.startswith("column 'incident_number' is not read, and 20 of 40 rows looked at share its number")
    assert "map it in place of 'id'" in mapped
    notes = load(tmp_path, rows, header=header, drop=("record_id",)).notes
    (unmapped,) = [n for n in notes if "is not read" in n]
    assert "map it as record_id" in unmapped
    once = [f"{one},24-{i:04d}" for i, one in enumerate(good(40))]
    waiting = [f"{one},PENDING" for one in good(40)]
    for others in (once, waiting):
        assert not any("is not read" in n for n in load(tmp_path, others, header=header, drop=("record_id",)).notes)
