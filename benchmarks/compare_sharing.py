"""What a comparison saves by sharing: its variants together, and each by itself from the city's files on.

    python -m benchmarks.compare_sharing [--city portland] [--nights 60] [--write]

Together: the city is read once, a grid and a panel are made per cell size, and the features of each training are made
once for all variants that differ in what they admit. Apart: the same code, one variant at a time, nothing kept. Both
must come to the same minutes in every cell of every night, or the saving would be another result.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.compare_variants import VARIANTS
from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.batch_means import BATCHES
from patrolcast.domain.records import Progress
from patrolcast.runs.compare.fold_results import run_folds
from patrolcast.runs.compare.nights import FoldResult
from patrolcast.runs.compare.prepare import prepare_comparison
from patrolcast.runs.compare.variants import VariantConfig, read_variants


@dataclass(frozen=True)
class Taken:
    """Tracks by variant, one per fold, and what they took."""

    tracks: dict[str, list[FoldResult]]
    wall_s: float
    cpu_s: float


def followed(chosen: Sequence[VariantConfig], *, nights: int, now: datetime) -> Taken:
    """The variants from the city's files to their tracks, in an empty folder of parts."""
    wall, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as parts, threadpool_limits(limits=1, user_api="blas"):
        prepared = prepare_comparison(chosen, n_nights=nights, n_folds=BATCHES, now=now, progress=Progress())
        seeds = {one.name: [one.settings.model.seed] for one in chosen}
        found = run_folds(chosen, prepared, seeds=seeds, parts=Path(parts), progress=Progress())
    tracks = {name: by_seed[0] for name, by_seed in found.items()}
    return Taken(tracks, time.perf_counter() - wall, time.process_time() - cpu)


def summary(city: str, nights: int, together: Taken, apart: dict[str, Taken]) -> str:
    """Both ways as a table; says so where the results differ."""
    rows = [[name, f"{one.wall_s:.0f}", f"{one.cpu_s:.0f}"] for name, one in apart.items()]
    wall, cpu = (sum(getattr(one, key) for one in apart.values()) for key in ("wall_s", "cpu_s"))
    rows += [["all, one by one", f"{wall:.0f}", f"{cpu:.0f}"]]
    rows += [["all together", f"{together.wall_s:.0f}", f"{together.cpu_s:.0f}"]]
    ratio = f"Together they take {together.cpu_s / cpu:.2f} of the CPU seconds of one by one."
    other = [name for name, one in apart.items() if not _same(one.tracks[name], together.tracks[name])]
    same = f"**Other results together: {', '.join(other)}.**" if other else "The minutes of every cell are the same."
    head = f"{city.capitalize()}, {len(apart)} variants, {nights} nights, {BATCHES} trainings each."
    return f"{head}\n\n{markdown_table(['variant', 'seconds', 'CPU s'], rows)}\n\n{ratio} {same}"


def _same(one: Sequence[FoldResult], other: Sequence[FoldResult]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(np.array_equal(a.minutes, b.minutes) and np.array_equal(a.deviance, b.deviance) for a, b in pairs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--city", default="portland", help="prefix of the files in configs/variants")
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS))
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--rows", type=int, help="training rows at most, to measure sooner")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    paths = [Path(f"configs/variants/{given.city}_{name}.toml") for name in given.variants]
    chosen = read_variants([path for path in paths if path.is_file()], max_rows=given.rows)
    now = datetime.now(UTC)
    # The finest cells are a shared grid: a coarser variant by itself would be measured on its own.
    finest = max(one.settings.area.resolution for one in chosen)
    chosen = tuple(one for one in chosen if one.settings.area.resolution == finest)
    together = followed(chosen, nights=given.nights, now=now)
    say(f"together: {together.cpu_s:.0f} s of CPU")
    apart = {}
    for one in chosen:
        apart[one.name] = followed([one], nights=given.nights, now=now)
        say(f"{one.name}: {apart[one.name].cpu_s:.0f} s of CPU")
    text = summary(given.city, given.nights, together, apart)
    say(text)
    if given.write:
        write_section(f"compare-sharing-{given.city}", text)
    return 0 if "**" not in text else 1


if __name__ == "__main__":
    raise SystemExit(main())
