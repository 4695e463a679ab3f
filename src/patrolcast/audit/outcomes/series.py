"""Counts as series over the months that an outcome covers: who, where, before and after adoption."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from patrolcast.domain.outcomes.counts import NOT_STATED, OutcomeCounts
from patrolcast.domain.outcomes.declared import EVERYONE, Declared
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray, ObjectArray

SUGGESTED, OTHERS, ALL = "suggested", "others", "all"
_NO_TEXT: ObjectArray = np.empty(0, dtype=object)
_NO_CELLS = (_NO_TEXT, _NO_TEXT, _NO_TEXT, np.zeros(0))


@dataclass(frozen=True)
class Months:
    """The months in which an outcome was counted, in order; a month without any row is none of them.

    Attributes
    ----------
    after : True from the month of adoption on.
    calendar : 0 for January.
    """

    names: tuple[str, ...]
    after: BoolArray
    calendar: IntArray

    @property
    def missing(self) -> int:
        """Months between the first and the last that no row was handed in for."""
        return int(_number(self.names[-1]) - _number(self.names[0])) + 1 - len(self.names) if self.names else 0

    def before_only(self, last: int) -> Months | None:
        """The months before adoption, the last ``last`` of them as if after it; None where too few are left."""
        names = [name for name, after in zip(self.names, self.after, strict=True) if not after]
        return split_months(names, names[-last]) if len(names) >= 2 * last else None


def split_months(names: list[str], adopted: str) -> Months:
    """Months with what they are to a month of adoption."""
    ordered = tuple(sorted(set(names)))
    after = np.array([name >= adopted for name in ordered], dtype=bool)
    calendar = np.array([int(name[5:]) - 1 for name in ordered], dtype=np.int64)
    return Months(ordered, after, calendar)


@dataclass(frozen=True)
class Counts:
    """All counts of one city, asked for as series."""

    counts: OutcomeCounts
    declared: Declared

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Counts by outcome, month, group as it is called and side: suggested, others, or neither ("")."""
        table = self.counts.table
        suggested = table["area"].isin(self.declared.suggested_areas)
        side = pd.Series(np.where(suggested, SUGGESTED, OTHERS), index=table.index).mask(
            table["area"] == NOT_STATED, ""
        )
        group = table["group"].map(self.declared.group_of()).fillna("")
        named = table[["outcome", "month", "n"]].assign(group=group, side=side)
        return named.groupby(["outcome", "month", "group", "side"], as_index=False).agg({"n": "sum"})

    @cached_property
    def _arrays(self) -> dict[str, tuple[ObjectArray, ObjectArray, ObjectArray, FloatArray]]:
        """Outcome -> month, group, side and number of its cells."""
        arrays = {}
        for outcome, part in self.cells.groupby("outcome"):
            month, group, side = (part[name].to_numpy(object) for name in ("month", "group", "side"))
            arrays[str(outcome)] = month, group, side, part["n"].to_numpy(np.float64)
        return arrays

    def months(self, outcome: str) -> Months:
        """The months that an outcome was counted in."""
        cell_months, _, _, _ = self._arrays.get(outcome, _NO_CELLS)
        return split_months([str(name) for name in cell_months], self.declared.adopted)

    def series(self, outcome: str, months: Months, *, group: str = EVERYONE, side: str = ALL) -> FloatArray:
        """Events of each month, ``[n_months]``; 0 where the month has rows, but none of these."""
        cell_months, names, sides, n = self._arrays.get(outcome, _NO_CELLS)
        place = pd.Index(months.names).get_indexer(pd.Index(cell_months))
        wanted = (place >= 0) & ((group == EVERYONE) | (names == group)) & ((side == ALL) | (sides == side))
        return np.bincount(place[wanted], n[wanted], minlength=len(months.names)).astype(np.float64)

    def unknown_areas(self, outcome: str) -> list[str]:
        """Areas in which suggestions are said to be used and which no row names."""
        known = set(self.counts.of(outcome)["area"])
        return [area for area in self.declared.suggested_areas if area not in known]

    def share_without(self, exposure: str, outcome: str, months: Months) -> float:
        """Largest share of a period's events in areas for which no exposure was handed in for that period, 0..1.

        0 where exposures are of the whole city, without an area.
        """
        against, events = self.counts.of(exposure), self.counts.of(outcome)
        against, events = against[against["n"] > 0], events[events["month"].isin(months.names)]
        if (against["area"] == NOT_STATED).all():
            return 0.0
        shares = [0.0]
        for after in (False, True):
            known = set(against.loc[(against["month"] >= self.declared.adopted) == after, "area"])
            part = events[(events["month"] >= self.declared.adopted) == after]
            total = float(part["n"].sum())
            shares.append(float(part.loc[~part["area"].isin({*known, NOT_STATED}), "n"].sum()) / max(total, 1.0))
        return max(shares)

    def ungrouped(self, outcome: str) -> float | None:
        """Share of events whose group is none of those asked for, 0..1; None without events."""
        table = self.counts.of(outcome)
        total = float(table["n"].sum())
        other = float(table.loc[~table["group"].isin(self.declared.group_of()), "n"].sum())
        return other / total if total else None


def _number(month: str) -> int:
    return pd.Period(month, freq="M").ordinal
