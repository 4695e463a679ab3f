"""Time of one simulated city-night of the closed loop on the real pipeline, and what a whole test of it shows.

`python -m benchmarks.loop_speed [--write]` plays pairs of runs (closed and open) of the neutral city, 271 cells, in
this process, on one thread, and reports what 12 cities x 168 nights take on two cores at that speed.
`python -m benchmarks.loop_speed --results simulated/sample/feedback.json [--commit ID] [--write]` reports a past one;
of a second file, e.g. with all scenarios over fewer cities, the scenarios that the first does not have are added.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.page import markdown_table, say, write_section
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.simulate.scenario import LoopTask, simulate_pair
from patrolcast.synthetic.scenarios import SCENARIOS, scenario


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=56)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, nargs="+")
    parser.add_argument("--commit", help="of the code that made what is reported")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    name = "loop-speed"
    if asked.results is None:
        text = speed(asked.nights, asked.repeats)
    else:
        commit = f" Played on commit {asked.commit}." if asked.commit else ""
        first, *more = (json.loads(path.read_bytes()) for path in asked.results)
        for other in more:
            if other["size"]["nights"] != first["size"]["nights"]:
                parser.error("files of as many nights belong together")
            first["scenarios"] = other["scenarios"] | first["scenarios"]
        text = summary(first, commit)
        name = "closed-loop-city" if "fitted" in first else "closed-loop"
    say(text)
    if asked.write:
        write_section(name, text)


def speed(nights: int, repeats: int) -> str:
    settings = read_settings(Path(__file__).parents[1] / "configs" / "sample.toml").settings
    loop = settings.loop
    simulate_pair(LoopTask(scenario("neutral"), 1, 14, 14, loop.rounds, 4), settings)  # imports and caches
    seconds, busy = [], []
    for repeat in range(repeats):
        task = LoopTask(scenario("neutral"), 1 + repeat, nights, loop.cadence_nights, loop.rounds)
        begun, began = time.perf_counter(), time.process_time()
        simulate_pair(task, settings)
        seconds.append((time.perf_counter() - begun) / (2 * nights))
        busy.append((time.process_time() - began) / (2 * nights))
    night, cpu = statistics.median(seconds), statistics.median(busy)
    one = 12 * 168 * 2 * cpu / 2 / 60
    judged = sum(one.judged for one in SCENARIOS)
    rows = [
        ["one simulated city-night, clock (ms)", f"{1000 * night:.0f}"],
        ["one simulated city-night, one core (ms)", f"{1000 * cpu:.0f}"],
        ["12 cities x 168 nights, closed and open, one scenario, 2 cores (minutes)", f"{one:.1f}"],
        [f"the same, the {judged} scenarios that the verdict needs (minutes)", f"{judged * one:.0f}"],
        [f"the same, all {len(SCENARIOS)} (minutes)", f"{len(SCENARIOS) * one:.0f}"],
    ]
    head = f"Median of {repeats} pairs of {nights} nights; minutes are the core's time, halved over two cores."
    return f"{head}\n\n{markdown_table(['what', 'measured'], rows)}"


def summary(document: dict[str, Any], commit: str) -> str:
    size = document["size"]
    rows = [
        [one.name, str(found["gain"]["n"]), figure(found["gain"]), figure(found["excess_closed"]),
         interval(found["excess_closed"]), f"{found['distinct_closed']['mean']:.0f}"]
        for one in SCENARIOS
        if (found := document["scenarios"].get(one.name))
    ]  # fmt: skip
    head = ["scenario", "cities", "gain (se)", "excess, closed (se)", "95 %", "cells ever suggested"]
    name, verdict = document["config"], document["verdict"]
    played = f"{size['cities']} cities in each scenario that the verdict needs, {size['nights']} nights"
    if about := document.get("fitted"):
        played = (
            f"{size['cities']} replays, {size['nights']} nights; fitted to {about['reports']:,} reports of "
            f"{about['nights']} nights ({', '.join(about['categories'])}) on {about['cells']} cells of resolution "
            f"{about['resolution']}; group b: {about['group']}"
        )
    first = f"`{name}`, {played}: **{verdict}**."
    asked = [[f"`{one['name']}`", shown_value(one), one["threshold"], one["verdict"]] for one in document["checks"]]
    checks = markdown_table(["check", "found (95 %)", "rule", "verdict"], asked)
    return f"{first}{commit}\n\n{markdown_table(head, rows)}\n\n{checks}"


def shown_value(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return "-"
    ends = "" if one["lower"] is None else f" ({one['lower']:+.3f} to {one['upper']:+.3f})"
    return f"{one['value']:+.3f}{ends}" if one["value"] else "0 exactly"


def figure(one: dict[str, Any]) -> str:
    if one["mean"] == 0 and not one["se"]:
        return "0 exactly"
    return f"{one['mean']:+.3f} ({one['se']:.3f})"


def interval(one: dict[str, Any]) -> str:
    return f"{one['lower']:+.2f} to {one['upper']:+.2f}"


if __name__ == "__main__":
    main()
