"""What was the effect of being suggested? Estimated on the boundary band, where a coin decided.

Cells ranked just above and just below the end of the budget (less the cells drawn uniformly: `patrol/exploration`) are
suggested with a known chance (the propensity). Comparing them by the coin, whether or not patrol complied, is an
intention-to-treat contrast that no ranking can bias. It holds for the margin of the budget only. Hajek's ratio
estimator with inverse propensities (Hajek 1971; Aronow & Samii 2017, doi 10.1214/16-AOAS1005); its variance is
linearised and clustered, because one cell is in the band on many nights.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_LEAST_CLUSTERS = 10


@dataclass(frozen=True)
class Contrast:
    """Mean outcome of assigned minus of held-back cells, with a 95 % interval.

    Attributes
    ----------
    difference : in units of the outcome, e.g. reports per cell and shift; above 0: being suggested raised it.
    ratio : mean when assigned / mean when held back; None when the latter is 0.
    n, n_clusters : rows with a chance strictly between 0 and 1, and their clusters.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    mean_assigned: float
    mean_held_back: float
    ratio: float | None
    n: int
    n_clusters: int


def hajek_contrast(
    outcome: npt.ArrayLike, assigned: npt.ArrayLike, propensity: npt.ArrayLike, *, cluster: npt.ArrayLike
) -> Contrast | None:
    """Intention-to-treat contrast of rows whose assignment was drawn; None when it cannot be estimated.

    Parameters
    ----------
    outcome : what happened afterwards, one value per row (counts, or a later score).
    assigned : True where the coin chose the cell to be suggested.
    propensity : chance of that, 0..1; rows with 0 or 1 were not drawn and are left out.
    cluster : rows of one cluster may depend on each other (cell, or week); at least 10 clusters are needed.
    """
    y, t = np.asarray(outcome, dtype=np.float64), np.asarray(assigned, dtype=bool)
    p, group = np.asarray(propensity, dtype=np.float64), np.asarray(cluster)
    drawn = (p > 0.0) & (p < 1.0) & np.isfinite(y)
    y, t, p, group = y[drawn], t[drawn], p[drawn], group[drawn]
    names, code = np.unique(group, return_inverse=True)
    if len(names) < _LEAST_CLUSTERS or not t.any() or t.all():
        return None
    w1, w0 = t / p, ~t / (1.0 - p)
    mean1, mean0 = float((w1 * y).sum() / w1.sum()), float((w0 * y).sum() / w0.sum())
    influence = w1 * (y - mean1) / w1.sum() - w0 * (y - mean0) / w0.sum()
    per_cluster = np.bincount(code, weights=influence, minlength=len(names))
    variance = float((per_cluster**2).sum()) * len(names) / (len(names) - 1)
    error = float(np.sqrt(variance))
    difference = mean1 - mean0
    return Contrast(
        difference=difference,
        standard_error=error,
        lower=difference - 1.96 * error,
        upper=difference + 1.96 * error,
        mean_assigned=mean1,
        mean_held_back=mean0,
        ratio=mean1 / mean0 if mean0 > 0 else None,
        n=len(y),
        n_clusters=len(names),
    )
