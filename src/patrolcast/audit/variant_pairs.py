"""Is one variant different from another? Paired differences on the same nights, and what of them may be claimed.

Both variants are measured on the same batches of nights, each with a training of its own, and the difference of the
two is what `audit/batch_means` gives an interval to: a busy month, and the chance in a training, are in it. Over the
measures of a pair Holm's correction applies; a difference of a log ratio below .05 is never claimed, however sure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from patrolcast.audit.batch_means import Nights as Chosen
from patrolcast.audit.batch_means import batch_statistic, holm
from patrolcast.audit.variant_measures import Ground, Nights, Taken
from patrolcast.domain.comparison import LEVEL, Difference, Measure
from patrolcast.domain.measures import Interval

ALPHA = 1.0 - LEVEL
Measured = Sequence[tuple[Measure, Taken]]


def levels(measured: Measured, seeds: Sequence[Nights], ground: Ground) -> dict[str, Interval]:
    """Values of one variant, averaged over its training seeds."""
    return {
        measure.name: batch_statistic(lambda chosen, taken=taken: _mean(taken, seeds, ground, chosen), len(seeds[0]))  # type: ignore[misc]
        for measure, taken in measured
    }


def differences(
    measured: Measured, first: Sequence[Nights], second: Sequence[Nights], ground: Ground
) -> tuple[Difference, ...]:
    """Second minus first in every measure, with what is supported.

    Raises
    ------
    ValueError
        when the variants were not measured on the same nights.
    """
    if len(first[0]) != len(second[0]):
        raise ValueError(f"paired variants need the same nights, got {len(first[0])} and {len(second[0])}")

    def by(taken: Taken) -> Interval:
        return batch_statistic(
            lambda chosen: _mean(taken, second, ground, chosen) - _mean(taken, first, ground, chosen), len(first[0])
        )

    found = [by(taken) for _, taken in measured]
    corrected = holm([one.p_value for one in found])
    return tuple(
        Difference(measure.name, one, float(p), supported=is_supported(one, float(p), least=measure.least))
        for (measure, _), one, p in zip(measured, found, corrected, strict=True)
    )


def is_supported(by: Interval, p_holm: float, *, least: float) -> bool:
    """True when a difference may be claimed."""
    return bool(by.excludes_zero and p_holm < ALPHA and abs(by.estimate) >= least)


def _mean(taken: Taken, seeds: Sequence[Nights], ground: Ground, chosen: Chosen) -> float:
    return float(np.mean([taken(nights.part(chosen), ground) for nights in seeds]))
