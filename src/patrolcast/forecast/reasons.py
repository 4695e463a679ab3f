"""Why a place is suggested, in counts that a person can check against the reports.

At most two sentences: what is unusual for the place first, then how much was reported there. Nothing that lowers a
forecast is given as a reason to go. The full contributions of the model stand in `explanations.csv`; `explain` prints
them.
"""

from dataclasses import dataclass

from patrolcast.domain.counted import counted
from patrolcast.numerics.distributions import poisson_at_least

MOST_REASONS = 2
LEAST_UNUSUAL = 3
UNUSUAL_CHANCE = 0.05
"""Four weeks are unusual when so many reports would come in fewer than one of twenty such spans of a place whose rate
is that of the rest of its year (Poisson), and there are at least three."""
_FEW_A_YEAR = 12
"""Fewer reports than one a month: the places next door are counted too, as the forecast does."""
_RECENT_DAYS = 28


@dataclass(frozen=True)
class PlaceCounts:
    """Reports of one category at one place (`grid.report_counts.ReportCounts`, one row)."""

    year: int
    recent: int
    in_slot: int
    next_door: int
    days: int
    left_out: bool = False


def count_reasons(counts: PlaceCounts, category: str, *, hours: str, n_slots: int) -> list[str]:
    """One or two reasons, strongest first.

    Parameters
    ----------
    category : the category in words, "vehicle theft".
    hours : the shift's hours in words, "14:00 and 22:00".
    n_slots : shifts in a day; a shift is named where it holds more than its even part of the year's reports.

    >>> here = PlaceCounts(year=66, recent=9, in_slot=30, next_door=80, days=365)
    >>> count_reasons(here, "assault", hours="14:00 and 22:00", n_slots=3)
    ['66 reports of assault here in the past year, 30 of them between 14:00 and 22:00, and 9 in the past 4 weeks']
    """
    reasons = [text for text in (_unusual(counts, category), _level(counts, category, hours, n_slots)) if text]
    if len(reasons) < MOST_REASONS and counts.year < _FEW_A_YEAR and counts.next_door:
        reasons.append(f"{counted(counts.next_door, 'report')} of {category} {_span(counts)} in the places next to it")
    return reasons or [f"No report of {category} here or next to it {_span(counts)}: a quiet place in a quiet district"]


def usual(counts: PlaceCounts) -> float:
    """Reports that four weeks of this place would hold at the rate of the rest of its year.

    >>> usual(PlaceCounts(year=343, recent=6, in_slot=0, next_door=0, days=365))
    28.0
    """
    rest = counts.days - _RECENT_DAYS
    return (counts.year - counts.recent) * _RECENT_DAYS / rest if rest > 0 else float("nan")


def _unusual(counts: PlaceCounts, category: str) -> str:
    expected = usual(counts)
    if counts.days < 3 * _RECENT_DAYS or counts.recent < LEAST_UNUSUAL:
        return ""
    if not poisson_at_least(counts.recent, expected) < UNUSUAL_CHANCE:
        return ""
    about = f"about {expected:.0f} would be usual" if expected >= 1.5 else "one or none would be usual"
    return f"More than usual: {counted(counts.recent, 'report')} of {category} here in the past 4 weeks, where {about}"


def _level(counts: PlaceCounts, category: str, hours: str, n_slots: int) -> str:
    if not counts.year:
        return ""
    text = f"{counted(counts.year, 'report')} of {category} here {_span(counts)}"
    if n_slots > 1 and counts.in_slot * n_slots > counts.year > 1:
        all_of = "all" if counts.in_slot == counts.year else f"{counts.in_slot:,}"
        text += f", {all_of} of them between {hours}"
    if counts.recent and counts.recent >= usual(counts) and not _unusual(counts, category):
        text += f", and {counts.recent:,} in the past 4 weeks"
    return text


def _span(counts: PlaceCounts) -> str:
    span = "in the past year" if counts.days >= 365 else f"in the past {counts.days:,} days"
    return f"{span} (without the days that are left out)" if counts.left_out else span
