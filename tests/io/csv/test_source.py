"""CSV in batches: text as it is written, ragged rows by their number, and each record's first physical line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv import source as csv_source
from patrolcast.io.csv.source import RAGGED_LONG, RAGGED_SHORT, CsvSource


def opened(folder: Path, text: str) -> CsvSource:
    (folder / "export.csv").write_bytes(text.encode())
    return CsvSource(folder / "export.csv", delimiter=",", encoding="utf-8")


def rows(source: CsvSource, **columns: str) -> list[tuple[object, ...]]:
    """Record number and the values of the mapped columns, of every batch."""
    read: list[tuple[object, ...]] = []
    for batch, records in source.batches(columns):
        read += zip(records.tolist(), *(batch[role].to_pylist() for role in columns), strict=True)
    return read


def test_values_are_the_text_of_the_file_and_the_header_is_record_1(tmp_path: Path) -> None:
    source = opened(tmp_path, "id,code,free\n007,NA,x\n8,,y\n")
    assert rows(source, code="code", record_id="id") == [(2, "NA", "007"), (3, "", "8")]


def test_two_roles_may_read_one_column(tmp_path: Path) -> None:
    assert rows(opened(tmp_path, "a,b\n1,2\n"), start="a", end="a") == [(2, "1", "1")]


def test_ragged_rows_are_named_and_shift_no_number(tmp_path: Path) -> None:
    source = opened(tmp_path, "a,b\n1,x\n2,x,x\n3,x\n4\n5,x\n")
    assert rows(source, a="a") == [(2, "1"), (4, "3"), (6, "5")]
    assert source.rejected() == [(3, RAGGED_LONG, "3 fields"), (5, RAGGED_SHORT, "1 field")]


def test_a_second_pass_reads_the_same_rows_and_names_the_same_ragged_ones(tmp_path: Path) -> None:
    source = opened(tmp_path, "a,b\n1,x\n2,x,x\n3,x\n")
    assert rows(source, a="a") == rows(source, a="a") == [(2, "1"), (4, "3")]
    assert source.rejected() == [(3, RAGGED_LONG, "3 fields")]


def test_a_record_is_found_at_its_first_line_behind_blank_and_quoted_lines(tmp_path: Path) -> None:
    source = opened(tmp_path, 'a,b\n"1\n1",x\n\n2,x\n3,x\n')
    assert rows(source, a="a") == [(2, "1\n1"), (3, "2"), (4, "3")]
    assert source.lines(np.array([2, 3, 4])).tolist() == [2, 5, 6]


def test_in_a_plain_file_a_record_is_its_line(tmp_path: Path) -> None:
    source = opened(tmp_path, "a,b\n1,x\n2,x\n")
    rows(source, a="a")
    assert source.lines(np.array([3, 2])).tolist() == [3, 2]


def test_a_nul_byte_condemns_the_record_that_holds_its_line(tmp_path: Path) -> None:
    plain = opened(tmp_path, "abc,b\n1,x\n2,\0\n")
    rows(plain, a="abc")
    assert plain.unusable() == {3: "NUL byte"}
    quoted = opened(tmp_path, 'abc,b\n"1\n1",x\n"2\n\0",x\n3,x\n')
    rows(quoted, a="abc")
    assert quoted.unusable() == {3: "NUL byte"}


@given(st.lists(st.sampled_from(["ok,x", "long,x,x", "short"]), min_size=1, max_size=40), st.integers(8, 200))
def test_good_and_ragged_rows_together_are_every_row_once_whatever_the_blocks(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], block: int
) -> None:
    good = [f"{'x' * 5},x"] * (len(lines) + 1)  # most rows must fit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_source, "_BLOCK", 16 + block)
        source = opened(tmp_path_factory.getbasetemp(), "\n".join(["a,b", *lines, *good]) + "\n")
        read = rows(source, a="a")
    everything = [*lines, *good]
    expected = [(i + 2, line.split(",")[0]) for i, line in enumerate(everything) if line.count(",") == 1]
    ragged = [i + 2 for i, line in enumerate(everything) if line.count(",") != 1]
    assert read == expected
    assert [number for number, _, _ in source.rejected()] == ragged


@pytest.mark.parametrize(("good", "refused"), [(2, False), (1, True)])
def test_a_file_is_refused_once_more_rows_are_ragged_than_good(good: int, refused: bool, tmp_path: Path) -> None:
    source = opened(tmp_path, "a,b\n" + "1,x\n" * good + "2,x,x\n" * 2)
    if not refused:
        assert len(rows(source, a="a")) == good
        return
    with pytest.raises(DataRefusedError) as caught:
        rows(source, a="a")
    assert str(caught.value) == (
        "export.csv line 3: got 3 fields in the first of 2 such rows, 2 in the header; most rows must fit the header; "
        "check delimiter and quotes; a header without its last name shifts every column"
    )


def test_a_header_that_repeats_a_name_is_refused_when_the_file_is_opened(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        opened(tmp_path, "a,b, a\n1,2,3\n")
    assert str(caught.value) == ("export.csv header: got two columns 'a'; names must differ; rename one in the export")
