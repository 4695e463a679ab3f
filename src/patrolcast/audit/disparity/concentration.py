"""How few cells the patrol falls on, and how long it stays on them."""

import numpy as np
import numpy.typing as npt

from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.domain.measures import Concentration
from patrolcast.numerics.arrays import FloatArray

BLOCK_NIGHTS = 28
TOP = 20


def concentration(minutes: FloatArray, *, top: int = TOP) -> Concentration:
    """Concentration of patrol minutes ``[n_nights, n_cells]``, nights in order."""
    persistence = measure_persistence(minutes > 0, top=top)
    return Concentration(
        n_nights=len(minutes),
        n_cells=minutes.shape[1],
        gini=gini(minutes.sum(axis=0)),
        distinct_cells=distinct_cells(minutes),
        longest_run=persistence.longest_run,
        top=top,
        top_share=persistence.top_share,
    )


def blocks(minutes: FloatArray) -> list[FloatArray]:
    """Whole blocks of 28 nights, ``[28, n_cells]`` each; the one part there is where the nights are fewer."""
    n = max(len(minutes) // BLOCK_NIGHTS, 1)
    return [minutes[k * BLOCK_NIGHTS : (k + 1) * BLOCK_NIGHTS] for k in range(n)]


def distinct_cells(minutes: FloatArray) -> float:
    """Cells with any minute in 28 nights; the mean over blocks."""
    return float(np.mean([(block > 0).any(axis=0).sum() for block in blocks(minutes)]))


def gini(amounts: npt.ArrayLike) -> float:
    """Gini coefficient of amounts that are not negative: 0 when equal, (n-1)/n when one holds all; NaN for none.

    Half the relative mean difference (Gini 1912; its computation: Dorfman 1979, doi 10.2307/1924845).

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    values = np.sort(np.asarray(amounts, dtype=np.float64))
    n, total = len(values), float(values.sum())
    if n == 0 or total <= 0.0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ values / (n * total))
