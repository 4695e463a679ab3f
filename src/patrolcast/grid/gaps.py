"""Gaps: days on which a series of the feed is not itself, and whether they are left out of everything that is learned.

What is found (`grid/feed_health`) in all incidents, in each category and in each district is joined with what the
config declares. A day that is left out has no training target and no exposure: no rate, decayed count, season or level
sees it (`grid/exposed`, `numerics/exposure`). It stays in the records and in what pages count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings import Incidents
from patrolcast.grid.feed_health import FeedAnomaly, find_anomalies, usual_by_day
from patrolcast.grid.feed_series import FeedSeries, SeriesPart
from patrolcast.numerics.arrays import IntArray

GapKind = Literal["hole", "event", "surge", "stop", "late start", "declared"]
LEFT_OUT: Final[tuple[GapKind, ...]] = ("hole", "event", "late start")
LONGEST_EVENT_DAYS: Final = 7
"""A surge of up to a week is a single event; a longer one may be the new level, and is only named."""
MOST_OF_A_LATE_START: Final = 0.1
_MOST_DAYS = 0.7
_LEAST_OF_THE_REST = 5.0
_AS_USUAL = (0.6, 1.6)
"""Shares of what is usual between which the other parts are as usual."""
_MOST_NOTES = 8


@dataclass(frozen=True)
class Gap:
    """Days on which all incidents, one category or one district are not themselves.

    Attributes
    ----------
    first, last : its first and last local day.
    category, district : whose; None: all.
    left_out : whether these days are left out of what is learned.
    reason : of the config, where it declares them or counts them all the same.
    observed, expected : incidents that came, and that were usual; NaN for a declared gap.
    """

    kind: GapKind
    first: date
    last: date
    category: str | None
    district: str | None
    left_out: bool
    observed: float = float("nan")
    expected: float = float("nan")
    reason: str = ""

    def sentence(self) -> str:
        """What stands on `check`, the data page and the audit."""
        when = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        whose = self.category.replace("_", " ") if self.category else "all incidents"
        whose += f" in district {self.district}" if self.district else ""
        if self.kind == "declared":
            if not self.left_out:
                return f"{whose}, {when}: declared as a gap, but the records hold no such day: is the year right?"
            return f"{whose}, {when}: left out of training, levels and seasons, as the config declares ({self.reason})"
        meaning = f"counted as they stand, as the config declares ({self.reason})" if self.reason else self._meaning()
        return f"{whose}, {when}: {self.observed:,.0f} where about {self.expected:,.0f} are usual; {meaning}"

    def _meaning(self) -> str:
        treatment = "left out of training, levels and seasons" if self.left_out else "counted as they stand"
        days = f"These days are {treatment}"
        whose = "district" if self.district else "category" if self.category else None
        stopped = f"was this {whose} renamed, or its feed cut off?" if whose else "was the feed cut off?"
        complete = self.last + timedelta(days=1)
        begins = f"does this {whose} begin later than the oldest records?" if whose else (
            f"were records complete only from {complete} on?"
        )  # fmt: skip
        return {
            "hole": f"are records missing? {days}",
            "event": f"a single event, or records loaded twice? {days}",
            "surge": f"a lasting rise, or records loaded twice? {days}",
            "stop": f"{stopped} The forecast expects what came last",
            "late start": f"{begins} {days}",
            "declared": "",
        }[self.kind]


@dataclass(frozen=True)
class DeclaredGap:
    """What a config says of some days: leave them out, or count them whatever is found there."""

    first: date
    last: date
    category: str | None
    district: str | None
    leave_out: bool
    reason: str

    def covers(self, gap: Gap) -> bool:
        """Whether it speaks of the same days and of the whole of the gap's series."""
        ours = self.category in (None, gap.category) and self.district in (None, gap.district)
        return ours and self.first <= gap.last and gap.first <= self.last


@dataclass(frozen=True)
class GapRule:
    """Which kinds are left out, and what is declared."""

    kinds: tuple[str, ...] = LEFT_OUT
    declared: tuple[DeclaredGap, ...] = ()

    def refuse_unknown(self, categories: Sequence[str], districts: Sequence[str]) -> None:
        """Raises ConfigError: a declared gap is of no category of the codebook, or of no district of the layer."""
        for gap in self.declared:
            for key, name, known in (("category", gap.category, categories), ("district", gap.district, districts)):
                if name is not None and name not in known:
                    rule = f"must be a {key} of the {'codebook' if key == 'category' else 'districts layer'}"
                    cure = (
                        f"use one of {', '.join(map(shown, known))}" if known else "the config names no districts layer"
                    )
                    raise ConfigError(f"[[incidents.gaps]] {key}", got=shown(name), rule=rule, cure=cure)


DEFAULT_RULE: Final = GapRule()


