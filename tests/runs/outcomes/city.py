"""The tiny city's measures and files of counts, for tests of the outcomes."""

from __future__ import annotations

from pathlib import Path

from patrolcast.domain.outcomes.counts import OutcomeCounts

MEASURES = """outcomes_version = 1
adopted = "2024-01"
owner = "Office of oversight"
reference = "Group A"
suggested_areas = ["1"]

[[groups]]
name = "Group A"
values = ["a"]

[[groups]]
name = "Group B"
values = ["b"]

[[measures]]
id = "force"
question = "Did use of force change since adoption, and for whom?"
outcome = "use_of_force"
contrasts = ["change", "compared", "disparity"]
matters = 1.3
"""
SECOND = """
[[measures]]
id = "again"
question = "Did use of force change against one group alone?"
outcome = "use_of_force"
contrasts = ["change"]
matters = 1.2
"""


def write_measures(config: Path, text: str = MEASURES) -> Path:
    """The file of measures of a config."""
    path = config.parent / "outcomes" / "tiny.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_counts(folder: Path, counts: OutcomeCounts, name: str = "counts.csv") -> Path:
    """An export of counts."""
    path = folder / name
    counts.table.to_csv(path, index=False)
    return path
