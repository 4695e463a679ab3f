"""Ratios of groups as a picture: what a group receives beside what is reported where it lives, on a log scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp, floor, isfinite, log
from typing import Any

from patrolcast.domain.measures import GroupComparison, Interval
from patrolcast.report import words

WIDTH, LEFT, RIGHT, ROW, TOP = 860.0, 190.0, 150.0, 62.0, 30.0
TICKS = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 10.0)


def ratio_plot(groups: Sequence[GroupComparison]) -> dict[str, Any] | None:
    """Coordinates of the picture, None when no group was measured.

    Returns
    -------
    ``width``, ``height``, ``left``, ``right``, ``ticks`` (x, text, is_one), ``rows`` (label, y, marks); a mark has
    ``x``, ``x0``, ``x1``, ``y``, ``kind`` (exposure or need) and ``told``.
    """
    measured = [one for one in groups if one.log_exposure_ratio.measured]
    if not measured:
        return None
    ends = [0.0, log(1.5), -log(1.5)]
    for one in measured:
        for found in (one.log_exposure_ratio, one.log_need_ratio):
            ends += [end for end in (found.lower, found.upper) if isfinite(end)]
    low, high = floor(10 * min(ends)) / 10, ceil(10 * max(ends)) / 10

    def x(value: float) -> float:
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    rows = []
    for i, one in enumerate(measured):
        middle = TOP + ROW * (i + 0.5)
        marks = [_mark("exposure", one.log_exposure_ratio, middle - 10, x)]
        if one.log_need_ratio.measured:
            marks.append(_mark("need", one.log_need_ratio, middle + 12, x))
        rows.append({"label": words.plain(one.group), "y": middle, "marks": marks, "line": TOP + ROW * (i + 1)})
    return {
        "width": WIDTH,
        "height": TOP + ROW * len(rows) + 46,
        "top": TOP,
        "bottom": TOP + ROW * len(rows),
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "ticks": [(x(log(tick)), f"{tick:g}", tick == 1.0) for tick in _ticks(low, high)],
        "rows": rows,
    }


def _ticks(low: float, high: float) -> list[float]:
    """Round ratios inside the picture, at least 45 points apart so that their figures do not touch."""
    inside = [tick for tick in TICKS if low <= log(tick) <= high]
    kept: list[float] = []
    for tick in sorted(inside, key=lambda one: (one != 1.0, abs(log(one)) not in (log(2.0), -log(0.5)))):
        apart = [abs(log(tick) - log(one)) / (high - low) * (WIDTH - LEFT - RIGHT) for one in kept]
        if all(distance > 45 for distance in apart):
            kept.append(tick)
    return sorted(kept)


def _mark(kind: str, found: Interval, y: float, x: Any) -> dict[str, Any]:  # noqa: ANN401
    told = f"{exp(found.estimate):.2f} ({exp(found.lower):.2f} to {exp(found.upper):.2f})"
    return {"kind": kind, "y": y, "x": x(found.estimate), "x0": x(found.lower), "x1": x(found.upper), "told": told}
