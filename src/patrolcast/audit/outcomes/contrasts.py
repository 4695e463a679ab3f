"""What was asked of the outcomes, as contrasts: each a ratio of counts, with how far months differ.

- ``change``: the rate after adoption over that before, same calendar months compared.
- ``compared``: that change where suggestions were used, over the change elsewhere (a ratio of ratios: a difference in
  differences of logs). What moves the whole city drops out.
- ``disparity``: the change of a group over that of the reference group.

`earlier` asks the same of the last twelve months before adoption against those before them. Where that moves already, a
change after adoption may be an old one going on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from patrolcast.audit.outcomes.months_apart import Spread, critical_score, p_value, smallest_found, spreads
from patrolcast.audit.outcomes.ratios import FourCounts, Ratio, TwoPeriods, information, ratio_of, standard_score
from patrolcast.audit.outcomes.series import ALL, OTHERS, SUGGESTED, Counts, Months
from patrolcast.domain.outcomes.counts import EXPOSURES
from patrolcast.domain.outcomes.declared import CHANGE, COMPARED, DISPARITY, EVERYONE, OutcomeMeasure
from patrolcast.numerics.arrays import BoolArray, FloatArray

LEAST_BEFORE, LEAST_AFTER = 12, 6
"""Months without which nothing is compared."""
_CHANCE = 0.05
_WITHOUT = 0.01
"""Share of events that may lie in areas of which nothing is known that they are counted against."""


@dataclass(frozen=True)
class Estimand:
    """One contrast of one measure: ``group``, its kind, and the group it is compared with (of disparities)."""

    measure: OutcomeMeasure
    kind: str
    group: str
    versus: str | None = None


@dataclass(frozen=True)
class EventSums:
    """Events before and after: of the group where it is asked about, and of what it is compared with (else None)."""

    before: float
    after: float
    other_before: float | None = None
    other_after: float | None = None


@dataclass(frozen=True)
class OutcomeContrast:
    """What one contrast found; ``reason`` says why nothing was measured, and then all else is None.

    Attributes
    ----------
    months : before and after.
    ratio : with its 95 % interval, for this contrast alone.
    p : two-sided, for this contrast alone.
    information, spreads : what the smallest ratio that could be found follows from.
    earlier : the same ratio within the months before adoption; None where they are too few.
    earlier_moved : whether that differs from 1 at .05.
    levels : of disparities per resident, the ratio of the rates before and after.
    """

    estimand: Estimand
    months: tuple[int, int]
    reason: str = ""
    sums: EventSums | None = None
    ratio: Ratio | None = None
    p: float | None = None
    information: float = 0.0
    spreads: tuple[Spread, ...] = ()
    earlier: Ratio | None = None
    earlier_moved: bool = False
    levels: tuple[Ratio, Ratio] | None = None

    def smallest(self, *, level: float) -> float | None:
        """The smallest ratio above 1 that a test at ``level`` finds four times in five."""
        return smallest_found(self.information, self.spreads, level=level)


def estimands_of(counts: Counts, measure: OutcomeMeasure) -> Iterator[Estimand]:
    """The contrasts of a measure, in the order in which they are shown."""
    groups = [EVERYONE, *(group.name for group in counts.declared.groups)]
    reference = counts.declared.reference
    for kind in (CHANGE, COMPARED):
        if kind in measure.contrasts:
            yield from (Estimand(measure, kind, group) for group in groups)
    if DISPARITY in measure.contrasts:
        yield from (Estimand(measure, DISPARITY, group, reference) for group in groups[1:] if group != reference)


def measured(counts: Counts, estimand: Estimand) -> OutcomeContrast:
    """One contrast of the counts as they are."""
    months = counts.months(estimand.measure.outcome)
    n_after = int(months.after.sum())
    n_months = len(months.names) - n_after, n_after
    if reason := _why_not(counts, estimand, months):
        return OutcomeContrast(estimand, n_months, reason)
    made = _made(counts, estimand, months)
    if made.observed_events == 0:
        return OutcomeContrast(estimand, n_months, "there was no event to compare")
    compared, apart = made.compared, made.spreads
    earlier = _earlier(counts, estimand, months)
    return OutcomeContrast(
        estimand,
        n_months,
        sums=made.sums,
        ratio=ratio_of(compared, critical=critical_score(apart, level=_CHANCE)),
        p=p_value(standard_score(compared), apart),
        information=information(compared),
        spreads=apart,
        earlier=None if earlier is None else earlier[0],
        earlier_moved=earlier is not None and earlier[1] <= _CHANCE,
        levels=_levels(counts, estimand, months),
    )


@dataclass(frozen=True)
class _Made:
    compared: TwoPeriods | FourCounts
    spreads: tuple[Spread, ...]
    sums: EventSums
    observed_events: float


def _why_not(counts: Counts, estimand: Estimand, months: Months) -> str:
    """Why a contrast cannot be measured, "" where it can."""
    outcome, n_after = estimand.measure.outcome, int(months.after.sum())
    n_before = len(months.names) - n_after
    if not months.names:
        return f"no {outcome.replace('_', ' ')} were handed in"
    if n_before < LEAST_BEFORE or n_after < LEAST_AFTER:
        return f"{n_before} months before and {n_after} after; at least {LEAST_BEFORE} and {LEAST_AFTER} are needed"
    if estimand.kind == CHANGE and months.before_only(LEAST_BEFORE) is None:
        # Nothing else sees a trend from before: of null cities with one of 1 % a month 42 % would be a finding.
        rest = f"at least {2 * LEAST_BEFORE} are needed to see a trend that was there before"
        return f"{n_before} months before adoption; {rest}"
    if estimand.kind == COMPARED and (unknown := counts.unknown_areas(outcome)):
        return f"no row names {len(unknown)} of the areas in which suggestions are used"
    if estimand.measure.per in EXPOSURES:
        sides = (SUGGESTED, OTHERS) if estimand.kind == COMPARED else (ALL,)
        lacking = [(counts.series(estimand.measure.per, months, side=side) <= 0).sum() for side in sides]
        if max(lacking):
            exposure = estimand.measure.per.replace("_", " ")
            return f"{exposure} are not known for {int(max(lacking))} of {len(months.names)} months"
        if counts.share_without(estimand.measure.per, outcome, months) > _WITHOUT:
            return f"{estimand.measure.per.replace('_', ' ')} are not known for areas in which events were counted"
    return ""


def _made(counts: Counts, estimand: Estimand, months: Months) -> _Made:
    outcome, after = estimand.measure.outcome, months.after
    if estimand.kind == CHANGE:
        events = counts.series(outcome, months, group=estimand.group)
        return _two_periods(events, _against(counts, estimand, months, ALL), months)
    if estimand.kind == COMPARED:
        first, second = (
            counts.series(outcome, months, group=estimand.group, side=side) for side in (SUGGESTED, OTHERS)
        )
        against = [_against(counts, estimand, months, side) for side in (SUGGESTED, OTHERS)]
        (first_e, second_e) = ((e[after].mean() / e[~after].mean()) for e in against)
        return _four_counts(first, second, months, exposure=float(first_e / second_e))
    first = counts.series(outcome, months, group=estimand.group)
    second = counts.series(outcome, months, group=estimand.versus or EVERYONE)
    return _four_counts(first, second, months)


def _against(counts: Counts, estimand: Estimand, months: Months, side: str) -> FloatArray:
    """What events of each month are counted against; residents do not change from month to month, and drop out."""
    if estimand.measure.per in EXPOSURES:
        return counts.series(estimand.measure.per, months, side=side)
    return np.ones(len(months.names))


def _two_periods(events: FloatArray, against: FloatArray, months: Months) -> _Made:
    after, calendar = months.after, months.calendar

    def by_calendar(values: FloatArray, chosen: BoolArray) -> FloatArray:
        return np.bincount(calendar[chosen], values[chosen], minlength=12).astype(np.float64)

    exposed_after, exposed_before = by_calendar(against, after), by_calendar(against, ~after)
    both = (exposed_after > 0) & (exposed_before > 0)
    in_both = both[calendar]
    compared = TwoPeriods(
        by_calendar(events, after)[both], by_calendar(events, ~after)[both], exposed_after[both] / exposed_before[both]
    )
    ratio = ratio_of(compared, critical=1.0).value or 1e-9
    weight = np.where(after, ratio, 1.0) * against * in_both
    total, shares = np.bincount(calendar, events * in_both, minlength=12), np.bincount(calendar, weight, minlength=12)
    rate = np.divide(total, shares, out=np.zeros(12), where=shares > 0)
    expected = (rate[calendar] * weight)[in_both]
    apart = spreads(events[in_both] - expected, expected, after[in_both], n_fitted=int(both.sum()) + 1)
    sums = EventSums(float(events[in_both & ~after].sum()), float(events[in_both & after].sum()))
    return _Made(compared, apart, sums, sums.before + sums.after)


def _four_counts(first: FloatArray, second: FloatArray, months: Months, *, exposure: float = 1.0) -> _Made:
    after = months.after
    sums = EventSums(*(float(part[chosen].sum()) for part in (first, second) for chosen in (~after, after)))
    other_before, other_after = sums.other_before or 0.0, sums.other_after or 0.0
    compared = FourCounts(sums.after, other_after, sums.before, other_before, exposure)
    both = first + second
    before_share = sums.before / max(sums.before + other_before, 1.0)
    after_share = sums.after / max(sums.after + other_after, 1.0)
    share = np.where(after, after_share, before_share)
    apart = spreads(first - both * share, both * share * (1.0 - share), after, n_fitted=2)
    least = min(sums.before + sums.after, other_before + other_after)
    return _Made(compared, apart, sums, least)


def _earlier(counts: Counts, estimand: Estimand, months: Months) -> tuple[Ratio, float] | None:
    before = months.before_only(LEAST_BEFORE)
    if before is None:
        return None
    made = _made(counts, estimand, before)
    if made.observed_events == 0:
        return None
    score = standard_score(made.compared)
    ratio = ratio_of(made.compared, critical=critical_score(made.spreads, level=_CHANCE))
    return ratio, p_value(score, made.spreads)


def _levels(counts: Counts, estimand: Estimand, months: Months) -> tuple[Ratio, Ratio] | None:
    """How many times the reference group's rate per resident the group's is, before and after."""
    residents = {group.name: group.residents for group in counts.declared.groups}
    ours, theirs = residents.get(estimand.group), residents.get(estimand.versus or "")
    if estimand.kind != DISPARITY or estimand.measure.per != "residents" or not ours or not theirs:
        return None
    ratios = []
    for chosen in (~months.after, months.after):
        first = counts.series(estimand.measure.outcome, months, group=estimand.group)[chosen]
        second = counts.series(estimand.measure.outcome, months, group=estimand.versus or EVERYONE)[chosen]
        both = first + second
        share = first.sum() / max(both.sum(), 1.0)
        no_adoption = np.zeros(int(chosen.sum()), dtype=bool)
        apart = spreads(first - both * share, both * share * (1.0 - share), no_adoption, n_fitted=1)
        compared = TwoPeriods(first.sum(keepdims=True), second.sum(keepdims=True), np.array([ours / theirs]))
        ratios.append(ratio_of(compared, critical=critical_score(apart, level=_CHANCE)))
    return ratios[0], ratios[1]
