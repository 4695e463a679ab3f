"""The map on a sheet: the district's cells shaded as on the page, streets and water, and the ranks in their places."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas

from patrolcast.domain.records import RunResult
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.report.rollcall.lettering import BOLD
from patrolcast.report.run import map_data
from patrolcast.report.run.map_data import SHADES

INK, MARK, LINE, WATER, STREET, FRAME = "#2b3138", "#b3380b", "#d5dbe1", "#b4c3cc", "#8a949e", "#8a949e"
_PAD = 8.0
_STREETS_FROM = 18.0  # height of a cell in points: streets between smaller cells would be a hatch
_NEARER, _NEAR_ROOM = 1.4, 2.0  # a second panel must be this much larger; cells of room around the places
_RANK = (6.0, 10.0)  # smallest and largest radius of a rank's circle, in points

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class CityMap:
    """A city ready to be drawn: corners in degrees, cells and borders as positions in them, classes by shift."""

    corners: FloatArray
    cells: list[list[int]]
    middles: FloatArray
    district: list[str]
    borders: dict[str, list[list[int]]]
    classes: IntArray
    legend: list[dict[str, str]]
    backdrop: dict[str, list[shapely.Geometry]]


def city_map(result: RunResult) -> CityMap:
    """The run's cells, shaded by the expected incidents of all categories together; one row of classes a shift."""
    outline = map_data.outline(result.cells["cell"].tolist())
    corners = np.array(outline.corners, dtype=np.float64).reshape(-1, 2) / map_data.DEGREE_STEPS
    district = result.cells["district"].astype(str).tolist()
    totals = result.forecast.groupby(["shift_start", "cell"])["expected_incidents"].sum()
    edges = map_data.class_edges(totals.to_numpy())
    wide = totals.unstack("cell").reindex(columns=result.cells["cell"]).sort_index().fillna(0.0)
    return CityMap(
        corners=corners,
        cells=outline.cells,
        middles=np.array([corners[ring].mean(axis=0) for ring in outline.cells]).reshape(-1, 2),
        district=district,
        borders=map_data.district_rings(outline, district),
        classes=map_data.class_of(wide.to_numpy(), edges),
        legend=map_data.legend(edges),
        backdrop=_by_kind(result.backdrop),
    )


def _by_kind(backdrop: gpd.GeoDataFrame | None) -> dict[str, list[shapely.Geometry]]:
    if backdrop is None:
        return {}
    return {str(kind): part.geometry.tolist() for kind, part in backdrop.groupby("kind")}


class View:
    """Where degrees come to lie in a box on the paper; east to the right, north up, the same scale both ways."""

    def __init__(self, bounds: Box, box: Box) -> None:
        west, south, east, north = bounds
        left, bottom, width, height = self.box = box
        self._narrow = math.cos(math.radians((south + north) / 2))
        across, up = (east - west) * self._narrow, north - south
        self.scale = min((width - 2 * _PAD) / across, (height - 2 * _PAD) / up)
        self._origin = (west, south)
        self._shift = (left + (width - across * self.scale) / 2, bottom + (height - up * self.scale) / 2)
        x, y = (left - self._shift[0]) / self.scale, (bottom - self._shift[1]) / self.scale
        self.extent: Box = (
            west + x / self._narrow,
            south + y,
            west + (x + width / self.scale) / self._narrow,
            south + y + height / self.scale,
        )

    def points(self, degrees: FloatArray) -> FloatArray:
        """Longitudes and latitudes (n, 2) as points on the paper (n, 2)."""
        parts = (degrees - self._origin) * (self._narrow * self.scale, self.scale)
        return np.round(parts + self._shift, 1)


def bounds_of(city: CityMap, district: str) -> Box:
    """West, south, east and north end of a district, in degrees."""
    corners = city.corners[[corner for ring in city.borders[district] for corner in ring]]
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    return float(west), float(south), float(east), float(north)


def height_for(city: CityMap, district: str, width: float) -> float:
    """The height in points at which the district fills a box of this width."""
    west, south, east, north = bounds_of(city, district)
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    return (north - south) / across * (width - 2 * _PAD) + 2 * _PAD


