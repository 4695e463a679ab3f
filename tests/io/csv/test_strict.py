"""Small tables that must be whole: every row as its header, in UTF-8, or one line that says where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv.strict import open_csv, read_text_columns


def write(folder: Path, data: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(data)
    return path


def test_texts_are_as_written_without_spaces_around_them_and_lines_say_where(tmp_path: Path) -> None:
    source = open_csv(write(tmp_path, b'a,b\n 1 ,"x\ny"\n2,\n'))
    table = read_text_columns(source, ["b", "a"])
    assert {name: values.tolist() for name, values in table.columns.items()} == {"b": ["x\ny", ""], "a": ["1", "2"]}
    assert table.lines.tolist() == [2, 4]


def test_a_row_with_a_field_too_many_is_named_by_its_line(tmp_path: Path) -> None:
    source = open_csv(write(tmp_path, b"a,b\n1,2\n3,4,5\n"))
    with pytest.raises(DataRefusedError) as caught:
        read_text_columns(source, ["a"])
    cure = "put a text that holds a comma in quotes"
    assert str(caught.value) == f"table.csv line 3: got 3 fields where the header has 2; {cure}"


def test_a_header_alone_is_a_table_only_where_that_is_allowed(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,b\n")
    source = open_csv(path, may_be_empty=True)
    assert read_text_columns(source, ["a"]).columns["a"].tolist() == []
    with pytest.raises(DataRefusedError):
        read_text_columns(open_csv(path), ["a"])


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"^none\.csv: got no such file"):
        open_csv(tmp_path / "none.csv")


@pytest.mark.parametrize("data", [b"a;b\n1;2\n", "a,b\n1,à\n".encode("cp1252")])
def test_a_table_that_a_spreadsheet_saved_otherwise_is_to_be_saved_again(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DataRefusedError) as caught:
        open_csv(write(tmp_path, data))
    assert str(caught.value).endswith("; save it as CSV UTF-8, with a comma between columns")
