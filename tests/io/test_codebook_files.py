"""Codebooks are read strictly: a row that cannot be read refuses the file, and is never repaired in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.io.codebook_files import KNOWN, read_codebook, read_codebooks

HEADER = "offence,call_source,category,provenance,ground\n"
COLUMNS = frozenset(HEADER.strip().split(","))


def test_a_codebook_is_read_with_its_quotes_blanks_and_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("\ufeff" + HEADER + '0610, ,theft ,citizen,"from a car, reported"\n', encoding="utf-8")
    assert read_codebook(path) == [
        {
            "offence": "0610", "call_source": "", "category": "theft", "provenance": "citizen",
            "ground": "from a car, reported",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            HEADER.encode() + b"caf\xe9,,theft,citizen,x\n",
            "book.csv line 2: got byte 0xe9 at offset 50; is not UTF-8; save it as CSV UTF-8, "
            "with a comma between columns",
        ),
        (
            HEADER.encode() + b"A,,theft,citizen,x\nB,,theft\nC,,theft,citizen,x\n",
            "book.csv line 3: got 3 fields where the header has 5; add the missing one, or its comma",
        ),
        (
            HEADER.encode(),
            "book.csv: got a header only; needs rows; fill in its rows; of a codebook "
            "`patrolcast init EXPORT --offence COLUMN` drafts them",
        ),
        (
            b"offence,offence\nA,B\n",
            "book.csv header: got two columns 'offence'; names must differ; rename one in the export",
        ),
    ],
)
def test_a_codebook_with_a_bad_row_is_refused_in_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "book.csv").write_bytes(data)
    with pytest.raises(ConfigError) as error:
        read_codebook(tmp_path / "book.csv")
    assert str(error.value) == message


def test_of_two_books_with_one_name_the_first_folder_wins_and_what_is_no_codebook_is_passed_over(
    tmp_path: Path,
) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    for folder in (near, far):
        folder.mkdir()
        (folder / "city.csv").write_text(HEADER + f"A,,theft,citizen,{folder.name}\n")
    (far / "nibrs.csv").write_text(HEADER + "B,,theft,citizen,far\n")
    (near / "export.csv").write_text("date,offence\n1,A\n")
    (near / "broken.csv").write_bytes(HEADER.encode() + b"\xff\n")
    books = read_codebooks([near, tmp_path / "absent", far], columns=COLUMNS)
    assert {name: rows[0]["ground"] for name, rows in books.items()} == {"city.csv": "near", "nibrs.csv": "far"}


def test_the_codebooks_of_the_package_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert {"nibrs.csv", "sample.csv"} <= set(read_codebooks([KNOWN], columns=COLUMNS))
