"""How few cells the patrol falls on, and how long it stays on them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.domain.measures import Concentration
from patrolcast.numerics.arrays import FloatArray

BLOCK_NIGHTS = 28
TOP = 20


def concentration(dose: FloatArray, *, top: int = TOP) -> Concentration:
    """Concentration of patrol minutes ``[n_nights, n_cells]``, nights in order."""
    found = measure_persistence(dose > 0, top=top)
    blocks = [dose[begin : begin + BLOCK_NIGHTS] for begin in range(0, max(len(dose), 1), BLOCK_NIGHTS)]
    whole = [block for block in blocks if len(block) == BLOCK_NIGHTS] or blocks[:1]
    distinct = float(np.mean([(block > 0).any(axis=0).sum() for block in whole]))
    return Concentration(
        n_nights=len(dose),
        n_cells=dose.shape[1],
        gini=gini(dose.sum(axis=0)),
        distinct_cells=distinct,
        longest_run=found.longest_run,
        top=top,
        top_share=found.top_share,
    )


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
