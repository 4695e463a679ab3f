"""A forest plot as coordinates: one row per label, a mark at the mean, a line over the interval. The template draws it.

Marks differ by shape as well as by colour, so that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, ROW, TOP, LEFT, RIGHT = 860.0, 34.0, 34.0, 330.0, 90.0


@dataclass(frozen=True)
class ForestRow:
    """One row: what it is, the mean, its interval (or None), and the kind that chooses the mark."""

    label: str
    mean: float
    lower: float | None
    upper: float | None
    kind: str


def forest(rows: Sequence[ForestRow], *, band: tuple[float, float] | None = None) -> dict[str, Any]:
    """Coordinates of the plot.

    Parameters
    ----------
    band : values drawn as allowed, or None.

    Returns
    -------
    ``width``, ``height``, ``rows`` (label, y, x, x0, x1, told, kind), ``ticks`` (x, text), ``zero``, and ``band``
    (x, width).
    """
    ends = [v for row in rows for v in (row.mean, row.lower, row.upper) if v is not None] + list(band or ()) + [0.0]
    step = _step(max(ends) - min(ends))
    low, high = math.floor(min(ends) / step) * step, math.ceil(max(ends) / step) * step
    high = high if high > low else low + step

    def x(value: float) -> float:
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    n_ticks = round((high - low) / step) + 1
    return {
        "width": WIDTH,
        "height": TOP + ROW * len(rows) + 30,
        "top": TOP - 12,
        "bottom": TOP + ROW * len(rows),
        "rows": [
            {
                "label": row.label,
                "kind": row.kind,
                "y": TOP + ROW * (i + 0.4),
                "x": x(row.mean),
                "x0": x(row.mean if row.lower is None else row.lower),
                "x1": x(row.mean if row.upper is None else row.upper),
                "told": f"{row.mean:+.3f}",
            }
            for i, row in enumerate(rows)
        ],
        "ticks": [
            (x(low + k * step), f"{low + k * step:+.2g}" if abs(low + k * step) > 1e-12 else "0")
            for k in range(n_ticks)
        ],
        "zero": x(0.0),
        "band": None if band is None else (x(band[0]), round(x(band[1]) - x(band[0]), 1)),
    }


def _step(span: float) -> float:
    """A round distance between ticks that gives about five of them.

    >>> _step(0.83), _step(0.0)
    (0.2, 0.1)
    """
    if span <= 0:
        return 0.1
    rough = span / 5
    size = 10.0 ** math.floor(math.log10(rough))
    return float(next(round(m * size, 12) for m in (1, 2, 5, 10) if m * size >= rough))
