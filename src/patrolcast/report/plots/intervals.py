"""The plot that most pages have: estimates with their intervals beside the line of no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from patrolcast.report.plots import layers as parts
from patrolcast.report.plots.layers import LETTER, WIDTH, Drawing, raw, wrapped
from patrolcast.report.plots.scale import PLAIN, Scale

_LABEL = 300.0
"""Pixels that the label of a row may take beside its marks; a longer one is wrapped."""


@dataclass(frozen=True)
class Mark:
    """An estimate with the ends of its interval (None: it has none), its kind, and the text at the end of its row.

    ``wider``: the ends of a second, wider interval, drawn as a thin line.
    """

    kind: str
    estimate: float
    lower: float | None
    upper: float | None
    text: str = ""
    wider: tuple[float, float] | None = None


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
    label: str = PLAIN,
) -> Markup:
    """Estimates with their intervals beside a heavy line, a row for each label; on a phone labels stand above.

    Parameters
    ----------
    title : what a reader hears who cannot see the plot.
    spanning : values that the scale holds at least.
    neutral : where the heavy line stands: no difference.
    band : values shaded as allowed.
    key : kind of mark and its meaning, in the order shown.
    label : a tick's figure, an expression of Vega.
    """
    marks = [mark for row in rows for mark in row.marks]
    ends = [end for mark in marks for end in (mark.estimate, mark.lower, mark.upper) if end is not None]
    ends += [end for mark in marks for end in mark.wider or ()]
    spanned = [neutral, *spanning, *(band or ()), *ends]
    figure = LETTER * max((len(mark.text) for mark in marks), default=0) + 18
    is_single = all(len(row.marks) < 2 for row in rows)

    def drawn(width: float) -> Drawing:
        is_wide = width == WIDTH
        # On a phone the only figure of a row stands beside its label, so that the scale has the whole width.
        is_above = is_single and not is_wide
        labels = [wrapped(row.label, _LABEL if is_wide else width - 8 - (figure if is_above else 0.0)) for row in rows]
        right = 18.0 if is_above else figure  # half of a tick's figure at the very end fits
        left = LETTER * max(len(part) for words in labels for part in words) + 16 if is_wide else 18.0
        x = Scale.over(spanned, width - left - right, is_log=is_log)
        keys, top = parts.key_layers(key, width, left)
        heights = _heights(rows, labels, is_wide=is_wide)
        ends = list(accumulate(heights))
        names, figures, gaps, points = [], [], [], []
        for row, words, height, end in zip(rows, labels, heights, ends, strict=True):
            middle = end - height / 2 if is_wide else end - (height - 6 - 18 * len(words)) / 2
            first = middle + 5 - 9 * (len(words) - 1) if is_wide else end - height + 16
            names += [(-left, first + 18 * k, part) for k, part in enumerate(words)]
            gaps += [] if row.marks else [(x(neutral) + 8, middle + 5, "not measured")]
            for k, mark in enumerate(row.marks):
                y, at = middle + 20 * (k - (len(row.marks) - 1) / 2), (mark.estimate, mark.lower, mark.upper)
                low, high = mark.wider or (None, None)
                point = {**dict(zip(("x", "low", "high"), at, strict=True)), "lowest": low, "highest": high, "y": y}
                points.append({**point, **parts.kind(mark.kind)})
                figures.append((x.pixels + right - 4, first if is_above else y + 5, mark.text))
        across = x.channel(label, named=(neutral, *(band or ())))
        layers = [
            parts.layer("heavy", "rule", x={**across, "datum": neutral}),
            parts.lines(((-left, y, x.pixels + right, y) for y in ends if max(heights) > 34), "between"),
            parts.intervals(points, "x", "low", "high", x=across, y=raw("y")),
            parts.intervals(points, "x", "lowest", "highest", x=across, y=raw("y"), name="wider"),
            parts.symbols(points, x={**across, "field": "x"}),
            parts.text(names, "over"),
            parts.text(figures, "figure", "right"),
            parts.text(gaps, "quiet"),
            *keys,
        ]
        if band is not None:
            layers.insert(0, parts.layer("band", "rect", x={**across, "datum": band[0]}, x2={"datum": band[1]}))
        return Drawing(layers, x.pixels, ends[-1], left, right, top, bottom=26.0)

    return parts.for_every_screen(drawn, title)


def _heights(rows: Sequence[Row], labels: Sequence[Sequence[str]], *, is_wide: bool) -> list[float]:
    """Height of each row: all the same beside their labels, each its own where labels stand above."""
    if not is_wide:
        return [12.0 + 18 * len(words) + 20 * max(1, len(row.marks)) for row, words in zip(rows, labels, strict=True)]
    most, n_lines = max(1, *(len(row.marks) for row in rows)), max(len(words) for words in labels)
    return [14.0 + max(20 * most, 18 * n_lines if n_lines > 1 else 0)] * len(rows)
