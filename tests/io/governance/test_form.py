"""A form export is taken whole or not at all; a row has the same mark whenever it is exported; names are never read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.governance.form import LONGEST, read_form

TODAY = date(2026, 6, 30)
HEAD = "id,received,topic,text,name,email\n"


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "form.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_are_read_without_who_wrote_them(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + '7,2026-06-01,fairness,"Why us,\nagain?",Ann Lee,ann@x.example\n')
    (row,) = read_form(path, today=TODAY)
    assert (row.day, str(row.topic), row.text) == ("2026-06-01", "fairness", "Why us,\nagain?")
    assert "Ann" not in repr(row)


def test_a_row_keeps_its_mark_and_another_has_another(tmp_path: Path) -> None:
    one = HEAD + "7,2026-06-01,fairness,Why?,,\n"
    two = one + "8,2026-06-01,fairness,Why?,,\n"
    (first,) = read_form(write(tmp_path, one), today=TODAY)
    again, other = read_form(write(tmp_path, two), today=TODAY)
    assert first.mark == again.mark != other.mark
    without_id = "received,topic,text\n2026-06-01,fairness,Why?\n2026-06-01,fairness,Why not?\n"
    assert len({row.mark for row in read_form(write(tmp_path, without_id), today=TODAY)}) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("received,topic\n", "form.csv line 1: got no column text; is needed; name the columns received, topic, text"),
        (HEAD + "1,June,fairness,x,,\n", "form.csv line 2 received: got 'June'; a day, e.g. 2026-06-30"),
        (
            HEAD + "1,2026-07-01,other,x,,\n",
            "form.csv line 2 received: got '2026-07-01'; must not come after today, 2026",
        ),
        (
            HEAD + "1,2026-06-01,other,x,,\n1,2026-06-01,other,y,,\n",
            "form.csv line 3 id: got an id that another comment of that day has; an id names one comment; leave the",
        ),
        (HEAD + "1,2026-06-01,love,x,,\n", "form.csv line 2 topic: got 'love'; one of fairness, place, "),
        (HEAD + "1,2026-06-01,other,,,\n", "form.csv line 2 text: got 0 characters; "),
        (HEAD + f"1,2026-06-01,other,{'x' * (LONGEST + 1)},,\n", "form.csv line 2 text: got 10,001 characters; "),
        (HEAD + '1,2026-06-01,other,"open\n', "form.csv after line 1: got "),
        (b"\xff\xfe", "form.csv: got a byte that is not UTF-8 at offset 0; UTF-8"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(DataRefusedError) as refused:
        read_form(write(tmp_path, text), today=TODAY)
    assert str(refused.value).startswith(said)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match="must be a file that can be read"):
        read_form(tmp_path / "none.csv", today=TODAY)


def test_an_id_that_is_counted_anew_is_another_comment_and_the_same_row_twice_is_one(tmp_path: Path) -> None:
    one, later, again = read_form(
        write(tmp_path, HEAD + "1,2025-06-01,other,x,,\n1,2026-06-01,other,y,,\n1,20260601,other,y,,\n"), today=TODAY
    )
    assert one.mark != later.mark == again.mark
    assert again.day == "2026-06-01"
