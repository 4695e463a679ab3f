"""What became of the records that an earlier night has seen: deleted, or moved into another category?

A late report adds to a month that is over. A report that turns out unfounded takes away, a few in a hundred and over
months. A hundredth of a year's records from one night to the next is a cut, a deletion, or a new coding.
"""

from collections.abc import Mapping

from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.domain.records import GateResult, GateVerdict

MOST_LOST, MOST_OF_A_CATEGORY, FEWEST_LOST = 0.02, 0.05, 20
"""Shares of what the last accepted night counted; fewer incidents than the last number are corrections."""
NAME = "feed_past"
RULE = (
    f"at most {MOST_LOST:g} of the incidents, {MOST_OF_A_CATEGORY:g} of a category, gone since the last accepted night"
)


def past_check(months: Mapping[str, Mapping[str, int]], bound: str, last: AcceptedFeed | None) -> GateResult:
    """The months that the last accepted night counted, counted again.

    Months before the first of tonight's are no loss, because an export may hold the last years only; `feed_size` sees
    an export that lost much at once.

    Parameters
    ----------
    months, bound : as in :class:`AcceptedFeed`, of tonight.
    """
    if last is None or not last.months:
        why = "nothing is published yet" if last is None else "the feed history was not there; it begins anew tonight"
        return GateResult(NAME, None, RULE, GateVerdict.NOT_MEASURED, why, stops=False)
    if bound != last.bound:
        why = "the codebook or the way of reading records is another since the last accepted night"
        return GateResult(NAME, None, RULE, GateVerdict.NOT_MEASURED, why, stops=False)
    first = min((month for by_month in months.values() for month in by_month), default="9999-99")
    then = {name: _from(by_month, first) for name, by_month in last.months.items()}
    lost = {
        name: sum(max(n - months.get(name, {}).get(month, 0), 0) for month, n in by_month.items())
        for name, by_month in then.items()
    }
    before = {name: sum(by_month.values()) for name, by_month in then.items()}
    whole = sum(lost.values()) / max(sum(before.values()), 1)
    fewer = {name: n / max(before[name], 1) for name, n in lost.items() if n > FEWEST_LOST}
    worst = max(fewer, key=lambda name: fewer[name], default="")
    bad = sum(lost.values()) > FEWEST_LOST and whole > MOST_LOST
    bad |= fewer.get(worst, 0.0) > MOST_OF_A_CATEGORY
    detail = f"{sum(lost.values()):,} of {sum(before.values()):,} incidents of {last.as_of.date()} and before are gone"
    if worst:
        detail += f"; most of {worst.replace('_', ' ')}: {lost[worst]:,} of {before[worst]:,}"
    if not months:
        bad = True
    return GateResult(NAME, round(whole, 4), RULE, GateVerdict.FAIL if bad else GateVerdict.PASS, detail)


def _from(by_month: Mapping[str, int], first: str) -> dict[str, int]:
    """The months after the first of tonight's, which an export of the last years may hold in part."""
    return {month: n for month, n in by_month.items() if month > first}
