"""A sample of unmapped columns: evenly taken, as text, and never a reason to refuse."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patrolcast.io.csv.source import CsvSource
from patrolcast.io.sources.columnar import ParquetSource
from patrolcast.io.sources.first_look import SAMPLE_ROWS, first_look, first_texts


def test_rows_are_taken_from_the_whole_first_piece(tmp_path: Path) -> None:
    n = 3 * SAMPLE_ROWS
    pd.DataFrame({"a": range(n), "b": "x"}).to_parquet(tmp_path / "t.parquet")
    rows = first_look(ParquetSource(tmp_path / "t.parquet"), ["a", "absent"])
    assert list(rows) == ["a"]
    assert len(rows) == SAMPLE_ROWS
    assert (rows["a"].iloc[0], rows["a"].iloc[-1]) == ("0", str(n - 1))


@pytest.mark.parametrize("group", [1, 20, 10**6])
def test_the_same_rows_are_looked_at_however_a_file_is_parted_into_groups(group: int, tmp_path: Path) -> None:
    n = 2_000
    table = pd.DataFrame({"a": pd.Series([f"{i % 7}" for i in range(n)], dtype="category")})
    table.to_parquet(tmp_path / "t.parquet", row_group_size=group)
    source = ParquetSource(tmp_path / "t.parquet")
    assert first_look(source, ["a"])["a"].tolist() == table["a"].astype(str).tolist()
    assert first_texts(source, "a").to_pylist() == table["a"].astype(str).tolist()


def test_texts_lose_their_spaces_and_an_empty_field_is_an_empty_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n ON VIEW ,\n911,y\n")
    rows = first_look(CsvSource(tmp_path / "t.csv", delimiter=",", encoding="utf-8"), ["a", "b"])
    assert rows["a"].tolist() == ["ON VIEW", "911"]
    assert rows["b"].tolist() == ["", "y"]


def test_a_file_that_cannot_be_read_is_left_to_the_run_to_refuse(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x"] * 9}), tmp_path / "t.parquet")
    source = ParquetSource(tmp_path / "t.parquet")
    (tmp_path / "t.parquet").write_bytes(b"PAR1" + bytes(400))
    assert len(first_look(source, ["a"])) <= 9


def test_no_column_is_an_empty_look(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    assert first_look(CsvSource(tmp_path / "t.csv", delimiter=",", encoding="utf-8"), []).empty
