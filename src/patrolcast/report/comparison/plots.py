"""The pictures of a comparison: accuracy beside disparity, and the cells that gain and lose patrol.

Numbers beside the marks, not colour alone, identify variants; gains and losses differ in hue (blue, orange:
separable by every kind of colour vision) and in outline. Each picture has a table twin on the page.
"""

from collections.abc import Mapping, Sequence
from math import cos, dist, exp, pi, sin

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from patrolcast.domain.comparison import Comparison, Measure
from patrolcast.domain.measures import Interval
from patrolcast.domain.residents import GroupNames
from patrolcast.numerics.arrays import FloatArray, ObjectArray
from patrolcast.report.comparison.words import describe_measure
from patrolcast.report.plots import layers as parts
from patrolcast.report.plots.scale import PLAIN, SHARE, Scale

Point = tuple[float, float]
Cross = tuple[int, bool, Interval, Interval]
"""A variant's number, whether it may be published, its incidents caught, and its height, each with its interval."""

SOME, MUCH = 1.0, 5.0
"""Patrol minutes a night from which a cell's gain or loss is drawn, and drawn dark."""
_MAP_WIDTH = 420.0
_APART, _CLEAR = 21.0, 17.0
"""Pixels from the middle of a number to that of another number or letter, and to a mark."""
_TURNS = [pi / 8 * turn for turn in (2, 6, 14, 10, 0, 8, 4, 12, 1, 3, 5, 7, 9, 11, 13, 15)]
_SIMPLE_DEGREES = 2e-4
_RING = {**parts.kind("circle ink hollow"), "size": 254, "strokeWidth": 1}


def frontier_measure(comparison: Comparison) -> Measure:
    """What the frontier shows besides accuracy: exposure of the group furthest from its need, or concentration."""
    base = comparison.variants[0].measured
    of_groups = [m for m in comparison.measures if m.name.startswith("log_exposure_ratio") and base[m.name].measured]
    if not of_groups:
        return comparison.measure("gini")
    excess = comparison.variants[0].excess
    # Furthest from even beyond reported need; by the exposure ratio alone where need was not measured.
    beyond = {m.name: excess[m.group].estimate for m in of_groups if m.group in excess and excess[m.group].measured}
    return max(of_groups, key=lambda m: (abs(beyond.get(m.name, 0.0)), abs(base[m.name].estimate)))


def frontier(comparison: Comparison) -> Markup:
    """Incidents caught (across) beside the largest group's exposure ratio (up), each variant a numbered cross."""
    measure = frontier_measure(comparison)
    variants = [
        (number, variant, variant.measured["hits"], variant.measured[measure.name])
        for number, variant in enumerate(comparison.variants, start=1)
    ]
    variants = [row for row in variants if row[2].measured and row[3].measured]
    if not variants:
        return Markup("<p>Not measured.</p>")
    levels = [(1.0, "even: 1.00", "even")] if measure.is_log else []
    need = comparison.need_ratio.get(measure.group or "")
    if need is not None and need.measured:
        levels.append((exp(need.estimate), f"reported need: {exp(need.estimate):.2f}", "level"))
    crosses = [(number, variant.publishable, hits, _up(measure, up)) for number, variant, hits, up in variants]
    called = comparison.group_names
    title = f"Incidents caught beside {describe_measure(measure, called)}, {len(variants)} variants with 95 % intervals"
    return parts.for_every_screen(lambda width: _frontier(measure, called, crosses, levels, width), title)


def _up(measure: Measure, by: Interval) -> Interval:
    return Interval(exp(by.estimate), exp(by.lower), exp(by.upper), by.n) if measure.is_log else by


