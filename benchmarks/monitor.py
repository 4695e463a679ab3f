"""What the monitor finds, and how often it cries wolf: `python -m benchmarks.monitor [--write]`.

Logs of 26 weeks in which the loop is planted or absent (`synthetic/logs.py`), each seed a city of its own.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import h3
import numpy as np
import pandas as pd

from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.feedback import Findings, examine
from patrolcast.audit.feedback_gates import gates_of
from patrolcast.audit.log_rows import Records, logged_rows
from patrolcast.domain.records import Verdict
from patrolcast.domain.shifts import to_instants
from patrolcast.synthetic.logs import Plant, make_logs

PAGE = Path(__file__).parents[1] / "docs" / "monitor.md"
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


def look(seed: int, plant: Plant, permutations: int) -> Findings:
    logged = make_logs(seed, plant)
    cells, seen = pd.Index(logged.cells), logged.visits.table
    visits = cells.get_indexer(seen["cell"]), to_instants(seen["arrived_at"]), to_instants(seen["left_at"])
    known = (records(table, logged.cells) for table in (logged.citizen, logged.set_aside))
    return examine(
        logged_rows(logged.log, cells), *known, visits, near_visit_minutes=15.0, permutations=permutations, seed=7
    )


def row(name: str, plant: Plant, seeds: int, permutations: int) -> list[str]:
    found = [look(seed, plant, permutations) for seed in range(seeds)]
    gates = [{gate.name: gate for gate in gates_of(one, longest_run_days=28)} for one in found]

    def told(check: str, verdict: Verdict) -> int:
        return sum(one[check].verdict is verdict for one in gates)

    weeks = [one.reports.alarm_week or 99 for one in found if one.reports is not None]
    ratio = np.exp(np.mean([np.log(one.reports.rate_ratio) for one in found if one.reports and one.reports.rate_ratio]))
    median = np.median(weeks)
    reports = f"{told('band_reports', Verdict.FAIL)} / {told('band_reports', Verdict.WARN)}"
    labels = f"{told('call_source_labels', Verdict.FAIL)} / {told('call_source_labels', Verdict.WARN)}"
    score = str(told("band_score_later", Verdict.FAIL))
    return [name, reports, "-" if median > 26 else f"{median:.0f}", f"{ratio:.2f}", score, labels]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rows = []
    for name, plant in PLANTS.items():
        rows.append(row(name, plant, asked.seeds, asked.permutations))
        say(" | ".join(rows[-1]))
    head = ["planted", "`band_reports` fails / warns", "median week of alarm", "estimated ratio",
            "`band_score_later` fails", "`call_source_labels` fails / warns"]  # fmt: skip
    text = f"{asked.seeds} seeds each; counts of seeds.\n\n{markdown_table(head, rows)}"
    if asked.write:
        write_section("monitor", text, page=PAGE)


if __name__ == "__main__":
    main()
