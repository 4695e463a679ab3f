"""The parts of a plot as layers of Vega-Lite, and the SVG that vl-convert makes of them.

Colours are the custom properties of `assets/page.css`, for day, night and paper. A kind of mark is its shape and its
colour ("circle blue", "square ink hollow"), so that kinds differ in more than colour.
"""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from markupsafe import Markup

from patrolcast.domain.errors import NotPermittedError
from patrolcast.report.page import safe_text

Layer = dict[str, Any]

WIDTH, PHONE = 860.0, 320.0
"""Pixels across a plot at a desk and on a phone. Each is shown at its own size or a little smaller, never shrunk."""
LETTER = 8.0
"""Pixels that a letter of a label takes at most, on average: the reader's font is not known here."""
_VEGA_LITE = "6.4"
_COLOURS = {"blue": "var(--accent)", "orange": "var(--mark)", "ink": "var(--ink)", "quiet": "var(--quiet)"}
_SIZES = {"circle": 95, "square": 100, "diamond": 110}
_CONFIG = {
    "aria": False,
    "view": {"stroke": None},
    "text": {"fontSize": 14, "color": "var(--ink)", "baseline": "alphabetic"},
    "rule": {"color": "var(--ink)"},
    "rect": {"color": "var(--band)"},
    "point": {"opacity": 1, "strokeWidth": 2},
    "axis": {
        **{"domain": False, "ticks": False, "title": None, "gridColor": "var(--line)", "labelColor": "var(--quiet)"},
        **{"labelFontSize": 13, "labelOverlap": False, "labelFlush": False, "labelLimit": 0, "labelPadding": 8},
    },
    "style": {
        "name": {"fontWeight": 600},
        "quiet": {"color": "var(--quiet)", "fontSize": 13},
        "alarm": {"color": "var(--mark)", "fontWeight": 600, "strokeWidth": 2, "strokeDash": [8, 5]},
        "heavy": {"strokeWidth": 2},
        "interval": {"strokeWidth": 2.5},
        "wider": {"strokeWidth": 1.2},
        "level": {"color": "var(--quiet)", "strokeDash": [7, 4]},
        "leader": {"color": "var(--quiet)"},
        "between": {"color": "var(--line)"},
    },
}
_FIGURES: Any = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "minus": "-"}
_ADDRESSES = 100e9  # tried: 40 GB are too few
_TAG = re.compile(r"<[^>]+>")
_UNHEARD = re.compile(r' (?:aria-[a-z]+|role|pointer-events|opacity|font-family)="[^"]*"')
_CLASS = re.compile(r'class="mark-[a-z]+ role-(?:mark )?([a-z_-]+?)(?:_\d+_marks)?"')
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")


@dataclass(frozen=True)
class Drawing:
    """Layers over a frame of scales, in pixels, and the pixels around that frame for words."""

    layers: Sequence[Layer]
    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


def for_every_screen(drawn: Callable[[float], Drawing], title: str) -> Markup:
    """A plot twice: for desk and paper, and narrow for a phone, where the wide one could only be shrunk.

    The style sheet shows one of the two; a reader who listens hears one.
    """
    return picture(drawn(WIDTH), title, "plot desk") + picture(drawn(PHONE), title, "plot phone")


def picture(drawing: Drawing, title: str, look: str = "plot") -> Markup:
    """The whole picture as SVG; ``title`` is what a reader hears who cannot see it, ``look`` its class.

    Raises
    ------
    NotPermittedError : a process may not reserve the addresses that drawing takes.
    """
    import vl_convert  # half a second and 100 MB, which only a page with plots pays

    _needs_addresses()
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        **{"width": drawing.width, "height": drawing.height, "autosize": "none", "background": None},
        "padding": {side: getattr(drawing, side) for side in ("left", "right", "top", "bottom")},
        "config": _CONFIG,
        "layer": [{**part, "name": f"{part['name']}_{k}"} for k, part in enumerate(drawing.layers)],
    }
    svg = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[], format_locale=_FIGURES)
    parts = _TAG.sub(_tidy, svg.partition(">")[2].removesuffix("</svg>"))
    width, height = drawing.left + drawing.width + drawing.right, drawing.top + drawing.height + drawing.bottom
    size = (f"{width:g}", f"{height:g}")
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">')
    return head.format(look, *size, *size, safe_text(title)) + Markup(parts + "</svg>")


def _needs_addresses() -> None:
    """Refuse where the engine of vl-convert could not reserve its addresses: it would abort the whole process."""
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < _ADDRESSES:
        raise NotPermittedError(
            "a page with plots",
            got=f"at most {limit / 1e9:.0f} GB of addresses for a process (ulimit -v)",
            rule=f"the library that draws plots reserves {_ADDRESSES / 1e9:.0f} GB of them (it uses 0.1 GB of memory)",
            cure="start with `ulimit -v unlimited`; limit memory instead, as MemoryMax in deploy/patrolcast.service",
        )


