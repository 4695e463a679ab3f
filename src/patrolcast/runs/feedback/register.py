"""Adding and answering items of the feedback register, and what is said of those that wait for too long."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from patrolcast.domain.errors import UsageError, shown
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.reasons import Reason
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.domain.trail.feedback_events import Disposition, FeedbackAnswered, FeedbackReceived, Topic
from patrolcast.io.governance.form import LONGEST, FormRow
from patrolcast.io.governance.marks import mark_of, marks_key
from patrolcast.io.governance.register import Item, read_register
from patrolcast.io.hashing import digest
from patrolcast.io.trail import Trail
from patrolcast.io.trail.checkpoints import copy_folders
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.keys import trail_key
from patrolcast.io.trail.machine import account

ANSWER_DAYS = 30
"""Days after which an item without a disposition is a warning, where `oversight.toml` names no other number."""


def add_items(settings: Settings, city_runs: Path, rows: Sequence[FormRow]) -> tuple[list[int], int]:
    """Records rows that are not on the register yet; their numbers, and how many were there before.

    Raises TrailBrokenError, CannotWriteError and the like: then nothing more was recorded.
    """
    there = {item.form for item in read_register(city_runs)}
    numbers = []
    with _opened(settings, city_runs) as trail:
        key = marks_key(trail.folder)
        for row in rows:
            mark = mark_of(key, row.mark)
            if mark not in there:
                numbers.append(trail.append(FeedbackReceived(str(row.topic), row.day, mark, row.text)).seq)
                there.add(mark)
    return numbers, len(rows) - len(numbers)


def one_item(text: str, topic: Topic, *, today: date, moment: str) -> FormRow:
    """What somebody said at the desk or by mail, as a row; ``moment`` keeps two that say the same apart.

    Raises UsageError: it says nothing, or too much.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST:
        raise UsageError("--text", got=f"{len(stripped):,} characters", rule=f"1 to {LONGEST:,}")
    return FormRow(today.isoformat(), topic, stripped, digest("desk", moment, stripped))


def answer_item(settings: Settings, city_runs: Path, number: int, *, disposition: Disposition, reply: str) -> Item:
    """Records what was decided, with a reply that is public for good; the item as it is now.

    Raises UsageError: there is no such item, or the reply says nothing.
    """
    items = {item.number: item for item in read_register(city_runs)}
    if number not in items:
        open_ones = ", ".join(str(item.number) for item in items.values() if not item.disposition) or "none"
        cure = f"open items: {open_ones}"
        raise UsageError("ITEM", got=str(number), rule="must be an item of the register", cure=cure)
    try:
        TypeAdapter(Reason).validate_python(reply)
    except ValidationError as error:
        rule = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        raise UsageError("--reply", got=shown(reply), rule=rule, cure="it is public: name no person") from None
    if not reply.isprintable():
        rule, cure = "one line, without characters that nobody sees", "write it on one line"
        raise UsageError("--reply", got=shown(reply), rule=rule, cure=cure)
    with _opened(settings, city_runs) as trail:
        trail.append(FeedbackAnswered(number, str(disposition), reply))
    item = items[number]
    return Item(number, item.topic, item.day, str(disposition), reply, item.form)


def overdue_lines(items: Sequence[Item], *, today: date, days: int = ANSWER_DAYS) -> list[str]:
    """A warning for each item that was open for more than ``days``."""
    return [
        f"warning: feedback item {item.number} of {item.day} ({item.topic}) is open for {item.days_open(today)} days; "
        f"{days} are allowed; `patrolcast feedback answer` closes it"
        for item in items
        if item.days_open(today) > days
    ]


def _opened(settings: Settings, city_runs: Path) -> Trail:
    key, copies = trail_key(city_runs), copy_folders(tuple(settings.trail.copies))
    return Trail(trail_folder(city_runs), city=settings.name, actor=account(OPERATOR), key=key, copies=copies)
