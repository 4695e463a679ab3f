"""Order, groups and middles of long columns of whole numbers: by counting them out, where they span few values."""

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import AnyIntArray, BoolArray, IntArray

_MINUTE = 60_000_000
_MOST_BINS = 2**24
_BINS_A_VALUE = 4
"""With more bins than this for each value, sorting is as quick as counting."""


def stable_order(values: AnyIntArray) -> AnyIntArray:
    """``np.argsort(values, kind="stable")``, sooner where the values, or whole minutes in microseconds, span little.

    >>> stable_order(np.array([7, 5, 7, 5])).tolist()
    [1, 3, 0, 2]
    """
    if not values.size:
        return np.zeros(0, dtype=np.int64)
    if (values[1:] >= values[:-1]).all():
        return np.arange(values.size, dtype=np.int32 if values.size < 2**31 else np.int64)
    low, high = int(values.min()), int(values.max())
    bin_of, n_bins = values, high - low + 1
    if n_bins > _MOST_BINS and n_bins // _MINUTE < _MOST_BINS:
        minutes = values // _MINUTE
        if (minutes * _MINUTE == values).all():
            bin_of, low, n_bins = minutes, low // _MINUTE, (high - low) // _MINUTE + 1
    if n_bins > min(_MOST_BINS, _BINS_A_VALUE * values.size) or values.size >= 2**31:
        return np.argsort(values, kind="stable")
    # The rows of a sparse matrix are the values: its canonical form lists the columns of each in rising order.
    rows = np.subtract(bin_of, low, dtype=np.int64).astype(np.int32)
    columns = np.arange(values.size, dtype=np.int32)
    ones = np.ones(values.size, dtype=np.int8)
    counted_out = sparse.csr_array((ones, (rows, columns)), shape=(n_bins, values.size))
    return counted_out.indices


def rows_by(values: AnyIntArray) -> dict[int, AnyIntArray]:
    """Value -> its positions, both rising.

    >>> {value: rows.tolist() for value, rows in rows_by(np.array([7, 5, 7])).items()}
    {5: [1], 7: [0, 2]}
    """
    order = stable_order(values)
    ordered = values[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: ordered.size])
    return dict(zip(ordered[begins].tolist(), np.split(order, begins[1:]), strict=False))


def differs_from_previous(values: AnyIntArray) -> BoolArray:
    """True where a value is another than the one before it.

    >>> differs_from_previous(np.array([7, 7, 5])).tolist()
    [False, False, True]
    """
    changed = np.zeros(values.size, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed


def order_within(group: AnyIntArray, value: IntArray) -> IntArray:
    """The positions in order of ``group``, which rises, and of ``value`` within each; neither is below 0.

    >>> order_within(np.array([0, 0, 1, 1]), np.array([5, 2, 9, 1])).tolist()
    [1, 0, 3, 2]
    """
    if not group.size:
        return np.zeros(0, dtype=np.int64)
    width = int(value.max()) + 1
    if (int(group[-1]) + 1) * width < 2**63:  # one number for both, which is nearly in order
        both = np.multiply(group, width, dtype=np.int64)
        both += value
        return np.argsort(both, kind="stable")
    return np.lexsort((value, group))


def whole_median(values: AnyIntArray) -> float:
    """The median of whole numbers, at least one, as ``np.median`` gives it.

    >>> whole_median(np.array([3, 1])), whole_median(np.array([3, 1, 9]))
    (2.0, 3.0)
    """
    low, high = int(values.min()), int(values.max())
    if high - low >= min(_MOST_BINS, _BINS_A_VALUE * values.size):
        return float(np.median(values))
    upto = np.cumsum(np.bincount(np.subtract(values, low, dtype=np.int64)))
    middle = np.searchsorted(upto, [(values.size - 1) // 2, values.size // 2], side="right")
    return float((middle + low).mean())
