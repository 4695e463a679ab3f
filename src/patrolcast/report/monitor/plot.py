"""E-values by week as coordinates, on a log scale; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860.0, 300.0, 70.0, 190.0, 24.0, 44.0
LARGEST = 1e6


def evidence_plot(series: Sequence[tuple[str, Sequence[float]]], *, alarm: float) -> dict[str, Any]:
    """Lines of e-values with the alarm line.

    Parameters
    ----------
    series : name and e-values by week; the first is drawn with circles, the second with diamonds.

    Returns
    -------
    ``width``, ``height``, ``lines`` (name, points, marks, end), ``ticks_x``, ``ticks_y`` (position, text), ``alarm``.
    """
    n_weeks = max((len(values) for _, values in series), default=0)
    shown = [min(max(value, 1e-3), LARGEST) for _, values in series for value in values]
    low, high = math.log10(min([0.1, *shown])), math.log10(max([alarm * 5, *shown]))

    def x(week: float) -> float:
        return round(LEFT + (week - 1) / max(n_weeks - 1, 1) * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        at = math.log10(min(max(value, 1e-3), LARGEST))
        return round(TOP + (high - at) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    step = max(1, round(n_weeks / 8))
    lines = []
    for name, values in series:
        marks = [(x(i + 1), y(value)) for i, value in enumerate(values)]
        points = " ".join(f"{a},{b}" for a, b in marks)
        lines.append({"name": name, "points": points, "marks": marks, "end": marks[-1] if marks else None})
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "lines": _apart([line for line in lines if line["marks"]]),
        "ticks_x": [(x(week), str(week)) for week in range(1, n_weeks + 1, step)],
        "ticks_y": [(y(10.0**power), f"{10.0**power:,g}") for power in range(math.ceil(low), math.floor(high) + 1)],
        "alarm": y(alarm),
        "capped": any(value > LARGEST for _, values in series for value in values),
    }


def _apart(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Places for the names at the ends of the lines, so that they do not lie on one another."""
    order = sorted(range(len(lines)), key=lambda i: lines[i]["end"][1])
    last = -100.0
    for i in order:
        last = max(lines[i]["end"][1] + 5, last + 20)
        lines[i]["label_y"] = round(last, 1)
    return lines
