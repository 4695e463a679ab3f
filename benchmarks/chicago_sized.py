"""A night of a city of Chicago's size: 8 million rows, 6,000 cells, 5 years of 8-hour shifts, trained in full.

    python -m benchmarks.chicago_sized [--rows 8000000] [--folder DIR] [--kinds csv parquet] [--write]

Makes its own input (about 2.4 GB in a temporary folder, or in DIR where a later call finds it again), runs the real
command on it, and shows each stage beside the budget: 120 s and 2 GiB on 2 cores.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.chicago_input import config_of, make_input
from benchmarks.measured import STAGE_HEAD, Measured, measure, stage_rows, timing_of
from benchmarks.page import markdown_table, say, write_section

SECONDS, MIB = 120.0, 2048.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=8_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", nargs="+", default=["csv", "parquet"], choices=["csv", "parquet"])
    parser.add_argument("--folder", type=Path, help="keep the input here, and use it again")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    parts, kept = [], True
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        if not all(config_of(folder, kind).is_file() for kind in given.kinds):
            say("making the input")
            folder.mkdir(parents=True, exist_ok=True)
            # apart: a command started from a large process has that one's peak memory as its own
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
                apart.submit(make_input, folder, n_rows=given.rows, seed=given.seed).result()
        for kind in given.kinds:
            done = measure("forecast", config_of(folder, kind), "--runs", folder / "runs", "--force", "--json")
            if done.exit_code not in {0, 20}:
                say(f"{kind}: ended with {done.exit_code}")
                return 1
            [run] = (folder / "runs").glob("*/" + json.loads(done.printed)["run_id"])
            manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
            audit = json.loads((run / "audit.json").read_text(encoding="utf-8"))
            parts.append(summary(kind, done, manifest, stage_rows(timing_of(run)), audit["calibration"]["by_category"]))
            kept &= done.wall_s <= SECONDS and done.peak_mib <= MIB
            say(parts[-1])
    if given.write:
        write_section("chicago-sized", "\n\n".join(parts))
    return 0 if kept else 1


def summary(
    kind: str, done: Measured, manifest: dict[str, Any], stages: list[list[str]], skill: list[dict[str, Any]]
) -> str:
    source, training = manifest["sources"][0], manifest["training"]
    aside, refused = sum(source["set_aside"].values()), sum(source["refused"].values())
    ratios = ", ".join(f"{one['category']} {one['predicted_over_observed']:.2f}" for one in skill).replace("_", " ")
    rows = [
        ["seconds", f"{done.wall_s:.0f}", f"{SECONDS:.0f}", f"{done.wall_s / SECONDS:.2f}"],
        ["CPU seconds / 2 cores", f"{done.cpu_s / 2:.0f}", f"{SECONDS:.0f}", f"{done.cpu_s / 2 / SECONDS:.2f}"],
        ["peak MiB", f"{done.peak_mib:,.0f}", f"{MIB:,.0f}", f"{done.peak_mib / MIB:.2f}"],
    ]
    return "\n".join(
        [
            f"**From {kind}** ({source['bytes'] / 2**20:,.0f} MiB): {source['rows_in']:,} rows in, {source['kept']:,} "
            f"kept, {aside:,} set aside, {refused:,} refused; {training['rows']:,} training rows, "
            f"{training['rounds']} trees.",
            "",
            markdown_table(["measure", "found", "budget", "ratio"], rows),
            "",
            markdown_table(STAGE_HEAD, stages),
            "",
            f"Predicted / observed on the validation days, training rows drawn: {ratios}.",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
