"""Of what make tonight's records are: offence codes, coordinates, hours, rows that stand twice.

Each is a share that tonight's window has more of than the eight weeks before it, and more than windows of the same
length had in those weeks: what is measured is the excess over what is usual for so few records.
"""

from collections.abc import Callable

import numpy as np

from patrolcast.audit.feed.comparison import N_WEEKS, SPAN_NAMES, SPREADS, WINDOWS_DAYS, FeedTable
from patrolcast.audit.feed.names import not_measured
from patrolcast.audit.gates import pass_or_fail
from patrolcast.domain.records import GateResult
from patrolcast.numerics.arrays import FloatArray, IntArray

CODES, DOUBLED, POINTS, HOURS = 0.15, 0.1, 0.1, 0.15
"""Most excess, as a share of the window's incidents."""
CLOCK, CLOCK_LEAST = 0.03, 15.0
"""Most gain in log-likelihood by another clock: for each incident, and in all."""
_DATES = 0.9
FEWEST = 50
"""A window with fewer incidents says nothing of shares."""


def codes_check(feed: FeedTable) -> GateResult:
    """Offence codes: the share of incidents that would have to change theirs for the mix to be the usual one."""
    rule = f"at most {CODES:g} of incidents under other codes than usual, beyond the change of earlier weeks"
    return _check("feed_codes", feed, rule, CODES, _distance(feed.offence), "stand under other offence codes")


def doubled_check(feed: FeedTable) -> GateResult:
    """Rows that have a twin: the same day, place and offence."""
    rule = f"at most {DOUBLED:g} of incidents twice, beyond what is usual"

    def share(rows: slice, _: slice) -> float:
        return float(feed.again[rows].mean())

    return _check("feed_doubled", feed, rule, DOUBLED, share, "stand twice (same day, place and offence)")


def points_check(feed: FeedTable) -> GateResult:
    """One pair of coordinates that suddenly holds many."""
    rule = f"at most {POINTS:g} of incidents at one point, beyond what is usual there"
    return _check("feed_points", feed, rule, POINTS, _heap(feed.point), "stand on one point")


def hours_check(feed: FeedTable) -> GateResult:
    """One hour of the day that suddenly holds many."""
    rule = f"at most {HOURS:g} of incidents in one hour of the day, beyond what is usual in it"
    return _check("feed_hours", feed, rule, HOURS, _heap(feed.hour), "fall into one hour of the day")


def clock_check(feed: FeedTable) -> GateResult:
    """A week whose times are written by another clock: its hours fit the usual day better when they are moved.

    By the likelihood of the week's hours under the shares of the eight weeks before, as they stand and moved by 1 to 23
    hours. A heap in one hour is :func:`hours_check`'s, and left out: a waiver of that is none of a clock that is wrong.
    """
    name, rule = "feed_clock", "the hours of the last 7 days fit those of earlier weeks as they stand"
    rows, before = feed.rows(7), _before(feed, 7, 0)
    n = _n(rows)
    if not feed.is_long_enough or not n >= FEWEST <= _n(before):
        return not_measured(name, rule, f"fewer than {FEWEST} incidents a week, or too few earlier weeks")
    now, then = (np.bincount(feed.hour[part], minlength=24).astype(np.float64) for part in (rows, before))
    usual = (then + 1.0) / (then.sum() + 24.0)
    if usual.max() > _DATES:
        return not_measured(name, rule, "nearly all incidents are of one hour: dates without a time of day")
    heap = int((now - n * usual).argmax())
    now[heap] = min(now[heap], n * usual[heap])
    fit = np.array([float(now @ np.log(np.roll(usual, hours))) for hours in range(24)])
    best = int(fit.argmax())
    gain = float(fit[best] - fit[0])
    moved = best if gain > CLOCK_LEAST and gain > CLOCK * now.sum() else 0
    hours = f"{moved} hours later" if moved <= 12 else f"{24 - moved} hours earlier"
    sentence = f"the hours of {n:,} incidents in the last 7 days " + (
        f"are those of earlier weeks about {hours}" if moved else "are those of earlier weeks"
    )
    return GateResult(name, float(moved if moved <= 12 else moved - 24), rule, pass_or_fail(not moved), sentence)


def _distance(codes: IntArray) -> Callable[[slice, slice], float]:
    """Total variation between the mix of a window and that of the weeks before it, 0 to 1."""

    def of(rows: slice, before: slice) -> float:
        shares, usual = _shares(codes, rows, before)
        return float(np.abs(shares - usual).sum() / 2)

    return of


def _heap(codes: IntArray) -> Callable[[slice, slice], float]:
    """The largest share that one value has beyond its share in the weeks before, 0 to 1."""

    def of(rows: slice, before: slice) -> float:
        shares, usual = _shares(codes, rows, before)
        return float((shares - usual).max())

    return of


def _shares(codes: IntArray, rows: slice, before: slice) -> tuple[FloatArray, FloatArray]:
    """Share of each code in the window and in the weeks before."""
    n = int(codes.max(initial=0)) + 1
    now, then = (np.bincount(codes[part], minlength=n) for part in (rows, before))
    return now / max(now.sum(), 1), then / max(then.sum(), 1)


def _check(
    name: str, feed: FeedTable, rule: str, limit: float, measure: Callable[[slice, slice], float], described: str
) -> GateResult:
    """The window with the largest excess; ``measure`` gives a share of a window, beside the weeks before it."""
    worst: tuple[bool, float, str] | None = None
    for days in WINDOWS_DAYS if feed.is_long_enough else ():
        windows = [(feed.rows(days, back_weeks=k), _before(feed, days, k)) for k in range(feed.n_weeks)]
        full = [(rows, before) for rows, before in windows if rows.stop - rows.start >= FEWEST <= _n(before)]
        if not full or full[0] != windows[0] or len(full) < 3:
            continue
        n = _n(full[0][0])
        shares = np.array([measure(rows, before) for rows, before in full])
        usual = float(np.median(shares[1:]))
        spread = max(1.4826 * float(np.median(np.abs(shares[1:] - usual))), np.sqrt(max(usual, 1 / n) / n))
        excess = float(shares[0]) - usual
        breaks = bool(excess > limit and excess > SPREADS * spread)
        sentence = (
            f"{100 * shares[0]:.1f} % of {n:,} incidents in {SPAN_NAMES[days]} {described}; "
            f"usual is {100 * usual:.1f} %"
        )
        worst = max(worst or (False, -1.0, ""), (breaks, excess, sentence))
    if worst is None:
        return not_measured(name, rule, f"fewer than {FEWEST} incidents a week, or too few earlier weeks")
    breaks, excess, sentence = worst
    return GateResult(name, round(excess, 4), rule, pass_or_fail(not breaks), sentence)


def _before(feed: FeedTable, days: int, back_weeks: int) -> slice:
    """The rows of the weeks before a window, as many as there are, at most eight."""
    rows = feed.rows(days, back_weeks=back_weeks)
    first = feed.rows(days + 7 * N_WEEKS, back_weeks=back_weeks)
    return slice(first.start, rows.start)


def _n(rows: slice) -> int:
    return int(rows.stop - rows.start)
