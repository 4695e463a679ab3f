"""Parquet and tables in memory: values and row numbers as they lie in the file, or one line that says why not."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.sources import columnar
from patrolcast.io.sources.columnar import (
    ParquetSource,
    TableSource,
    file_identity,
    holds_shapes,
    plain_column,
    refuse_repeated_names,
)


def parquet(folder: Path, **columns: list[object]) -> Path:
    path = folder / "export.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def rows(source: ParquetSource | TableSource, **columns: str) -> list[tuple[object, ...]]:
    read: list[tuple[object, ...]] = []
    for batch, records in source.batches(columns):
        read += zip(records.tolist(), *(batch[role].to_pylist() for role in columns), strict=True)
    return read


def test_a_file_is_known_by_name_hash_and_size(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")
    assert file_identity(tmp_path / "a.bin") == ("a.bin", hashlib.sha256(b"abc").hexdigest(), 3)


def test_parquet_rows_are_numbered_from_1_through_all_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "_ROWS", 2)
    source = ParquetSource(parquet(tmp_path, a=[10, 20, None, 40, 50], b=["x"] * 5))
    assert source.header == ("a", "b")
    assert rows(source, value="a") == [(1, 10), (2, 20), (3, None), (4, 40), (5, 50)]


@pytest.mark.parametrize("group", [1, 2, 3, 7, 50])
def test_a_piece_is_as_long_whatever_the_groups_of_the_file_and_whatever_its_types(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrow ends a batch with every group where a column is a dictionary."""
    monkeypatch.setattr(columnar, "_ROWS", 8)
    monkeypatch.setattr(columnar, "_MOST_HELD", 3)
    codes = pa.chunked_array([pa.array([f"{i}"]).dictionary_encode() for i in range(30)])
    pq.write_table(pa.table({"a": codes, "n": range(30)}), tmp_path / "x.parquet", row_group_size=group)
    source = ParquetSource(tmp_path / "x.parquet")
    assert pa.types.is_dictionary(source._file.schema_arrow.field("a").type)
    for columns in ({"a": "a"}, {"a": "a", "n": "n"}, {"n": "n"}):
        pieces = [records.tolist() for _, records in source.batches(columns)]
        assert [len(piece) for piece in pieces] == [8, 8, 8, 6]
    assert rows(source, code="a", n="n") == [(i + 1, f"{i}", i) for i in range(30)]


def test_a_piece_ends_where_its_texts_are_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "_MOST_BYTES", 1_000)
    codes = pa.array([f"{i}" * 300 for i in range(10)]).dictionary_encode()
    pq.write_table(pa.table({"a": codes}), tmp_path / "x.parquet", row_group_size=1)
    pieces = [records.tolist() for _, records in ParquetSource(tmp_path / "x.parquet").batches({"a": "a"})]
    assert pieces == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_two_roles_may_read_one_column_of_parquet(tmp_path: Path) -> None:
    assert rows(ParquetSource(parquet(tmp_path, a=[1])), start="a", end="a") == [(1, 1, 1)]


def test_a_row_of_a_table_is_its_own_place_and_none_is_rejected(tmp_path: Path) -> None:
    source = ParquetSource(parquet(tmp_path, a=[1, 2]))
    assert source.lines(np.array([2, 1])).tolist() == [2, 1]
    assert (source.place, source.unusable(), source.rejected()) == ("row", {}, [])


def test_a_table_in_memory_is_read_like_parquet() -> None:
    table = pa.table({"a": pa.chunked_array([["x"], ["y"]]), "b": ["1", "2"]})
    source = TableSource("layer.geojson", "hash", 9, table, ("a note",))
    assert rows(source, code="a", record_id="b") == [(1, "x", "1"), (2, "y", "2")]
    assert (source.name, source.sha256, source.bytes, source.notes) == ("layer.geojson", "hash", 9, ("a note",))


def test_tables_without_a_row_are_refused(tmp_path: Path) -> None:
    messages = []
    for make in (
        lambda: ParquetSource(parquet(tmp_path, a=[])),
        lambda: TableSource("layer.geojson", "", 0, pa.table({"a": pa.array([], pa.string())})),
    ):
        with pytest.raises(DataRefusedError) as caught:
            make()
        messages.append(str(caught.value))
    assert messages == [
        "export.parquet: got a header only; needs rows; export it again",
        "layer.geojson: got no row; needs rows; export it again",
    ]


def test_a_name_that_stands_twice_is_refused_and_one_in_another_case_is_not(tmp_path: Path) -> None:
    refuse_repeated_names(("a", "A", "b"), "export.csv")
    with pytest.raises(DataRefusedError) as caught:
        refuse_repeated_names(("a", "b", "b", "a"), "export.csv")
    assert str(caught.value) == "export.csv header: got two columns 'a'; names must differ; rename one in the export"
    path = tmp_path / "twice.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    with pytest.raises(DataRefusedError, match=r"^twice\.parquet header: got two columns 'a'"):
        ParquetSource(path)


def test_a_torn_parquet_file_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    path = parquet(tmp_path, a=[1, 2, 3])
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DataRefusedError) as caught:
        ParquetSource(path)
    message = str(caught.value)
    assert message.startswith("export.parquet: got 'Parquet magic bytes not found in footer.")
    assert message.endswith("; must be a whole Parquet file; copy the whole file again")
    assert "\n" not in message


