"""The city's map in few bytes: shared corners once, cells as corners, forecasts as two letters each.

Neighbouring hexagons share their corners, so a city of n cells has about 2 n corners; each is written once, as the step
from the one before, in 1e-5 degrees (about a metre). A cell lists its corners counted back from the newest one, 0 being
"the next new corner". A forecast value is one of 4,096 steps on a log scale between the smallest and the largest value
of the run, written as two letters: exact to about 0.2 %, which is what a map needs; the exact values are in
`forecast.parquet`. ``assets/briefing.js`` reads it back.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import shapely

from patrolcast.numerics.arrays import FloatArray, IntArray

DEGREE_STEPS = 100_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MOST_CLASSES = 7
SHADES = ("#e7f7fb", "#aed9e9", "#79b9d8", "#4c98c6", "#2a76ae", "#165391", "#0e3370")
"""The classes' colours, palest first: those of ``page.css`` and ``briefing.js``."""
_SEPARATOR = re.compile(r"( & |, )")
_LEVELS = len(LETTERS) ** 2 - 1  # level 0 says "nothing expected"

Corner = tuple[int, int]
Ring = list[int]


@dataclass(frozen=True)
class Outline:
    """Corners in the order of their first use, each cell as positions in them, in the order of the cells."""

    corners: list[Corner]
    cells: list[Ring]


def outline(cells: Sequence[str]) -> Outline:
    """Corners and cells of a city, corners rounded to 1e-5 degrees and shared."""
    known: dict[Corner, int] = {}
    rings: list[Ring] = []
    for cell in cells:
        boundary = h3.cell_to_boundary(cell)
        corners = [(round(lng * DEGREE_STEPS), round(lat * DEGREE_STEPS)) for lat, lng in boundary]
        rings.append([known.setdefault(corner, len(known)) for corner in corners])
    return Outline(list(known), rings)


def packed_outline(city: Outline) -> dict[str, Any]:
    """The outline as small numbers: ``corners`` (steps), ``cells`` (counted back), ``sides`` where not 6."""
    steps = np.diff(np.array(city.corners, dtype=np.int64).reshape(-1, 2), axis=0, prepend=0)
    back: list[int] = []
    newest = 0
    for ring in city.cells:
        for corner in ring:
            back.append(newest - corner)
            newest = max(newest, corner + 1)
    sides = {str(i): len(ring) for i, ring in enumerate(city.cells) if len(ring) != 6}
    return {"corners": steps.reshape(-1).tolist(), "cells": back, "sides": sides}


def district_rings(city: Outline, district: Sequence[str]) -> dict[str, list[Ring]]:
    """Outer and inner borders of each district: the sides that only one of its cells has, joined to rings."""
    sides: dict[str, set[tuple[int, int]]] = {}
    for name, ring in zip(district, city.cells, strict=True):
        border = sides.setdefault(name, set())
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if (b, a) in border:
                border.remove((b, a))
            else:
                border.add((a, b))
    return {name: _joined(sides[name]) for name in sorted(sides)}


def _joined(sides: set[tuple[int, int]]) -> list[Ring]:
    after: dict[int, list[int]] = {}
    for a, b in sorted(sides):
        after.setdefault(a, []).append(b)
    rings: list[Ring] = []
    for start in sorted(after):
        while after[start]:
            ring, corner = [start], after[start].pop()
            while corner != start:
                ring.append(corner)
                corner = after[corner].pop()
            rings.append(ring)
    return rings


def scale_of(values: FloatArray) -> tuple[float, float]:
    """Natural logs of the smallest and largest positive value; (0, 0) when there is none."""
    positive = values[values > 0]
    return (math.log(positive.min()), math.log(positive.max())) if len(positive) else (0.0, 0.0)


