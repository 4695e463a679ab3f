"""Areas: neighbouring suggested cells of one district and shift, named as one, since officers work areas."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from patrolcast.numerics.arrays import IntArray


def name_areas(suggested: IntArray, ranks: IntArray, district: IntArray, next_door: sparse.csr_array) -> list[str]:
    """Letters A, B, ... per district, in the order of the best rank; neighbours within a district share one.

    Parameters
    ----------
    suggested : positions of the suggested cells of one shift.
    ranks, district : rank and district code of those cells, in parallel.
    next_door : ``[n_cells, n_cells]``, 1 where cells touch.
    """
    touching = sparse.csr_array(next_door[suggested][:, suggested].multiply(district[:, None] == district[None, :]))
    touching.eliminate_zeros()  # a stored 0 would count as an edge, and join two areas through another district
    _, component = connected_components(touching, directed=False)
    names = [""] * len(suggested)
    for code in np.unique(district):
        members = np.flatnonzero(district == code)
        letters: dict[int, str] = {}
        for member in members[np.argsort(ranks[members], kind="stable")]:
            letter = letters.setdefault(int(component[member]), _letters(len(letters)))
            names[member] = letter
    return names


def _letters(n: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    head, tail = divmod(n, 26)
    return (_letters(head - 1) if head else "") + chr(ord("A") + tail)
