"""What became of the records that an earlier night has seen: deleted, moved into another category, or sent again?

A late report adds to a month that is over, one that turns out unfounded takes away: a few in a hundred, and over
months. A fiftieth of all records from one night to the next is a cut, a deletion, a new coding, or an old batch that
came again under new numbers.
"""

from collections.abc import Mapping, Sequence

from patrolcast.audit.feed.names import not_measured
from patrolcast.audit.gates import pass_or_fail
from patrolcast.domain.feed.accepted import AcceptedFeed
from patrolcast.domain.records import GateResult, GateVerdict

MOST, MOST_OF_A_CATEGORY, MOST_OTHERS, FEWEST = 0.02, 0.05, 0.2, 20
"""Shares of what the last accepted night counted; no more incidents than the last number are corrections."""
NAME = "feed_past"
RULE = (
    f"at most {MOST:g} of the incidents, {MOST_OF_A_CATEGORY:g} of a category, gone since the last accepted night, "
    f"and as many new in months that had long been over; "
    f"at most {MOST_OTHERS:g} of those months at another place or time"
)
Months = Mapping[str, Mapping[str, int]]
Contents = Mapping[str, Sequence[int]]


def past_check(months: Months, bound: str, last: AcceptedFeed | None, contents: Contents | None = None) -> GateResult:
    """The months that the last accepted night counted, counted again.

    Months before the first of tonight's are no loss, because an export may hold the last years only; `feed_size` sees
    an export that lost much at once. Months that were not over for a month are no gain: reports come late.

    Parameters
    ----------
    months, bound, contents : as in :class:`AcceptedFeed`, of tonight.
    """
    if last is None or not last.months:
        why = "nothing is published yet" if last is None else "the feed history was not there; it begins anew tonight"
        return not_measured(NAME, RULE, why)
    if bound != last.bound:
        why = "the codebook, the boundary or the way of reading records is another since the last accepted night"
        return not_measured(NAME, RULE, why)
    if not months:
        return GateResult(NAME, 1.0, RULE, GateVerdict.FAIL, "no incident is counted any more")
    then = _between(last.months, _first(months), "9999-99")
    over = _first(last.months), _long_over(last)
    gone = _more(then, months, then)
    new = _more(_between(months, *over), last.months, _between(last.months, *over))
    of = f"incidents of {last.as_of.date()} and before"
    sentences = [_change_text(gone, of, "are gone"), _change_text(new, of, "in months long over are new")]
    others, of_all = _others(contents or {}, last.contents, *over)
    moved = others / max(of_all, 1)
    if of_all:
        sentences.append(f"about {100 * moved:.0f} % of {of_all:,} in months long over stand at another place or time")
    breaks = _breaks(gone) or _breaks(new) or (others > FEWEST and moved > MOST_OTHERS)
    value = round(max(_share(gone), _share(new), moved if moved > MOST_OTHERS else 0.0), 4)
    return GateResult(NAME, value, RULE, pass_or_fail(not breaks), "; ".join(sentences))


def _others(contents: Contents, before: Contents, first: str, end: str) -> tuple[float, int]:
    """About how many incidents of months that both know are others than before, and how many there were.

    An incident that changed left one group and came into another: the squared differences of the groups add up to two
    for each, whatever the others did (Alon, Matias & Szegedy 1999, doi 10.1006/jcss.1997.1545).
    """
    changed, n = 0.0, 0
    for month, groups in before.items():
        if first < month < end and len(contents.get(month, ())) == len(groups):
            squares = sum((a - b) ** 2 for a, b in zip(contents[month], groups, strict=True))
            changed, n = changed + min(squares / 2, sum(groups)), n + sum(groups)
    return changed, n


Excess = dict[str, tuple[int, int]]
"""Category -> incidents that one count has beyond the other, and all that were there before."""


def _more(these: Months, others: Months, before: Months) -> Excess:
    """What ``these`` have beyond ``others``, month by month, and what was there ``before``."""
    return {
        name: (
            sum(max(n - others.get(name, {}).get(month, 0), 0) for month, n in by_month.items()),
            sum(before.get(name, {}).values()),
        )
        for name, by_month in these.items()
    }


def _share(excess: Excess) -> float:
    return sum(n for n, _ in excess.values()) / max(sum(of for _, of in excess.values()), 1)


def _breaks(excess: Excess) -> bool:
    whole = sum(n for n, _ in excess.values())
    return (whole > FEWEST and _share(excess) > MOST) or any(
        n > FEWEST and n > MOST_OF_A_CATEGORY * of for n, of in excess.values()
    )


def _change_text(excess: Excess, subject: str, became: str) -> str:
    """How many of all, and the category that has most of its own, where these are more than corrections."""
    text = f"{sum(n for n, _ in excess.values()):,} of {sum(of for _, of in excess.values()):,} {subject} {became}"
    many = {name: pair for name, pair in excess.items() if pair[0] > FEWEST}
    if not many:
        return text
    worst = max(many, key=lambda name: many[name][0] / max(many[name][1], 1))
    return f"{text}, most of {worst.replace('_', ' ')}: {many[worst][0]:,} of {many[worst][1]:,}"


def _first(months: Months) -> str:
    return min((month for by_month in months.values() for month in by_month), default="9999-99")


def _long_over(last: AcceptedFeed) -> str:
    """The first month that was not over for a whole one when the last accepted night looked."""
    n = last.as_of.year * 12 + last.as_of.month - 2
    return f"{n // 12:04d}-{n % 12 + 1:02d}"


def _between(months: Months, first: str, end: str) -> dict[str, dict[str, int]]:
    """Months after ``first``, which an export of the last years may hold in part, and before ``end``."""
    return {name: {m: n for m, n in by_month.items() if first < m < end} for name, by_month in months.items()}
