"""Is one variant different from another? Paired differences on the same nights, and what of them may be claimed.

Both variants are measured on the same batches of nights, each with a training of its own, and the difference of the
two is what `audit/batch_means` gives an interval to: a busy month, and the chance in a training, are in it. Where the
census gives margins of error, both are measured on the same draws of residents, and the interval holds what is left of
them in the difference. Over the measures of a pair Holm's correction applies; a difference of a log ratio below .05 is
never claimed, however sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patrolcast.audit.batch_means import holm
from patrolcast.audit.compare.values import Values
from patrolcast.domain.comparison import LEVEL, Difference, Measure
from patrolcast.domain.measures import Interval

ALPHA = 1.0 - LEVEL


def paired_differences(
    measures: Sequence[Measure], first: Mapping[str, Values], second: Mapping[str, Values]
) -> tuple[Difference, ...]:
    """Second minus first in every measure, with what is supported.

    Parameters
    ----------
    first, second : measure -> values.

    Raises
    ------
    ValueError
        when the variants were not measured on the same nights.
    """
    found = [(second[measure.name] - first[measure.name]).interval for measure in measures]
    corrected = holm([one.p_value for one in found])
    return tuple(
        Difference(measure.name, one, float(p), supported=is_supported(one, float(p), least=measure.least))
        for measure, one, p in zip(measures, found, corrected, strict=True)
    )


def is_supported(by: Interval, p_holm: float, *, least: float) -> bool:
    """True when a difference may be claimed."""
    return bool(by.excludes_zero and p_holm < ALPHA and abs(by.estimate) >= least)
