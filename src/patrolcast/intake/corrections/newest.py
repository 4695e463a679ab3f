"""Which row is the newest of its record: over all rows that were known, also those that count nothing themselves.

A record whose newest version cannot be used (no place, an unknown code, outside the area, officer-initiated) is known
to be different from its older versions. Those are set aside, and how many records that are is said.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import NOT_A_TIME, Bits, mix
from patrolcast.numerics.arrays import BoolArray, IntArray


@dataclass
class Newest:
    """The order of versions.

    Attributes
    ----------
    rank : of each linked row, the newest highest, ``[n_rows]``; all differ. 0 for a row that is linked to no other.
    closed : rows that are refused, set aside or cancelled, and may be the newest version of a record all the same.
    cancels : rows that say that their record counts nothing.
    untimed : refused rows with a number, of which nobody can say when they were the state of their record.
    apart : officer-initiated rows that are no version of a report, only of each other.
    """

    rank: IntArray
    closed: BoolArray
    cancels: BoolArray
    untimed: BoolArray
    apart: BoolArray


def order_versions(
    number: Bits, stamp: IntArray, updated: IntArray | None, officer: BoolArray, status: RowStatus, *,
    linked: IntArray, known: BoolArray, cancels: BoolArray, takes_back: BoolArray, declared: bool,
) -> Newest:  # fmt: skip
    """The order in which rows were the state of their record: by their time, then by their place in the file.

    A row that cancels and has no time is the newest. Where the config does not say what a number means, a refused row
    needs a later time to replace a report, and an officer-initiated row a time of update: it may be another offence of
    the incident.

    Parameters
    ----------
    stamp, updated : instants, microseconds, NOT_A_TIME where there is none.
    linked : positions, ascending, of the rows that may be versions of each other; the others need no order.
    known : rows that were known at ``as_of``, as far as they say.
    takes_back : rows that count below zero: what they take back is no version of them.
    declared : whether the config says what a number means.
    """
    timed = stamp != NOT_A_TIME
    at = np.where(~timed & cancels, np.iinfo(np.int64).max, stamp)[linked]
    apart = officer & (not declared) & ((updated == NOT_A_TIME) if updated is not None else True)
    usable = ((status.open & ~officer) | cancels | declared)[linked]
    rank = np.zeros(stamp.size, dtype=np.int64)
    rank[linked[np.lexsort((linked, usable, at))]] = np.arange(linked.size)
    closed = ~status.open & known & (number != 0) & ~takes_back
    return Newest(rank, closed & (timed | cancels), cancels, closed & ~timed & ~cancels, apart)


def find_copies(
    number: Bits, content: Bits, updated: IntArray | None, among: IntArray, *, newest: Newest, takes_back: BoolArray
) -> IntArray:
    """Rows that repeat another one of their number; the first stands, as new as the newest of its copies.

    Rows equal but for the time of their update are versions: the record may have been another one in between. Where
    rows take reports back they are copies, since each report that stands has to be taken back.

    Parameters
    ----------
    among : positions, ascending, of the rows that take part.
    newest : its ``rank`` is written to.
    """
    rows = among[number[among] != 0]
    if not rows.size:
        return rows
    key = content[rows]
    if updated is not None:
        reversed_too = np.isin(number[rows], number[rows][takes_back[rows]])
        key = np.where(reversed_too, key, mix(key, updated[rows]))
    order = np.lexsort((rows, key, number[rows]))
    ordered, key = rows[order], key[order]
    begins = np.r_[True, (number[ordered][1:] != number[ordered][:-1]) | (key[1:] != key[:-1])]
    newest.rank[ordered[begins]] = np.maximum.reduceat(newest.rank[ordered], np.flatnonzero(begins))
    return ordered[~begins]


def newest_notes(
    key: Bits, replaced: BoolArray, rows: IntArray, newest: Newest, officer: BoolArray, status: RowStatus
) -> list[str]:
    """Notes on records that count nothing because their newest version cannot count.

    Parameters
    ----------
    key : of the record, one entry of each of ``rows``; 0 where it has none.
    replaced : those of ``rows`` that would count, were they not older versions.
    rows : positions in the whole table.
    """
    if not replaced.any():
        return []
    mine = np.flatnonzero((key != 0) & np.isin(key, np.unique(key[replaced])))
    order = mine[np.lexsort((newest.rank[rows[mine]], key[mine]))]
    last = rows[order[np.r_[key[order][1:] != key[order][:-1], True]]]
    return unusable_notes(last, newest, officer, status, "records whose newest version")


def unusable_notes(last: IntArray, newest: Newest, officer: BoolArray, status: RowStatus, subject: str) -> list[str]:
    """Notes on those of ``last`` (rows that stand for older ones) that cannot count themselves."""
    notes: list[str] = []
    last = last[~newest.cancels[last]]
    if n := int((officer[last] & status.open[last]).sum()):
        notes.append(f"{n:,} {subject} is officer-initiated: the older ones count nothing")
    ours = np.zeros(status.n_rows, dtype=bool)
    ours[last] = True
    if why := status.count("refused", ours):
        listed = ", ".join(f"{text} {n:,}" for text, n in why.items())
        notes.append(f"{sum(why.values()):,} {subject} was refused ({listed}): the older ones count nothing")
    return notes


def untimed_notes(number: Bits, newest: Newest, status: RowStatus) -> list[str]:
    """A note on refused rows of which nobody can say whether they are newer than the row that counts."""
    untimed = number[newest.untimed]
    n = int(np.isin(untimed, number[status.open & (number != 0)]).sum()) if untimed.size else 0
    return [f"{n:,} refused rows without a time have the number of a record that counts: are they newer?"] if n else []
