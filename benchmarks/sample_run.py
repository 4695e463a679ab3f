"""One run of the sample city, set up already: seconds, memory, stages; and how fast `--help` answers.

    python -m benchmarks.sample_run [--repeats 3] [--write]

Budget: 20 s and 1 GiB on 2 cores; `--help` in 0.5 s; the identical run found again. Without trees
(`[model] kind = "start"`) no stored test holds, so that run is not published; it costs what it would.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from benchmarks.measured import STAGE_HEAD, Measured, measure, stage_rows, timing_of
from benchmarks.page import markdown_table, say, write_section

BUDGET = {"forecast": (20.0, 1024.0), "start": (20.0, 1024.0), "again": (5.0, 1024.0), "--help": (0.5, 256.0)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="the fastest counts: others share the machine")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    best: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        runs, without_trees = Path(folder) / "runs", start_config(Path(folder))
        for _ in range(given.repeats):
            calls = {
                "forecast": ("forecast", "configs/sample.toml", "--runs", runs, "--force", "--json"),
                "start": ("forecast", without_trees, "--runs", Path(folder) / "start", "--force", "--json"),
                "again": ("forecast", "configs/sample.toml", "--runs", runs, "--json"),
                "--help": ("--help",),
            }
            for name, arguments in calls.items():
                done = measure(*arguments)
                if done.exit_code not in ({20} if name == "start" else {0}):
                    say(f"{name} ended with {done.exit_code}")
                    return 1
                best[name] = min(done, best.get(name, done), key=lambda one: one.wall_s)
        timing = timing_of(runs / "sample" / json.loads(best["forecast"].printed)["run_id"])
    text = summary(best, stage_rows(timing), given.repeats)
    say(text)
    if given.write:
        write_section("sample-run", text)
    return 0 if all(within(name, one) for name, one in best.items()) else 1


def start_config(folder: Path) -> Path:
    """The sample's config without trees, in a project of its own with the same data."""
    shutil.copytree("data/sample", folder / "data" / "sample")
    shutil.copytree("configs", folder / "configs")
    config = folder / "configs" / "sample.toml"
    text = Path("configs/sample.toml").read_text(encoding="utf-8")
    config.write_text(text.replace("[model]\n", '[model]\nkind = "start"\n', 1), encoding="utf-8")
    return config


def within(name: str, done: Measured) -> bool:
    """Both budgets are kept."""
    seconds, mib = BUDGET[name]
    return done.wall_s <= seconds and done.peak_mib <= mib


def summary(best: dict[str, Measured], stages: list[list[str]], repeats: int) -> str:
    names = {
        "forecast": "`patrolcast forecast`",
        "start": "the same without trees",
        "again": "the identical run again",
        "--help": "`patrolcast --help`",
    }
    rows = [
        [names[name], f"{one.wall_s:.2f}", f"{one.cpu_s:.2f}", f"{BUDGET[name][0]:g}", f"{one.peak_mib:,.0f}",
         f"{BUDGET[name][1]:,.0f}", "yes" if within(name, one) else "NO"]
        for name, one in best.items()
    ]  # fmt: skip
    head = ["command", "seconds", "CPU s", "budget s", "peak MiB", "budget MiB", "within"]
    return "\n".join(
        [
            f"Fastest of {repeats}, each a process of its own, bytecode already written:",
            "",
            markdown_table(head, rows),
            "",
            "Stages of the forecast (imports are in the first stage that needs them):",
            "",
            markdown_table(STAGE_HEAD, stages),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
