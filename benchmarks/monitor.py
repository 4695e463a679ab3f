"""What the monitor finds, and how often it cries wolf: `python -m benchmarks.monitor [--write]`.

The sequential rule on simulated counts, then whole looks at logs of 26 weeks in which the loop is planted or absent
(`benchmarks/cities/logs.py`), each seed a city of its own.
"""

from __future__ import annotations

import argparse

import h3
import numpy as np
import pandas as pd

from benchmarks.cities.logs import Plant, make_logs
from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.feedback.dosage_log import Records, logged_rows
from patrolcast.audit.feedback.e_process import log_e_process
from patrolcast.audit.feedback.gates import feedback_gates
from patrolcast.audit.feedback.monitor import LogFindings, check_logs
from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import GateVerdict
from patrolcast.domain.shifts import to_instants

HISTORIES, WEEKS = 1000, 104
PLANTS = {
    "nothing": Plant(),
    "nothing, 10 reports per arm and week": Plant(events_per_arm=10),
    "nothing, 150 reports": Plant(events_per_arm=150),
    "reports x 1.1": Plant(ratio=1.1),
    "reports x 1.3": Plant(ratio=1.3),
    "reports x 1.3, 10 per arm and week": Plant(ratio=1.3, events_per_arm=10),
    "reports x 0.8 (deterrence)": Plant(ratio=0.8),
    "5 % of officers' records mislabelled": Plant(mislabelled=0.05),
    "25 % mislabelled": Plant(mislabelled=0.25),
    "a lag that reads the log, +3 % a suggestion": Plant(reads_log=0.03),
    "a lag that reads the log, +10 %": Plant(reads_log=0.10),
}


def records(table: pd.DataFrame, cells: tuple[str, ...]) -> Records:
    at = {h3.cell_to_latlng(cell): i for i, cell in enumerate(cells)}
    where = [at[place] for place in zip(table["latitude"], table["longitude"], strict=True)]
    return Records(to_instants(table["reported_at"]), np.array(where, dtype=np.int64))


def look(seed: int, plant: Plant, permutations: int) -> LogFindings:
    logged = make_logs(seed, plant)
    cells, seen = pd.Index(logged.cells), logged.visits.table
    visits = cells.get_indexer(seen["cell"]), to_instants(seen["arrived_at"]), to_instants(seen["left_at"])
    known = (records(table, logged.cells) for table in (logged.citizen, logged.set_aside))
    return check_logs(
        logged_rows(logged.log, cells), *known, visits, near_visit_minutes=15.0, permutations=permutations, seed=7
    )


def row(name: str, plant: Plant, seeds: int, permutations: int) -> list[str]:
    found = [look(seed, plant, permutations) for seed in range(seeds)]
    gates = [{gate.name: gate for gate in feedback_gates(one, longest_run_days=28)} for one in found]

    def summary(check: str, verdict: GateVerdict) -> int:
        return sum(one[check].verdict is verdict for one in gates)

    weeks = [one.reports.alarm_week or 99 for one in found if one.reports is not None]
    ratio = np.exp(np.mean([np.log(one.reports.rate_ratio) for one in found if one.reports and one.reports.rate_ratio]))
    median = np.median(weeks)
    reports = f"{summary('band_reports', GateVerdict.FAIL)} / {summary('band_reports', GateVerdict.WARN)}"
    labels = f"{summary('call_source_labels', GateVerdict.FAIL)} / {summary('call_source_labels', GateVerdict.WARN)}"
    score = str(summary("band_score_later", GateVerdict.FAIL))
    return [name, reports, "-" if median > 26 else f"{median:.0f}", f"{ratio:.2f}", score, labels]


def sequential_rows() -> list[list[str]]:
    """False alarms without an effect, and the median week of alarm with one."""
    rows = []
    for events in (10, 40, 150):
        rng = np.random.default_rng([4, events])

        def alarm(ratio: float, rng: np.random.Generator = rng, events: int = events) -> np.ndarray:
            counts = (rng.poisson(mean, (HISTORIES, WEEKS)) for mean in (events * ratio, events))
            crossed = log_e_process(*counts) >= np.log(ALARM_E_VALUE)
            return np.where(crossed.any(axis=1), crossed.argmax(axis=1) + 1, WEEKS + 1)

        x, y = (np.cumsum(rng.poisson(events, (HISTORIES, WEEKS)), axis=1) for _ in range(2))
        peeking = (np.abs(x - y) > 1.96 * np.sqrt(x + y)).any(axis=1).mean()
        cells = []
        for ratio in (1.1, 1.2, 1.3, 1.5):
            weeks = alarm(ratio)
            median = np.median(weeks)
            by_end = f"none by week {WEEKS} ({100 * (weeks <= WEEKS).mean():.0f} %)"
            cells.append(by_end if median > WEEKS else f"{median:.0f}")
        wolves = 100 * (alarm(1.0) <= WEEKS).mean()
        rows.append([f"{events}", f"{wolves:.1f} %", f"{100 * peeking:.0f} %", *cells])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    alone = sequential_rows()
    for one in alone:
        say(" | ".join(one))
    rows = []
    for name, plant in PLANTS.items():
        about_labels = plant.mislabelled > 0 or plant == Plant()
        rows.append(row(name, plant, asked.seeds, asked.permutations if about_labels else 199))
        say(" | ".join(rows[-1]))
    head = ["planted", "`band_reports` fails / warns", "median week of alarm", "estimated ratio",
            "`band_score_later` fails", "`call_source_labels` fails / warns"]  # fmt: skip
    weeks = ["events per arm and week", "false alarms", "z-test every week", "RR 1.1", "1.2", "1.3", "1.5"]
    text = (
        f"False alarms in {WEEKS} weeks, and the median week of alarm:\n\n{markdown_table(weeks, alone)}\n\n"
        f"Whole looks, {asked.seeds} seeds each; counts of seeds:\n\n{markdown_table(head, rows)}"
    )
    if asked.write:
        write_section("monitor", text)


if __name__ == "__main__":
    main()
