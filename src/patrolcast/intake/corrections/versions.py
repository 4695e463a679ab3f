"""Rows under one record number: copies, older versions, and rows that cannot be versions of one record at all.

Among the versions of a record the newest stands: by the time it was updated, else reported, else by its place in the
file, where the later row stands. Rows that lie months apart at other places are no versions of one record, whatever
their number says: numbers that start anew each year, or that two agencies both use.
"""

import numpy as np
import numpy.typing as npt

from patrolcast.intake.corrections.declared import Meaning
from patrolcast.intake.times import DAY, NOT_A_TIME, mix
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray, IntArray
from patrolcast.numerics.order import stable_order

ONLY, COPY, SUPERSEDED = range(3)
APART_DAYS = 30
_NEAR_M, _FAR_M = 100.0, 1_000.0
_PASSES = 8
_LAST_BITS = 2**16 - 1
_BUT_FIRST_BITS = np.uint64(42)
_HEAP = 20
"""Rows of other incidents under one number, from which on the number is taken for a placeholder of their own."""


def find_versions(
    identity: npt.NDArray[np.uint64], content: npt.NDArray[np.uint64], stamp: IntArray
) -> npt.NDArray[np.int8]:
    """ONLY, COPY or SUPERSEDED for each record, ``[n_records]``.

    Parameters
    ----------
    identity : hash of the record number; 0 where it has none.
    content : hash of everything else that is read.
    stamp : instants, microseconds, at which each row was the state of its record; of equal ones the later row is newer.

    >>> find_versions(np.array([1, 1, 1, 0, 0], "u8"), np.array([5, 5, 6, 7, 7], "u8"), np.array([1, 1, 2, 3, 3]))
    array([2, 1, 0, 0, 0], dtype=int8)
    """
    version = np.zeros(identity.size, dtype=np.int8)
    numbered = rows_of_shared_numbers(identity)
    if not numbered.size:
        return version
    pair = np.lexsort((numbered, content[numbered], identity[numbered]))
    rows = numbered[pair]
    again = np.r_[False, (identity[rows][1:] == identity[rows][:-1]) & (content[rows][1:] == content[rows][:-1])]
    version[rows[again]] = COPY
    group = np.empty(numbered.size, dtype=np.int64)
    group[pair] = np.cumsum(~again)  # rows of one number and content
    newest = _newest(identity[numbered], stamp[numbered])
    older = np.isin(group, group[newest], invert=True) & (version[numbered] != COPY)
    version[numbered[older]] = SUPERSEDED
    return version


def rows_of_shared_numbers(identity: npt.NDArray[np.uint64]) -> IntArray:
    """Positions of the rows whose number stands on another row as well."""
    # By their first bits first: what is left to sort then lies beside its equals.
    ordered = identity[stable_order((identity >> _BUT_FIRST_BITS).astype(np.int32))]
    ordered.sort(kind="stable")
    twice = np.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])
    if not twice.size:
        return np.zeros(0, dtype=np.int64)
    del ordered  # as long as the export; np.isin would hold several such arrays
    # Most numbers stand once, and their last bits show it of nearly all.
    may = np.zeros(_LAST_BITS + 1, dtype=bool)
    may[twice & np.uint64(_LAST_BITS)] = True
    rows = np.flatnonzero(may[identity & np.uint64(_LAST_BITS)])
    at = np.searchsorted(twice, identity[rows])
    at[at == twice.size] = 0
    return rows[twice[at] == identity[rows]]


def _newest(identity: npt.NDArray[np.uint64], stamp: IntArray) -> IntArray:
    """Position of the newest row of each number, in order of the numbers' bits."""
    order = np.lexsort((np.arange(identity.size), stamp, identity))
    ordered = identity[order]
    return order[np.r_[ordered[1:] != ordered[:-1], True]]


