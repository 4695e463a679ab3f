"""Which counts are too small to be shown, and which would give a small one away.

A count below ten may point at somebody. It is not shown, and neither is any sum that holds it: whoever has the sum and
the other parts has the count. So no two figures of a report differ by a hidden one. A ratio of a hidden count is
hidden, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from patrolcast.audit.outcomes.contrasts import AskedContrast, OutcomeContrast
from patrolcast.audit.outcomes.series import ALL, OTHERS, SUGGESTED, Counts
from patrolcast.domain.outcomes.declared import CHANGE, COMPARED, EVERYONE

LEAST_SHOWN = 10
ROUNDED_TO = 10
"""Shown counts are rounded, or two reports in a row would differ by the small count of a month."""
_NOWHERE = "nowhere"
"""The side of counts whose area is not stated."""


@dataclass(frozen=True)
class ShownSums:
    """Counts before and after, rounded, of the group and of what it is compared with; None: not shown, or not there.

    ``is_ratio_shown`` : False where the ratio would give a hidden count away.
    """

    before: int | None
    after: int | None
    other_before: int | None
    other_after: int | None
    is_ratio_shown: bool


def shown_sums(counts: Counts, contrast: OutcomeContrast) -> ShownSums | None:
    """The counts of a contrast as they may be shown; None where nothing was measured."""
    sums, asked = contrast.sums, contrast.asked
    if sums is None:
        return None
    hidden = hidden_cells(counts, asked.measure.outcome)
    own, other = _cells(asked)
    kept: list[int | None] = []
    for value, cell, period in (
        (sums.before, own, False),
        (sums.after, own, True),
        (sums.other_before, other, False),
        (sums.other_after, other, True),
    ):
        if value is None or value < LEAST_SHOWN or (*cell, period) in hidden:
            kept.append(None)
        else:
            kept.append(ROUNDED_TO * round(_whole(counts, asked.measure.outcome, cell, period) / ROUNDED_TO))
    there = [value for value in (sums.before, sums.after, sums.other_before, sums.other_after) if value is not None]
    return ShownSums(kept[0], kept[1], kept[2], kept[3], min(there) >= LEAST_SHOWN)


def hidden_cells(counts: Counts, outcome: str) -> set[tuple[str, str, bool]]:
    """Group, side and period (True: after) of every sum that is not shown."""
    cells = counts.cells[counts.cells["outcome"] == outcome]
    asked = {kind for one in counts.declared.measures if one.outcome == outcome for kind in one.contrasts}
    side = cells["side"].replace("", _NOWHERE) if COMPARED in asked else pd.Series(ALL, index=cells.index)
    after = cells["month"] >= counts.declared.adopted
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


def _cells(asked: AskedContrast) -> tuple[tuple[str, str], tuple[str, str]]:
    """Group and side of the sums of a contrast, and of what they are compared with."""
    if asked.kind == COMPARED:
        return (asked.group, SUGGESTED), (asked.group, OTHERS)
    return (asked.group, ALL), (asked.group if asked.kind == CHANGE else asked.versus or EVERYONE, ALL)
