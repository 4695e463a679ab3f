"""Printing: lines and JSON on stdout, complaints and progress on stderr, rows as aligned columns.

Text from files and configs is cleaned of control characters: a record must not be able to write to a terminal.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patrolcast.domain.records import Progress


def clean(text: str) -> str:
    r"""Text on one line, without control characters or direction marks.

    >>> clean("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def complain(message: str) -> None:
    """One line on stderr."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"patrolcast: {clean(message)}\n")


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
    """Progress for long work: bars on a terminal, into a file for the console that started it, nothing elsewhere."""
    from patrolcast.domain.records import Progress
    from patrolcast.io.jobs.progress import progress_file, written_progress

    if path := progress_file():
        yield written_progress(path)
        return
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def step(name: str, completed: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(clean(name), total=total)
            bars.update(tasks[name], completed=completed, total=total)

        yield Progress(step)


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


def check_lines(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Checks as a table, in the names and rules that the pages give them (`report`'s rows of checks)."""
    return table_lines(
        [
            {
                "check": row["name"],
                "verdict": row["verdict"],
                "found": row["value"],
                "95 % interval": row["interval"] or "-",
                "rule": row["threshold"],
            }
            for row in rows
        ]
    )
