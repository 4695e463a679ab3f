"""Records that arrive more than once: the same content again is a copy, another content is another version.

Only records with an identifier are compared. Among the versions known by ``as_of`` the one reported last stands.
Officer-initiated records never replace others, so that they cannot reach the forecast by borrowing a number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import IntArray

ONLY, COPY, SUPERSEDED = range(3)


def find_duplicates(
    identity: npt.NDArray[np.uint64], content: npt.NDArray[np.uint64], reported: IntArray
) -> npt.NDArray[np.int8]:
    """ONLY, COPY or SUPERSEDED for each record, ``[n_records]``.

    Which version stands does not depend on the order of the file: only among rows that are equal in everything is it
    the first.

    Parameters
    ----------
    identity : hash of the record number; 0 where it has none.
    content : hash of everything else that is read, ``reported`` included.
    reported : instants, microseconds.

    >>> find_duplicates(np.array([1, 1, 1, 0, 0], "u8"), np.array([5, 5, 6, 7, 7], "u8"), np.array([1, 1, 2, 3, 3]))
    array([2, 1, 0, 0, 0], dtype=int8)
    """
    version = np.zeros(identity.size, dtype=np.int8)
    ordered = np.sort(identity)
    twice = np.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])
    if not twice.size:
        return version
    numbered = np.flatnonzero(np.isin(identity, twice))
    order = numbered[np.lexsort((content[numbered], reported[numbered], identity[numbered]))]
    if order.size < 2:
        return version
    same_id = identity[order][1:] == identity[order][:-1]
    version[order[:-1][same_id]] = SUPERSEDED  # all but the last reported of each number
    repeated = np.flatnonzero(np.r_[same_id, False] | np.r_[False, same_id])
    if not repeated.size:
        return version
    rows = order[repeated]
    by_content = rows[np.lexsort((rows, content[rows], identity[rows]))]
    again = (identity[by_content][1:] == identity[by_content][:-1]) & (
        content[by_content][1:] == content[by_content][:-1]
    )
    stands = version[by_content] == ONLY
    group = np.r_[0, np.cumsum(~again)]
    stands_in_group = np.zeros(group[-1] + 1, dtype=bool)
    np.logical_or.at(stands_in_group, group, stands)
    first = np.r_[True, ~again]
    version[by_content[~first]] = COPY
    version[by_content[first]] = np.where(stands_in_group[group[first]], ONLY, SUPERSEDED)
    return version