def part_other_incidents(
    identity: npt.NDArray[np.uint64],
    stamp: IntArray,
    start: IntArray,
    east_m: FloatArray,
    north_m: FloatArray,
    category: AnyIntArray,
    *,
    means: Meaning | None = None,
) -> tuple[npt.NDArray[np.uint64], BoolArray, BoolArray]:
    """Record numbers under which only versions of one record stand; the rows that got another; those without any.

    A row is no version of the newest row of its number when both lie more than 30 days apart and differ in place (by
    100 m) or category, or differ in category and lie more than 1 km apart: a correction mends one thing. Such rows
    are tried against each other in turn. A number with twenty of them or more is a placeholder: its rows get none.

    Parameters
    ----------
    identity : hash of the record number; 0 where it has none.
    start : when it happened, microseconds; NOT_A_TIME where that is not known.
    east_m, north_m : metres; NaN where the place is not known, which parts nothing.
    means : of a number. Where rows of one are different offences, another category alone parts nothing; where they are
        said to be versions, rows that happened at the same moment are.

    >>> one, two = np.array([0, 400 * DAY]), np.array([0.0, 5000.0])
    >>> part_other_incidents(np.array([1, 1], "u8"), one, one, two, two, np.array([0, 1]))[1].tolist()
    [True, False]
    """
    identity = identity.copy()
    other, heaped = np.zeros(identity.size, dtype=bool), np.zeros(identity.size, dtype=bool)
    rows = rows_of_shared_numbers(identity)
    for turn in range(_PASSES):
        if not rows.size:
            break
        newest = _newest(identity[rows], stamp[rows])
        number, of = np.unique(identity[rows], return_inverse=True)
        late = rows[newest][of]
        metres = np.hypot(east_m[rows] - east_m[late], north_m[rows] - north_m[late])
        dated = (start[rows] != NOT_A_TIME) & (start[late] != NOT_A_TIME)
        apart = dated & (np.abs(start[rows] - start[late]) > APART_DAYS * DAY)
        changed = category[rows] != category[late]
        differs = (apart & ((metres > _NEAR_M) | changed)) | (changed & (metres > _FAR_M) & (means != "offence"))
        if means == "versions":
            differs &= ~dated | (start[rows] != start[late])
        if turn == 0:
            heap = np.bincount(of[differs], minlength=number.size)[of] >= _HEAP
            heaped[rows[heap]] = True
            identity[rows[heap]] = 0
            differs &= ~heap
        rows = rows[differs]
        other[rows] = True
        identity[rows] = 0 if turn == _PASSES - 1 else mix(identity[rows], np.full(rows.size, turn + 1))
    return identity, other, heaped


def find_replaced(
    number: npt.NDArray[np.uint64], supersedes: npt.NDArray[np.uint64], stamp: IntArray
) -> tuple[BoolArray, int]:
    """Rows whose number another record says it replaces, and how many records replace one that is not there.

    Of two that replace each other, the newer stands.

    >>> find_replaced(np.array([1, 2, 3], "u8"), np.array([0, 1, 9], "u8"), np.array([1, 1, 1]))
    (array([ True, False, False]), 1)
    """
    says = np.flatnonzero((supersedes != 0) & (number != 0) & (supersedes != number))
    pairs = {(int(number[row]), int(supersedes[row])): (int(stamp[row]), int(row)) for row in says}
    gone = {old for (new, old), when in pairs.items() if (old, new) not in pairs or when > pairs[old, new]}
    absent = np.isin(supersedes[says], number, invert=True)
    return np.isin(number, np.array(sorted(gone), dtype=np.uint64)), int(absent.sum())


def choose_offences(
    identity: npt.NDArray[np.uint64], rank: IntArray, reported: IntArray, *, most_serious: bool
) -> BoolArray:
    """The one row of each incident that counts; rows without a number all count.

    Parameters
    ----------
    rank : of the offence, the most serious lowest; looked at when ``most_serious``, else the first reported counts.

    >>> choose_offences(np.array([1, 1, 0], "u8"), np.array([2, 0, 5]), np.array([1, 2, 3]), most_serious=True)
    array([False,  True,  True])
    """
    first = rank if most_serious else np.zeros_like(rank)
    order = np.lexsort((np.arange(identity.size), reported, first, identity))
    begins = np.r_[True, identity[order][1:] != identity[order][:-1]] if order.size else np.zeros(0, dtype=bool)
    chosen = identity == 0
    chosen[order[begins]] = True
    return chosen
