"""Marginals of a city's records with Laplace noise: all that a twin is drawn from.

Per category five histograms: by cell, by weekday and shift, by month, by delay of the report, by offence code. Each
record counts once in each, so adding or removing one changes each by one; Laplace noise of scale 1/epsilon on every bin
(Dwork, McSherry, Nissim & Smith 2006, doi 10.1007/11681878_14) hides one record within epsilon, and within the sum of
the five over all of them. Negative bins are then taken back so that none is below zero and the total stays (the
consistency step "Norm-Sub" of Wang et al. 2020, doi 10.14722/ndss.2020.24157); that looks at no record.

The protection is that of a secret: who knew the noise could take it off. It is drawn from a hash of the records
themselves, so only somebody who has all of them but one could try the last; `docs/kit.md` says what that means.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.random_streams import TwinStream, random_stream

EPSILON: Mapping[str, float] = {"cell": 1.0, "week": 0.5, "month": 0.5, "delay": 0.25, "code": 0.25}
"""Privacy loss of each histogram for one record; their sum is that of the twin."""
DELAY_EDGES = (0.0, 1.0, 6.0, 24.0, 72.0, 168.0, 720.0)
"""Hours between which delays are counted; a longer one counts in the last bin."""


@dataclass(frozen=True)
class Marginals:
    """Counts by category, never below zero.

    Attributes
    ----------
    cell : ``[n_categories, n_cells]``.
    week : ``[n_categories, 7 * n_slots]``, weekday first.
    month : ``[n_categories, n_months]`` from the first month.
    delay : ``[n_categories, len(DELAY_EDGES) - 1]``.
    code : a row of counts for each category, as many as it has codes.
    """

    cell: FloatArray
    week: FloatArray
    month: FloatArray
    delay: FloatArray
    code: tuple[FloatArray, ...]


def noisy_marginals(counts: Mapping[str, list[IntArray]], *, seed: int) -> Marginals:
    """The five histograms with noise.

    Parameters
    ----------
    counts : histogram's name in :data:`EPSILON` -> real counts of each category.
    seed : kept secret; the same gives the same noise.
    """
    noisy = {
        name: [_noisy(table.astype(np.float64), seed, at, k, epsilon) for k, table in enumerate(counts[name])]
        for at, (name, epsilon) in enumerate(EPSILON.items())
    }
    whole = {name: np.vstack(rows) for name, rows in noisy.items() if name != "code"}
    return Marginals(whole["cell"], whole["week"], whole["month"], whole["delay"], tuple(noisy["code"]))


def _noisy(counts: FloatArray, seed: int, which: int, category: int, epsilon: float) -> FloatArray:
    rng = random_stream(seed, TwinStream.NOISE, which, category)
    return none_below_zero(counts + rng.laplace(0.0, 1.0 / epsilon, counts.shape))


def none_below_zero(values: FloatArray) -> FloatArray:
    """The values less one number, cut at zero, with the same sum; all zero where the sum is not above zero.

    >>> none_below_zero(np.array([5.0, 3.0, -2.0])).tolist()
    [4.0, 2.0, 0.0]
    """
    total = float(values.sum())
    if total <= 0:
        return np.zeros_like(values)
    ordered = np.sort(values)[::-1]
    excess = (np.cumsum(ordered) - total) / np.arange(1, len(values) + 1)
    last = int(np.flatnonzero(ordered > excess)[-1])
    return np.maximum(values - excess[last], 0.0)
