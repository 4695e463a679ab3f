"""Which counts are too small to be shown, and which would give a small one away.

A count below ten may point at somebody. It is not shown, and neither is any sum that holds it: whoever has the sum and
the other parts has the count. So no two figures of a report differ by a hidden one. A ratio of a hidden count or sum
is hidden, too: with the count before it, it gives the one after within a few. So is that of the last year before
adoption, where a count of that year or of those before it is small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from patrolcast.audit.outcomes.contrasts import LEAST_BEFORE, Estimand, EventSums, OutcomeContrast
from patrolcast.audit.outcomes.series import ALL, OTHERS, SUGGESTED, Counts, Months
from patrolcast.domain.outcomes.declared import CHANGE, COMPARED, EVERYONE

LEAST_SHOWN = 10
ROUNDED_TO = 10
"""Shown counts are rounded, or two reports in a row would differ by the small count of a month."""
_NOWHERE = "nowhere"
"""The side of counts whose area is not stated."""


@dataclass(frozen=True)
class ShownSums:
    """Counts before and after, rounded, of the group and of what it is compared with; None: not shown, or not there.

    ``is_ratio_shown``, ``is_earlier_shown`` : False where the ratio, or that within the months before adoption, would
    give a hidden count away.
    """

    before: int | None
    after: int | None
    other_before: int | None
    other_after: int | None
    is_ratio_shown: bool
    is_earlier_shown: bool = True


@dataclass(frozen=True)
class _Hidden:
    """What is not shown of an outcome: sums of all its months, and of those before adoption split into two periods."""

    cells: set[tuple[str, str, bool]]
    earlier: set[tuple[str, str, bool]]


def shown_sums(counts: Counts, contrasts: Iterable[OutcomeContrast]) -> list[ShownSums | None]:
    """The counts of each contrast as they may be shown; None where nothing was measured."""
    hidden: dict[str, _Hidden] = {}
    sums: list[ShownSums | None] = []
    for contrast in contrasts:
        outcome = contrast.estimand.measure.outcome
        if contrast.sums is not None and outcome not in hidden:
            hidden[outcome] = _hidden(counts, outcome)
        sums.append(
            None if contrast.sums is None else _shown(counts, contrast.estimand, contrast.sums, hidden[outcome])
        )
    return sums


def _hidden(counts: Counts, outcome: str) -> _Hidden:
    before = counts.months(outcome).before_only(LEAST_BEFORE)
    earlier = set() if before is None else hidden_cells(counts, outcome, before)
    return _Hidden(hidden_cells(counts, outcome), earlier)


def _shown(counts: Counts, estimand: Estimand, sums: EventSums, hidden: _Hidden) -> ShownSums:
    first, second = _cells(estimand)
    rounded: list[int | None] = []
    for value, cell, period in (
        (sums.before, first, False),
        (sums.after, first, True),
        (sums.other_before, second, False),
        (sums.other_after, second, True),
    ):
        if value is None or value < LEAST_SHOWN or (*cell, period) in hidden.cells:
            rounded.append(None)
        else:
            rounded.append(ROUNDED_TO * round(_whole(counts, estimand.measure.outcome, cell, period) / ROUNDED_TO))
    there = (sums.before, sums.after, sums.other_before, sums.other_after)
    is_shown = all(shown is not None for shown, value in zip(rounded, there, strict=True) if value is not None)
    is_earlier_shown = not any(
        (*cell, period) in hidden.earlier for cell in (first, second) for period in (False, True)
    )
    return ShownSums(rounded[0], rounded[1], rounded[2], rounded[3], is_shown, is_shown and is_earlier_shown)


def shown_share(counts: Counts, outcome: str) -> float | None:
    """Share of events of other groups or of none, to the hundredth; None where one of its two parts is small."""
    share, total = counts.ungrouped(outcome), float(counts.counts.of(outcome)["n"].sum())
    if share is None or any(0 < round(part * total) < LEAST_SHOWN for part in (share, 1.0 - share)):
        return None
    return round(share, 2)


def hidden_cells(counts: Counts, outcome: str, months: Months | None = None) -> set[tuple[str, str, bool]]:
    """Group, side and period (True: after) of every sum that is not shown.

    ``months`` : those that are split into two periods; without, all of the outcome.
    """
    months = counts.months(outcome) if months is None else months
    first_after = min((name for name, after in zip(months.names, months.after, strict=True) if after), default="9999")
    cells = counts.cells[(counts.cells["outcome"] == outcome) & counts.cells["month"].isin(months.names)]
    kinds = {kind for measure in counts.declared.measures if measure.outcome == outcome for kind in measure.contrasts}
    side = cells["side"].replace("", _NOWHERE) if COMPARED in kinds else pd.Series(ALL, index=cells.index)
    after = cells["month"] >= first_after
    sums = cells["n"].groupby([cells["group"], side, after]).sum().unstack(fill_value=0).stack()
    hidden = set()
    for (name, place, period), n in zip(sums.index.to_list(), sums, strict=True):
        if n < LEAST_SHOWN:
            hidden |= {(g, s, bool(period)) for g in (name, EVERYONE) for s in (place, ALL)}
    return hidden


def _whole(counts: Counts, outcome: str, cell: tuple[str, str], period: bool) -> float:
    """All events of a cell: a sum over the compared calendar months alone would differ from it by a few."""
    months = counts.months(outcome)
    return float(counts.series(outcome, months, group=cell[0], side=cell[1])[months.after == period].sum())


def _cells(estimand: Estimand) -> tuple[tuple[str, str], tuple[str, str]]:
    """Group and side of the sums of a contrast, and of what they are compared with."""
    if estimand.kind == COMPARED:
        return (estimand.group, SUGGESTED), (estimand.group, OTHERS)
    return (estimand.group, ALL), (estimand.group if estimand.kind == CHANGE else estimand.versus or EVERYONE, ALL)
