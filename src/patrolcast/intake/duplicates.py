"""Records that arrive more than once: the same content again is a copy, another content is another version.

Only records with an identifier are compared. Among the versions known by ``as_of`` the one reported last stands.
Officer-initiated records never replace others, so that they cannot reach the forecast by borrowing a number.
"""

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
    numbered = np.flatnonzero(np.isin(identity, twice))
    if not numbered.size:
        return version
    rows = numbered[np.lexsort((content[numbered], reported[numbered], identity[numbered]))]
    same_number = identity[rows][1:] == identity[rows][:-1]
    again = np.r_[False, same_number & (content[rows][1:] == content[rows][:-1])]
    group = np.cumsum(~again)  # rows of one number and content, in the order of the file
    stands = np.isin(group, group[np.r_[~same_number, True]])  # the group reported last of each number
    version[rows] = np.where(again, COPY, np.where(stands, ONLY, SUPERSEDED))
    return version
