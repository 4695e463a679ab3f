"""Map layers beside an export: which of them is the boundary, the districts, the water, the census areas.

A layer's name says what it may be; where the records lie says whether it is a layer of this city. What stays open is
said with the candidates. Groups of residents are never chosen: their columns are a person's decision.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.errors import PatrolcastError
from patrolcast.intake.persons import header_words
from patrolcast.io.sources.export_sample import nearby_layers
from patrolcast.io.sources.geo_layers import read_layer
from patrolcast.report import words
from patrolcast.runs.init.resident_counts import counts_beside
from patrolcast.runs.load.residents import name_as_text

_MOST_LAYERS = 12
_MOST_DISTRICTS = 500
_COVERS = 0.8
"""Share of the records that must lie in a layer's polygons: otherwise it is another city's, or a part's."""
_NAMES = {
    "tracts": r"tract|block ?group|census|lsoa|msoa|output ?area|demograph",
    "water": r"water|lake|river|hydro",
    "boundary": r"bound|limits|jurisdiction|outline|city ?line",
    "districts": r"district|precinct|division|sector|beat|patrol|command",
}
"""Kind of layer -> what its name says, the surest first: "district boundaries" are districts (see `_kind`)."""
_DISTRICT_COLUMNS = (
    r"^(police )?districts?$", r"^precincts?$", r"^dist( (num|no|number|name|id|label))?$", r"district",
    r"precinct", r"division", r"sector", r"^beats?( num| no)?$", r"^name$", r"name$", r"label", r"beat", r"^id$",
)  # fmt: skip
_AREA_COLUMNS = (
    r"^geo ?id\d*$", r"^tract( (id|code|ce\d*))?$", r"tractce", r"(lsoa|msoa|oa)\d* ?c(d|ode)", r"^area( id)?$",
)  # fmt: skip
_PERSON = re.compile(r"officer|command|captain|chief|contact|phone|mail|sergeant", re.IGNORECASE)
_TOTALS = r"^(total )?(pop|population|residents|persons|pop\d+|total|total pop(ulation)?)( \d+)?$"


@dataclass(frozen=True)
class NearbyLayers:
    """Paths of the layers that were taken, "" for none, and what is to be said of the others.

    ``residents`` are layer, area column, column of all residents and columns that may count groups; ``counts`` the
    table that holds those columns and its area column, where they are not the layer's own.
    """

    boundary: str = ""
    districts: str = ""
    district_column: str = ""
    water: str = ""
    residents: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Layer:
    path: Path
    frame: gpd.GeoDataFrame
    kind: str
    covers: float


def layers_beside(export: Path, points: np.ndarray) -> NearbyLayers:
    """Read the layers beside an export and choose among them.

    Parameters
    ----------
    points : (n, 2) longitude and latitude of some records, degrees; without any, names alone decide.
    """
    notes: list[str] = []
    layers = [layer for path in nearby_layers(export)[:_MOST_LAYERS] if (layer := _read(path, points, notes))]
    here = [layer for layer in layers if layer.covers >= _COVERS or (layer.kind == "water" and _meets(layer, points))]
    for layer in layers:
        if layer not in here:
            notes.append(f"{layer.path.name} was left out: {words.share(layer.covers)} of the records lie in it")
    boundary = _only_layer(here, "boundary", notes)
    districts = _only_layer(here, "districts", notes)
    column = _district_column(districts.frame) if districts is not None else ""
    if districts is not None and not column:
        notes.append(f"[area] districts: {districts.path.name} has no column that names a district: left out")
    if boundary is None and districts is not None:
        boundary = districts
        notes.append(f"[area] boundary: no layer of it; the outline of {districts.path.name} was taken; check it")
    elif boundary is not None:
        notes.append(f"[area] boundary: {boundary.path.name} lies beside the export and was taken; check it")
    if districts is not None and column:
        n = districts.frame[column].nunique()
        notes.append(
            f"[area] districts: {n} districts were taken from {districts.path.name} (column {column}); are these the "
            "patrol districts?"
        )
    water, tracts = _only_layer(here, "water", notes), _only_layer(here, "tracts", notes)
    residents, counts = _residents(tracts, export) if tracts is not None else ((), ())
    return NearbyLayers(
        boundary=str(boundary.path) if boundary is not None else "",
        districts=str(districts.path) if districts is not None and column else "",
        district_column=column,
        water=str(water.path) if water is not None else "",
        residents=residents,
        counts=counts,
        notes=tuple(notes),
    )


