"""A real city as a truth for the closed loop: rates per cell, shift of the week and category, fitted to its reports.

Counts of one cell, weekday and shift are mostly noise; a truth made of them would be a city of spikes. Two steps of the
empirical Bayes estimate for relative risks (Clayton & Kaldor 1987, doi 10.2307/2532003), each category by itself:

1. a cell's reports are drawn towards what its neighbourhood lets expect (locally: Marshall 1991, doi 10.2307/2347593);
2. the reports of each of its shifts of the week are drawn towards that rate times the city's weekly pattern.

How far is not chosen: it follows from how much more than chance the counts vary. What is fitted is what was *reported*;
how much there truly is nobody knows, so the loop divides by one chance of reporting that all share.
"""

import numpy as np
from scipy import sparse

from patrolcast.numerics.arrays import FloatArray, IntArray


def fit_rates(counts: IntArray, nights: IntArray, ring: sparse.csr_array) -> FloatArray:
    """Reported incidents per shift that the counts let expect.

    Raises ValueError: a weekday without a night.

    Parameters
    ----------
    counts : reports, ``[n_categories, 7, n_slots, n_cells]``.
    nights : nights of each weekday in which they were counted, ``[7]``, all above 0.
    ring : neighbours at distance 1, ``[n_cells, n_cells]``.

    Returns
    -------
    The rate of every shift, same shape as ``counts``; per category as many incidents in as many nights as were counted.
    """
    if (nights <= 0).any():
        raise ValueError("a weekday without a night has no rate")
    exposure = nights.astype(np.float64)[:, None, None]
    return np.stack([_fit_category(category.astype(np.float64), exposure, ring) for category in counts])


def shrunk_to_city(counts: FloatArray, expected: FloatArray) -> FloatArray:
    """Empirical-Bayes estimate of Poisson means whose ratio to ``expected`` varies as a gamma with mean 1.

    >>> shrunk_to_city(np.array([0.0, 8.0]), np.array([4.0, 4.0])).round(9).tolist()  # more than chance: a quarter
    [1.0, 7.0]
    >>> shrunk_to_city(np.array([3.0, 5.0]), np.array([4.0, 4.0])).tolist()  # no more than chance: all the way
    [4.0, 4.0]
    """
    beyond = float(((counts - expected) ** 2 - expected).sum())  # of the moments: the variance that chance leaves over
    if beyond <= 0:
        return expected.copy()
    shape = float((expected**2).sum()) / beyond
    return np.asarray(expected * (counts + shape) / (expected + shape))


def dissimilarity(group: FloatArray, total: FloatArray) -> float:
    """Share of a group that would have to move for it to live everywhere in equal part, 0..1 (Duncan & Duncan 1955,
    doi 10.2307/2088328).

    >>> dissimilarity(np.array([10.0, 0.0]), np.array([10.0, 10.0]))
    1.0
    """
    rest = total - group
    if group.sum() <= 0 or rest.sum() <= 0:
        return 0.0
    return float(0.5 * np.abs(group / group.sum() - rest / rest.sum()).sum())


def _fit_category(counts: FloatArray, exposure: FloatArray, ring: sparse.csr_array) -> FloatArray:
    total, every_night = counts.sum(axis=(0, 1)), float(exposure.sum())
    if total.sum() == 0:
        return np.zeros_like(counts)
    around = 1.0 + np.asarray(ring.sum(axis=1), dtype=np.float64).ravel()
    cell = shrunk_to_city(total, (total + ring @ total) / around) / every_night
    week = counts.sum(axis=2, keepdims=True) / exposure
    week *= every_night / float((week * exposure).sum())
    rate = np.asarray(shrunk_to_city(counts, cell * week * exposure) / exposure)
    return rate * (total.sum() / float((rate * exposure).sum()))
