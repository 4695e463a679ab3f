"""The pictures of a comparison as inline SVG: the accuracy-disparity frontier, and who gains and who loses patrol.

Numbers beside the marks, not colour alone, tell variants apart; gains and losses differ in hue (blue, orange: told
apart by every kind of colour vision) and in outline. Each picture has a table twin on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, floor, isfinite, log

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from patrolcast.domain.comparison import Comparison, Measure, Variant
from patrolcast.domain.measures import Interval
from patrolcast.numerics.arrays import FloatArray, ObjectArray
from patrolcast.report.comparison.words import describe_measure
from patrolcast.report.words import plain

Place = Callable[[float], float]
Ticks = list[tuple[float, float, int]]
Project = Callable[[FloatArray], FloatArray]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 80, 20, 20, 60
GAIN, LOSS, SOFT_GAIN, SOFT_LOSS = "#1c5fa8", "#b3540b", "#8fbce6", "#f0b579"
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
    """Incidents caught (across) against the largest group's exposure ratio (up), each variant a numbered cross."""
    measure = frontier_measure(comparison)
    points = [(n, v, v.measured["hits"], v.measured[measure.name]) for n, v in enumerate(comparison.variants, start=1)]
    points = [one for one in points if one[2].measured and one[3].measured]
    need = comparison.need_ratio.get(measure.group or "")
    lines = [0.0] if measure.is_log else []
    lines += [need.estimate] if need is not None and need.measured else []
    ups = [end for *_, y in points for end in (y.lower, y.upper)] + lines
    across = [end for _, _, x, _ in points for end in (x.lower, x.upper)]
    if not points:
        return Markup("<p>Not measured.</p>")
    to_x, x_ticks = _axis(across, LEFT, WIDTH - RIGHT)
    to_y, y_ticks = _axis(ups, HEIGHT - BOTTOM, TOP, is_log=measure.is_log)
    parts = [_frame(x_ticks, y_ticks, to_x, to_y, measure)]
    if measure.is_log:
        parts.append(_line(to_y(0.0), "parity: 1.00", "2,0"))
    if need is not None and need.measured:
        parts.append(_line(to_y(need.estimate), f"reported need: {exp(need.estimate):.2f}", "7,4"))
    parts += [_cross(variant, to_x, to_y, x, y) for _, variant, x, y in points]
    parts += _labels([(n, to_x(x.estimate), to_y(y.estimate)) for n, _, x, y in points])
    title = escape(f"Incidents caught against {describe_measure(measure)}, {len(points)} variants with 95 % intervals")
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">' + "".join(parts) + "</svg>"
    )


def change_map(cells: gpd.GeoDataFrame, change: FloatArray, *, title: str) -> Markup:
    """Cells that gain (blue) and lose (orange, outlined) patrol, on the outline of city and districts.

    Parameters
    ----------
    change : minutes a night more than in the base, ``[n_cells]``.
    """
    project, height = _projection(cells)
    ground = _path(_outlines(cells), project)
    classes = [
        (change >= MUCH, GAIN, "none"),
        ((change >= SOME) & (change < MUCH), SOFT_GAIN, "none"),
        (change <= -MUCH, LOSS, "#4a2204"),
        ((change <= -SOME) & (change > -MUCH), SOFT_LOSS, "#4a2204"),
    ]
    shapes = cells.geometry.to_numpy()
    drawn = "".join(
        f'<path d="{_path(shapes[chosen], project)}" fill="{fill}" stroke="{edge}" stroke-width="0.6"/>'
        for chosen, fill, edge in classes
        if chosen.any()
    )
    return Markup(
        f'<svg class="map" viewBox="0 0 {_MAP_WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f'{drawn}<path d="{ground}" fill="none" stroke="#4b5560" stroke-width="1"/></svg>'
    )


def _axis(values: list[float], low: float, high: float, *, is_log: bool = False) -> tuple[Place, Ticks]:
    """A scale that holds the values with a margin, and its ticks: place on the scale, number shown, its decimals."""
    least, most = min(values), max(values)
    margin = max((most - least) * 0.12, 1e-4)
    least, most = least - margin, most + margin

    def place(value: float) -> float:
        return low + (value - least) / (most - least) * (high - low)

    ends = (exp(least), exp(most)) if is_log else (least, most)
    step = _nice((ends[1] - ends[0]) / 5)
    ticks = [k * step for k in range(ceil(ends[0] / step), floor(ends[1] / step) + 1)]
    digits = max(0, -floor(log(step, 10) + 1e-9)) if step < 1 else 0
    return place, [(log(t) if is_log else t, t, digits) for t in ticks if not is_log or t > 0]


