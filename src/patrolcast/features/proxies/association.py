"""How strongly a feature goes with a group's share of the cells, with a p-value that knows that neighbours are alike.

Cells next to each other hold nearly the same value, so 600 cells say far less than 600 independent ones. Dutilleul's
effective sample size says how much less; a test with the plain number of cells calls most smooth noise a proxy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.spatial.distance import cdist

from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.numerics.distributions import mean_ranks, t_two_sided

MOST_ROWS = 1500
"""Cells from which distances to all others are taken; above, evenly spaced ones stand for all."""

_EDGES = (0.5, 1.5, 2.5, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0)
_LEAST_PAIRS = 30


@dataclass(frozen=True)
class DistanceClasses:
    """Pairs of cells by how far apart they are.

    Attributes
    ----------
    rows : cells that are compared with all cells.
    code : class of each pair, ``[n_rows, n_cells]``; 0 is the cell itself, so its autocorrelation is 1.
    count : pairs by row and class, ``[n_rows, n_classes]``.
    """

    rows: IntArray
    code: npt.NDArray[np.uint8]
    count: FloatArray


@dataclass(frozen=True)
class Association:
    """A correlation, its sign kept, and what it is worth.

    Attributes
    ----------
    r : the larger in size of Pearson's and Spearman's coefficient, -1..1.
    p : two-sided, from Student's t with the effective sample size.
    effective_n : Dutilleul's effective sample size, 2..n.
    kind : which coefficient it is.
    """

    r: float
    p: float
    effective_n: float
    kind: str

    @property
    def detectable(self) -> float:
        """About the smallest correlation that could have been distinguished from chance: ``2 / sqrt(effective_n)``."""
        return min(2.0 / np.sqrt(self.effective_n), 1.0)


def distance_classes(xy: FloatArray) -> DistanceClasses:
    """Classes of distance between cells, fine near by and coarse far away.

    Parameters
    ----------
    xy : centres in metres, ``[n, 2]``.
    """
    n = len(xy)
    rows = np.unique(np.linspace(0, n - 1, min(n, MOST_ROWS)).astype(np.int64))
    apart = cdist(xy[rows], xy)
    spacing = np.median(np.partition(apart, 1, axis=1)[:, 1])
    code = np.digitize(apart / max(float(spacing), 1e-9), _EDGES).astype(np.uint8)
    n_classes = int(code.max()) + 1
    offset = np.arange(len(rows))[:, None] * n_classes
    count = np.bincount((code + offset).ravel(), minlength=len(rows) * n_classes).reshape(len(rows), n_classes)
    return DistanceClasses(rows, code, count.astype(np.float64))


def correlogram(values: FloatArray, classes: DistanceClasses) -> FloatArray:
    """Autocorrelation of values in each class of distance (Moran's I by class), 1 for the cell itself."""
    z = values - values.mean()
    scale = float((z**2).mean())
    n_classes = classes.count.shape[1]
    if scale <= 0:
        return np.concatenate([[1.0], np.zeros(n_classes - 1)])
    product = (z[classes.rows, None] * z[None, :]).ravel()
    summed = np.bincount(classes.code.ravel(), product, minlength=n_classes)
    pairs = classes.count.sum(axis=0)
    covariance = np.divide(summed, pairs * scale, out=np.zeros(n_classes), where=pairs >= _LEAST_PAIRS)
    covariance[0] = 1.0
    return np.clip(covariance, -1.0, 1.0)


def effective_size(a: FloatArray, b: FloatArray, classes: DistanceClasses) -> float:
    """Effective sample size of the correlation of two variables whose correlograms are ``a`` and ``b``.

    ``1 + tr(A) tr(B) / tr(A B)`` with A and B the doubly centred autocorrelation matrices, from the classes' counts
    alone: no matrix of n x n is made (Dutilleul 1993, doi 10.2307/2532625; classes as in Clifford et al. 1989).
    """
    n = classes.code.shape[1]
    up = n / len(classes.rows)
    row_a, row_b = classes.count @ a, classes.count @ b
    sum_a, sum_b = up * row_a.sum(), up * row_b.sum()
    both = up * float(classes.count.sum(axis=0) @ (a * b))
    trace_a, trace_b = n - sum_a / n, n - sum_b / n
    trace_ab = both - 2.0 / n * up * float(row_a @ row_b) + sum_a * sum_b / n**2
    if trace_a <= 0 or trace_b <= 0 or trace_ab <= 0:
        return 2.0
    return float(np.clip(1.0 + trace_a * trace_b / trace_ab, 2.0, n))


def associate(feature: FloatArray, share: FloatArray, classes: DistanceClasses) -> Association:
    """The larger in size of Pearson's and Spearman's correlation, with Dutilleul's p."""
    pairs = {"pearson": (feature, share), "spearman": (mean_ranks(feature), mean_ranks(share))}
    tests = [_tested(x, y, classes, kind) for kind, (x, y) in pairs.items()]
    return max(tests, key=lambda test: abs(test.r))


def _tested(x: FloatArray, y: FloatArray, classes: DistanceClasses, kind: str) -> Association:
    if x.std() <= 1e-12 * max(1.0, float(np.abs(x).max())) or y.std() <= 1e-12:
        return Association(0.0, 1.0, 2.0, kind)
    r = float(np.corrcoef(x, y)[0, 1])
    n = effective_size(correlogram(x, classes), correlogram(y, classes), classes)
    freedom = n - 2.0
    if freedom <= 0.5:
        return Association(r, 1.0, n, kind)
    t = abs(r) * np.sqrt(freedom / max(1.0 - r * r, 1e-12))
    return Association(r, t_two_sided(t, freedom), n, kind)


def rank_normal(values: FloatArray) -> FloatArray:
    """Normal scores of the ranks (Blom), ties sharing theirs."""
    return np.asarray(special.ndtri((mean_ranks(values) - 0.375) / (len(values) + 0.25)))


def given(rates: FloatArray, values: FloatArray) -> FloatArray:
    """What of ``values`` (``[n]`` or ``[n, k]``) a cubic of each rank-normal rate (``[n]`` or ``[n, m]``) leaves."""
    basis = [np.ones(len(rates))]
    for rate in rates.reshape(len(rates), -1).T:
        x = rank_normal(rate)
        basis += [x, x**2, x**3]
    design = np.column_stack(basis)
    return np.asarray(values - design @ np.linalg.lstsq(design, values, rcond=None)[0])
