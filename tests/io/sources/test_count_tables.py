"""Counts as text, the same from CSV and Parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources.count_tables import open_counts, read_roles

TABLE = pd.DataFrame({"month": ["2026-05", "2026-06"], "beat": [711, 712], "race": ["a", None], "n": [12, 3]})
ROLES = {"area": "beat", "group": "race", "n": "n"}


def read(path: Path) -> dict[str, list[object]]:
    return {role: list(values) for role, values in read_roles(open_counts(path), ROLES).columns.items()}


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "c.csv", index=False)
    TABLE.to_parquet(tmp_path / "c.parquet", index=False)
    assert read(tmp_path / "c.csv") == read(tmp_path / "c.parquet")
    assert read(tmp_path / "c.csv") == {"area": ["711", "712"], "group": ["a", ""], "n": ["12", "3"]}


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.parquet").write_bytes(b"no Parquet")
    with pytest.raises(DataRefusedError):
        open_counts(tmp_path / "c.parquet")
    with pytest.raises(DataRefusedError):
        open_counts(tmp_path / "gone.csv")
