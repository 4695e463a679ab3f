"""The same rows twice: a file that repeats another is refused, a batch that was read twice is counted once.

Equal rows alone say little: two windows broken in one street on one day may read alike. A batch shows itself by many
different rows that come again in the same order, or by days (weeks where days are thin) on which nearly every row
stands twice while other days hardly have any.
"""

import numpy as np
import numpy.typing as npt

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.versions import rows_of_shared_numbers
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


def mark_batches(
    status: RowStatus, content: npt.NDArray[np.uint64], reported: IntArray, alike: BoolArray, *, file: str
) -> list[str]:
    """Set the second reading of a batch aside, and say so.

    Raises DataRefusedError when more than a fifth of the rows stand twice.

    Parameters
    ----------
    content : hash of all that is read of a row, without its number.
    reported : instants, microseconds.
    alike : rows that may be equal to another one; a row that is not marked is equal to none.
    """
    rows = np.flatnonzero(status.open)
    if rows.size < _FEW_ROWS:
        return []
    again = find_repeated(content[rows], reported[rows], np.flatnonzero(alike[rows]))
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


def find_repeated(content: npt.NDArray[np.uint64], reported: IntArray, among: IntArray) -> BoolArray:
    """Rows of a second reading, in the order of the files.

    Parameters
    ----------
    among : positions, ascending, of the rows that may be equal to another one.

    >>> batch = np.arange(1, 61, dtype="u8")
    >>> int(find_repeated(np.r_[batch, batch[:30]], np.zeros(90, dtype=int), np.arange(90)).sum())
    30
    """
    twice = among[rows_of_shared_numbers(content[among])]
    again = np.zeros(content.size, dtype=bool)
    if not twice.size:
        return again
    again[_in_the_same_order(content, twice)] = True
    again[_on_doubled_days(content, reported, twice[~again[twice]], again)] = True
    return again


def _in_the_same_order(content: npt.NDArray[np.uint64], twice: IntArray) -> IntArray:
    """Rows within ten or more different ones that follow each other as they did before.

    Parameters
    ----------
    twice : positions, ascending, of the rows that have an equal one.
    """
    key = content[twice]
    order = np.lexsort((twice, key))
    same = np.flatnonzero(key[order][1:] == key[order][:-1]) + 1
    before = np.full(twice.size, -1, dtype=np.int64)
    before[order[same]] = twice[order[same - 1]]
    copies = np.flatnonzero(before >= 0)
    rows, shift = twice[copies], twice[copies] - before[copies]
    run = np.cumsum(np.r_[True, (rows[1:] != rows[:-1] + 1) | (shift[1:] != shift[:-1])]) - 1
    # Different rows of each run: a heap of one row repeated is no batch.
    pairs = np.unique(np.column_stack([run.astype(np.uint64), key[copies]]), axis=0)
    different = np.bincount(pairs[:, 0].astype(np.int64), minlength=int(run[-1]) + 1)
    return rows[different[run] >= _LONG_RUN]


def _on_doubled_days(
    content: npt.NDArray[np.uint64], reported: IntArray, among: IntArray, again: BoolArray
) -> IntArray:
    """Half of the equal rows on days on which nearly each row stands twice.

    Parameters
    ----------
    among : positions, ascending, of the rows that may be equal to another one.
    again : rows of a batch already found, which take no part.
    """
    day = (reported - reported[~again].min()) // DAY
    n_days = int(day[~again].max()) + 1
    order = np.lexsort((among, content[among]))
    ordered = content[among[order]]
    begins = np.r_[True, ordered[1:] != ordered[:-1]][: ordered.size]
    group = np.cumsum(begins) - 1
    copy = np.zeros(among.size, dtype=bool)
    copy[order] = (np.arange(among.size) - np.flatnonzero(begins)[group]) % 2 == 1
    size = np.empty(among.size, dtype=np.int64)
    size[order] = np.bincount(group)[group]
    rows = np.bincount(day[~again], minlength=n_days)
    # A row that has no equal is one different row, an odd one; of equal ones each group weighs one.
    single = rows - np.bincount(day[among], minlength=n_days)
    copies = np.bincount(day[among], weights=copy, minlength=n_days)
    odd = single + np.bincount(day[among], weights=(size % 2 == 1) / size, minlength=n_days)
    different = single + np.bincount(day[among], weights=1.0 / size, minlength=n_days)
    for days in (*_BLOCK_DAYS, n_days):
        block = np.arange(n_days) // days
        n, n_copies, n_different, n_odd = (np.bincount(block, of) for of in (rows, copies, different, odd))
        full = n >= _FULL_BLOCK
        if np.median(n[n > 0]) < _FULL_BLOCK:
            continue
        share = n_copies / np.maximum(n, 1)
        uneven = n_odd / np.maximum(n_different, 1e-9)
        doubled = full & (share > _TWICE) & (uneven < _USUAL) & (n_different >= _FEWEST_DIFFERENT)
        if doubled.sum() == full.sum() or np.median(share[full]) < _USUAL:
            return among[copy & doubled[day[among] // days]]
    return np.zeros(0, dtype=np.int64)
