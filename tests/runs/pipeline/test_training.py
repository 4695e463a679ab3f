"""Rows of a training: in proportion to the incidents, between a least and the config's most."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.runs.pipeline.training import row_budget


@given(st.integers(0, 10**6), st.integers(1_000, 10**6))
@settings(max_examples=30)
def test_a_category_gets_five_rows_an_incident_within_its_bounds(incidents: int, most: int) -> None:
    rows = row_budget(incidents, most)
    assert rows <= most
    assert rows in {most, 10_000, 5 * incidents}
    assert rows >= min(5 * incidents, most)
    assert rows >= min(10_000, most)
