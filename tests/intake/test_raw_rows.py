"""Raw rows: batches of several files become one table, exactly, whatever arrow types they arrive in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.intake.raw_tables import FORMAT, HEADERS, raw_table

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.raw_rows import RowCollector
from patrolcast.intake.times import NOT_A_TIME


def batch(n: int, **columns: Any) -> dict[str, Any]:
    good = {
        "occurred_at": ["2026-01-10 10:00:00"] * n, "longitude": ["-87.5"] * n, "latitude": ["41.5"] * n,
        "offence": ["THEFT"] * n,
    }  # fmt: skip
    return {role: pa.array(values) for role, values in (good | columns).items()}


def test_batches_of_two_files_are_joined_in_order_and_codes_are_shared() -> None:
    collector = RowCollector(FORMAT)
    for file, (first, codes) in enumerate([(2, ["A", "B", "A"]), (2, ["C", "A"])]):
        records = np.arange(first, first + len(codes))
        collector.take(batch(len(codes), offence=codes), records, file=file, name="f", headers=HEADERS)
    raw = collector.table()
    assert raw.n_rows == 5
    assert (raw.file.tolist(), raw.record.tolist()) == ([0, 0, 0, 1, 1], [2, 3, 4, 2, 3])
    assert [raw.offence.texts[code] for code in raw.offence.codes] == ["A", "B", "A", "C", "A"]


@pytest.mark.parametrize("role", ["occurred_at", "reported_at", "occurred_until", "updated_at"])
def test_two_files_that_write_one_time_differently_are_refused_by_both_names(role: str) -> None:
    collector = RowCollector(None)
    noon = np.array(["2026-01-10T12:00"], "datetime64[us]")
    times = {"occurred_at": noon, "reported_at": noon, "occurred_until": noon, "updated_at": noon}
    typed = {name: pa.array(values, pa.timestamp("us")) for name, values in times.items()}
    collector.take(batch(1) | typed, np.arange(1), file=0, name="2024.parquet", headers={role: "When"})
    typed[role] = pa.array(noon, pa.timestamp("us", "UTC"))
    with pytest.raises(
        DataRefusedError, match=r"^2025\.parquet column 'When': got times with a zone, and 2024\.parquet"
    ):
        collector.take(batch(1) | typed, np.arange(1), file=1, name="2025.parquet", headers={role: "When"})


def test_unreadable_fields_keep_their_row_and_their_text_over_batches() -> None:
    collector = RowCollector(FORMAT)
    for values in (["41.5", "x"], ["y", "41.5"]):
        collector.take(batch(2, latitude=values), np.arange(2), file=0, name="f", headers=HEADERS)
    rows, texts = collector.table().unreadable["latitude"]
    assert (rows.tolist(), texts) == ([1, 2], ["x", "y"])


def test_an_unreadable_time_and_a_missing_one_are_two_things() -> None:
    raw = raw_table(3, occurred_at=["2026-01-10 10:00:00", "soon", ""])
    assert (raw.times["occurred_at"].micros == NOT_A_TIME).tolist() == [False, True, True]
    assert raw.times["occurred_at"].missing.tolist() == [False, False, True]
    assert raw.unreadable["occurred_at"][0].tolist() == [1]


def test_a_batch_without_a_stated_time_does_not_decide_how_the_column_is_written() -> None:
    collector = RowCollector("%Y-%m-%d")
    for values in (["", ""], ["2026-01-10", "2026-01-11"]):
        collector.take(batch(2, occurred_at=values), np.arange(2), file=0, name="f", headers=HEADERS)
    assert collector.table().times["occurred_at"].only_dates


def test_whole_numbers_of_a_typed_column_are_codes_without_a_point_and_others_keep_theirs() -> None:
    assert raw_table(3, offence=pa.array([41.0, None, 7.0])).offence.texts == ("41", "7", "")
    assert "41.5" in raw_table(2, offence=pa.array([41.5, 7.0])).offence.texts
    assert raw_table(3, offence=pa.array([41.0, float("nan"), 1e7])).offence.texts == ("41", "10000000", "")


def test_record_numbers_are_compared_as_text_and_an_empty_one_is_none() -> None:
    numbers = raw_table(6, record_id=["007", "7", "007", "", " 7 ", "9007199254740993"]).numbers
    assert numbers is not None
    identity = numbers.bits
    assert identity[0] == identity[2] != identity[1] == identity[4]
    assert identity[3] == 0
    assert (identity[[0, 1, 5]] != 0).all()


@pytest.mark.parametrize(
    ("values", "got", "cure"),
    [
        (pa.array([1.5, 2.5]), "numbers (double)", "to 'epoch' (seconds) or 'epoch_ms' (milliseconds since 1970)"),
        (pa.array(["2026-01-10 10:00:00"] * 2), "text", ", e.g. %Y-%m-%d %H:%M:%S"),
        (pa.array([["2026-01-10"], []]), "values (list<item: string>)", ", e.g. %Y-%m-%d %H:%M:%S"),
    ],
)
def test_times_without_a_declared_format_refuse_the_column(values: pa.Array, got: str, cure: str) -> None:
    with pytest.raises(DataRefusedError) as caught:
        raw_table(2, time_format=None, occurred_at=values, drop=("reported_at",))
    assert str(caught.value) == (
        f"export.csv column 'occurred': got {got}; times are text with a declared format; "
        f"set [incidents] time_format{cure if cure.startswith(',') else ' ' + cure}"
    )


def test_a_column_of_a_type_that_holds_no_number_is_unreadable_as_a_whole() -> None:
    raw = raw_table(2, latitude=pa.array([b"\x00", b"\x01"]))
    assert np.isnan(raw.latitude).all()
    assert raw.unreadable["latitude"][0].tolist() == [0, 1]


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 1e300, -1e19])
def test_numbers_that_no_whole_number_can_be_stay_texts_of_codes(number: float) -> None:
    assert len(raw_table(2, offence=pa.array([number, 13.0])).offence.texts) >= 2


def test_a_coordinate_column_of_times_beyond_the_calendar_is_no_number() -> None:
    raw = raw_table(2, longitude=pa.array([2**40, 2**40], pa.timestamp("s")))
    assert raw.unreadable["longitude"][0].tolist() == [0, 1]
