"""The one way plots are drawn: scales, ticks, axes, marks and words become inline SVG.

The same values give the same bytes, nothing is fetched, and text is escaped by `Markup.format`. Colours are classes of
`assets/page.css`. A kind of mark is its shape and its classes ("circle blue", "square ink hollow"), so that kinds
differ in shape as well as in colour. Every value drawn must also stand in a table of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, log, log10
from textwrap import wrap

from markupsafe import Markup

WIDTH, PHONE = 860.0, 320.0
"""Pixels across a plot at a desk and on a phone. Each is shown at its own size or a little smaller, never shrunk."""
_LETTER = 8.0
"""Pixels that a letter of a label takes at most, on average; there is no font to measure here."""
_LABEL = 300.0
"""Pixels that the label of a row may take beside its marks; a longer one is wrapped."""


@dataclass(frozen=True)
class Scale:
    """Values from ``low`` to ``high`` on places from ``start`` to ``end``, in pixels; a vertical one runs upwards."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float, *, is_log: bool = False) -> Scale:
        """A scale that holds the values with a margin; on a log scale they must be positive."""
        low, high = (log(value) if is_log else value for value in (min(values), max(values)))
        margin = 0.08 * (high - low) or 0.1
        low, high = (exp(value) if is_log else value for value in (low - margin, high + margin))
        return cls(low, high, start, end, is_log)

    def __call__(self, value: float) -> float:
        """Place of a value; one beyond an end is drawn at that end.

        >>> Scale(1.0, 100.0, 0.0, 200.0, is_log=True)(10.0), Scale(0.0, 2.0, 100.0, 0.0)(5.0)
        (100.0, 0.0)
        """
        inside = min(max(value, self.low), self.high)
        low, high, at = (log(v) if self.is_log else v for v in (self.low, self.high, inside))
        return round(self.start + (at - low) / (high - low) * (self.end - self.start), 1)

    def ticks(self, gap: float = 45.0) -> list[float]:
        """Round values inside the scale, rising, at least ``gap`` pixels apart so that their figures do not touch.

        >>> Scale(0.3, 1.7, 0.0, 300.0).ticks(), Scale(0.1, 20.0, 0.0, 300.0, is_log=True).ticks()
        ([0.5, 1.0, 1.5], [0.1, 1.0, 10.0])
        """
        if self.is_log and self.high > 8 * self.low:  # too wide for even steps: powers of ten, then 5 and 2 between
            powers = sorted(range(floor(log10(self.low)), ceil(log10(self.high)) + 1), key=abs)
            values = [digit * 10.0**power for digit in (1, 5, 2) for power in powers]
        else:
            step = _round_step((self.high - self.low) * 2 * gap / abs(self.end - self.start))
            values = [k * step for k in range(ceil(self.low / step), floor(self.high / step) + 1)]
        chosen: list[float] = []
        for value in (round(value, 12) for value in values):
            if self.low <= value <= self.high and all(abs(self(value) - self(other)) >= gap for other in chosen):
                chosen.append(value)
        return sorted(chosen)


