"""Is one variant different from another? Paired differences on the same nights, and what of them may be claimed.

Nights in a row resemble each other, so nights are not resampled: they are cut into six batches, each with a training
of its own, and the six paired differences are taken as independent (batch means: Schmeiser 1982, doi
10.1287/opre.30.3.556), with Student's t on five degrees of freedom. Over the measures of a pair Holm's correction
applies (Holm 1979, Scandinavian Journal of Statistics 6). Cells are not resampled: a city's cells are a census.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from patrolcast.audit.variant_measures import Ground, Nights, Taken
from patrolcast.domain.comparison import LEVEL, Difference, Measure, Value

N_BATCHES = 6
ALPHA = 1.0 - LEVEL


def batches_of(n_nights: int) -> list[npt.NDArray[np.int64]]:
    """Positions of the nights of each batch, in order."""
    return [part.astype(np.int64) for part in np.array_split(np.arange(n_nights), N_BATCHES)]


def take(measured: Sequence[tuple[Measure, Taken]], seeds: Sequence[Nights], ground: Ground) -> dict[str, Value]:
    """Values of one variant: each batch's value averaged over the training seeds; a measure with a gap is left out."""
    found = {}
    for measure, taken in measured:
        by_seed = [[taken(nights.part(batch), ground) for batch in batches_of(len(nights))] for nights in seeds]
        values = np.mean(by_seed, axis=0)
        if np.isfinite(values).all():
            mean, lower, upper, _ = over_batches(values)
            found[measure.name] = Value(mean, lower, upper, tuple(float(v) for v in values))
    return found


def differences(
    measured: Sequence[Measure], first: Mapping[str, Value], second: Mapping[str, Value]
) -> tuple[Difference, ...]:
    """Second minus first in every measure that both have, with what is supported."""
    both = [measure for measure in measured if measure.name in first and measure.name in second]
    found = [over_batches(np.subtract(second[m.name].batches, first[m.name].batches)) for m in both]
    corrected = holm([p for *_, p in found])
    return tuple(
        Difference(
            measure.name,
            value,
            lower,
            upper,
            p,
            p_holm,
            supported=bool(p_holm < ALPHA and (lower > 0 or upper < 0) and abs(value) >= measure.least),
        )
        for measure, (value, lower, upper, p), p_holm in zip(both, found, corrected, strict=True)
    )


def over_batches(values: npt.ArrayLike) -> tuple[float, float, float, float]:
    """Mean of the batch values, its 95 % interval, and the two-sided p of a mean of 0."""
    batch = np.asarray(values, dtype=np.float64)
    mean, n = float(batch.mean()), len(batch)
    error = float(batch.std(ddof=1) / np.sqrt(n))
    half = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1)) * error
    p = float(2 * stats.t.sf(abs(mean) / error, n - 1)) if error > 0 else float(mean == 0)
    return mean, mean - half, mean + half, p


def holm(p: Sequence[float]) -> list[float]:
    """Holm-corrected p values, in the order given.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = [min((len(p) - rank) * p[i], 1.0) for rank, i in enumerate(order)]
    corrected = np.empty(len(p))
    corrected[order] = np.maximum.accumulate(stepped) if stepped else []
    return [float(value) for value in corrected]
