"""Time of one simulated city-night of the closed loop on the real pipeline: `python -m benchmarks.loop_speed`.

One pair of runs (closed and open) of the neutral city, 271 cells, in this process, on one thread. Printed beside it:
what 12 cities x 168 nights take on two cores at this speed, closed and open, for one scenario and for the verdict.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from patrolcast.io.settings_file import read_settings
from patrolcast.runs.loop_play import LoopTask, play
from patrolcast.synthetic.scenarios import SCENARIOS, scenario


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=56)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    settings = read_settings(Path(__file__).parents[1] / "configs" / "sample.toml").settings
    loop = settings.loop
    play(LoopTask(scenario("neutral"), 1, 14, 14, loop.rounds, 4), settings)  # imports and caches
    seconds, busy = [], []
    for repeat in range(asked.repeats):
        task = LoopTask(scenario("neutral"), 1 + repeat, asked.nights, loop.cadence_nights, loop.rounds)
        begun, began = time.perf_counter(), time.process_time()
        play(task, settings)
        seconds.append((time.perf_counter() - begun) / (2 * asked.nights))
        busy.append((time.process_time() - began) / (2 * asked.nights))
    night, cpu = statistics.median(seconds), statistics.median(busy)
    whole = 12 * 168 * 2 * cpu / 2 / 60
    judged = sum(one.judged for one in SCENARIOS)
    print(f"one simulated city-night: {1000 * night:.0f} ms by the clock, {1000 * cpu:.0f} ms of one core")
    print(f"12 cities x 168 nights, closed and open, on 2 cores: {whole:.1f} minutes for one scenario,")
    print(f"{judged * whole:.0f} for the {judged} that the verdict needs, {len(SCENARIOS) * whole:.0f} for all")


if __name__ == "__main__":
    main()
