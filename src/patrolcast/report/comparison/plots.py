"""The pictures of a comparison: accuracy beside disparity, and the cells that gain and lose patrol.

Numbers beside the marks, not colour alone, identify variants; gains and losses differ in hue (blue, orange:
separable by every kind of colour vision) and in outline. Each picture has a table twin on the page.
"""

from collections.abc import Callable, Sequence
from math import exp, isfinite

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from patrolcast.domain.comparison import Comparison, Measure
from patrolcast.domain.measures import Interval
from patrolcast.domain.residents import GroupNames
from patrolcast.numerics.arrays import FloatArray, ObjectArray
from patrolcast.report import svg
from patrolcast.report.comparison.words import describe_measure

Project = Callable[[FloatArray], FloatArray]
Cross = tuple[int, bool, Interval, Interval]
"""A variant's number, whether it may be published, its incidents caught, and its height, each with its interval."""

SOME, MUCH = 1.0, 5.0
"""Patrol minutes a night from which a cell's gain or loss is drawn, and drawn dark."""
_MAP_WIDTH = 420.0
_NEAR, _STACK = 40.0, 20.0
_SIMPLE_DEGREES = 2e-4


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
    levels = [(1.0, "even: 1.00", "ink")] if measure.is_log else []
    need = comparison.need_ratio.get(measure.group or "")
    if need is not None and need.measured:
        levels.append((exp(need.estimate), f"reported need: {exp(need.estimate):.2f}", "level"))
    crosses = [(number, variant.publishable, hits, _up(measure, up)) for number, variant, hits, up in variants]
    called = comparison.group_names
    title = f"Incidents caught beside {describe_measure(measure, called)}, {len(variants)} variants with 95 % intervals"
    return svg.for_every_screen(lambda width: _frontier_parts(measure, called, crosses, levels, width), title)


def _up(measure: Measure, by: Interval) -> Interval:
    return Interval(exp(by.estimate), exp(by.lower), exp(by.upper), by.n) if measure.is_log else by


def _frontier_parts(
    measure: Measure,
    called: GroupNames,
    crosses: Sequence[Cross],
    levels: Sequence[tuple[float, str, str]],
    width: float,
) -> tuple[list[Markup], float]:
    """The parts of the frontier at a width, and its height; the scales are named in lines of their own."""
    up = f"patrol where {called(measure.group)} residents live, {called(measure.against)} = 1" if measure.group else ""
    above = svg.wrapped(f"Up: {up or describe_measure(measure, called)}", width - 8)
    below = svg.wrapped("Right: share of incidents caught by the same patrol minutes", width - 8)
    top, left, right = 18.0 * len(above) + 14, 56.0, width - 12
    bottom = top + (320.0 if width > 500 else 260.0)
    x = svg.Scale.over([end for *_, hits, _ in crosses for end in (hits.lower, hits.upper)], left, right)
    ups = [end for *_, up in crosses for end in (up.lower, up.upper)] + [level for level, *_ in levels]
    y = svg.Scale.over(ups, bottom, top, is_log=measure.is_log)
    parts = [
        *(svg.text(0, 14 + 18 * k, line) for k, line in enumerate(above)),
        *(svg.text(0, bottom + 44 + 18 * k, line) for k, line in enumerate(below)),
        svg.x_axis(x, top, bottom, lambda share: f"{100 * share:.{_decimals(x.ticks(), 2)}f} %"),
        svg.y_axis(y, left, right, lambda value: f"{value:.{_decimals(y.ticks(18.0))}f}"),
    ]
    marks = []
    for number, publishable, hits, high in crosses:
        kind = "circle ink" if publishable else "circle ink hollow"
        at_x, at_y = x(hits.estimate), y(high.estimate)
        parts += [svg.bar(kind, x(hits.lower), at_y, x(hits.upper), at_y)]
        parts += [svg.bar(kind, at_x, y(high.lower), at_x, y(high.upper)), svg.symbol(kind, at_x, at_y)]
        marks.append((number, at_x, at_y))
    heights = sorted((y(level), label, look) for level, label, look in levels)
    for k, (at, label, look) in enumerate(heights):  # the lower of two that lie close has its words below its line
        is_close = k > 0 and at - heights[k - 1][0] < _STACK
        parts += [svg.line(left, at, right, at, look)]
        parts += [svg.text(right - 4, at + (15 if is_close else -5), label, "quiet end over")]
    return [*parts, *_labels(marks, bottom=bottom, right=right)], bottom + 52 + 18 * (len(below) - 1)