def _frontier(
    measure: Measure,
    called: GroupNames,
    crosses: Sequence[Cross],
    levels: Sequence[tuple[float, str, str]],
    width: float,
) -> parts.Drawing:
    """The frontier at a width; the scales are named in lines of their own."""
    up = f"patrol where {called(measure.group)} residents live, {called(measure.against)} = 1" if measure.group else ""
    above = parts.wrapped(f"Up: {up or describe_measure(measure, called)}", width - 8)
    below = parts.wrapped("Right: share of incidents caught by the same patrol minutes", width - 8)
    top, left, right = 18.0 * len(above) + 14, 56.0, 12.0
    x = Scale.over([end for *_, hits, _ in crosses for end in (hits.lower, hits.upper)], width - left - right)
    ups = [end for *_, up in crosses for end in (up.lower, up.upper)] + [value for value, *_ in levels]
    y = Scale.over(ups, 320.0 if width > 500 else 260.0, is_log=measure.is_log)
    across, down = x.channel(SHARE), y.channel(PLAIN, across=False)
    points = [
        {
            **{"x": hits.estimate, "left": hits.lower, "right": hits.upper},
            **{"y": high.estimate, "low": high.lower, "high": high.upper},
            **parts.kind("circle ink" if publishable else "circle ink hollow"),
        }
        for _, publishable, hits, high in crosses
    ]
    x_at, y_at = {**across, "field": "x"}, {**down, "field": "y"}
    heights = sorted((y.pixels - y(value), label) for value, label, _ in levels)
    named = [  # the lower of two that lie close has its words below its line
        (x.pixels - 4, height + (15 if k and height - heights[k - 1][0] < _APART else -5), label)
        for k, (height, label) in enumerate(heights)
    ]
    marks = {number: (x(hits.estimate), y.pixels - y(high.estimate)) for number, _, hits, high in crosses}
    letters = [(at - parts.LETTER * k, height - 5) for at, height, label in named for k in range(len(label))]
    layers = [
        *(parts.layer(look, "rule", y={**down, "datum": value}) for value, _, look in levels),
        parts.intervals(points, "x", "left", "right", x=x_at, y=y_at),
        parts.intervals(points, "y", "low", "high", x=x_at, y=y_at),
        parts.symbols(points, x=x_at, y=y_at),
        parts.text(named, "over", "right"),
        *_labels(marks, letters, x.pixels, y.pixels),
        parts.text(((-left, 14 + 18 * k - top, line) for k, line in enumerate(above)), "scale"),
        parts.text(((-left, y.pixels + 44 + 18 * k, line) for k, line in enumerate(below)), "scale"),
    ]
    return parts.Drawing(layers, x.pixels, y.pixels, left, right, top, bottom=52.0 + 18 * (len(below) - 1))


def change_map(cells: gpd.GeoDataFrame, change: FloatArray, *, title: str) -> Markup:
    """Cells that gain (blue) and lose (orange, outlined) patrol, on the outline of city and districts.

    Parameters
    ----------
    change : minutes a night more than in the base, ``[n_cells]``.
    """
    west, south, east, north = cells.total_bounds
    size = _MAP_WIDTH - 4, (_MAP_WIDTH - 4) * (north - south) / (east - west) / np.cos(np.radians((south + north) / 2))
    size = min(size[0], size[0] ** 2 / size[1] / 0.7), min(size[1], size[0] / 0.7)
    classes = {
        "gain_much": change >= MUCH,
        "gain_some": (change >= SOME) & (change < MUCH),
        "loss_much": change <= -MUCH,
        "loss_some": (change <= -SOME) & (change > -MUCH),
    }
    shapes = cells.geometry.to_numpy()
    layers = [_shapes(shapes[chosen], look) for look, chosen in classes.items() if chosen.any()]
    side = (_MAP_WIDTH - size[0]) / 2
    return parts.picture(
        parts.Drawing([*layers, _shapes(_outlines(cells), "outline")], *size, side, side, 2.0, 2.0), title, "map"
    )


def _labels(marks: Mapping[int, Point], words: Sequence[Point], width: float, height: float) -> list[parts.Layer]:
    """Numbers beside their marks, each with a line to its mark."""
    places = _placed([*marks.values()], words, width, height)
    rings = [{"x": x, "y": y, **_RING} for x, y in places]
    return [
        parts.lines(((*mark, *place) for mark, place in zip(marks.values(), places, strict=True)), "leader"),
        parts.symbols(rings, "ring"),
        parts.text(((x, y + 4.5, str(number)) for number, (x, y) in zip(marks, places, strict=True)), "name", "center"),
    ]


def _placed(marks: Sequence[Point], words: Sequence[Point], width: float, height: float) -> list[Point]:
    """Places for numbers near their marks, inside the frame and clear of each other, of marks and of letters."""
    places: list[Point] = []
    for x, y in marks:
        around = [(x + far * cos(turn), y - far * sin(turn)) for far in range(26, 300, 12) for turn in _TURNS]
        inside = [(a, b) for a, b in around if 10 <= a <= width - 10 and 10 <= b <= height - 10]
        clear = (
            place
            for place in inside
            if all(dist(place, other) >= _APART for other in (*places, *words))
            and all(dist(place, mark) >= _CLEAR for mark in marks)
        )
        places.append(next(clear, inside[0]))
    return places


def _outlines(cells: gpd.GeoDataFrame) -> ObjectArray:
    """Districts as shapes of their cells, simplified; neighbours share their border."""
    shapes = cells.geometry.to_numpy()
    district = cells["district"].astype(str).to_numpy()
    united = [shapely.union_all(shapes[district == name], grid_size=1e-7) for name in sorted(set(district))]
    return np.asarray(shapely.simplify(np.array(united, dtype=object), _SIMPLE_DEGREES), dtype=object)


def _shapes(shapes: ObjectArray, look: str) -> parts.Layer:
    """Shapes as one; rings run as Vega takes them, clockwise."""
    whole = shapely.orient_polygons(shapely.multipolygons(shapely.get_parts(shapes)), exterior_cw=True)
    layer = parts.layer(look, "geoshape", [{"type": "Feature", "geometry": shapely.geometry.mapping(whole)}])
    return {**layer, "projection": {"type": "mercator"}}
