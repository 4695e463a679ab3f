"""The table of the next suggestions shows a shift as people write it: midnight is the end of its day."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.cli.finished_run import top_suggestions


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-06-30T05:00Z", "2026-07-01T05:00Z", "Tue 30 Jun 00:00-24:00"),
        ("2026-06-30T21:00Z", "2026-07-01T05:00Z", "Tue 30 Jun 16:00-24:00"),
        ("2026-07-01T03:00Z", "2026-07-01T11:00Z", "Tue 30 Jun 22:00-06:00"),
    ],
)
def test_a_shift_that_ends_at_midnight_ends_at_24(start: str, end: str, wanted: str) -> None:
    table = pd.DataFrame(
        {
            "district": ["1"], "cell": ["89"], "suggestion_id": ["a"], "reasons": ["x; y"],
            "shift_start": [pd.Timestamp(start)], "shift_end": [pd.Timestamp(end)],
            "expected_incidents": [0.1], "lower": [0.0], "upper": [0.2],
        }
    )  # fmt: skip
    (row,) = top_suggestions(table, "America/Chicago")
    assert row["shift"] == wanted
