"""What a number of patrol units can find, and what it costs to find it fairly (an exact oracle for allocations).

Elzayn, Jabbari, Jung, Kearns, Neel, Roth & Schutzman 2019, Fair algorithms for learning in allocation problems (doi
10.1145/3287560.3287571). A place with C incidents and v units has min(v, C) of them found; its discovery probability
is ``E[min(v, C)] / E[C]``; an allocation is alpha-fair when no two places differ by more than alpha.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Allocation:
    """Units per place, expected incidents found, and the largest gap between discovery probabilities."""

    units: tuple[int, ...]
    found: float
    gap: float


def expected_found(rate: float, units: int) -> float:
    """``E[min(units, C)]`` for C ~ Poisson(rate): the sum of ``P(C >= v)`` for v = 1..units."""
    return float(stats.poisson.sf(np.arange(units), rate).sum())


def evaluate_allocation(rates: Sequence[float], units: Sequence[int]) -> Allocation:
    """What an allocation finds and how unequal it is."""
    per_place = np.array([expected_found(r, v) for r, v in zip(rates, units, strict=True)])
    probability = per_place / np.asarray(rates)
    return Allocation(tuple(units), float(per_place.sum()), float(probability.max() - probability.min()))


def best_allocation(rates: Sequence[float], total: int) -> Allocation:
    """Most found, no fairness: each unit to where it adds most (``P(C >= v)`` falls in v, so greedy is exact)."""
    units = [0] * len(rates)
    for _ in range(total):
        gains = [stats.poisson.sf(v, r) for v, r in zip(units, rates, strict=True)]
        units[int(np.argmax(gains))] += 1
    return evaluate_allocation(rates, units)


def best_fair_allocation(rates: Sequence[float], total: int, *, alpha: float) -> Allocation | None:
    """Most found among all whole allocations that are alpha-fair; None when there is none. For few places only."""
    fair = (evaluate_allocation(rates, units) for units in _splits(total, len(rates)))
    return max((split for split in fair if split.gap <= alpha), key=lambda split: split.found, default=None)


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _splits(total - first, parts - 1):
            yield (first, *rest)
