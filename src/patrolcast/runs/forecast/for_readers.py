"""A result as people read it: groups by name, and what a count leaves open said beside the count.

The pipeline knows keys and counts only, and what it computes is bound to stored evidence; from here on a result is
printed: in tables, on pages, on paper and in the terminal, everywhere the same.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from patrolcast.domain.counted import counted
from patrolcast.domain.records import GateResult, RunResult
from patrolcast.domain.residents import GroupNames
from patrolcast.grid.gaps import Gap
from patrolcast.grid.report_counts import YEAR_DAYS
from patrolcast.report import words

"""So many days before ``as_of`` the counts of the reasons reach back (`grid.report_counts`)."""

_MOST_SPANS = 3
_UNNAMED_DAYS = "(without the days that are left out)"
_IN_SLOT = re.compile(r", (all|[\d,]+) of them between ")


def for_readers(result: RunResult, called: GroupNames, gaps: Sequence[Gap], *, drawn_times: bool) -> RunResult:
    """The result with groups by name, days that are left out by date, and drawn times of day called approximate.

    Parameters
    ----------
    gaps : of the city as loaded.
    drawn_times : whether some incidents are counted at a moment drawn within a span of time.
    """
    admission = result.admission
    excluded = tuple(replace(feature, reason=called.within(feature.reason)) for feature in admission.excluded)
    admitted = tuple(replace(feature, rule=called.within(feature.rule)) for feature in admission.admitted)
    return replace(
        result,
        gates=tuple(_gate(gate, result, called) for gate in result.gates),
        admission=replace(admission, admitted=admitted, excluded=excluded),
        suggestions=_suggestions(result, [gap for gap in gaps if gap.left_out], drawn_times=drawn_times),
    )


def _gate(gate: GateResult, result: RunResult, called: GroupNames) -> GateResult:
    detail = words.spaced(called.within(gate.detail))
    if gate.name == "one_suggestion_per_cell" and len(result.visited) < len(result.suggestions):
        left_out = len(result.suggestions) - len(result.visited)
        detail = (
            f"{counted(len(result.visited), 'suggestion')}, and {counted(left_out, 'row')} of cells that chance left "
            "out for comparison"
        )
    held = {group.group: group for group in result.disparity.groups} if result.disparity else {}
    group = held.get(gate.name.removeprefix("group_excess_"))
    if group is not None and group.parts and gate.lower is not None:
        detail += "; the interval also holds what is not known of where people live"
    return replace(gate, detail=detail)


def _suggestions(result: RunResult, left_out: Sequence[Gap], *, drawn_times: bool) -> pd.DataFrame:
    table = result.suggestions
    if table.empty:
        return table
    since = result.as_of.date() - timedelta(days=YEAR_DAYS)
    reasons = [
        _with_days(_approximate(text) if drawn_times else text, _days(left_out, since, category, district))
        for text, category, district in zip(table["reasons"], table["category"], table["district"], strict=True)
    ]
    return table.assign(reasons=reasons)


def _approximate(reasons: str) -> str:
    """A part of a year's reports by time of day, where times were drawn within spans.

    >>> _approximate("41 reports of theft here in the past year, 20 of them between 14:00 and 22:00")
    '41 reports of theft here in the past year, about 20 of them between 14:00 and 22:00'
    """
    return _IN_SLOT.sub(lambda count: f", {_ABOUT.get(count[1], f'about {count[1]}')} of them between ", reasons)


_ABOUT = {"all": "probably all"}


def _days(left_out: Sequence[Gap], since: date, category: str, district: str) -> list[str]:
    """The spans of days that are left out of the counts of a category in a district, in words, in time."""
    ends = [
        (gap.first, gap.last)
        for gap in left_out
        if gap.district in {None, district} and gap.category in {None, category}
    ]
    return [_span(first, last) for first, last in sorted(ends) if last >= since]


def _span(first: date, last: date) -> str:
    """Days in words.

    >>> _span(date(2018, 8, 2), date(2018, 8, 5)), _span(date(2018, 7, 31), date(2018, 8, 2))
    ('2 to 5 August 2018', '31 July to 2 August 2018')
    """
    if first == last:
        return words.calendar_day(last)
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else words.calendar_day(first)
    return f"{begin.removesuffix(f' {last.year}')} to {words.calendar_day(last)}"


def _with_days(reasons: str, days: Sequence[str]) -> str:
    """The reasons with the days named; where none or many are known of, where they stand."""
    named = words.listed(days) if 0 < len(days) <= _MOST_SPANS else "days that are left out, see the data page"
    return reasons.replace(_UNNAMED_DAYS, f"(without {named})")