def _read(path: Path, points: np.ndarray, notes: list[str]) -> _Layer | None:
    try:
        frame = read_layer(path)
    except PatrolcastError as error:
        notes.append(f"a layer beside the export was left out: {error}")
        return None
    polygons = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if not len(frame) or not polygons.all():
        return None
    covers = 1.0
    if len(points):
        tree = shapely.STRtree(frame.geometry.to_numpy())
        covers = len(np.unique(tree.query(shapely.points(points), predicate="intersects")[0])) / len(points)
    return _Layer(path, frame, _kind(path.name, len(frame)), covers)


def _meets(layer: _Layer, points: np.ndarray) -> bool:
    """Whether water lies where the records lie, give or take: nobody reports from the water itself."""
    if not len(points):
        return True
    west, south, east, north = layer.frame.total_bounds
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(west <= high[0] and east >= low[0] and south <= high[1] and north >= low[1])


def _kind(name: str, n: int) -> str:
    words = header_words(name.split(".")[0])
    kinds = [kind for kind, pattern in _NAMES.items() if re.search(pattern, words)]
    if {"boundary", "districts"} <= set(kinds):
        return "districts" if n > 1 else "boundary"
    if kinds[:1] == ["districts"] and not 1 < n <= _MOST_DISTRICTS:
        return ""
    return kinds[0] if kinds else "boundary" if n == 1 else ""


def _only_layer(layers: Sequence[_Layer], kind: str, notes: list[str]) -> _Layer | None:
    """The layer of a kind; of several the one whose name says it most surely, and of equals none."""
    of_kind = [layer for layer in layers if layer.kind == kind]
    if len(of_kind) > 1:
        ranks = [_rank(layer.path.name, kind) for layer in of_kind]
        best = [layer for layer, rank in zip(of_kind, ranks, strict=True) if rank == min(ranks)]
        names = ", ".join(layer.path.name for layer in of_kind)
        taken = best[0].path.name if len(best) == 1 else "none"
        notes.append(f"several layers may be {kind}: {names}; {taken} was taken")
        return best[0] if len(best) == 1 else None
    return of_kind[0] if of_kind else None


def _rank(name: str, kind: str) -> int:
    words = header_words(name)
    return next(i for i, part in enumerate([*_NAMES[kind].split("|"), ""]) if re.search(part, words))


def _district_column(frame: gpd.GeoDataFrame) -> str:
    """The column that names a district in each row: filled everywhere, two different names or more."""
    return _by_header(frame, _DISTRICT_COLUMNS, fewest=2)


def _by_header(frame: gpd.GeoDataFrame, patterns: Sequence[str], *, fewest: int) -> str:
    names = [str(name) for name in frame.columns if name != frame.geometry.name and not _PERSON.search(str(name))]
    whole = [name for name in names if frame[name].notna().all() and frame[name].nunique() >= fewest]
    fits = (name for pattern in patterns for name in whole if re.search(pattern, header_words(name)))
    return next(fits, "")


def _residents(layer: _Layer, export: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `NearbyLayers` holds as ``residents`` and ``counts``: of the layer itself, else of a table beside it."""
    frame = layer.frame
    area = _by_header(frame, _AREA_COLUMNS, fewest=max(2, len(frame)))
    counted = _counted(frame)
    table = counts_beside(export, frame[area].map(name_as_text)) if area and counted is None else None
    if table is not None and (there := _counted(table.numbers)) is not None:
        return (str(layer.path), area, *there), (str(table.path), table.area)
    return (str(layer.path), area, *(counted if area and counted is not None else ("", ""))), ()


def _counted(frame: pd.DataFrame) -> tuple[str, str] | None:
    """The column of all residents, and those of numbers that never exceed it; None without the first."""
    numbers = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    totals = [name for name in numbers if re.search(_TOTALS, header_words(name))]
    if not totals:
        return None
    whole = frame[totals[0]].fillna(0)
    parts = [name for name in numbers if name not in totals and (frame[name].fillna(0) <= whole).all()]
    counted = [name for name in parts if (frame[name].fillna(0) >= 0).all() and frame[name].sum() > 0]
    return totals[0], ", ".join(counted[:8])