def panels(city: CityMap, district: str, box: Box, cells: Sequence[int]) -> list[View]:
    """The whole district, and beside it the suggested places from nearer where that makes them much larger."""
    whole = bounds_of(city, district)
    alone = View(whole, box)
    if not cells or alone.scale * _cell_height(city) >= _STREETS_FROM:
        return [alone]
    left, bottom, width, height = box
    across = (whole[2] - whole[0]) * math.cos(math.radians(whole[1]))
    narrow = min(max((height - 2 * _PAD) * across / (whole[3] - whole[1]) + 2 * _PAD, 0.25 * width), 0.45 * width)
    corners = city.corners[[corner for i in cells for corner in city.cells[i]]]
    room = _NEAR_ROOM * _cell_height(city)
    (west, south), (east, north) = corners.min(axis=0) - room, corners.max(axis=0) + room
    near = View((west, south, east, north), (left + narrow, bottom, width - narrow, height))
    if near.scale < _NEARER * alone.scale:
        return [alone]
    return [View(whole, (left, bottom, narrow, height)), near]


def _cell_height(city: CityMap) -> float:
    return float(np.ptp(city.corners[city.cells[0]][:, 1]))


def draw_map(
    canvas: Canvas, city: CityMap, box: Box, *, district: str, shift: int, marks: Sequence[tuple[int, int]]
) -> None:
    """Draws the district into ``box`` (left, bottom, width, height in points).

    Parameters
    ----------
    marks : (rank, cell's position) of each suggested place; a position below 0 is not drawn.
    """
    placed = [(rank, i) for rank, i in marks if i >= 0]
    for view in panels(city, district, box, [i for _, i in placed]):
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(*view.box)
        canvas.clipPath(frame, stroke=0, fill=0)
        _draw_panel(canvas, city, view, district, city.classes[shift], placed)
        canvas.restoreState()
        canvas.setStrokeColor(HexColor(FRAME))
        canvas.setLineWidth(0.5)
        canvas.rect(*view.box)


def _draw_panel(
    canvas: Canvas, city: CityMap, view: View, district: str, classes: IntArray, marks: list[tuple[int, int]]
) -> None:
    points = view.points(city.corners)
    large = view.scale * _cell_height(city) >= _STREETS_FROM
    inside = np.array([name == district for name in city.district])
    near = _near(city, view)
    if large and "street" not in city.backdrop:  # streets show the land around the district, else outlines of cells do
        _cells(canvas, points, [city.cells[i] for i in np.flatnonzero(near & ~inside)], fill=None)
    for step, shade in enumerate(SHADES):
        chosen = np.flatnonzero(near & inside & (classes == step))
        _cells(canvas, points, [city.cells[i] for i in chosen], fill=shade)
    _backdrop(canvas, city, view, streets=large)
    for name in sorted({city.district[i] for i in np.flatnonzero(near)}, key=lambda name: (name == district, name)):
        is_district = name == district
        canvas.setStrokeColor(HexColor(INK if is_district else FRAME))
        canvas.setLineWidth(1.2 if is_district else 0.5)
        canvas.drawPath(_path(canvas, [points[ring] for ring in city.borders[name]], close=True))
    _marks(canvas, [(rank, points[city.cells[i]]) for rank, i in marks], view.box)


def _near(city: CityMap, view: View) -> BoolArray:
    """Cells that the view can show a part of."""
    west, south, east, north = view.extent
    room = np.ptp(city.corners[city.cells[0]], axis=0)
    low, high = np.array([west, south]) - room, np.array([east, north]) + room
    return np.asarray(((city.middles >= low) & (city.middles <= high)).all(axis=1))


def _path(canvas: Canvas, lines: Iterable[FloatArray], *, close: bool) -> object:
    path = canvas.beginPath()
    for line in lines:
        first, *others = line.tolist()
        path.moveTo(*first)
        for point in others:
            path.lineTo(*point)
        if close:
            path.close()
    return path


