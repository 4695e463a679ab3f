"""The same rows twice: a file that repeats another is refused, a batch that was read twice is counted once.

Equal rows alone say little: two windows broken in one street on one day may read alike. A batch shows itself by many
different rows that come again in the same order, or by days (weeks where days are thin) on which nearly every row
stands twice while other days hardly have any.
"""

import numpy as np
import numpy.typing as npt

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import DAY
from patrolcast.numerics.arrays import BoolArray, IntArray

BATCH_TWICE = "batch read twice"
MOST_AGAIN = 0.2
"""More rows than this that stand again: a file was read twice, and which one is right is for a person to say."""
_LONG_RUN = 10
_FEW_ROWS = 50
_TWICE, _USUAL = 0.45, 0.1
_FULL_BLOCK = 15
_FEWEST_DIFFERENT = 7.5
_BLOCK_DAYS = (1, 7, 28)


def mark_batches(status: RowStatus, content: npt.NDArray[np.uint64], reported: IntArray, *, file: str) -> list[str]:
    """Set the second reading of a batch aside, and say so.

    Raises DataRefusedError when more than a fifth of the rows stand twice.

    Parameters
    ----------
    content : hash of all that is read of a row, without its number.
    reported : instants, microseconds.
    """
    rows = np.flatnonzero(status.open)
    if rows.size < _FEW_ROWS:
        return []
    again = find_repeated(content[rows], reported[rows])
    n = int(again.sum())
    if not n:
        return []
    first, last = (np.datetime64(int(day(reported[rows][again])), "us").astype("M8[D]") for day in (np.min, np.max))
    span = f"reported {first} to {last}" if first != last else f"reported on {first}"
    if n > MOST_AGAIN * rows.size:
        raise DataRefusedError(
            file,
            got=f"{n:,} of {rows.size:,} rows that stand in the export a second time, {span}",
            rule="each row is read once",
            cure="name each file once, and export without overlap",
        )
    status.mark(rows[again], "set aside", BATCH_TWICE)
    return [f"{counted(n, 'row')} of a batch that was read twice, {span}: counted once"]


def find_repeated(content: npt.NDArray[np.uint64], reported: IntArray) -> BoolArray:
    """Rows of a second reading, in the order of the files.

    >>> batch = np.arange(1, 61, dtype="u8")
    >>> int(find_repeated(np.r_[batch, batch[:30]], np.zeros(90, dtype=int)).sum())
    30
    """
    order = np.lexsort((np.arange(content.size), content))
    same = np.r_[False, content[order][1:] == content[order][:-1]]
    if not same.any():
        return np.zeros(content.size, dtype=bool)
    before = np.full(content.size, -1, dtype=np.int64)
    before[order[same]] = order[:-1][same[1:]]
    again = _in_the_same_order(content, before)
    rest = np.flatnonzero(~again)
    again[rest[_on_doubled_days(content[rest], reported[rest])]] = True
    return again


def _in_the_same_order(content: npt.NDArray[np.uint64], before: IntArray) -> BoolArray:
    """Rows within ten or more different ones that follow each other as they did before."""
    shift = np.where(before >= 0, np.arange(before.size) - before, 0)
    run = np.cumsum(np.r_[True, shift[1:] != shift[:-1]]) - 1
    copies = shift > 0
    # Different rows of each run: a heap of one row repeated is no batch.
    pairs = np.unique(np.column_stack([run[copies].astype(np.uint64), content[copies]]), axis=0)
    different = np.bincount(pairs[:, 0].astype(np.int64), minlength=int(run.max()) + 1)
    return copies & (different[run] >= _LONG_RUN)


def _on_doubled_days(content: npt.NDArray[np.uint64], reported: IntArray) -> IntArray:
    """Positions of half of the equal rows on days on which nearly each row stands twice."""
    order = np.lexsort((np.arange(content.size), content))
    ordered = content[order]
    begins = np.r_[True, ordered[1:] != ordered[:-1]]
    group = np.cumsum(begins) - 1
    rank = np.arange(content.size) - np.flatnonzero(begins)[group]
    copy = np.zeros(content.size, dtype=bool)
    copy[order] = rank % 2 == 1
    size = np.bincount(group)
    odd = np.zeros(content.size)
    odd[order] = (size % 2 == 1)[group] / size[group]  # each group weighs one
    each = np.zeros(content.size)
    each[order] = 1.0 / size[group]
    day = (reported - reported.min()) // DAY
    for days in (*_BLOCK_DAYS, int(day.max()) + 1):
        block = day // days
        rows = np.bincount(block)
        full = rows >= _FULL_BLOCK
        if np.median(rows[rows > 0]) < _FULL_BLOCK:
            continue
        share = np.bincount(block, weights=copy) / np.maximum(rows, 1)
        different = np.bincount(block, weights=each)
        uneven = np.bincount(block, weights=odd) / np.maximum(different, 1e-9)
        doubled = full & (share > _TWICE) & (uneven < _USUAL) & (different >= _FEWEST_DIFFERENT)
        if doubled.sum() == full.sum() or np.median(share[full]) < _USUAL:
            return np.flatnonzero(copy & doubled[block])
    return np.zeros(0, dtype=np.int64)