@dataclass(frozen=True)
class Mark:
    """An estimate with the ends of its interval (None: it has none), its kind, and the text at the end of its row."""

    kind: str
    estimate: float
    lower: float | None
    upper: float | None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A row of an interval plot; without marks it says that nothing was measured."""

    label: str
    marks: tuple[Mark, ...]


def interval_plot(
    rows: Sequence[Row],
    *,
    title: str,
    spanning: Sequence[float],
    neutral: float,
    is_log: bool = False,
    band: tuple[float, float] | None = None,
    key: Sequence[tuple[str, str]] = (),
    label: Callable[[float], str] = "{:g}".format,
) -> Markup:
    """Estimates with their intervals beside a heavy line, a row for each label; on a phone labels stand above.

    Parameters
    ----------
    title : what a reader hears who cannot see the plot.
    spanning : values that the scale holds at least.
    neutral : where the heavy line stands: no difference.
    band : values shaded as allowed.
    key : kind of mark and its meaning, in the order shown.
    label : a tick's figure.
    """
    marks = [mark for row in rows for mark in row.marks]
    ends = [end for mark in marks for end in (mark.estimate, mark.lower, mark.upper) if end is not None]
    held = [neutral, *spanning, *(band or ()), *ends]
    longest = _LETTER * max((len(mark.text) for mark in marks), default=0)

    def drawn(width: float) -> tuple[list[Markup], float]:
        is_wide = width == WIDTH
        labels = [wrapped(row.label, _LABEL if is_wide else width - 8) for row in rows]
        keys, top = key_lines(key, width)
        left = _LETTER * max(len(part) for words in labels for part in words) + 16 if is_wide else 12.0
        x = Scale.over(held, left, width - longest - (24 if is_wide else 18), is_log=is_log)
        heights = _heights(rows, labels, is_wide=is_wide)
        bottom = top + sum(heights)
        parts = [keys]
        if band is not None:
            parts.append(shade(x(band[0]), top, x(band[1]), bottom))
        parts += [x_axis(x, top, bottom, label), line(x(neutral), top, x(neutral), bottom, "heavy")]
        for i, (row, words, height) in enumerate(zip(rows, labels, heights, strict=True)):
            start = top + sum(heights[:i])
            parts.append(_row(row, words, x, start, start + height, width, neutral=neutral))
        return parts, bottom + 26

    return for_every_screen(drawn, title)


def _row(
    row: Row, label: Sequence[str], x: Scale, top: float, bottom: float, width: float, *, neutral: float
) -> Markup:
    """A row of an interval plot between two heights; its label beside its marks, or above them on a phone."""
    is_wide = width == WIDTH
    first = (top + bottom) / 2 + 5 - 9 * (len(label) - 1) if is_wide else top + 16
    parts = [text(0, first + 18 * k, part, "over") for k, part in enumerate(label)]
    if bottom - top > 34:
        parts.append(line(0, bottom, width, bottom, "grid"))
    middle = (top + bottom) / 2 if is_wide else (top + 6 + 18 * len(label) + bottom) / 2
    if not row.marks:
        parts.append(text(x(neutral) + 8, middle + 5, "not measured", "quiet"))
    for k, mark in enumerate(row.marks):
        y = middle + 20 * (k - (len(row.marks) - 1) / 2)
        if mark.lower is not None and mark.upper is not None:
            parts.append(bar(mark.kind, x(mark.lower), y, x(mark.upper), y))
        parts += [symbol(mark.kind, x(mark.estimate), y), text(width - 4, y + 5, mark.text, "end")]
    return Markup("").join(parts)


def _heights(rows: Sequence[Row], labels: Sequence[Sequence[str]], *, is_wide: bool) -> list[float]:
    """Height of each row: all the same beside their labels, each its own where labels stand above."""
    if not is_wide:
        return [12.0 + 18 * len(words) + 20 * max(1, len(row.marks)) for row, words in zip(rows, labels, strict=True)]
    most, lines = max(1, *(len(row.marks) for row in rows)), max(len(words) for words in labels)
    return [14.0 + max(20 * most, 18 * lines if lines > 1 else 0)] * len(rows)


def for_every_screen(drawn: Callable[[float], tuple[list[Markup], float]], title: str) -> Markup:
    """A plot twice: for desk and paper, and narrow for a phone, where the wide one could only be shrunk.

    The style sheet shows one of the two; a reader who listens hears one.

    Parameters
    ----------
    drawn : width -> the parts of the picture and its height.
    """
    made = [(width, *drawn(width), kind) for width, kind in ((WIDTH, "plot desk"), (PHONE, "plot phone"))]
    return Markup("").join(drawing(parts, width, height, title, kind) for width, parts, height, kind in made)


def wrapped(words: str, width: float) -> list[str]:
    """Words as lines of at most ``width`` pixels.

    >>> wrapped("citizen reports: since / before", 120.0)
    ['citizen', 'reports: since', '/ before']
    """
    return wrap(words, max(int(width / _LETTER), 8)) or [""]


def drawing(parts: Iterable[Markup], width: float, height: float, title: str, kind: str = "plot") -> Markup:
    """The whole picture; ``kind`` is its class."""
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">')
    size = (f"{width:g}", f"{height:g}")
    return head.format(kind, *size, *size, title) + Markup("").join(parts) + Markup("</svg>")


def x_axis(x: Scale, top: float, bottom: float, label: Callable[[float], str]) -> Markup:
    """Vertical grid lines with their figures below."""
    return Markup("").join(
        line(x(tick), top, x(tick), bottom, "grid") + text(x(tick), bottom + 18, label(tick), "quiet middle")
        for tick in x.ticks()
    )


def y_axis(
    y: Scale, left: float, right: float, label: Callable[[float], str], *, ticks: Sequence[float] = ()
) -> Markup:
    """Horizontal grid lines with their figures to the left."""
    return Markup("").join(
        line(left, y(tick), right, y(tick), "grid") + text(left - 8, y(tick) + 4, label(tick), "quiet end")
        for tick in (ticks or y.ticks(18.0))
    )


def signed(value: float) -> str:
    """A tick of a scale around 0."""
    return f"{value:+.2g}" if value else "0"


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(look, *_rounded(x1, y1, x2, y2))


def bar(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """The interval of a mark, in its colour; dashed where the mark is hollow."""
    return line(x1, y1, x2, y2, f"bar {kind.partition(' ')[2]}")


def symbol(kind: str, x: float, y: float) -> Markup:
    """A mark of its kind around a point."""
    shape, _, look = kind.partition(" ")
    if shape == "circle":
        return Markup('<circle class="{}" cx="{}" cy="{}" r="5.5"/>').format(look, *_rounded(x, y))
    corners = {"square": "m-5-5h10v10h-10z", "diamond": "m0-7l7 7l-7 7l-7-7z"}[shape]
    return Markup('<path class="{}" d="M{} {}{}"/>').format(look, *_rounded(x, y), corners)


def text(x: float, y: float, words: str, look: str = "") -> Markup:
    """Words that start, end or have their middle at a point."""
    return (
        Markup('<text class="{}" x="{}" y="{}">{}</text>').format(look, *_rounded(x, y), words) if words else Markup()
    )


def shade(x1: float, y1: float, x2: float, y2: float) -> Markup:
    """A band of values that are allowed."""
    size = _rounded(x1, y1, x2 - x1, y2 - y1)
    return Markup('<rect class="band" x="{}" y="{}" width="{}" height="{}"/>').format(*size)


def key_lines(key: Sequence[tuple[str, str]], width: float) -> tuple[Markup, float]:
    """The kinds of marks with their meanings, in as many lines as they need, and where the plot below may begin."""
    parts, x, y = [], 8.0, 10.0
    for kind, words in key:
        if x > 8.0 and x + _LETTER * len(words) + 16 > width:
            x, y = 8.0, y + 22
        parts.append(symbol(kind, x, y))
        lines = wrapped(words, width - x - 16)
        parts += [text(x + 12, y + 5 + 18 * k, part) for k, part in enumerate(lines)]
        x, y = x + _LETTER * len(lines[0]) + 36, y + 18 * (len(lines) - 1)
    return Markup("").join(parts), y + 20 if key else 8.0


def _rounded(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:.1f}".removesuffix(".0") for value in values)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is not below."""
    size = 10.0 ** floor(log10(rough))
    return next(digit * size for digit in (1, 2, 5, 10) if digit * size >= rough * 0.999)
