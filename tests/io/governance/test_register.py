"""Items are what the trail says: an answer closes one, a later answer counts, one to nothing is passed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.io.trail.trails import opened

from patrolcast.domain.trail.feedback_events import FeedbackAnswered, FeedbackReceived
from patrolcast.io.governance.register import Item, read_register, register_document
from patrolcast.io.trail.file import trail_folder


def test_items_are_read_from_the_trail(tmp_path: Path) -> None:
    with opened(trail_folder(tmp_path), key=None) as trail:
        first = trail.append(FeedbackReceived("fairness", "2026-06-01", "m1", "Ann Lee asks why")).seq
        second = trail.append(FeedbackReceived("place", "2026-06-02", "m2", "Why here")).seq
        trail.append(FeedbackAnswered(first, "declined", "It stays."))
        trail.append(FeedbackAnswered(first, "adopted", "We changed it."))
        trail.append(FeedbackAnswered(999, "adopted", "To nobody."))
    items = read_register(tmp_path)
    assert [(one.number, one.disposition, one.reply) for one in items] == [
        (first, "adopted", "We changed it."),
        (second, "", ""),
    ]
    document = register_document(items)
    assert (document["open"], document["answered"]) == ([second], [first])
    assert "Ann" not in str(document)
    assert "Ann" not in (trail_folder(tmp_path) / "trail.jsonl").read_text()


def test_without_a_trail_there_is_no_item(tmp_path: Path) -> None:
    assert read_register(tmp_path) == []


def test_days_are_counted_while_an_item_is_open() -> None:
    assert Item(1, "other", "2026-06-01").days_open(date(2026, 7, 1)) == 30
    assert Item(1, "other", "2026-06-01", "answered").days_open(date(2026, 7, 1)) == 0
    assert Item(1, "other", "2026-06-01").days_open(date(2026, 5, 1)) == 0
