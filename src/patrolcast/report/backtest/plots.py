"""Plots of a back-test as inline SVG: every value also stands in a table, shapes differ as well as colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_INK, _QUIET, _LINE, _BLUE, _ORANGE = "#1b1f24", "#4b5560", "#c9d0d8", "#1c4f8f", "#b3380b"
_ROW, _LEFT, _WIDTH, _TOP = 26, 210, 780, 34


def ratio_plot(rows: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Ratios with 95 % intervals about the line of "no better", one row each.

    Parameters
    ----------
    rows : ``label``, ``ratio``, ``lower``, ``upper``, and ``marked`` (True draws a square: the second comparison).
    """
    usable = [row for row in rows if _is_finite(row["ratio"], row["lower"], row["upper"])]
    low = min([0.9, *(row["lower"] for row in usable)])
    high = max([1.2, *(row["upper"] for row in usable)])
    low, high = math.floor(low * 10) / 10, math.ceil(high * 10) / 10
    height = _TOP + _ROW * len(rows) + 16

    def x(value: float) -> float:
        return round(_LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - 20), 1)

    parts = [
        *_axis(_ticks(low, high), x, top=_TOP, bottom=height - 16),
        _line(x(1.0), _TOP - 4, x(1.0), height - 16, _INK, 2),
    ]
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number + _ROW / 2
        parts.append(_text(_LEFT - 10, y + 4, row["label"], anchor="end"))
        if row not in usable:
            parts.append(_text(x(1.0) + 8, y + 4, "not measured", colour=_QUIET))
            continue
        colour = _ORANGE if row.get("marked") else _BLUE
        parts.append(_line(x(row["lower"]), y, x(row["upper"]), y, colour, 3))
        parts.append(_mark(x(row["ratio"]), y, colour, square=bool(row.get("marked"))))
    return _svg(parts, _WIDTH, height, title)


def reliability_plot(deciles: Sequence[Mapping[str, Any]], *, title: str) -> Markup:
    """Expected / counted by tenth, lowest first, with 95 % limits; the band is 0.8 to 1.25."""
    width, height, left, bottom = 340, 190, 44, 160
    low, high = math.log(0.4), math.log(2.5)

    def y(ratio: float) -> float:
        part = (min(max(math.log(ratio), low), high) - low) / (high - low)
        return round(bottom - part * (bottom - 20), 1)

    band = f'<rect x="{left}" y="{y(1.25)}" width="{width - left - 8}" height="{y(0.8) - y(1.25)}" fill="#e8eef5"/>'
    parts = [band, _line(left, y(1.0), width - 8, y(1.0), _INK, 1)]
    parts += [
        _text(left - 6, y(tick) + 4, f"{tick:g}", anchor="end", colour=_QUIET) for tick in (0.5, 0.8, 1.0, 1.25, 2.0)
    ]
    step = (width - left - 8) / max(len(deciles), 1)
    for number, one in enumerate(deciles):
        x = round(left + step * (number + 0.5), 1)
        parts.append(_text(x, bottom + 18, str(number + 1), anchor="middle", colour=_QUIET))
        if _is_finite(one["ratio"]) and one["ratio"] > 0:
            upper = one["upper"] if _is_finite(one["upper"]) else 2.5
            parts.append(_line(x, y(max(one["lower"], 0.4)), x, y(upper), _BLUE, 2))
            parts.append(_mark(x, y(one["ratio"]), _BLUE, square=False))
    return _svg(parts, width, height, title)


def _axis(ticks: Sequence[float], x: Any, *, top: float, bottom: float) -> list[str]:  # noqa: ANN401
    lines = [_line(x(tick), top, x(tick), bottom, _LINE, 1) for tick in ticks]
    return lines + [_text(x(tick), top - 12, f"{tick:g}", anchor="middle", colour=_QUIET) for tick in ticks]


def _ticks(low: float, high: float) -> list[float]:
    step = 0.1 if high - low <= 1.0 else 0.25 if high - low <= 2.5 else 1.0
    first = math.ceil(low / step - 1e-9)
    return [round(step * k, 2) for k in range(first, int(high / step + 1e-9) + 1)]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"/>'


def _mark(x: float, y: float, colour: str, *, square: bool) -> str:
    if square:
        return f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" fill="{colour}"/>'
    return f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="13" fill="{colour}">{escape(text)}</text>'


def _svg(parts: Sequence[str], width: float, height: float, title: str) -> Markup:
    head = f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(title)}">'
    return Markup(head + f"<title>{escape(title)}</title>" + "".join(parts) + "</svg>")


def _is_finite(*values: Any) -> bool:  # noqa: ANN401
    return all(value is not None and math.isfinite(value) for value in values)
