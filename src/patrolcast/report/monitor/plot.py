"""Evidence against chance week by week as a picture: a line for each series, on a log scale, with the alarm line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from patrolcast.report import svg

LARGEST = 1e6
"""E-values beyond this are drawn at it; the page says so (:func:`is_capped`)."""
_SMALLEST = 1e-3
_KINDS = ("circle blue", "diamond orange")
_MOST_MARKS = 60


def evidence_plot(series: Sequence[tuple[str, Sequence[float]]], *, alarm: float) -> Markup:
    """E-values by week.

    Parameters
    ----------
    series : name and e-values from week 1 on; at most two, the second drawn with diamonds.
    alarm : the e-value from which the monitor raises its alarm.
    """
    n_weeks = max(len(values) for _, values in series)
    shown = [min(max(value, _SMALLEST), LARGEST) for _, values in series for value in values]
    left, right, top, bottom = 70.0, svg.WIDTH - 180, 16.0, 250.0
    x = svg.Scale(1, max(n_weeks, 2), left, right)
    y = svg.Scale.over([0.1, alarm * 5, *shown], bottom, top, is_log=True)
    parts = [svg.y_axis(y, left, right, "{:,g}".format)]
    step = max(1, round(n_weeks / 8))
    parts += [svg.text(x(week), bottom + 20, str(week), "quiet middle") for week in range(1, n_weeks + 1, step)]
    parts += [
        svg.text(left, bottom + 42, "week of the log", "quiet"),
        svg.line(left, y(alarm), right, y(alarm), "alarm"),
        svg.text(left + 6, y(alarm) - 7, f"alarm at {alarm:g}", "alarm"),
    ]
    ends = []
    for kind, (name, values) in zip(_KINDS, series, strict=False):
        points = [(x(week), y(value)) for week, value in enumerate(values, start=1)]
        parts += [svg.bar(kind, *start, *end) for start, end in pairwise(points)]
        parts += [svg.symbol(kind, *point) for point in points if len(points) <= _MOST_MARKS]
        ends += [(points[-1][1] + 5, points[-1][0] + 12, name, kind)] if points else []
    last = 0.0
    for at, end, name, kind in sorted(ends):  # names at the ends of lines, moved down past each other
        last = max(at, last + 20)
        parts.append(svg.text(end, last, name, f"{kind.partition(' ')[2]} name"))
    title = "E-values by week; the same figures stand in the table below"
    return svg.drawing(parts, svg.WIDTH, bottom + 50, title)


def is_capped(series: Sequence[tuple[str, Sequence[float]]]) -> bool:
    """True when an e-value is drawn lower than it is."""
    return any(value > LARGEST for _, values in series for value in values)
