"""Tables of a stored run as other runs look at them: cells, or nothing where they cannot be read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from patrolcast.io.store.stored_run import forecast_cells


def test_cells_of_a_run_are_read_where_there_are_any(tmp_path: Path) -> None:
    assert forecast_cells(tmp_path) == frozenset()
    (tmp_path / "forecast.parquet").write_bytes(b"PAR1 cut off")
    assert forecast_cells(tmp_path) == frozenset()
    pd.DataFrame({"cell": ["a", "b", "a"]}).to_parquet(tmp_path / "forecast.parquet")
    assert forecast_cells(tmp_path) == {"a", "b"}
