"""Items enter once, answers say something, and what waits for too long is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.runs.tiny_city import write_city

from patrolcast.domain.errors import UsageError
from patrolcast.domain.settings import Settings
from patrolcast.domain.trail.feedback_events import Disposition, Topic
from patrolcast.io.governance.form import FormRow
from patrolcast.io.governance.register import Item, read_register
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.feedback.register import add_items, answer_item, one_item, overdue_lines

ROWS = [FormRow("2026-06-01", Topic.FAIRNESS, "Why us?", "m1"), FormRow("2026-06-02", Topic.PLACE, "Why here?", "m2")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(write_city(tmp_path)).settings


def test_a_row_is_entered_once_however_often_it_comes(settings: Settings, tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    numbers, known = add_items(settings, runs, ROWS[:1])
    assert (len(numbers), known) == (1, 0)
    more, known = add_items(settings, runs, [*ROWS, ROWS[1]])
    assert (len(more), known) == (1, 2)
    assert [item.number for item in read_register(runs)] == [*numbers, *more]


def test_an_answer_closes_an_item_and_must_say_something(settings: Settings, tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    (number,), _ = add_items(settings, runs, ROWS[:1])
    for empty in ("", "done", "TODO: write an answer here"):
        with pytest.raises(UsageError, match=r"^--reply: "):
            answer_item(settings, runs, number, disposition=Disposition.DECLINED, reply=empty)
    assert read_register(runs)[0].disposition == ""
    reply = "The limit for this district stays as it is."
    assert answer_item(settings, runs, number, disposition=Disposition.PARTLY_ADOPTED, reply=reply).reply == reply
    assert read_register(runs)[0].disposition == "partly adopted"


def test_a_reply_holds_nothing_that_is_not_seen(settings: Settings, tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    (number,), _ = add_items(settings, runs, ROWS[:1])
    for unseen in ("\u202e", "\x1b[31m", "\n"):
        with pytest.raises(UsageError, match=r"^--reply: .*one line, without characters that nobody sees"):
            answer_item(
                settings, runs, number, disposition=Disposition.DECLINED, reply=f"The limit stays as {unseen}it is."
            )
    assert read_register(runs)[0].disposition == ""


def test_nobody_finds_a_comment_by_trying_likely_ones_on_its_mark(settings: Settings, tmp_path: Path) -> None:
    marks = set()
    for runs in (tmp_path / "a" / "tiny", tmp_path / "b" / "tiny"):
        add_items(settings, runs, ROWS)
        line = (runs / "trail" / "trail.jsonl").read_text()
        assert ROWS[0].mark not in json.loads(line.splitlines()[0])["body"]["form"]
        marks |= {str(item.form) for item in read_register(runs)}
    assert len(marks) == 4  # the same two comments, and nothing in common


def test_an_answer_to_nothing_names_the_open_items(settings: Settings, tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "tiny"
    (number,), _ = add_items(settings, runs, ROWS[:1])
    with pytest.raises(UsageError, match=f"open items: {number}$"):
        answer_item(settings, runs, 99, disposition=Disposition.ANSWERED, reply="This is an answer to you.")


def test_what_is_said_at_the_desk_twice_is_two_items() -> None:
    first, second = (one_item("Why?", Topic.OTHER, today=date(2026, 6, 1), moment=at) for at in ("a", "b"))
    assert first.mark != second.mark
    for nothing in ("  ", "x" * 10_001):
        with pytest.raises(UsageError, match=r"^--text: "):
            one_item(nothing, Topic.OTHER, today=date(2026, 6, 1), moment="a")


def test_what_waits_for_too_long_is_named_and_nothing_else() -> None:
    items = [Item(4, "place", "2026-06-01"), Item(5, "place", "2026-06-02"), Item(6, "place", "2026-01-01", "declined")]
    assert overdue_lines(items, today=date(2026, 7, 2), days=30) == [
        "warning: feedback item 4 of 2026-06-01 (place) is open for 31 days; 30 are allowed; "
        "`patrolcast feedback answer` closes it"
    ]