def _cells(canvas: Canvas, points: FloatArray, rings: list[list[int]], *, fill: str | None) -> None:
    if not rings:
        return
    canvas.setLineWidth(0.4)
    canvas.setStrokeColor(HexColor("#ffffff" if fill else LINE))
    if fill:
        canvas.setFillColor(HexColor(fill))
    canvas.drawPath(_path(canvas, (points[ring] for ring in rings), close=True), stroke=1, fill=int(bool(fill)))


def _backdrop(canvas: Canvas, city: CityMap, view: View, *, streets: bool) -> None:
    for kind, shapes in sorted(city.backdrop.items(), reverse=True):  # water below streets
        if kind != "water" and not streets:
            continue
        clipped = shapely.clip_by_rect(np.array(shapes, dtype=object), *view.extent)
        parts = shapely.get_parts(clipped[~shapely.is_empty(clipped)])
        if kind == "water":
            rings = [ring for part in parts if part.geom_type == "Polygon" for ring in (part.exterior, *part.interiors)]
            lines = [view.points(shapely.get_coordinates(ring)) for ring in rings]
            canvas.setFillColor(HexColor(WATER), alpha=0.75)
            canvas.drawPath(_path(canvas, lines, close=True), stroke=0, fill=1, fillMode=FILL_EVEN_ODD)
            canvas.setFillAlpha(1)
        else:
            lines = [view.points(shapely.get_coordinates(part)) for part in parts if "Line" in part.geom_type]
            canvas.setStrokeColor(HexColor(STREET))
            canvas.setLineWidth(0.35)
            canvas.drawPath(_path(canvas, lines, close=False))


def _marks(canvas: Canvas, marks: list[tuple[int, FloatArray]], box: Box) -> None:
    rings = [ring for _, ring in marks]
    for colour, width in (("#ffffff", 3.6), (MARK, 1.8)):
        canvas.setStrokeColor(HexColor(colour))
        canvas.setLineWidth(width)
        canvas.drawPath(_path(canvas, rings, close=True))
    if not marks:
        return
    radius = float(np.clip(0.32 * np.ptp(rings[0], axis=0).min(), *_RANK))
    places = rank_places([ring.mean(axis=0) for ring in rings], radius, box)
    for (_, ring), place in zip(marks, places, strict=True):
        middle = ring.mean(axis=0)
        if math.dist(middle, place) > 0.1:
            canvas.setLineWidth(0.9)
            canvas.line(*middle.tolist(), *place)
    for (rank, _), (x, y) in zip(marks, places, strict=True):
        canvas.setFillColor(HexColor("#ffffff"))
        canvas.setLineWidth(0.9)
        canvas.circle(x, y, radius, stroke=1, fill=1)
        canvas.setFillColor(HexColor("#1b1f24"))
        size = radius * (1.3 if rank < 10 else 1.0)
        canvas.setFont(BOLD, size)
        canvas.drawCentredString(x, y - 0.36 * size, str(rank))


def rank_places(middles: Sequence[FloatArray], radius: float, box: Box) -> list[tuple[float, float]]:
    """Where each rank's circle stands, in points: on its cell, or beside it where circles would lie on each other.

    >>> rank_places([np.array([50.0, 50.0]), np.array([51.0, 50.0])], 5.0, (0, 0, 100, 100))
    [(50.0, 50.0), (64.0, 50.0)]
    """
    left, bottom, width, height = box
    taken: list[tuple[float, float]] = []
    turns = [(math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8)]
    for middle in middles:
        x, y = float(middle[0]), float(middle[1])
        beside = [
            (round(x + far * radius * across, 2), round(y + far * radius * up, 2))
            for far in (2.6, 3.9, 5.2)
            for across, up in turns
        ]
        free = (
            (a, b)
            for a, b in [(x, y), *beside]
            if left + radius <= a <= left + width - radius
            and bottom + radius <= b <= bottom + height - radius
            and all(math.dist((a, b), other) >= 2.1 * radius for other in taken)
        )
        taken.append(next(free, (x, y)))
    return taken
