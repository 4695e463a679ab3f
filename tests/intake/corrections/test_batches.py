"""The same rows twice: a batch in order, days in any order, the whole export; ordinary likeness is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.batches import BATCH_TWICE, find_repeated, mark_batches
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import DAY

N, DAYS = 2000, 40
DAY_OF = np.sort(np.random.default_rng(1).integers(0, DAYS, N)) * DAY + np.int64(1_767_225_600_000_000)
CONTENT = np.random.default_rng(2).integers(1, 2**60, N).astype(np.uint64)


def marked(rows: np.ndarray) -> tuple[int, list[str]]:
    status = RowStatus(rows.size)
    notes = mark_batches(status, CONTENT[rows], DAY_OF[rows], np.ones(len(rows), dtype=bool), file="export.csv")
    return status.count("set aside", status.code >= 0).get(BATCH_TWICE, 0), notes


def test_a_batch_that_comes_again_in_its_order_is_counted_once_and_named_with_its_days() -> None:
    n, notes = marked(np.r_[np.arange(N), np.arange(500, 600)])
    assert n == 100
    assert notes == ["100 rows of a batch that was read twice, reported 2026-01-11 to 2026-01-13: counted once"]


def test_days_that_stand_twice_in_a_sorted_or_shuffled_export_are_counted_once() -> None:
    two = np.flatnonzero((DAY_OF - DAY_OF[0]) // DAY // 2 == 5)
    for order in (np.sort, np.random.default_rng(3).permutation):
        n, _ = marked(order(np.r_[np.arange(N), two]))
        assert n == two.size


def test_a_file_that_is_read_twice_in_whatever_order_is_refused() -> None:
    twice = np.r_[np.arange(N), np.arange(N)]
    for rows in (
        twice,
        np.sort(twice),
        np.random.default_rng(3).permutation(twice),
        np.r_[np.arange(N), twice[::-1][:N]],
    ):
        with pytest.raises(DataRefusedError) as caught:
            marked(rows)
        assert str(caught.value) == (
            "export.csv: got 2,000 of 4,000 rows that stand in the export a second time, reported 2026-01-01 to "
            "2026-02-09; each row is read once; name each file once, and export without overlap"
        )


@pytest.mark.parametrize("points", [3, 30, 300, 3000])
def test_rows_that_are_alike_because_places_and_days_are_coarse_are_left_alone(points: int) -> None:
    coarse = np.random.default_rng(4).integers(1, points + 1, N).astype(np.uint64) + (DAY_OF // DAY * 10_000).astype(
        "u8"
    )
    assert find_repeated(coarse, DAY_OF, np.arange(coarse.size)).sum() == 0


def test_a_heap_of_one_row_is_no_batch() -> None:
    heap = np.r_[CONTENT, np.full(60, 7, dtype=np.uint64)]
    assert find_repeated(heap, np.r_[DAY_OF, np.full(60, DAY_OF[-1])], np.arange(heap.size)).sum() == 0
