"""What a person reads: a table of the top suggestions, the paths written, progress on a terminal.

Text from files and configs is cleaned of control characters: a record must not be able to write to a terminal.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from patrolcast.domain.records import Progress

TOP = 10


def clean(text: str) -> str:
    r"""Text on one line, without control characters or direction marks.

    >>> clean("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def complain(told: str) -> None:
    """One line on stderr."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"patrolcast: {clean(told)}\n")


def say(lines: Iterable[str], *, quiet: bool = False) -> None:
    """Lines on stdout."""
    if not quiet:
        sys.stdout.write("".join(f"{clean(line)}\n" for line in lines))
        sys.stdout.flush()


def say_json(document: Any) -> None:  # noqa: ANN401
    """One JSON document on stdout."""
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False, default=str)
    sys.stdout.write(text + "\n")


def shown_path(path: Path) -> str:
    """The path from the working folder where it lies below it, else as it is."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near


@contextmanager
def progress_bars(*, quiet: bool) -> Iterator[Progress]:
    """Progress for long work: bars on a terminal, nothing elsewhere."""
    from patrolcast.domain.records import Progress

    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def step(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(clean(name), total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield Progress(step)


def top_suggestions(table: pd.DataFrame, timezone: str, *, most: int = TOP) -> list[dict[str, str]]:
    """The suggestions of the next shift with the most expected incidents, as a person reads them.

    Returns
    -------
    ``district``, ``shift`` (local time), ``cell``, ``expected`` (with 90 % interval), ``why`` (the first reason).
    """
    if table.empty:
        return []
    of_next = table[table["shift_start"] == table["shift_start"].min()]
    order = of_next.sort_values(["expected_incidents", "suggestion_id"], ascending=[False, True]).head(most)
    start, end = order["shift_start"].dt.tz_convert(timezone), order["shift_end"].dt.tz_convert(timezone)
    return [
        {
            "district": str(row.district),
            "shift": f"{begin:%a %d %b %H:%M}-{_clock_at_end(begin, finish)}",
            "cell": str(row.cell),
            "expected": f"{row.expected_incidents:.2f} ({row.lower:.2f}-{row.upper:.2f})",
            "why": str(row.reasons).split("; ")[0],
        }
        for row, begin, finish in zip(order.itertuples(), start, end, strict=True)
    ]


def table_lines(rows: list[dict[str, str]]) -> list[str]:
    """Rows as aligned columns with a header.

    >>> table_lines([{"cell": "a", "why": "b"}])
    ['cell  why', 'a     b']
    """
    if not rows:
        return []
    every = [dict(zip(rows[0], rows[0], strict=True)), *({k: clean(v) for k, v in row.items()} for row in rows)]
    widths = {name: max(len(row[name]) for row in every) for name in rows[0]}
    return ["  ".join(row[name].ljust(widths[name]) for name in widths).rstrip() for row in every]


def _clock_at_end(begin: datetime, end: datetime) -> str:
    """The clock at the end of a shift; midnight is the end of its day, not the start of the next."""
    ends_day = end.date() > begin.date() and f"{end:%H:%M}" == "00:00"
    return "24:00" if ends_day else f"{end:%H:%M}"
