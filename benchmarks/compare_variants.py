"""Config variants side by side on one city: what each choice costs, and who bears it.

    python -m benchmarks.compare_variants --city sample [--nights 180] [--variants citizen_only coarse] [--write]
    python -m benchmarks.compare_variants --city sample --read comparisons/sample --write

The first form measures (and goes on after a cut); the second only writes down what `make compare` has measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any

from benchmarks.measured import measure
from benchmarks.page import markdown_table, say, write_section

VARIANTS = (
    "citizen_only", "with_enforcement", "enforcement_counted", "no_context", "declared_only", "capped",
    "exposure_bounded", "coarse",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--city", default="sample", help="prefix of the files in configs/variants")
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), help="the base first")
    parser.add_argument("--nights", type=int, default=180)
    parser.add_argument("--rows", type=int, help="training rows at most, to measure sooner")
    parser.add_argument("--read", type=Path, help="folder of a finished comparison, instead of measuring")
    parser.add_argument("--section", help="of docs/benchmarks.md; absent: compare-CITY")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    folder, took = given.read, ""
    if folder is None:
        folder = Path("comparisons") / given.city
        parts = len(list((folder / "parts").glob("*.npz")))
        paths = [Path(f"configs/variants/{given.city}_{name}.toml") for name in given.variants]
        paths = [path for path in paths if path.is_file()]
        rows = ("--rows", given.rows) if given.rows else ()
        done = measure("compare", *paths, "--nights", given.nights, *rows, "--null", "--out", folder, "--quiet")
        if done.exit_code:
            say(f"compare ended with {done.exit_code}")
            return 1
        left = f", {parts} parts found" if parts else ""
        took = f"{len(paths)} variants and the null: {done.wall_s:.0f} s ({done.cpu_s:.0f} s of CPU{left})."
    document = json.loads((folder / "comparison.json").read_bytes())
    text = summary(document, took)
    say(text)
    if given.write:
        write_section(given.section or f"compare-{given.city}", text)
    return 0


def summary(document: dict[str, Any], took: str) -> str:
    """The comparison as a section: head, levels, differences against the base, findings."""
    base = document["variants"][0]["name"]
    pairs = [pair for pair in document["pairs"] if pair["first"] == base]
    head = (
        f"{document['title']}, {document['nights']} nights from {document['first_night']} to {document['last_night']}, "
        f"{document['incidents']:,} incidents, {document['folds']} trainings. {took}"
    )
    measures = [one for one in document["measures"] if one["name"] != "pai"]
    variants = document["variants"]
    rows = [[_short(m), *(_level(m, one["measured"][m["name"]]) for one in variants)] for m in measures]
    levels = markdown_table(["measure", *(_named(one["name"]) for one in variants)], rows)
    rows = [[_short(m), *(_by(m, pair["differences"]) for pair in pairs)] for m in measures]
    by = markdown_table([f"minus {_named(base)}", *(_named(pair["second"]) for pair in pairs)], rows)
    notes = [document["null_check"], *document["notes"]]
    bold = "Differences with 95 % intervals; **bold**: supported after Holm's correction over the pair's measures."
    return "\n\n".join([head.strip(), levels, bold, by, *(note for note in notes if note)])


def _named(variant: str) -> str:
    return variant.replace("_", " ")


def _short(measure: dict[str, Any]) -> str:
    group = measure["group"]
    lines = measure["name"].removeprefix("log_").removesuffix(f"_{group}").replace("_", " ")
    return f"{lines}, {group}" if group else lines


def _level(measure: dict[str, Any], value: dict[str, Any]) -> str:
    if value["estimate"] is None:
        return "not measured"
    if measure["is_log"]:
        return f"{exp(value['estimate']):.2f}"
    return f"{100 * value['estimate']:.1f} %" if measure["name"] == "hits" else f"{value['estimate']:.3g}"


def _by(measure: dict[str, Any], differences: Sequence[dict[str, Any]]) -> str:
    one = next(d for d in differences if d["measure"] == measure["name"])
    if one["lower"] is None:
        return "not measured"
    if measure["is_log"]:
        value, low, high = (f"{100 * (exp(one[key]) - 1):+.1f}" for key in ("estimate", "lower", "upper"))
        text = f"{value} % [{low}, {high}]"
    elif measure["name"] == "hits":
        value, low, high = (f"{100 * one[key]:+.2f}" for key in ("estimate", "lower", "upper"))
        text = f"{value} points [{low}, {high}]"
    else:
        text = f"{one['estimate']:+.3g} [{one['lower']:+.3g}, {one['upper']:+.3g}]"
    return f"**{text}**" if one["supported"] else text


if __name__ == "__main__":
    raise SystemExit(main())