def in_letters(values: FloatArray, scale: tuple[float, float]) -> str:
    """Two letters per value on the log scale."""
    low, high = scale
    with np.errstate(divide="ignore"):
        part = (np.log(values) - low) / max(high - low, 1e-9)
    level = np.where(values > 0, 1 + np.rint(np.clip(part, 0, 1) * (_LEVELS - 1)), 0).astype(np.int64)
    letters = np.array(list(LETTERS))
    return "".join(np.column_stack([letters[level // len(LETTERS)], letters[level % len(LETTERS)]]).reshape(-1))


def packed_names(names: Sequence[str]) -> dict[str, list[str]]:
    """Names of cells in few bytes: each street once, a cell as its streets' numbers with ``&`` and ``,`` between.

    >>> packed_names(["Elm & Oak, East", "", "Elm & Yew, East"])
    {'parts': ['East', 'Elm', 'Oak', 'Yew'], 'of': ['1&2,0', '', '1&3,0']}
    """
    split = [_SEPARATOR.split(name) for name in names]
    parts = sorted({part for pieces in split for part in pieces[::2] if part})
    number = {part: str(i) for i, part in enumerate(parts)} | {"": ""}
    marks = {" & ": "&", ", ": ","}
    of = ["".join(number[p] if i % 2 == 0 else marks[p] for i, p in enumerate(pieces)) for pieces in split]
    return {"parts": parts, "of": of if parts else []}


def unpacked_names(packed: dict[str, list[str]]) -> list[str]:
    """Reads :func:`packed_names` back, as the page's script does."""
    marks = {"&": " & ", ",": ", "}
    pieces = (re.split("([&,])", text) for text in packed["of"])
    return [
        "".join(marks.get(piece) or (packed["parts"][int(piece)] if piece else "") for piece in some) for some in pieces
    ]


def packed_backdrop(backdrop: gpd.GeoDataFrame | None) -> dict[str, list[list[list[int]]]]:
    """Kind -> shapes, each as its lines (of a polygon its rings), each as steps from corner to corner.

    >>> line = shapely.LineString([(1, 2), (1.00002, 2), (1.00002, 1.99999)])
    >>> packed_backdrop(gpd.GeoDataFrame({"kind": ["street"]}, geometry=[line]))
    {'street': [[[100000, 200000, 2, 0, 0, -1]]]}
    """
    shapes: dict[str, list[list[list[int]]]] = {}
    for kind, shape in () if backdrop is None else zip(backdrop["kind"], backdrop.geometry, strict=True):
        lines = [shape.exterior, *shape.interiors] if shape.geom_type == "Polygon" else [shape]
        shapes.setdefault(str(kind), []).append([_steps(line) for line in lines])
    return shapes


def _steps(line: shapely.Geometry) -> list[int]:
    corners = np.rint(shapely.get_coordinates(line) * DEGREE_STEPS).astype(np.int64)
    return [int(step) for step in np.diff(corners, axis=0, prepend=0).reshape(-1)]


def class_edges(values: FloatArray) -> list[float]:
    """Rising edges 1, 2, 5, 10, ... that part the values into at most seven classes, the same for every shift."""
    positive = values[values > 0]
    if not len(positive):
        return []
    top, floor = float(positive.max()), float(np.quantile(positive, 0.02))
    steps = [m * 10.0**e for e in range(-9, 5) for m in (1, 2, 5)]
    inside = [step for step in steps if floor < step < top]
    return [float(f"{step:.0e}") for step in inside[-(MOST_CLASSES - 1) :]]


def legend(edges: list[float]) -> list[dict[str, str]]:
    """Each class of the map: its ``shade`` (0, the palest, to 6) and its ``label``.

    >>> legend([0.1, 0.2])[1]
    {'shade': '5', 'label': '0.1 to 0.2'}
    """
    if not edges:
        return []
    labels = [f"below {edges[0]:g}"]
    labels += [f"{a:g} to {b:g}" for a, b in pairwise(edges)]
    labels.append(f"{edges[-1]:g} and more")
    return [{"shade": str(i + MOST_CLASSES - len(labels)), "label": label} for i, label in enumerate(labels)]


def class_of(values: FloatArray, edges: list[float]) -> IntArray:
    """Position in :data:`SHADES` of each value; the highest class is the darkest however few there are.

    >>> class_of(np.array([0.0, 0.1, 0.5]), [0.1, 0.2]).tolist()
    [4, 5, 6]
    """
    return np.searchsorted(edges, values, side="right").astype(np.int64) + MOST_CLASSES - 1 - len(edges)
