"""Many cities in one night: one at a time against two, here or on Dask.

    python -m benchmarks.many_cities [--cities 20] [--engine local] [--write]

Copies of the sample city under names of their own, each run from nothing. A copy has no loop test of its own, so each
ends "not published" (20): what is measured is the work, and that each city has the same bytes both times. On Dask each
city uses one thread, for a worker stands for one core; one at a time without Dask it uses as many as its config says.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.measured import Measured, measure
from benchmarks.page import markdown_table, say, write_section

ROOT = Path(__file__).parents[1]
SAME = ("forecast.parquet", "suggestions.csv", "suggestions.geojson")


def write_cities(project: Path, n: int) -> list[Path]:
    """A project with ``n`` configs that extend the sample's."""
    shutil.copytree(ROOT / "configs", project / "configs")
    shutil.copytree(ROOT / "data" / "sample", project / "data" / "sample")
    for path in (project / "data").rglob("*"):
        os.utime(path, (0, 0))  # a file of a minute ago is not yet settled, and its night is refused
    cities = project / "configs" / "cities"
    cities.mkdir()
    for k in range(n):
        (cities / f"city{k:02d}.toml").write_text(f'extends = "../sample.toml"\nname = "city{k:02d}"\n')
    return sorted(cities.glob("*.toml"))


def night(cities: list[Path], runs: Path, *, engine: str, workers: int) -> Measured:
    """All cities from nothing."""
    done = measure(
        "nightly", cities[0].parent, "--runs", runs, "--engine", engine, "--workers", workers, "--json", "--as-of",
        "2026-06-30T05:00:00-05:00",
    )  # fmt: skip
    outcomes = json.loads(done.printed)["outcomes"]
    if outcomes != {"not published": len(cities)}:
        raise SystemExit(f"a city did not do its whole night: {outcomes}")
    say(f"{engine}, {workers} at a time: {done.wall_s:.0f} s, {done.cpu_s:.0f} CPU s, {outcomes}")
    return done


def same_bytes(one: Path, other: Path) -> bool:
    """Every city's run is there in both, with the same forecast and suggestions."""
    first, second = (
        {path.relative_to(runs): path.read_bytes() for name in SAME for path in sorted(runs.glob(f"*/2*/{name}"))}
        for runs in (one, other)
    )
    return bool(first) and first == second


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=20)
    parser.add_argument("--engine", default="local", help="local or dask")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        cities = write_cities(project, given.cities)
        runs = [project / f"runs{workers}" for workers in (1, 2)]
        one, two = (
            night(cities, path, engine=given.engine, workers=workers)
            for path, workers in zip(runs, (1, 2), strict=True)
        )
        same = same_bytes(*runs)
    rows = [
        [f"{workers} at a time", f"{done.wall_s:.0f}", f"{done.cpu_s:.0f}", f"{done.cpu_s / given.cities:.1f}"]
        for workers, done in ((1, one), (2, two))
    ]
    text = "\n\n".join(
        [
            f"{given.cities} cities like the sample, engine {given.engine}; load average of the machine in the end "
            f"{os.getloadavg()[0]:.1f}.",
            markdown_table(["", "seconds", "CPU s", "CPU s a city"], rows),
            f"Two at a time were {one.wall_s / two.wall_s:.2f} times as fast as one. "
            f"The same bytes both times: {'yes' if same else 'NO'}.",
        ]
    )
    say(text)
    if given.write:
        write_section("many-cities", text)
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
