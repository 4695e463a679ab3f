"""Which contrasts are findings: of all that were named beforehand, and of all the times that somebody looked.

Holm's step-down procedure (1979, Scand J Statist 6:65-70, jstor 4615733) holds the chance that *any* of the contrasts
of a report without an effect is called a finding. Each further look at new data has a smaller share of the 5 %: look k
has ``0.05 / (k (k + 1))``, which add up to 5 % however often one looks (spending functions: Lan & DeMets 1983, doi
10.1093/biomet/70.3.659). The same data looked at again is the same look.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from patrolcast.audit.batch_means import holm
from patrolcast.audit.outcomes.contrasts import OutcomeContrast
from patrolcast.domain.outcomes.verdicts import CHOSEN_AFTER, FELL, NO_CLEAR_CHANGE, NOT_MEASURED, ROSE, TOO_SMALL

CHANCE = 0.05


@dataclass(frozen=True)
class ContrastFinding:
    """A contrast with what may be said of it.

    Attributes
    ----------
    verdict : one of the words of `domain/outcomes/verdicts`.
    adjusted : its p-value among all that were named beforehand; None where it is none of them, or was not measured.
    smallest : the smallest ratio above 1 that would have been found four times in five; None: none would.
    """

    contrast: OutcomeContrast
    verdict: str
    adjusted: float | None
    smallest: float | None


def level_of_look(look: int) -> float:
    """The share of the 5 % that the k-th look has, 1 the first.

    >>> [round(level_of_look(look), 4) for look in (1, 2, 3)]
    [0.025, 0.0083, 0.0042]
    """
    return CHANCE / (look * (look + 1))


def contrast_findings(
    contrasts: Sequence[OutcomeContrast], *, beforehand: Collection[str], look: int, dropped: int = 0
) -> list[ContrastFinding]:
    """Each contrast with its verdict.

    Parameters
    ----------
    beforehand : ids of the measures that were named before their data was seen.
    look : how many states of the data were looked at, this one included.
    dropped : contrasts that were named beforehand and are asked no more. They count as tried without a finding, or
        taking questions away would make those that are left easier to call one.
    """
    level = level_of_look(look)
    planned = [contrast for contrast in contrasts if contrast.estimand.measure.id in beforehand]
    tried = [contrast for contrast in planned if contrast.p is not None]
    corrected = holm([*(contrast.p or 0.0 for contrast in tried), *[1.0] * dropped])[: len(tried)]
    adjusted = dict(zip(map(id, tried), map(float, corrected), strict=True))
    # What could be found is stated as if every contrast that was asked for were tried: some may be measured later.
    of_each = level / max(len(planned) + dropped, 1)
    return [
        _finding(contrast, adjusted.get(id(contrast)), contrast.estimand.measure.id in beforehand, level, of_each)
        for contrast in contrasts
    ]


def _finding(
    contrast: OutcomeContrast, adjusted: float | None, is_named: bool, level: float, of_each: float
) -> ContrastFinding:
    if contrast.p is None or contrast.ratio is None:
        return ContrastFinding(contrast, NOT_MEASURED, None, None)
    smallest = contrast.smallest(level=of_each)
    if not is_named:
        return ContrastFinding(contrast, CHOSEN_AFTER, None, smallest)
    if adjusted is not None and adjusted <= level:
        rose = contrast.ratio.value is None or contrast.ratio.value > 1.0
        return ContrastFinding(contrast, ROSE if rose else FELL, adjusted, smallest)
    is_small = smallest is None or smallest > contrast.estimand.measure.matters
    return ContrastFinding(contrast, TOO_SMALL if is_small else NO_CLEAR_CHANGE, adjusted, smallest)
