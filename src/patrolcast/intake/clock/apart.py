r"""Times of day that stand apart from their date: 1430, 45, 5, "14:30", "2:30 PM", 24:00, an hour, a part of a day.

How the numbers of a column are meant is decided from the whole column: no single 5 says whether it is five past
midnight or five o'clock. A time of day that says it is not known leaves the date, which stands for its whole day.
"""

import re
from collections.abc import Sequence

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.persons import quoted, value_as_shown
from patrolcast.intake.row_status import WHOLE_FILE_SHARE
from patrolcast.numerics.arrays import BoolArray, IntArray

CLOCK_ROLES = {"time": "occurred_at", "until_time": "occurred_until", "reported_time": "reported_at"}
"""Role of a time of day -> role of the date that it belongs to."""
NO_CLOCK = -1
_SECOND = 1_000_000
_UNKNOWN = {"", "-", "--", "?", "unk", "unknown", "null", "(null)", "none", "na", "n/a", "nan", "nat", "9999", "99:99"}
_WRITTEN = re.compile(
    r"(?:\d{4}-\d\d-\d\d[t ]|\d{1,2}/\d{1,2}/\d{4} )?"  # a table writes the day 0 of its calendar before the clock
    r"(?P<hour>\d{1,2})[:.hH](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:[.,]\d+)?"
    r"\s*(?:hours|hrs|hr|uhr|h|z)?\s*(?P<half>[ap]m?)?"
)
_WITH_HALF = re.compile(r"(?P<hour>\d{1,2}?)(?P<minute>\d\d)?\s*(?P<half>[ap]m?)")
_DIGITS = re.compile(r"(\d{1,6})(?:\.0+)?\s*(?:hours|hrs|hr|h|uhr)?")
_SURELY_PART_OF_DAY = re.compile(r"0?\.\d{3,}|0?\.\d")
_PART_OF_DAY = re.compile(r"0?\.\d+|0(?:\.0+)?|1(?:\.0+)?")


def read_clocks(texts: Sequence[str]) -> tuple[IntArray, BoolArray]:
    """Microseconds since midnight of the distinct texts of one column, and which of them are no time of day.

    Returns
    -------
    0 to 24 h, NO_CLOCK where none is known or none can be read, ``[n_texts]``; and a mask of the unreadable ones.

    >>> (read_clocks(["1430", "45", "5", "2:30 PM", "24:00", "UNK"])[0] // 60_000_000).tolist()
    [870, 45, 5, 870, 1440, -1]
    >>> (read_clocks(["0", "9", "23"])[0] // 60_000_000).tolist()
    [0, 540, 1380]
    """
    plain = [" ".join(text.lower().replace(".m.", "m").replace(".m", "m").split()) for text in texts]
    known = [text not in _UNKNOWN for text in plain]
    numbers = [int(match[1]) for text in plain if (match := _DIGITS.fullmatch(text)) and text not in _UNKNOWN]
    shape = "part" if any(_SURELY_PART_OF_DAY.fullmatch(text) for text in plain) else _shape_of(numbers)
    seconds = [_seconds(text, shape) if good else None for text, good in zip(plain, known, strict=True)]
    clocks = np.array([NO_CLOCK if s is None else s * _SECOND for s in seconds], dtype=np.int64)
    return clocks, np.array(known, dtype=bool) & (clocks == NO_CLOCK)


def _shape_of(numbers: Sequence[int]) -> str:
    """What the whole numbers of a column are: hours, hours and minutes, or these with seconds."""
    if numbers and max(numbers) <= 24:
        return "h"
    return "hms" if sum(number > 2400 for number in numbers) > len(numbers) / 2 else "hm"


def _seconds(text: str, shape: str) -> int | None:
    """Seconds since midnight, None where the text is no time of day."""
    if shape == "part" and _PART_OF_DAY.fullmatch(text):
        return round(float(text) * 86_400)
    if match := _DIGITS.fullmatch(text):
        number = int(match[1])
        hour, minute, second = {
            "h": (number, 0, 0),
            "hm": (number // 100, number % 100, 0),
            "part": (number // 100, number % 100, 0),
            "hms": (number // 10_000, number // 100 % 100, number % 100),
        }[shape]
        return _since_midnight(hour, minute, second, "")
    written = _WRITTEN.fullmatch(text) or _WITH_HALF.fullmatch(text)
    if written is None:
        return None
    parts = written.groupdict(default="")
    return _since_midnight(int(parts["hour"]), int(parts["minute"] or 0), int(parts.get("second") or 0), parts["half"])


def _since_midnight(hour: int, minute: int, second: int, half: str) -> int | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    total = hour * 3600 + minute * 60 + second
    return total if minute < 60 and second < 60 and total <= 86_400 else None


def refuse_if_no_clock(rows: IntArray, texts: list[str], n: int, *, file: str) -> None:
    """Raises DataRefusedError when most of ``n`` rows hold no time of day; ``rows`` do not, ``texts`` stand there."""
    if rows.size > WHOLE_FILE_SHARE * n:
        got = f"{rows.size:,} of {n:,} that are none, e.g. {quoted(value_as_shown(texts[0]))}"
        rule = "a time of day is written as 1430, 14:30, 2:30 PM or as an hour"
        raise DataRefusedError(file, got=got, rule=rule, cure="name the column that holds it, or leave the key out")
