"""The health of the feed over its whole history: holes, surges, series that stop or begin midway, each with its dates.

A hole (a server that was down, an export cut in two) looks like a quiet season, and a batch that was loaded twice like
a wave of crime. Neither may be learned from unseen. One series is looked at by itself: all incidents, one category, or
one district, by the day on which they occurred.

What is usual on a day is robust to what is looked for: the median over half a year of weekly means, times the weekday.
A run of days is then scored against "only 40 % came" (a hole) or "1.9 times as many came" (a surge) by its Poisson
log-likelihood ratio, divided by the overdispersion of ordinary weeks (quasi-likelihood: Wedderburn 1974, doi
10.1093/biomet/61.3.439), and the highest-scoring runs are found in one pass (Ruzzo & Tompa 1999, "A linear time
algorithm for finding all maximal scoring subsequences", ISMB-99). Scan statistics for counts: Kulldorff 1997, doi
10.1080/03610929708831995.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from patrolcast.numerics.arrays import FloatArray, IntArray

AnomalyKind = Literal["hole", "surge", "stop", "late start"]

_HALF_WINDOW_DAYS = 91
_LEAST_DAYS = 120
_HOLE, _SURGE = 0.4, 1.9
LEAST_SCORE: Final = 14.0
"""A run of days is reported from this log-likelihood ratio on: e**14 is one in a million, for a few thousand days."""
_MOST_OF_A_HOLE, _LEAST_OF_A_SURGE = 0.5, 1.6
_BEFORE_DAYS = 182


@dataclass(frozen=True)
class FeedAnomaly:
    """A run of days on which a series is not itself.

    Attributes
    ----------
    kind : "hole" (too little, and it came back), "surge" (too much), "stop" (too little until the end), "late start"
        (next to nothing from the beginning).
    first, last : positions of its first and last day.
    observed, expected : incidents that came, and that were usual for these days.
    """

    kind: AnomalyKind
    first: int
    last: int
    observed: float
    expected: float

    @property
    def share(self) -> float:
        """What came of what was usual, 0 and more."""
        return self.observed / self.expected

    @property
    def n_days(self) -> int:
        """Its length."""
        return self.last - self.first + 1


def find_anomalies(counts: IntArray, weekday: IntArray) -> tuple[FeedAnomaly, ...]:
    """Everything unusual in one series, in order of its first day.

    Parameters
    ----------
    counts : incidents a day, >= 0, ``[n_days]``.
    weekday : 0 (Monday) to 6 of each day, ``[n_days]``.

    Returns
    -------
    Empty for fewer than 120 days, and where the series is too thin for anything to be seen.
    """
    values = counts.astype(np.float64)
    if len(values) < _LEAST_DAYS or not values.any():
        return ()
    ordinary = _without_wild_days(values)
    start, stop = _late_start(ordinary), _stop(ordinary)
    first, last = (start.last + 1 if start else 0), (stop.first if stop else len(values))
    ends = [anomaly for anomaly in (start, stop) if anomaly is not None]
    if last - first < _LEAST_DAYS:
        return tuple(ends)
    inside, days = values[first:last], weekday[first:last]
    usual = usual_by_day(inside, days)
    scale = overdispersion(inside, usual)
    anomalies = [_anomaly("hole", run, inside, usual) for run in _runs(inside, usual, _HOLE, scale)]
    anomalies += [_anomaly("surge", run, inside, usual) for run in _runs(inside, usual, _SURGE, scale)]
    clear = [a for a in anomalies if _is_clear(a)]
    moved = [FeedAnomaly(a.kind, a.first + first, a.last + first, a.observed, a.expected) for a in clear]
    return tuple(sorted([*moved, *ends], key=lambda anomaly: anomaly.first))


def _is_clear(anomaly: FeedAnomaly) -> bool:
    """A rise beyond the window is what is usual: in a thin series, whose median week is empty, every year is one."""
    if anomaly.kind == "hole":
        return anomaly.share <= _MOST_OF_A_HOLE
    return anomaly.share >= _LEAST_OF_A_SURGE and anomaly.n_days <= 2 * _HALF_WINDOW_DAYS


def usual_by_day(values: FloatArray, weekday: IntArray) -> FloatArray:
    """What is usual on each day, > 0, ``[n_days]``: a median over half a year of weekly means, times the weekday.

    Up to three months of wrong days in a window of six do not move a median.
    """
    week = np.ones(7)
    weekly_mean = np.convolve(values, week, "same") / np.convolve(np.ones(len(values)), week, "same")
    window = pd.Series(weekly_mean).rolling(2 * _HALF_WINDOW_DAYS + 1, center=True, min_periods=1)
    level = window.median().to_numpy(copy=True)
    # At both ends a centred window is cut in half, and a hole would fill it: the nearest whole window stands in.
    if len(values) > 2 * _HALF_WINDOW_DAYS:
        level[:_HALF_WINDOW_DAYS] = level[_HALF_WINDOW_DAYS]
        level[-_HALF_WINDOW_DAYS:] = level[-_HALF_WINDOW_DAYS - 1]
    # A single wild day must not make its weekday a busy one: no day counts more than three times the level.
    relative = np.minimum(values / np.maximum(level, 1e-9), 3.0)
    shape = np.array([relative[weekday == day].mean() if (weekday == day).any() else 1.0 for day in range(7)])
    return np.asarray(np.maximum(level * (shape / max(shape.mean(), 1e-9))[weekday], 1e-9))


def overdispersion(values: FloatArray, usual: FloatArray) -> float:
    """How much more ordinary weeks vary than Poisson counts would, >= 1, by the median absolute deviation."""
    n_weeks = len(values) // 7
    came, expected = values[: 7 * n_weeks].reshape(-1, 7).sum(axis=1), usual[: 7 * n_weeks].reshape(-1, 7).sum(axis=1)
    residual = (came - expected) / np.sqrt(expected)
    return float(max(1.0, (1.4826 * np.median(np.abs(residual - np.median(residual)))) ** 2))


def _runs(values: FloatArray, usual: FloatArray, factor: float, scale: float) -> list[tuple[int, int]]:
    """First and last day of each maximal run whose score reaches the limit, its ends fitted to its own factor."""
    runs = [run[:2] for run in maximal_runs(_score(values, usual, factor) / scale) if run[2] >= LEAST_SCORE]
    return [_sharpened(first, last, values, usual) for first, last in runs]


def _score(values: FloatArray, usual: FloatArray, factor: float) -> FloatArray:
    return values * np.log(factor) + usual * (1.0 - factor)


def _sharpened(first: int, last: int, values: FloatArray, usual: FloatArray) -> tuple[int, int]:
    """The best run nearby under the factor that was seen: one wild night does not draw a busy evening beside it in."""
    factor = max(values[first : last + 1].sum() / usual[first : last + 1].sum(), 0.05)
    low = max(first - 7, 0)
    near = slice(low, last + 8)
    best = max(maximal_runs(_score(values[near], usual[near], factor)), key=lambda run: run[2])
    return best[0] + low, best[1] + low


def maximal_runs(score: FloatArray) -> list[tuple[int, int, float]]:
    """All maximal scoring runs as (first, last, total), in order (Ruzzo & Tompa 1999).

    >>> maximal_runs(np.array([4.0, -5.0, 3.0, -3.0, 1.0, 2.0, -2.0, 2.0, -2.0, 1.0, 5.0]))
    [(0, 0, 4.0), (2, 2, 3.0), (4, 10, 7.0)]
    """
    # First, last, sum before it, sum with it, and the last run before it whose own sum before is lower.
    runs: list[tuple[int, int, float, float, int]] = []
    total = 0.0
    for day, gain in enumerate(score.tolist()):
        before, total = total, total + gain
        if gain <= 0:
            continue
        first, low = day, before
        while True:
            at = len(runs) - 1
            while at >= 0 and runs[at][2] >= low:
                at = runs[at][4]
            if at < 0 or runs[at][3] >= total:
                break
            first, low = runs[at][0], runs[at][2]
            del runs[at:]
        runs.append((first, day, low, total, at))
    return [(first, last, high - low) for first, last, low, high, _ in runs]


def _anomaly(kind: AnomalyKind, run: tuple[int, int], values: FloatArray, usual: FloatArray) -> FeedAnomaly:
    first, last = run
    return FeedAnomaly(kind, first, last, float(values[first : last + 1].sum()), float(usual[first : last + 1].sum()))


def _without_wild_days(values: FloatArray) -> FloatArray:
    """No day counts more than three times a usual one: after a night of unrest every later month would be a stop."""
    level = pd.Series(values).rolling(29, center=True, min_periods=1).median().to_numpy()
    return np.minimum(values, 3.0 * level.max() + 5.0)


def _stop(values: FloatArray) -> FeedAnomaly | None:
    """The series falls to less than 40 % of what it was and stays there until its end; a long decline is none."""
    running = np.concatenate([[0.0], np.cumsum(values)])
    n = len(values)
    day = np.arange(14, n - 6)
    span = np.minimum(day, _BEFORE_DAYS)
    before = running[day] - running[day - span]
    rate = before / span
    came, expected = running[n] - running[day], rate * (n - day)
    # Both rates are counted, not known: a fortnight of a thin series that happens to be busy makes no stop of the rest.
    both, part = came + before, (n - day) / (n - day + span)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(came > 0, came * np.log(came / (both * part)), 0.0)
        gain += np.where(before > 0, before * np.log(before / (both * (1.0 - part))), 0.0)
    soon = np.minimum(n - day, 28)
    abrupt = running[day + soon] - running[day] <= _HOLE * rate * soon
    gain[(came > _HOLE * expected) | ~abrupt | (expected <= 0)] = 0.0
    best = int(gain.argmax())
    if gain[best] < LEAST_SCORE:
        return None
    return FeedAnomaly("stop", int(day[best]), n - 1, float(came[best]), float(expected[best]))


def _late_start(values: FloatArray) -> FeedAnomaly | None:
    """The mirror image of a stop."""
    stop = _stop(values[::-1])
    if stop is None:
        return None
    return FeedAnomaly("late start", 0, len(values) - 1 - stop.first, stop.observed, stop.expected)
