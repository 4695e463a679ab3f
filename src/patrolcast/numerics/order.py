"""Order and groups of long columns that nearly stand in order already, as the times of an export do."""

import numpy as np

from patrolcast.numerics.arrays import AnyIntArray, IntArray


def rows_by(values: AnyIntArray) -> dict[int, IntArray]:
    """Value -> its positions, both rising.

    >>> {value: rows.tolist() for value, rows in rows_by(np.array([7, 5, 7])).items()}
    {5: [1], 7: [0, 2]}
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: ordered.size])
    return dict(zip(ordered[begins].tolist(), np.split(order, begins[1:]), strict=False))


def order_within(group: IntArray, value: IntArray) -> IntArray:
    """The positions in order of ``group``, which rises, and of ``value`` within each; neither is below 0.

    >>> order_within(np.array([0, 0, 1, 1]), np.array([5, 2, 9, 1])).tolist()
    [1, 0, 3, 2]
    """
    if not group.size:
        return np.zeros(0, dtype=np.int64)
    width = int(value.max()) + 1
    if (int(group[-1]) + 1) * width < 2**63:  # one number for both, which is nearly in order
        return np.argsort(group * width + value, kind="stable")
    return np.lexsort((value, group))
