"""Every development city from its raw file: seconds, memory, rows by fate, cells, the forecast's method, gates.

    python -m benchmarks.real_cities [CONFIG ...] [--write]

The files lie where `configs/data.toml` says; none of their records enters this project.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.measured import Measured, measure
from benchmarks.page import markdown_table, say, write_section

CITIES = ("chicago", "chicago_portal", "portland", "portland_calls", "portland_challenge")
_HEAD_OF_RUN = ["exit", "seconds", "CPU s", "peak MiB"]
HEAD = ["config", *_HEAD_OF_RUN, "rows in", "kept", "set aside", "refused", "cells", "suggestions"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configs", nargs="*", type=Path, default=[Path(f"configs/{name}.toml") for name in CITIES])
    parser.add_argument("--runs", type=Path, help="keep the run folders here, to look at")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    rows, gates = [], []
    for config in given.configs:
        with tempfile.TemporaryDirectory() as folder:
            runs = given.runs or Path(folder)
            done = measure("forecast", config, "--runs", runs, "--force", "--json")
            if done.exit_code not in {0, 20}:
                say(f"{config.stem}: ended with {done.exit_code}")
                return 1
            [run] = runs.glob("*/" + json.loads(done.printed)["run_id"])
            manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
            rows.append(row_of(config.stem, done, manifest, run))
            audit = json.loads((run / "audit.json").read_text(encoding="utf-8"))
            gates.append(gates_of(config.stem, audit["gates"], audit["calibration"]["by_category"]))
            say(" | ".join(rows[-1]))
            say(" | ".join(gates[-1]))
    head = ["config", "passed", "warned, waived or failed", "predicted / observed by category", "counting used for"]
    busy = "Seconds are of a machine busy with other work; CPU seconds are the figure to compare."
    parts = "Gates and calibration (exit 0: published; 20: a gate stopped it, the run folder is written all the same):"
    text = "\n\n".join([busy, markdown_table(HEAD, rows), parts, markdown_table(head, gates)])
    if given.write:
        write_section("real-cities", text)
    return 0


def row_of(name: str, done: Measured, manifest: dict[str, Any], run: Path) -> list[str]:
    """One row of the table of sizes."""
    source = manifest["sources"][0]
    aside, refused = sum(source["set_aside"].values()), sum(source["refused"].values())
    cells = len(set(pq.read_table(run / "forecast.parquet", columns=["cell"])["cell"].to_pylist()))
    n_suggestions = (run / "suggestions.csv").read_text(encoding="utf-8").count("\n") - 1
    numbers = (source["rows_in"], source["kept"], aside, refused, cells, n_suggestions)
    seen = (f"{done.exit_code}", f"{done.wall_s:.0f}", f"{done.cpu_s:.0f}", f"{done.peak_mib:,.0f}")
    return [name, *seen, *(f"{n:,}" for n in numbers)]


def gates_of(name: str, gates: list[dict[str, Any]], skill: list[dict[str, Any]]) -> list[str]:
    """One row of the table of verdicts."""
    passed = sum(gate["verdict"] == "pass" for gate in gates)
    others = [f"{gate['name']}: {gate['verdict']}" for gate in gates if gate["verdict"] != "pass"]
    ratios = [f"{one['category']} {one['predicted_over_observed']:.2f}" for one in skill]
    counted = [f"{one['category']} ({one['used']})" for one in skill if one["used"] != "model"]
    parts = [", ".join(part) or "none" for part in (others, ratios, counted)]
    return [name, f"{passed} of {len(gates)}", *(text.replace("_", " ") for text in parts)]


if __name__ == "__main__":
    raise SystemExit(main())