def gap_rule(incidents: Incidents) -> GapRule:
    """The rule of a config."""
    declared = (
        DeclaredGap(
            date.fromisoformat(gap.first),
            date.fromisoformat(gap.last),
            gap.category,
            gap.district,
            gap.leave_out,
            gap.reason,
        )
        for gap in incidents.gaps
    )
    return GapRule(tuple(incidents.leave_out), tuple(declared))


def gap_notes(gaps: Sequence[Gap]) -> list[str]:
    """Every gap in words: each that the config declares, then at most eight, what is left out and longest first."""
    ranked = sorted(gaps, key=lambda gap: (not gap.left_out, gap.first - gap.last, gap.first))
    declared, undeclared = [gap for gap in ranked if gap.reason], [gap for gap in ranked if not gap.reason]
    more = len(undeclared) - _MOST_NOTES
    notes = [gap.sentence() for gap in (*declared, *undeclared[:_MOST_NOTES])]
    return notes + ([f"{more} more such findings in the feed's history"] if more > 0 else [])


def find_gaps(series: FeedSeries, rule: GapRule) -> tuple[Gap, ...]:
    """Everything found and declared, by series and first day.

    What all incidents show is not said again of a category or a district; what one large category or district makes all
    incidents show, while the others are as usual, is said of it alone.
    """
    if series.n_days <= 0:
        return ()
    weekday = (series.first.weekday() + np.arange(series.n_days)) % 7
    whole, kinds = series.counts(), (series.parts("category"), series.parts("district"))
    by_part = [[find_anomalies(part.counts, weekday) for part in parts] for parts in kinds]
    gaps: list[Gap] = []
    covered: tuple[list[FeedAnomaly], list[FeedAnomaly]] = ([], [])  # what need not be said of categories, of districts
    for anomaly in find_anomalies(whole, weekday):
        categories, districts = (
            _is_of_some(anomaly, whole, of_parts, parts, weekday)
            for of_parts, parts in zip(by_part, kinds, strict=True)
        )
        if not categories:
            covered[0].append(anomaly)
        if categories or not districts:  # what some categories show is not said of the districts in which they were
            covered[1].append(anomaly)
        if not (categories or districts):
            gaps.append(_gap(anomaly, None, None, series.first, rule))
    for parts, of_parts, over in zip(kinds, by_part, covered, strict=True):
        for part, anomalies in zip(parts, of_parts, strict=True):
            category, district = (part.name, None) if part.of == "category" else (None, part.name)
            new = (anomaly for anomaly in anomalies if not any(_same_days(anomaly, other) for other in over))
            gaps += [_gap(anomaly, category, district, series.first, rule) for anomaly in new]
    for declared in rule.declared:
        if declared.leave_out:
            whose = (declared.category, declared.district)
            within = declared.last >= series.first and (declared.first - series.first).days <= series.n_days
            gaps.append(Gap("declared", declared.first, declared.last, *whose, left_out=within, reason=declared.reason))
    return tuple(gaps)


def _is_of_some(
    anomaly: FeedAnomaly,
    whole: IntArray,
    anomalies: Sequence[tuple[FeedAnomaly, ...]],
    parts: Sequence[SeriesPart],
    weekday: IntArray,
) -> bool:
    """Whether some parts show the same and all others together are as usual on these days."""
    mine = [
        part
        for part, of_part in zip(parts, anomalies, strict=True)
        if any(_same_days(anomaly, a) and _same_days(a, anomaly) for a in of_part)
    ]
    if not mine or len(mine) == len(parts):
        return False
    rest, days = whole - np.sum([part.counts for part in mine], axis=0), slice(anomaly.first, anomaly.last + 1)
    usual = usual_by_day(rest.astype(np.float64), weekday)[days].sum()
    share = rest[days].sum() / usual
    as_usual = share > _AS_USUAL[0] if anomaly.share < 1 else share < _AS_USUAL[1]
    return bool(usual >= _LEAST_OF_THE_REST and as_usual)


def _same_days(a: FeedAnomaly, b: FeedAnomaly) -> bool:
    """Whether most days of the first are days of the other."""
    both = min(a.last, b.last) - max(a.first, b.first) + 1
    return both >= _MOST_DAYS * a.n_days


def _gap(anomaly: FeedAnomaly, category: str | None, district: str | None, first: date, rule: GapRule) -> Gap:
    kind: GapKind = anomaly.kind
    if kind == "surge" and anomaly.n_days <= LONGEST_EVENT_DAYS:
        kind = "event"
    begin, end = (first + timedelta(days=day) for day in (anomaly.first, anomaly.last))
    # A start at a third of what came later may be a rise that the forecast has to see.
    left_out = kind in rule.kinds and not (kind == "late start" and anomaly.share > MOST_OF_A_LATE_START)
    gap = Gap(kind, begin, end, category, district, left_out, anomaly.observed, anomaly.expected)
    counted = next((declared for declared in rule.declared if not declared.leave_out and declared.covers(gap)), None)
    return gap if counted is None else replace(gap, left_out=False, reason=counted.reason)
