"""The feedback register as the audit trail holds it. An item's number is that of the entry that received it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from patrolcast.domain.trail.feedback_events import FeedbackAnswered, FeedbackReceived
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.scan import entries_if_begun


@dataclass(frozen=True)
class Item:
    """One item; ``disposition`` and ``reply`` are empty while it is open. Of several answers the latest counts."""

    number: int
    topic: str
    day: str
    disposition: str = ""
    reply: str = ""
    form: str | None = None

    def days_open(self, today: date) -> int:
        """Days since it was received; 0 once it is answered."""
        return 0 if self.disposition else max((today - date.fromisoformat(self.day)).days, 0)


def read_register(city_runs: Path) -> list[Item]:
    """Every item, in the order in which it was received. Raises TrailBrokenError: a line of the trail is wrong."""
    return items_of(entries_if_begun(trail_folder(city_runs)))


def items_of(entries: Iterable[Entry]) -> list[Item]:
    """The items that the entries of a trail make."""
    items: dict[int, Item] = {}
    for entry in entries:
        body: dict[str, Any] = entry.body
        if entry.event == FeedbackReceived.name:
            items[entry.seq] = Item(entry.seq, str(body["topic"]), str(body["day"]), form=body["form"])
        elif entry.event == FeedbackAnswered.name and (item := items.get(int(body["item"]))) is not None:
            answer = str(body["disposition"]), str(body["reply"])
            items[item.number] = Item(item.number, item.topic, item.day, *answer, form=item.form)
    return list(items.values())


def register_document(items: Sequence[Item]) -> dict[str, Any]:
    """The register as plain values: ``items`` by number, and the numbers of those that are open and answered."""
    plain = {
        str(item.number): {"day": item.day, "topic": item.topic, "disposition": item.disposition, "reply": item.reply}
        for item in items
    }
    return {
        "items": plain,
        "open": [item.number for item in items if not item.disposition],
        "answered": [item.number for item in items if item.disposition],
    }
