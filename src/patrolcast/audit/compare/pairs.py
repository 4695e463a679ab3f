"""Is one variant different from another? Paired differences on the same nights, and which of them may be claimed.

Both variants are measured on the same batches of nights, each batch with its own training, and `audit/batch_means`
gives their difference an interval, which so covers a busy month and the chance in a training. Where the census gives
margins of error, both are measured on the same redraws of residents, and the interval covers what is left of them in
the difference. Holm's correction applies over the measures of a pair; a difference of a log ratio below .05 is never
claimed, however certain.
"""

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

    Raises ValueError when the variants were not measured on the same nights.

    Parameters
    ----------
    measures : in the order of the result.
    first, second : measure -> values.
    """
    intervals = [(second[measure.name] - first[measure.name]).interval for measure in measures]
    corrected = holm([interval.p_value for interval in intervals])
    return tuple(
        Difference(measure.name, interval, float(p), supported=is_supported(interval, float(p), least=measure.least))
        for measure, interval, p in zip(measures, intervals, corrected, strict=True)
    )


def is_supported(difference: Interval, p_holm: float, *, least: float) -> bool:
    """True when a difference may be claimed: its interval excludes 0, p < .05 after Holm, and ``least`` is reached."""
    return bool(difference.excludes_zero and p_holm < ALPHA and abs(difference.estimate) >= least)
