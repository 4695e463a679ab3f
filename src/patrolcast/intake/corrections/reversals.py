"""Rows that count -1: each takes back one report, which must be in the export; what is left is what counts.

The report is looked for under the same record number first, then by what both rows say of offence, place and day, the
closest likeness first. A row may count more than one incident, and a reversal may take back a part of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from patrolcast.numerics.arrays import BoolArray, IntArray

Key = npt.NDArray[np.uint64]
_BELOW_ZERO = (
    r"^\s*\(\s*(\d[\d.]*)\s*\)\s*$",
    r"^\s*(\d[\d.]*)\s*[-\x{2212}\x{2013}]\s*$",
    r"^\s*[-\x{2212}\x{2013}]\s*(\d[\d.]*)\s*$",
)
"""Ways in which accountants, old ledgers and word processors write a number below zero: (1), 1- and a long minus."""


def signs_first(values: Any) -> Any:  # noqa: ANN401
    """Counts of one arrow array, those below zero with their minus in front.

    >>> signs_first(pa.array(["1", "(1)", "1-", "-1", None])).to_pylist()
    ['1', '-1', '-1', '-1', None]
    """
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return values
    for written in _BELOW_ZERO:
        values = pc.replace_substring_regex(values, pattern=written, replacement=r"-\1")
    return values


def take_back(count: IntArray, rows: BoolArray, keys: Sequence[Key]) -> IntArray:
    """What is left of each row's count after reversals: 0 for those that are used up, below 0 where nothing was found.

    Parameters
    ----------
    count : signed, ``[n_rows]``.
    rows : those that take part.
    keys : likeness of a reversal and its report, the closest first; 0 where a row has no such key.

    >>> day = np.array([1, 1, 2, 2], "u8")
    >>> take_back(np.array([1, -1, 2, -1]), np.ones(4, bool), [day]).tolist()
    [0, 0, 1, 0]
    >>> take_back(np.array([1, -1]), np.ones(2, bool), [np.array([1, 2], "u8")]).tolist()
    [1, -1]
    """
    left = np.where(rows, count, 0)
    for key in keys:
        backs, reports = (np.flatnonzero((key != 0) & mask) for mask in (left < 0, left > 0))
        if not backs.size or not reports.size:
            continue
        reports = reports[np.isin(key[reports], key[backs])]
        units = _units(reports, left, key)
        wanted = _units(backs, left, key)
        # The k-th reversal of a key takes back the k-th report of that key.
        first = np.searchsorted(key[wanted], key[wanted])
        begin = np.searchsorted(key[units], key[wanted])
        end = np.searchsorted(key[units], key[wanted], side="right")
        at = begin + np.arange(wanted.size) - first
        matched = at < end
        np.subtract.at(left, units[at[matched]], 1)
        np.add.at(left, wanted[matched], 1)
    return np.where(rows, left, count)


def _units(rows: IntArray, left: IntArray, key: Key) -> IntArray:
    """Each row as often as it still counts, in order of its key."""
    ordered = rows[np.argsort(key[rows], kind="stable")]
    return np.repeat(ordered, np.abs(left[ordered]))
