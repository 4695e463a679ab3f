"""Distance correlation of one column with many shares, in n log n steps each instead of n squared.

Distance correlation (Szekely, Rizzo & Bakirov 2007, doi 10.1214/009053607000000505) is the correlation of two doubly
centred matrices of distances. In one dimension it needs neither: the sum of the products of distances is a sum over
pairs that lie in the same order in both, which merging halves of the column finds (Huo & Szekely 2016,
doi 10.1080/00401706.2015.1054435; Chaudhuri & Hu 2019, doi 10.1016/j.csda.2019.01.016). The value is the same; with
1,000 places and 199 surrogates it takes a twentieth of the time.
"""

import numpy as np

from patrolcast.numerics.arrays import FloatArray


def distance_correlations(feature: FloatArray, shares: FloatArray) -> FloatArray:
    """Of a feature, ``[n]``, with each share, ``[n, m]`` -> ``[m]``, 0..1; of what never varies 0."""
    order = np.argsort(feature, kind="stable")
    x = _unit(feature[order][None, :])
    y = _unit(np.ascontiguousarray(shares[order].T))
    far_x, far_y = _mean_distances(x), _mean_distances(y)
    covariance = _mean_product(x[0], y) + far_x.mean() * far_y.mean(axis=1) - 2.0 * (far_x * far_y).mean(axis=1)
    spread = np.sqrt(_variance(x, far_x) * _variance(y, far_y))
    return np.sqrt(np.divide(np.maximum(covariance, 0.0), spread, out=np.zeros(len(y)), where=spread > 0))


def _unit(rows: FloatArray) -> FloatArray:
    """Mean 0 and deviation 1 in each row, ``[m, n]``; a row of one value becomes 0."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    constant = np.ptp(rows, axis=1, keepdims=True) == 0
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=~constant & (spread > 0)))


def _variance(rows: FloatArray, far: FloatArray) -> FloatArray:
    """Mean square of the doubly centred distances of each row, ``[m]``."""
    square = 2.0 * (rows**2).mean(axis=1)  # the rows' means are 0
    return np.maximum(square + far.mean(axis=1) ** 2 - 2.0 * (far**2).mean(axis=1), 0.0)


def _mean_distances(rows: FloatArray) -> FloatArray:
    """Mean distance of each value from all of its row, ``[m, n]``."""
    n = rows.shape[1]
    order = np.argsort(rows, axis=1, kind="stable")
    values = np.take_along_axis(rows, order, axis=1)
    below = np.cumsum(values, axis=1) - values
    far = np.empty_like(rows)
    all_of_row = values.sum(axis=1, keepdims=True)
    np.put_along_axis(far, order, (2 * np.arange(n) - n) * values - 2.0 * below + all_of_row, axis=1)
    return far / n


def _mean_product(x: FloatArray, y: FloatArray) -> FloatArray:
    """Mean over all pairs of ``|x_i - x_j| |y_i - y_j|``; x ascending ``[n]``, y ``[m, n]`` -> ``[m]``.

    Of the pairs i > j, those with y_j < y_i count as they are and all others with their sign turned.
    """
    n = len(x)
    signed = n * (y @ x) - x.sum() * y.sum(axis=1)
    return 2.0 * (2.0 * _in_order(x, y) - signed) / n**2


def _in_order(x: FloatArray, y: FloatArray) -> FloatArray:
    """Sum of ``(x_i - x_j) (y_i - y_j)`` over all i > j with y_j < y_i, ``[m]``.

    Starting with everything in the order of y, blocks of positions are halved again and again: in each, what lies in
    the left half and before a value of the right half is a pair in order.
    """
    m, n = y.shape
    width = 1 << max(n - 1, 1).bit_length()
    position = np.empty((m, width), dtype=np.int32)
    position[:, :n], position[:, n:] = np.argsort(y, axis=1, kind="stable"), np.arange(n, width)
    ones = np.broadcast_to(np.arange(width) < n, (m, width)).astype(np.float64)  # places added to fill up weigh nothing
    of_x, of_y = (np.zeros((m, width)) for _ in range(2))
    of_x[:, :n], of_y[:, :n] = x[position[:, :n]], np.take_along_axis(y, position[:, :n], axis=1)
    total = np.zeros(m)
    while width > 1:
        shape = (m, -1, width)
        position, ones, of_x, of_y = (each.reshape(shape) for each in (position, ones, of_x, of_y))
        right = (position & (width // 2)) > 0
        count, sum_x, sum_y, sum_xy = (
            np.cumsum(np.where(right, 0.0, each), axis=2) for each in (ones, of_x, of_y, of_x * of_y)
        )
        pairs = ones * (of_x * of_y * count - of_x * sum_y - of_y * sum_x + sum_xy)
        total += np.where(right, pairs, 0.0).sum(axis=(1, 2))
        halves = np.argsort(right, axis=2, kind="stable")
        position, ones, of_x, of_y = (np.take_along_axis(each, halves, axis=2) for each in (position, ones, of_x, of_y))
        width //= 2
    return total
