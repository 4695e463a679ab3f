"""The look at every byte before the parse: facts counted by hand, and each reason to refuse in its whole line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.io.csv import lines
from patrolcast.io.csv.scan import CsvFacts, scan_csv


def scanned(folder: Path, data: bytes, *, delimiter: str = ",", encoding: str = "utf-8", **more: bool) -> CsvFacts:
    path = folder / "export.csv"
    path.write_bytes(data)
    return scan_csv(path, delimiter=delimiter, encoding=encoding, **more)


def test_the_facts_of_a_plain_file_are_those_one_counts_by_hand(tmp_path: Path) -> None:
    data = b" id , code\n1,A\n2,B\n"
    assert scanned(tmp_path, data) == CsvFacts(
        header=("id", "code"), sha256=hashlib.sha256(data).hexdigest(), bytes=19, n_lines=3, n_records=3,
        n_quotes=0, unusable={}, notes=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "n_lines", "n_records", "notes"),
    [
        (b"a,b\n1,2\n3,4", 3, 3, ()),
        (b"a,b\r\n1,2\r\n", 2, 2, ()),
        (b"a,b\n1,2\n\n3,4\n", 4, 3, ()),
        (b"a,b\r\n1,2\r\n\r\n3,4\r\n", 4, 3, ()),
        (b'a,b\n"1\n1",2\n', 3, 2, ("line ends in quotes: 3 lines are 2 rows, the header included",)),
        (b"a,b\r1,2\r3,4\r", 3, 3, ("line ends: carriage returns",)),
        (b"a,b\n1,2\r3,4\n", 3, 3, ("line ends: mixed",)),
        (b"\xef\xbb\xbfa,b\n1,2\n", 2, 2, ("byte-order mark",)),
    ],
)
def test_lines_and_records_are_counted_apart(
    data: bytes, n_lines: int, n_records: int, notes: tuple[str, ...], tmp_path: Path
) -> None:
    facts = scanned(tmp_path, data)
    assert (facts.header, facts.n_lines, facts.n_records, facts.notes) == (("a", "b"), n_lines, n_records, notes)


@given(st.lists(st.sampled_from(["1,2\n", "é,x\n", "\n", "3,\0\n", "4,5\r\n", "\r\n"]), min_size=1), st.integers(1, 7))
@example(["1,2\n", "\r\n", "3,4\n"], 1)
def test_the_facts_do_not_depend_on_where_the_file_is_cut_into_chunks(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], size: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    data = ("a,b\n" + "".join(rows)).encode()
    with pytest.MonkeyPatch.context() as patch:
        whole = scanned(folder, data)
        patch.setattr(lines, "CHUNK", 4 + size)  # the first piece holds the whole header
        patch.setattr(lines, "PIECE", size)
        assert scanned(folder, data) == whole


def test_a_line_with_a_nul_byte_is_named_and_every_such_line(tmp_path: Path) -> None:
    facts = scanned(tmp_path, b"abc,def\n1,2\nx\0\0y,2\n3,4\n\0,5\n")
    assert facts.unusable == {3: "NUL byte", 5: "NUL byte"}


@pytest.mark.parametrize(("length", "unusable"), [(131_072, {}), (131_073, {3: "row longer than 131,072 bytes"})])
def test_a_line_may_have_exactly_the_longest_length(length: int, unusable: dict[int, str], tmp_path: Path) -> None:
    facts = scanned(tmp_path, b"a,b\n1,2\n" + b"x" * (length - 2) + b",y\n3,4\n")
    assert facts.unusable == unusable


REFUSED: dict[str, tuple[bytes, str]] = {
    "only a header": (b"a,b\n", "export.csv: got a header only; needs rows; export it again"),
    "not UTF-8": (
        b"a,b\n1,2\n3,\xe9x\n",
        "export.csv line 3: got byte 0xe9 at offset 10; is not UTF-8; "
        "declare the real encoding, e.g. [incidents] encoding = 'cp1252'",
    ),
    "a column name over two lines": (
        b'"a\nb",c\n1,2\n',
        "export.csv header: got a quote that the line does not close; a column name stands on one line, its quotes "
        "around it; rename it in the export",
    ),
    "a blank first line": (
        b"\na,b\n1,2\n",
        "export.csv line 1: got a blank line; the first line names the columns; delete what stands above them in the "
        "export",
    ),
    "a character that is cut": (
        b"a,b\n1,\xc3",
        "export.csv: got a torn last character; ends within a character; copy the whole file again",
    ),
    "a line that is cut": (
        b"a,b,c\n1,2,3\n4,5",
        "export.csv line 3: got a torn end; the last line is cut off: 2 of 3 fields, no line end; copy the whole "
        "file again",
    ),
    "an open quote": (
        b'a,b\n1,2\n"3,4\n5,6\n',
        "export.csv line 3: got a quote that is never closed; the last good line is 2; copy the whole file again, or "
        "close the quote on that line",
    ),
    "another delimiter": (
        b"a;b\n1;2\n",
        "export.csv header: got one column between ','; looks parted by ';'; declare it: [incidents] delimiter = ';'",
    ),
    "a title above the header": (
        b"Incident listing\nprinted today\n\na,b,c\n1,2,3\n",
        "export.csv line 1: got one column where line 4 has more; the first line names the columns; delete what stands "
        "above them in the export",
    ),
    "Parquet": (b"PAR1xxxx\n", "export.csv: got a Parquet file; must be CSV; export it again, and look at it"),
    "an old Excel workbook": (
        b"\xd0\xcf\x11\xe0xxxx\n",
        "export.csv: got an Excel workbook; must be CSV; export it again, and look at it",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_a_parser_would_misread_is_refused(case: str, tmp_path: Path) -> None:
    data, message = REFUSED[case]
    with pytest.raises(DataRefusedError) as caught:
        scanned(tmp_path, data)
    assert str(caught.value) == message


def test_a_table_that_may_be_empty_may_be_a_header_alone(tmp_path: Path) -> None:
    assert scanned(tmp_path, b"a,b\n", may_be_empty=True).n_lines == 1


def test_a_lone_quote_inside_a_field_opens_nothing(tmp_path: Path) -> None:
    assert scanned(tmp_path, b'a,b\n5 3/4",x\n1,2\n').n_quotes == 1


@pytest.mark.parametrize(("delimiter", "got"), [('"', "'\"'"), ("\n", "'\\n'"), ("\r", "'\\r'"), ("§", "'\\xa7'")])
def test_a_delimiter_that_cannot_part_fields_is_refused(delimiter: str, got: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        scanned(tmp_path, b"a,b\n1,2\n", delimiter=delimiter)
    assert str(caught.value) == (
        f"[incidents] delimiter: got {got}; one ASCII character, no quote and no line end; e.g. ';'"
    )


@pytest.mark.parametrize("encoding", ["latin-99", "rot13"])
def test_a_codec_that_is_no_encoding_of_text_is_refused(encoding: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        scanned(tmp_path, b"a,b\n1,2\n", encoding=encoding)
    assert str(caught.value) == (
        f"[incidents] encoding: got '{encoding}'; must exist; write encoding = 'utf-8' or a name that Python knows"
    )


def test_bytes_that_a_declared_encoding_lacks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as caught:
        scanned(tmp_path, b"a,b\n1,\x81\n", encoding="cp1252")
    assert str(caught.value) == (
        "export.csv: got bytes that are not cp1252 ('character maps to <undefined>'); must be what it is declared to be"
        "; declare the real encoding in [incidents] encoding"
    )


@pytest.mark.parametrize(
    ("data", "got", "real"),
    [("é".encode(), "byte 0xc3 at offset 8", "utf-8"), ("é".encode("cp1252"), "byte 0xe9 at offset 8", "cp1252")],
)
def test_a_byte_beyond_ascii_is_refused_where_ascii_is_declared_with_the_likely_encoding(
    data: bytes, got: str, real: str, tmp_path: Path
) -> None:
    with pytest.raises(DataRefusedError) as caught:
        scanned(tmp_path, b"a,b\n1,2\n" + data + b",x\n", encoding="ascii")
    cure = f"declare the real encoding, e.g. [incidents] encoding = '{real}'"
    assert str(caught.value) == f"export.csv line 3: got {got}; is not ASCII, as declared; {cure}"


def test_a_nul_byte_is_found_on_its_line_where_carriage_returns_end_lines_too(tmp_path: Path) -> None:
    assert scanned(tmp_path, b"abc,b\n1,2\r3,4\n5,\0\n").unusable == {4: "NUL byte"}


@pytest.mark.parametrize("filling", [b"\x1a", b"\0" * 5000, b"\x1a\0\0"])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_filling_behind_the_last_row_is_cut_off_and_noted(tmp_path: Path, filling: bytes, end: bytes) -> None:
    facts = scanned(tmp_path, b"a,b\n1,2\n3,4" + end + filling)
    assert (facts.n_lines, facts.n_records, facts.unusable) == (3, 3, {})
    [note] = facts.notes
    assert "of filling (NUL or ^Z) behind the last row not read" in note


def test_a_torn_row_behind_which_filling_stands_is_still_torn(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match="torn end"):
        scanned(tmp_path, b"a,b,c\n1,2,3\n4,5" + b"\0" * 100)


def test_a_file_of_filling_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match="NUL bytes only"):
        scanned(tmp_path, b"\0" * 100)


def test_a_first_line_for_a_spreadsheet_is_refused_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"line 1: got 'sep=,'.*delete the first line"):
        scanned(tmp_path, b"sep=,\na,b\n1,2\n")


@pytest.mark.parametrize("footer", [b"(2 rows affected)", b"Total: 2", b"2 records", b"Grand Total,2", b"end of file"])
def test_a_footer_without_line_end_is_a_row_like_any_other(tmp_path: Path, footer: bytes) -> None:
    assert scanned(tmp_path, b"a,b,c\n1,2,3\n4,5,6\n" + footer).n_records == 4
