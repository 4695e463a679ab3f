"""Times and tables as every other page writes them."""

from __future__ import annotations

from tests.runs.reviewed_city import FIRST

from patrolcast.runs.console.shown import local_time, with_labels


def test_a_time_is_local_with_its_zone() -> None:
    assert local_time(FIRST, "America/Chicago") == "Sunday 1 March 2026, 06:30 CST"


def test_each_value_of_a_table_carries_its_heading() -> None:
    table = "<table><thead><tr><th>Who</th><th>Until</th></tr></thead><tr><th>a</th><td>b</td></tr></table>"
    assert 'data-label="Until"' in with_labels(table)
