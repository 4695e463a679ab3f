"""An export of the public comment form: CSV with the columns received, topic and text, and id where the form has one.

No other column is read: names and addresses that a form asks for stay in the form.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.trail.feedback_events import Topic
from patrolcast.io.hashing import digest

COLUMNS = ("received", "topic", "text")
LONGEST = 10_000
"""Characters of one comment; a form that takes more is cut by whoever exports it, knowingly."""


@dataclass(frozen=True)
class FormRow:
    """One comment; ``mark`` is the same whenever the same row is exported again, and never leaves the machine."""

    day: str
    topic: Topic
    text: str
    mark: str


def read_form(path: Path, *, today: date) -> list[FormRow]:
    """Rows of an export.

    Raises DataRefusedError: file, line, column, rule; nothing of it is taken then.

    Parameters
    ----------
    today : on the agency's clock; a comment that is received later would never be overdue.
    """
    name = shown(path.name)[1:-1]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataRefusedError(name, got=shown(error.strerror), rule="must be a file that can be read") from None
    except UnicodeDecodeError as error:
        raise DataRefusedError(name, got=f"a byte that is not UTF-8 at offset {error.start}", rule="UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        head = reader.fieldnames or []
        if missing := [column for column in COLUMNS if column not in head]:
            cure = f"name the columns {', '.join(COLUMNS)}"
            raise DataRefusedError(f"{name} line 1", got=f"no column {missing[0]}", rule="is needed", cure=cure)
        rows = [(reader.line_num, _row(name, reader.line_num, row, today)) for row in reader]
    except csv.Error as error:
        raise DataRefusedError(
            f"{name} after line {reader.line_num}", got=shown(str(error)), rule="must be CSV"
        ) from None
    by_mark: dict[str, FormRow] = {}
    for line, row in rows:
        if by_mark.setdefault(row.mark, row) != row:
            got, rule = "an id that another comment of that day has", "an id names one comment"
            raise DataRefusedError(f"{name} line {line} id", got=got, rule=rule, cure="leave the column id out")
    return [row for _, row in rows]


def _row(name: str, line: int, row: dict[str, str], today: date) -> FormRow:
    day, topic, text = ((row.get(column) or "").strip() for column in COLUMNS)
    place = f"{name} line {line}"
    try:
        received = date.fromisoformat(day)
    except ValueError:
        raise DataRefusedError(f"{place} received", got=shown(day), rule="a day, e.g. 2026-06-30") from None
    if received > today:
        raise DataRefusedError(f"{place} received", got=shown(day), rule=f"must not come after today, {today}")
    if topic not in {*Topic}:
        raise DataRefusedError(f"{place} topic", got=shown(topic), rule=f"one of {', '.join(Topic)}")
    if not text or len(text) > LONGEST:
        raise DataRefusedError(f"{place} text", got=f"{len(text):,} characters", rule=f"1 to {LONGEST:,}")
    day, name_of_row = received.isoformat(), (row.get("id") or "").strip()
    # Forms count anew every year: an id alone would make a later comment look like one that was taken.
    identity = [name_of_row, day] if name_of_row else [day, topic, text]
    return FormRow(day, Topic(topic), text, digest("form", identity))