def _decimals(ticks: Sequence[float], fewer: int = 0) -> int:
    """Decimals that write every tick; ``fewer`` for shares that are written as per cent."""
    return max(0, *(len(f"{tick:g}".partition(".")[2]) - fewer for tick in ticks))


def change_map(cells: gpd.GeoDataFrame, change: FloatArray, *, title: str) -> Markup:
    """Cells that gain (blue) and lose (orange, outlined) patrol, on the outline of city and districts.

    Parameters
    ----------
    change : minutes a night more than in the base, ``[n_cells]``.
    """
    project, height = _projection(cells)
    classes = [
        (change >= MUCH, "gain-much"),
        ((change >= SOME) & (change < MUCH), "gain-some"),
        (change <= -MUCH, "loss-much"),
        ((change <= -SOME) & (change > -MUCH), "loss-some"),
    ]
    shapes = cells.geometry.to_numpy()
    parts = [_path(shapes[chosen], project, look) for chosen, look in classes if chosen.any()]
    parts.append(_path(_outlines(cells), project, "outline"))
    return svg.drawing(parts, _MAP_WIDTH, round(height), title, "map")


def _labels(points: list[tuple[int, float, float]], *, bottom: float, right: float) -> list[Markup]:
    """Numbers beside their marks; where marks lie close they are stacked, each with a line to its mark."""
    parts: list[Markup] = []
    ordered = sorted(points, key=lambda point: (point[2], point[0]))
    heights = _stacked([(x, y - 16) for _, x, y in ordered], bottom=bottom)
    for (number, x, y), at in zip(ordered, heights, strict=True):
        side = 1 if x + 36 < right else -1
        parts.append(svg.line(x, y, x + 18 * side, at, "leader"))
        parts.append(Markup('<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="9"/>').format(x + 26 * side, at))
        parts.append(svg.text(x + 26 * side, at + 4.5, str(number), "middle name"))
    return parts


def _stacked(places: list[tuple[float, float]], *, bottom: float) -> list[float]:
    """Heights of labels that start at ``places``: moved down past each other, then up above ``bottom``."""
    heights: list[float] = []
    for x, at in places:
        while any(
            abs(x - other) < _NEAR and abs(at - y) < _STACK for (other, _), y in zip(places, heights, strict=False)
        ):
            at += _STACK
        heights.append(at)
    for i in reversed(range(len(places))):
        below = [heights[j] for j in range(i + 1, len(places)) if abs(places[i][0] - places[j][0]) < _NEAR]
        heights[i] = min([heights[i], bottom - _STACK / 2, *(y - _STACK for y in below)])
    return heights


def _projection(cells: gpd.GeoDataFrame) -> tuple[Project, float]:
    """Degrees to the picture's plane, and the picture's height."""
    west, south, east, north = cells.total_bounds
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    scale = (_MAP_WIDTH - 4) / max((east - west) * squeeze, (north - south) * 0.7)

    def project(points: FloatArray) -> FloatArray:
        across = (_MAP_WIDTH - (east - west) * squeeze * scale) / 2
        return np.column_stack([across + (points[:, 0] - west) * squeeze * scale, 2 + (north - points[:, 1]) * scale])

    return project, (north - south) * scale + 4


def _outlines(cells: gpd.GeoDataFrame) -> ObjectArray:
    """Districts as shapes of their cells, simplified; neighbours share their border."""
    shapes = cells.geometry.to_numpy()
    district = cells["district"].astype(str).to_numpy()
    united = [shapely.union_all(shapes[district == name], grid_size=1e-7) for name in sorted(set(district))]
    return np.asarray(shapely.simplify(np.array(united, dtype=object), _SIMPLE_DEGREES), dtype=object)


def _path(shapes: ObjectArray, project: Project, look: str) -> Markup:
    rings = []
    for part in shapely.get_parts(np.asarray(shapes, dtype=object)):
        for ring in (part.exterior, *part.interiors) if isfinite(part.area) else ():
            points = project(shapely.get_coordinates(ring))[:-1]
            rings.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "z")
    return Markup('<path class="{}" d="{}"/>').format(look, "".join(rings))