def _nice(step: float) -> float:
    power = 10.0 ** floor(log(step, 10))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= step * 0.999)


def _frame(x_ticks: Ticks, y_ticks: Ticks, to_x: Place, to_y: Place, measure: Measure) -> str:
    floor_y = HEIGHT - BOTTOM
    parts = [f'<path d="M{LEFT},{TOP}V{floor_y}H{WIDTH - RIGHT}" fill="none" stroke="#4b5560"/>']
    for value, shown, digits in x_ticks:
        text = f"{100 * shown:.{max(digits - 2, 0)}f} %"
        parts.append(
            f'<path d="M{to_x(value):.1f},{floor_y}v5" stroke="#4b5560"/>'
            f'<text x="{to_x(value):.1f}" y="{floor_y + 20}" text-anchor="middle">{text}</text>'
        )
    for value, shown, digits in y_ticks:
        parts.append(
            f'<path d="M{LEFT},{to_y(value):.1f}h-5" stroke="#4b5560"/>'
            f'<text x="{LEFT - 9}" y="{to_y(value) + 4:.1f}" text-anchor="end">{shown:.{digits}f}</text>'
        )
    up = escape(
        f"patrol exposure of {plain(measure.group)}, {plain(measure.against)} = 1"
        if measure.group
        else measure.description
    )
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
        "share of incidents caught by the patrol budget (further right: more)</text>"
        f'<text transform="translate(18 {(TOP + floor_y) / 2}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return "".join(parts)


def _line(y: float, told: str, dash: str) -> str:
    return (
        f'<path d="M{LEFT},{y:.1f}H{WIDTH - RIGHT}" stroke="#6b7682" stroke-dasharray="{dash}"/>'
        f'<text x="{WIDTH - RIGHT - 4}" y="{y - 5:.1f}" text-anchor="end" fill="#4b5560">{escape(told)}</text>'
    )


def _cross(variant: Variant, to_x: Place, to_y: Place, across: Interval, up: Interval) -> str:
    at_x, at_y = to_x(across.estimate), to_y(up.estimate)
    dash = "" if variant.publishable else ' stroke-dasharray="3,3"'
    fill = "#1b1f24" if variant.publishable else "#fff"
    return (
        f'<path d="M{to_x(across.lower):.1f},{at_y:.1f}H{to_x(across.upper):.1f}M{at_x:.1f},{to_y(up.lower):.1f}'
        f'V{to_y(up.upper):.1f}" stroke="#1b1f24" stroke-width="1.5"{dash}/>'
        f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="5" fill="{fill}" stroke="#1b1f24" stroke-width="1.5"/>'
    )


def _labels(points: list[tuple[int, float, float]]) -> list[str]:
    """Numbers beside their marks; where marks lie close they are stacked, each with a line to its mark."""
    drawn: list[str] = []
    ordered = sorted(points, key=lambda one: (one[2], one[0]))
    for (n, x, y), at in zip(ordered, _stacked([(x, y - 16) for _, x, y in ordered]), strict=True):
        drawn.append(
            f'<path d="M{x:.1f},{y:.1f}L{x + 18:.1f},{at:.1f}" stroke="#6b7682"/>'
            f'<circle cx="{x + 26:.1f}" cy="{at:.1f}" r="9" fill="#fff" stroke="#1b1f24"/>'
            f'<text x="{x + 26:.1f}" y="{at + 4.5:.1f}" text-anchor="middle" font-weight="650">{n}</text>'
        )
    return drawn


def _stacked(places: list[tuple[float, float]]) -> list[float]:
    """Heights of labels that start at ``places``: moved down past each other, then up into the picture."""
    heights: list[float] = []
    for x, at in places:
        while any(
            abs(x - other) < _NEAR and abs(at - y) < _STACK for (other, _), y in zip(places, heights, strict=False)
        ):
            at += _STACK
        heights.append(at)
    for i in reversed(range(len(places))):
        below = [heights[j] for j in range(i + 1, len(places)) if abs(places[i][0] - places[j][0]) < _NEAR]
        heights[i] = min([heights[i], HEIGHT - BOTTOM - _STACK / 2, *(y - _STACK for y in below)])
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


def _path(shapes: ObjectArray, project: Project) -> str:
    rings = []
    for part in shapely.get_parts(np.asarray(shapes, dtype=object)):
        for ring in (part.exterior, *part.interiors) if isfinite(part.area) else ():
            points = project(shapely.get_coordinates(ring))[:-1]
            rings.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "z")
    return "".join(rings)
