"""A column of times is one thing in all files, or the export is refused: nothing is taken for what it may not be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.clock.stated import StatedTimes
from patrolcast.intake.times import parse_times

NOON = datetime(2026, 1, 10, 12)
MIDNIGHT = datetime(2026, 1, 10)
LOCAL = pa.array([NOON], pa.timestamp("us"))
INSTANT = pa.array([NOON.replace(tzinfo=UTC)], pa.timestamp("us", "UTC"))
DAY = pa.array([date(2026, 1, 10)])
AT_MIDNIGHT = pa.array([MIDNIGHT], pa.timestamp("us"))
NOTHING = pa.array([None], pa.timestamp("us", "UTC"))


def stated(*batches: tuple[str, pa.Array], time_format: str | None = None) -> StatedTimes:
    times = StatedTimes()
    for file, values in batches:
        times.take(parse_times(values, time_format), file=file, header="date")
    return times


@pytest.mark.parametrize("batches", [(LOCAL, INSTANT), (LOCAL, LOCAL, INSTANT), (LOCAL, NOTHING, INSTANT)])
def test_times_with_a_zone_in_one_file_and_without_in_another_are_refused_in_either_order(
    batches: tuple[pa.Array, ...],
) -> None:
    first, last = zip("abc", batches, strict=False), zip("abc", reversed(batches), strict=False)
    rule = "all files of an export write a column of times alike; export them anew, all with a zone or all without"
    for order, zone in ((first, ("with a zone", "without a zone")), (last, ("without a zone", "with a zone"))):
        with pytest.raises(DataRefusedError) as caught:
            stated(*order)
        assert str(caught.value).endswith(f" column 'date': got times {zone[0]}, and a has them {zone[1]}; {rule}")


def test_text_without_a_zone_beside_a_typed_column_with_one_is_refused() -> None:
    with pytest.raises(DataRefusedError, match=r"^b\.csv column 'date': got times without a zone, and a\.parquet has"):
        stated(("a.parquet", INSTANT), ("b.csv", pa.array(["2026-01-10 12:00"])), time_format="%Y-%m-%d %H:%M")


def test_dates_in_one_file_and_times_of_day_in_another_are_refused_in_either_order() -> None:
    messages = []
    for order in ((("a", DAY), ("b", LOCAL)), (("a", LOCAL), ("b", AT_MIDNIGHT), ("c", DAY))):
        with pytest.raises(DataRefusedError) as caught:
            stated(*order)
        messages.append(str(caught.value).partition(";")[0])
    assert messages == [
        "b column 'date': got times of day, and a has dates", "c column 'date': got dates, and a has times of day",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("batches", "is_instant", "only_dates"),
    [
        ((), False, False),
        ((NOTHING,), False, False),
        ((LOCAL, NOTHING, LOCAL), False, False),
        ((INSTANT, INSTANT), True, False),
        ((DAY, AT_MIDNIGHT), False, True),
        ((AT_MIDNIGHT, LOCAL), False, False),
        ((LOCAL, AT_MIDNIGHT), False, False),
    ],
)
def test_files_that_agree_are_one_column(batches: tuple[pa.Array, ...], is_instant: bool, only_dates: bool) -> None:
    times = stated(*[(str(i), values) for i, values in enumerate(batches)])
    assert (times.is_instant, times.only_dates) == (is_instant, only_dates)