def test_damage_in_the_pages_is_found_while_they_are_read(tmp_path: Path) -> None:
    path = parquet(tmp_path, a=[str(i) for i in range(200)])
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * 200 + data[204:])
    source = ParquetSource(path)
    with pytest.raises(DataRefusedError) as caught:
        rows(source, a="a")
    assert str(caught.value).endswith("; must be a whole Parquet file; copy the whole file again")


def test_parquet_that_is_written_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path, a=[1, 2, 3])
    source = ParquetSource(path)
    moment = path.stat().st_mtime_ns + 1
    os.utime(path, ns=(moment, moment))
    with pytest.raises(DataRefusedError) as caught:
        rows(source, a="a")
    assert str(caught.value) == (
        "export.parquet: got a file that is still being written; must not change while it is read; "
        "wait until it is written, then run again"
    )


def test_a_flipped_bit_is_found_where_the_file_has_checksums(tmp_path: Path) -> None:
    """Without one, as most programs write it, a value may change unseen: docs/bad-input.md says so."""
    path = tmp_path / "export.parquet"
    texts = pa.table({"a": [f"{i:05d}" for i in range(200)]})
    for checksum in (False, True):
        pq.write_table(
            texts, path, use_dictionary=False, compression="none", write_page_checksum=checksum, write_statistics=False
        )
        data = bytearray(path.read_bytes())
        data[data.index(b"00100")] ^= 1
        path.write_bytes(data)
        source = ParquetSource(path)
        if checksum:
            with pytest.raises(DataRefusedError, match="must be a whole Parquet file; copy the whole file again"):
                rows(source, a="a")
        else:
            assert (101, "10100") in rows(source, a="a")


@pytest.mark.parametrize("how", ["replaced", "written over", "gone"])
def test_parquet_that_another_file_takes_the_place_of_is_refused_though_size_and_date_are_the_same(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path, a=[1, 2, 3])
    status, other = path.stat(), path.read_bytes()[:-1] + b"1"

    def change() -> None:
        if how == "gone":
            path.unlink()
            return
        new = path if how == "written over" else tmp_path / "new.parquet"
        new.write_bytes(other)
        os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
        new.replace(path)
        assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)

    source = ParquetSource(path)
    change()
    with pytest.raises(DataRefusedError, match=r"^export\.parquet: got a file that is still being written"):
        rows(source, a="a")
    if how == "gone":
        return
    whole = columnar.file_sha256

    def meanwhile(file: Path) -> str:
        change()
        return whole(file)

    monkeypatch.setattr(columnar, "file_sha256", meanwhile)
    parquet(tmp_path, a=[1, 2, 3])
    with pytest.raises(DataRefusedError, match=r"^export\.parquet: got a file that is still being written"):
        ParquetSource(path)


BAD_UTF8 = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"], pa.binary()).buffers())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            pa.array([[1.0]]),
            "got 'list<item: double>'; a column holds one text, number or time a row",
        ),
        (pa.array([{"a": 1}]), "got 'struct<a: int64>'; a column holds one"),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "got 'map<string, int64"),
        (pa.array([1], pa.duration("s")), "got 'duration[s]'"),
        (BAD_UTF8, "got bytes that are not UTF-8; holds text; export it again as text in UTF-8"),
        (pa.array([b"\xff"]), "got bytes that are not UTF-8"),
    ],
)
def test_a_column_without_one_plain_value_a_row_is_refused_by_its_name(values: pa.Array, message: str) -> None:
    with pytest.raises(DataRefusedError) as caught:
        plain_column(values, "x.parquet column 'a'")
    assert str(caught.value).startswith(f"x.parquet column 'a': {message}")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array(["a"]).dictionary_encode(), pa.string()), (pa.array(["a"], pa.large_string()), pa.string()),
        (pa.array(["a"], pa.string_view()), pa.string()), (pa.array([b"a"]), pa.string()),
        (pa.array(np.ones(1, np.float16)), pa.float32()), (pa.array([1]).dictionary_encode(), pa.int64()),
        (pa.array([1], pa.time32("s")), pa.string()), (pa.array([True]), pa.bool_()),
    ],
)  # fmt: skip
def test_plain_columns_come_in_the_widths_that_later_steps_know(values: pa.Array, kind: pa.DataType) -> None:
    assert plain_column(values, "a").type == kind


def test_columns_that_a_first_look_can_sample_are_named_by_their_types(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x"], "tags": [["x"]], "shape": [b"x"], "n": [1]}), tmp_path / "x.parquet")
    source = ParquetSource(tmp_path / "x.parquet")
    assert (source.header, source.plain) == (("a", "tags", "shape", "n"), ("a", "n"))


def test_geoparquet_is_a_layer_unless_its_columns_hold_the_places(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([-87.6], [41.8]), crs=4326)
    path = tmp_path / "x.parquet"
    frame.to_parquet(path)
    assert holds_shapes(path)
    frame.assign(longitude=1.0, latitude=2.0).to_parquet(path)
    assert not holds_shapes(path)
    pq.write_table(pa.table({"a": [1]}), path)
    assert not holds_shapes(path)