def _tidy(tag: re.Match[str]) -> str:
    """A tag without what only a chart that answers needs, its style as its class, coordinates to a tenth of a pixel."""
    plain = _CLASS.sub(r'class="p-\1"', _UNHEARD.sub("", tag[0]))
    return _LONG.sub(lambda number: f"{round(float(number[0]), 1) + 0:g}", plain)


def layer(name: str, mark: str, values: Iterable[Mapping[str, Any]] = ({},), **channels: Layer) -> Layer:
    """Marks of one type, a datum each; ``name`` is their style, and after ``p-`` their class."""
    look = {"type": mark.partition(" ")[0], "style": name}
    if align := mark.partition(" ")[2]:
        look["align"] = align
    return {"name": name, "mark": look, "data": {"values": [*values]}, "encoding": channels}


def raw(field: str, kind: str = "quantitative") -> Layer:
    """A channel that takes a field as it is: pixels of the frame, a colour, a shape."""
    return {"field": field, "type": kind, "scale": None}


def kind(words: str) -> dict[str, Any]:
    """Shape and colours of a kind of mark as fields of its datum; what is hollow has a dashed interval.

    >>> kind("circle ink hollow")["fill"]
    'var(--paper)'
    """
    shape, colour, *hollow = words.split()
    fill = {"fill": "var(--paper)", "dash": [5, 3]} if hollow else {"fill": _COLOURS[colour], "dash": [1, 0]}
    return {"shape": shape, "stroke": _COLOURS[colour], "size": _SIZES[shape], **fill}


def symbols(points: Iterable[Layer], name: str = "symbol", *, x: Layer | None = None, y: Layer | None = None) -> Layer:
    """Marks of their kinds; a point is a datum with the fields of its channels and of :func:`kind`."""
    looks = {part: raw(part, "nominal") for part in ("shape", "fill", "stroke")}
    return layer(name, "point", points, x=x or raw("x"), y=y or raw("y"), size=raw("size"), **looks)


def intervals(
    points: Iterable[Layer], across: str, low: str, high: str, *, x: Layer, y: Layer, name: str = "interval"
) -> Layer:
    """The intervals of marks along x or y, whose ends are two fields; what is hollow has a dashed one."""
    channels = {"x": x, "y": y, "stroke": raw("stroke", "nominal"), "strokeDash": raw("dash", "nominal")}
    channels |= {across: {**channels[across], "field": low}, f"{across}2": {"field": high}}
    return layer(name, "rule", (point for point in points if None not in (point[low], point[high])), **channels)


def lines(ends: Iterable[tuple[float, float, float, float]], name: str) -> Layer:
    """Straight lines between pixels of the frame."""
    values = (dict(zip(("x", "y", "x2", "y2"), pixels, strict=True)) for pixels in ends)
    return layer(name, "rule", values, x=raw("x"), y=raw("y"), x2={"field": "x2"}, y2={"field": "y2"})


def text(items: Iterable[tuple[float, float, str]], name: str, align: str = "left") -> Layer:
    """Words that start, end or have their middle at a pixel of the frame."""
    values = ({"x": x, "y": y, "words": safe_text(words)} for x, y, words in items if words)
    return layer(name, f"text {align}", values, x=raw("x"), y=raw("y"), text=raw("words", "nominal"))


def wrapped(words: str, width: float) -> list[str]:
    """Words as lines of at most ``width`` pixels.

    >>> wrapped("citizen reports: since / before", 120.0)
    ['citizen', 'reports: since', '/ before']
    """
    return wrap(words, max(int(width / LETTER), 8)) or [""]


def key_layers(key: Sequence[tuple[str, str]], width: float, left: float) -> tuple[list[Layer], float]:
    """The kinds of marks with their meanings, in as many lines as they need, and the height above the frame."""
    points, names, x, y = [], [], 8.0, 10.0
    for look, meaning in key:
        if x > 8.0 and x + LETTER * len(meaning) + 16 > width:
            x, y = 8.0, y + 22
        points.append((x, y, kind(look)))
        parts = wrapped(meaning, width - x - 16)
        names += [(x + 12, y + 5 + 18 * k, part) for k, part in enumerate(parts)]
        x, y = x + LETTER * len(parts[0]) + 36, y + 18 * (len(parts) - 1)
    top = y + 20 if key else 8.0
    shown = [{"x": x - left, "y": y - top, **look} for x, y, look in points]
    return [symbols(shown, "key"), text(((x - left, y - top, part) for x, y, part in names), "meaning")], top
