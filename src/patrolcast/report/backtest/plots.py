"""The pictures of a back-test: incidents found beside other methods, and expected beside counted incidents."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from patrolcast.report.plots import layers as parts
from patrolcast.report.plots.intervals import Mark, Row, interval_plot
from patrolcast.report.plots.scale import PLAIN, Scale

COUNTING, PEER = "circle blue", "square orange"
_ALLOWED = (0.8, 1.25)


def backtest_ratio_plot(rows: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Ratios with 95 % intervals beside the line of "no better", a row each.

    Parameters
    ----------
    rows : ``label``, ``ratio``, ``lower``, ``upper`` (None where not measured), and ``kind`` of the mark.
    """
    key = ((COUNTING, "against counting"), (PEER, "against the best peer, chosen in hindsight"))
    return interval_plot(
        [Row(row["label"], _marks(row)) for row in rows], title=title, spanning=(0.95, 1.05), neutral=1.0, key=key
    )


def _marks(row: Mapping[str, Any]) -> tuple[Mark, ...]:
    values = row["ratio"], row["lower"], row["upper"]
    return (Mark(row["kind"], *values),) if _is_finite(*values) else ()


def reliability_plot(deciles: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Expected / counted by tenth, lowest first, with 95 % limits; what leaves 0.4 to 2.5 is drawn at its edge.

    Where all limits lie near 1 the scale is as narrow as the shaded band allows, so that tenths still differ.
    """
    ends = [decile[end] for decile in deciles for end in ("ratio", "lower", "upper") if _is_finite(decile["ratio"])]
    low = max(0.4, min([0.74, *(end for end in ends if _is_finite(end))]))
    high = min(2.5, max([1.35, *(end if _is_finite(end) else 2.5 for end in ends)]))
    y, step = Scale(low, high, 140.0, is_log=True), 288.0 / max(len(deciles), 1)
    down = y.channel(PLAIN, ticks=[tick for tick in (0.5, *_ALLOWED, 1.0, 2.0) if low <= tick <= high])
    points = [
        {
            **{"x": step * (number + 0.5), "y": decile["ratio"], "low": decile["lower"]},
            **{"high": decile["upper"] if _is_finite(decile["upper"]) else y.high, **parts.kind(COUNTING)},
        }
        for number, decile in enumerate(deciles)
        if _is_finite(decile["ratio"]) and decile["ratio"] > 0
    ]
    layers = [
        parts.layer("band", "rect", y={**down, "datum": _ALLOWED[0]}, y2={"datum": _ALLOWED[1]}),
        parts.layer("heavy", "rule", y={**down, "datum": 1.0}),
        parts.intervals(points, "y", "low", "high", x=parts.raw("x"), y=down),
        parts.symbols(points, y={**down, "field": "y"}),
        parts.text(((step * (k + 0.5), y.pixels + 18, str(k + 1)) for k in range(len(deciles))), "quiet", "center"),
    ]
    return parts.picture(parts.Drawing(layers, 288.0, y.pixels, left=44.0, right=8.0, top=20.0, bottom=30.0), title)


def _is_finite(*values: Any) -> bool:  # noqa: ANN401
    return all(value is not None and math.isfinite(value) for value in values)
