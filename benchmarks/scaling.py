"""How the cost of a night grows with rows and with cells, and what the smallest city costs.

    python -m benchmarks.scaling [--rows 500000 1000000 2000000 4000000] [--resolutions 8 9 10] [--write]

Rows: the drawn city of Chicago's size with more and more rows on the same cells. Cells: a million rows on finer and
finer hexagons. Each is the real command in a process of its own; the exponent is the slope of log CPU seconds over log
size from the smallest to the largest (1: twice as many, twice as long). A town of 20,000 rows and some 300 cells is run
with trees and without.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from benchmarks.chicago_input import CHICAGO, TOWN, Extent, config_of, make_input
from benchmarks.measured import Measured, measure, timing_of
from benchmarks.page import markdown_table, say, write_section

ROWS = (500_000, 1_000_000, 2_000_000, 4_000_000)
RESOLUTIONS = (8, 9, 10)
ROWS_FOR_CELLS = 1_000_000
TOWN_ROWS, TOWN_SECONDS = 20_000, 3.0
GROUPS = {
    "reading": ("layers", "sources", "records", "intake", "notes"),
    "grid, panel": ("grid", "panel"),
    "features": ("features",),
    "training, forecast": ("training", "other trainings", "forecast", "suggestions"),
}
"""Parts of a run as the table adds them up; what is in none of them is "the rest"."""


@dataclass(frozen=True)
class Night:
    """One run: its size, what it cost, CPU seconds by group of parts."""

    size: int
    measured: Measured
    by_group: Mapping[str, float]

    def seconds(self, group: str) -> float:
        return self.measured.cpu_s if group == "all" else self.by_group[group]


def exponent(smallest: tuple[float, float], largest: tuple[float, float]) -> float:
    """Slope of log cost over log size between two (size, cost) points.

    >>> exponent((1, 2), (4, 8))
    1.0
    """
    (size, cost), (more, dearer) = smallest, largest
    return math.log(dearer / cost) / math.log(more / size)


def by_group(parts: list[dict[str, float | str]]) -> dict[str, float]:
    """CPU seconds of each group of parts, and of the rest."""
    cost = {str(part["name"]): float(part["cpu_seconds"]) for part in parts}
    grouped = {group: sum(cost.pop(name, 0.0) for name in names) for group, names in GROUPS.items()}
    return grouped | {"the rest": sum(cost.values())}


def growth_table(first: str, nights: list[Night]) -> str:
    """One row a night, the exponents below."""
    groups = ["all", *nights[0].by_group]
    rows = [
        [f"{night.size:,}", *(f"{night.seconds(group):.1f}" for group in groups), f"{night.measured.peak_mib:,.0f}"]
        for night in nights
    ]
    first_night, last_night = nights[0], nights[-1]
    slopes = [
        f"{exponent((first_night.size, first_night.seconds(group)), (last_night.size, last_night.seconds(group))):.2f}"
        for group in groups
    ]
    return markdown_table([first, *groups, "peak MiB"], [*rows, ["exponent", *slopes, ""]])


def night_of(folder: Path, *, size: int | None = None) -> Night:
    """Runs the command on the export in ``folder``; without ``size``, the number of cells is the size."""
    done = measure("forecast", config_of(folder, "csv"), "--runs", folder / "runs", "--force", "--json")
    if done.exit_code not in {0, 20}:
        raise SystemExit(f"{folder}: ended with {done.exit_code}")
    [run] = (folder / "runs").glob("*/" + json.loads(done.printed)["run_id"])
    cells = pd.read_parquet(run / "forecast.parquet", columns=["cell"])["cell"].nunique()
    return Night(cells if size is None else size, done, by_group(timing_of(run)["parts"]))


def drawn(where: Path, name: str, n_rows: int, extent: Extent, **changes: str) -> Path:
    """A folder with an export and its config, some lines of which are replaced."""
    folder = where / name
    folder.mkdir(parents=True)
    # apart: a command started from a large process has that one's peak memory as its own
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        apart.submit(make_input, folder, n_rows=n_rows, seed=7, extent=extent).result()
    config = config_of(folder, "csv")
    text = config.read_text(encoding="utf-8")
    for section, line in changes.items():
        text = text.replace(f"[{section}]\n", f"[{section}]\n{line}\n")
    config.write_text(text, encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    parser.add_argument("--resolutions", type=int, nargs="+", default=list(RESOLUTIONS))
    parser.add_argument("--repeats", type=int, default=3, help="of the town; the fastest counts")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        where = Path(made)
        by_rows = [night_of(drawn(where, f"rows{n}", n, CHICAGO), size=n) for n in sorted(asked.rows)]
        by_cells = [
            night_of(drawn(where, f"resolution{r}", ROWS_FOR_CELLS, CHICAGO, area=f"resolution = {r}"))
            for r in sorted(asked.resolutions)
        ]
        towns = [town_row(where, kind, asked.repeats) for kind in ("auto", "start")]
    resolutions = ", ".join(map(str, asked.resolutions))
    head = [f"a town of {TOWN_ROWS:,} rows", "cells", "seconds", "CPU s", "aim, seconds", "within"]
    text = "\n\n".join(
        [
            "CPU seconds of one night on about 6,000 cells, by rows:",
            growth_table("rows", by_rows),
            f"and of {ROWS_FOR_CELLS:,} rows, by cells (resolutions {resolutions}):",
            growth_table("cells", by_cells),
            f"The smallest city, fastest of {asked.repeats}:",
            markdown_table(head, towns),
        ]
    )
    say(text)
    if asked.write:
        write_section("scaling", text)


def town_row(where: Path, kind: str, repeats: int) -> list[str]:
    """The cheapest of some runs of a town, with trees ("auto") or without ("start")."""
    folder = drawn(where, kind, TOWN_ROWS, TOWN, model=f'kind = "{kind}"')
    best = min((night_of(folder) for _ in range(repeats)), key=lambda night: night.measured.cpu_s)
    seconds = best.measured.wall_s
    figures = [f"{best.size:,}", f"{seconds:.1f}", f"{best.measured.cpu_s:.1f}", f"{TOWN_SECONDS:.0f}"]
    return [f'`kind = "{kind}"`', *figures, "yes" if seconds <= TOWN_SECONDS else "no"]


if __name__ == "__main__":
    main()
