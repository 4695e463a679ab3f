"""Distinct points of a table, exactly: dear work (a cell, a test of place) is done once per point, not once per row."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.numerics.arrays import AnyIntArray, FloatArray, Int32Array, IntArray


def distinct_points(x: FloatArray, y: FloatArray) -> tuple[IntArray, IntArray]:
    """Number of each row's distinct point ``[n_rows]``, and the first row of each point ``[n_points]``.

    Points are the same when both numbers are the same bit for bit (0.0 is not -0.0; nothing is rounded, since rounding
    moves points across cell borders); they are numbered in order of their first row. Both numbers are hashed into 64
    bits first: a pandas MultiIndex over ten million rows takes many times as long and as much memory.

    >>> point, first = distinct_points(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0]))
    >>> point.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    low = _bits(x) * np.uint64(0x9E3779B97F4A7C15)
    both = (low ^ (low >> np.uint64(29))) + _bits(y) * np.uint64(0xBF58476D1CE4E5B9)
    point, _ = pd.factorize(both)
    del low, both  # each as long as the export
    first = _first_rows(point)
    same = (_bits(x) == _bits(x[first])[point]) & (_bits(y) == _bits(y[first])[point])
    if not same.all():  # two points share a hash: compare the numbers themselves
        point, _ = pd.factorize(pd.MultiIndex.from_arrays([_bits(x), _bits(y)]))
        first = _first_rows(point)
    return point, first


def by_first_row(point: AnyIntArray) -> tuple[Int32Array, IntArray]:
    """Points that are numbered in any order, numbered as :func:`distinct_points` does, with the first row of each.

    >>> numbered, first = by_first_row(np.array([7, 2, 7]))
    >>> numbered.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    first_of = _first_rows(point)
    used = np.flatnonzero(first_of < len(point))
    used = used[np.argsort(first_of[used])]
    number = np.empty(first_of.size, dtype=np.int32)
    number[used] = np.arange(used.size)
    return number[point], first_of[used]


def _bits(numbers: FloatArray) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(numbers, dtype=np.float64).view(np.uint64)


def _first_rows(point: AnyIntArray) -> IntArray:
    first = np.full(int(point.max(initial=-1)) + 1, len(point), dtype=np.int64)
    first[point[::-1]] = np.arange(len(point) - 1, -1, -1)
    return first
