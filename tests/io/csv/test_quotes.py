"""Lines and records: stray quotes that swallow rows are refused with their lines; honest line ends are read."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.csv import lines
from patrolcast.io.csv.quotes import TEXT_AFTER_QUOTE, RecordFacts, scan_records


def scanned(folder: Path, text: str, *, every_line: bool = False) -> RecordFacts:
    path = folder / "export.csv"
    path.write_bytes(text.encode())
    width = text.partition("\n")[0].count(",") + 1
    return scan_records(path, delimiter=",", encoding="utf-8", width=width, every_line=every_line)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(DataRefusedError) as caught:
        scanned(folder, text)
    return str(caught.value)


def export(n: int = 600) -> list[str]:
    """A header and rows of five fields."""
    rows = [f"{i},2024-03-{i % 28 + 1:02d} 10:{i % 60:02d},MAIN ST,theft,-87.6{i:03d}" for i in range(n)]
    return ["id,occurred,street,offence,longitude", *rows]


@pytest.mark.parametrize("closing", ['12" PIPE', '"MAIN ST', '"MAIN" ST', 'MAIN ST"'])
def test_two_stray_quotes_that_swallow_the_rows_between_them_refuse_the_file_with_both_lines(
    closing: str, tmp_path: Path
) -> None:
    lines = export()
    lines[100] = lines[100].replace("MAIN ST", '"MAIN ST')
    lines[460] = lines[460].replace("MAIN ST", closing)
    message = refusal(tmp_path, "\n".join(lines) + "\n")
    assert message.startswith("export.csv lines 101 to ")
    assert "look like rows; a stray quote seems to have swallowed them; double each quotation mark" in message


@pytest.mark.parametrize("last", [101, 102, 103])
def test_even_one_swallowed_row_is_seen(last: int, tmp_path: Path) -> None:
    lines = export()
    lines[100] = lines[100].replace("MAIN ST", '"MAIN ST')
    lines[last] = lines[last].replace("MAIN ST", 'MAIN ST"')
    assert refusal(tmp_path, "\n".join(lines) + "\n").startswith(
        f"export.csv lines 101 to {last + 1}: got one row that spans"
    )


def test_a_field_with_more_line_ends_than_is_plausible_is_refused_with_both_lines(tmp_path: Path) -> None:
    text = 'a,b\n1,"' + "x\n" * 101 + '"\n2,y\n'
    assert refusal(tmp_path, text) == (
        "export.csv lines 2 to 103: got one row that spans 102 lines; a quoted field may hold at most 100 line "
        "ends; double each quotation mark inside a field, or export without quotation marks in texts"
    )
    assert scanned(tmp_path, text.replace("x\n", "", 1)) == RecordFacts(n_lines=103, n_records=3, n_folded=1)


def test_a_row_with_text_behind_a_closing_quote_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    facts = scanned(tmp_path, 'a,b\n1,"5" pipe"\n2,"x\ny"\n\n3,"say ""no"""\n')
    assert facts == RecordFacts(n_lines=6, n_records=4, n_folded=1, unusable={2: TEXT_AFTER_QUOTE})


def test_a_file_whose_rows_mostly_hold_text_behind_a_closing_quote_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'a,b\n1,"x" \n2,"x" \n') == (
        "export.csv line 2: got 2 of 3 rows with text after a closing quote; a quoted field ends with its quote; "
        "double each quotation mark inside a field, or export without quotation marks in texts"
    )


def test_honest_fields_of_several_lines_full_of_commas_and_numbers_are_read(tmp_path: Path) -> None:
    """The twin of the refusals above: an address with its coordinates, lists, a text that ends in numbers."""
    random_ = random.Random(3)
    pieces = (
        "100 MAIN ST",
        "(41.88, -87.63)",
        "1, 2, 3, 4, 5, 6",
        "a, b, c",
        'said "12", then',
        "2024-01-02, 14:00",
        "",
    )
    for width in range(3, 10):
        place = random_.randint(2, width - 1)
        rows = [["id", "date", *(f"c{i}" for i in range(width - 2))]]
        for i in range(60):
            rows.append(
                [str(i), f"2024-03-{i % 28 + 1:02d}", *random_.choices(["theft", "12", "A, B", ""], k=width - 2)]
            )
            rows[-1][place] = "\n".join(random_.choices(pieces, k=random_.randint(1, 6)))
        file = io.StringIO()
        csv.writer(file).writerows(rows)
        assert scanned(tmp_path, file.getvalue()).n_records == 61


def test_the_look_at_arrays_and_the_walk_of_every_line_say_the_same_wherever_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'a,b,c\n"1","x ""y""",2\n,"",\n"1\n\n2",5" pipe,"3"\n\n4,"5" x,6\r\n7,8,9'
    whole = scanned(tmp_path, text)
    assert whole == RecordFacts(n_lines=9, n_records=6, n_folded=1, unusable={8: TEXT_AFTER_QUOTE})
    assert scanned(tmp_path, text, every_line=True) == whole
    for size in range(1, 60):
        monkeypatch.setattr(lines, "CHUNK", size)
        monkeypatch.setattr(lines, "PIECE", size % 7 + 1)
        assert scanned(tmp_path, text) == whole
