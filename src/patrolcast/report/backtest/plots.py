"""The pictures of a back-test: incidents found beside other methods, and expected beside counted incidents."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from patrolcast.report import svg

COUNTING, PEER = "circle blue", "square orange"
_ALLOWED = (0.8, 1.25)


def backtest_ratio_plot(rows: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Ratios with 95 % intervals beside the line of "no better", a row each.

    Parameters
    ----------
    rows : ``label``, ``ratio``, ``lower``, ``upper`` (None where not measured), and ``kind`` of the mark.
    """
    key = ((COUNTING, "against counting"), (PEER, "against the best peer, chosen in hindsight"))
    return svg.interval_plot(
        [svg.Row(row["label"], _marks(row)) for row in rows], title=title, spanning=(0.9, 1.2), neutral=1.0, key=key
    )


def _marks(row: Mapping[str, Any]) -> tuple[svg.Mark, ...]:
    values = row["ratio"], row["lower"], row["upper"]
    return (svg.Mark(row["kind"], *values),) if _is_finite(*values) else ()


def reliability_plot(deciles: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Expected / counted by tenth, lowest first, with 95 % limits; what leaves 0.4 to 2.5 is drawn at its edge."""
    left, right, top, bottom = 44.0, 332.0, 20.0, 160.0
    y = svg.Scale(0.4, 2.5, bottom, top, is_log=True)
    step = (right - left) / max(len(deciles), 1)
    parts = [
        svg.shade(left, y(_ALLOWED[1]), right, y(_ALLOWED[0])),
        svg.y_axis(y, left, right, "{:g}".format, ticks=(0.5, *_ALLOWED, 1.0, 2.0)),
        svg.line(left, y(1.0), right, y(1.0), "heavy"),
    ]
    for number, decile in enumerate(deciles):
        x = left + step * (number + 0.5)
        parts.append(svg.text(x, bottom + 18, str(number + 1), "quiet middle"))
        if _is_finite(decile["ratio"]) and decile["ratio"] > 0:
            upper = decile["upper"] if _is_finite(decile["upper"]) else math.inf
            parts += [
                svg.bar(COUNTING, x, y(decile["lower"]), x, y(upper)),
                svg.symbol(COUNTING, x, y(decile["ratio"])),
            ]
    return svg.drawing(parts, 340, 190, title)


def _is_finite(*values: Any) -> bool:  # noqa: ANN401
    return all(value is not None and math.isfinite(value) for value in values)
