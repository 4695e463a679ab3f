"""What every benchmark shares: a table, a line on the terminal, and a section of docs/benchmarks.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from patrolcast import __version__

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under a head, first column to the left, the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def say(text: str) -> None:
    """A line for whoever watches."""
    print(text, file=sys.stdout, flush=True)


def write_section(name: str, text: str, *, page: Path = PAGE) -> None:
    """Replaces what stands between the markers of ``name``, with date and version of the measurement.

    Raises
    ------
    ValueError
        when the page has no such markers.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    whole = page.read_text(encoding="utf-8")
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise ValueError(f"{page.name} needs {begin} and {end} once each")
    before, after = whole.split(begin)[0], whole.split(end)[1]
    when = f"Measured {datetime.now(UTC):%Y-%m-%d} with patrolcast {__version__} on 2 shared cores."
    dated = f"{when}\n\n{text.strip()}"
    page.write_text(f"{before}{begin}\n{dated}\n{end}{after}", encoding="utf-8")
