"""Layers beside an export that say what places are called: crossings, streets, neighborhoods, landmarks.

A file's name says what it may be, its columns what its names are, and the records whether it is of this city. Each is
read as a run would read it, so a layer that names persons or lies elsewhere is left out with the reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.settings import NameLayer
from patrolcast.intake.guess_columns import guess_roles
from patrolcast.intake.persons import header_words
from patrolcast.io.csv.strict import open_csv
from patrolcast.io.sources.export_sample import nearby_layers, nearby_tables
from patrolcast.io.sources.geo_layers import read_layer
from patrolcast.runs.load.name_layers import is_csv, named_shapes

_FEWEST_NAMES = 2
_KINDS = {
    "crossings": r"intersection|crossing|corners",
    "streets": r"street|road|centre ?line|center ?line",
    "landmarks": r"landmark|points? of interest|\bpois?\b",
    "neighborhoods": r"neighbou?rhood|communit(y|ies)|\bhoods?\b|\bnta\b",
}
"""Kind -> what the name of its file says, in the order in which they are preferred."""
_NO_NAMES = re.compile(r"census|tract|demograph|district|beat|precinct|parcel|owner|light|sign")
"""Layers of another use, though a street or a neighborhood stands in their name: street lights, parcels by street."""
_SHAPES = {
    "crossings": {"Point", "MultiPoint"},
    "streets": {"LineString", "MultiLineString"},
    "landmarks": {"Point", "MultiPoint"},
    "neighborhoods": {"Polygon", "MultiPolygon"},
}
_COLUMNS = {
    "crossings": (r"^intersection", r"^cross", r"^streets?$", r"^(full ?)?name$", r"name$", r"label"),
    "streets": (r"^full ?(street ?)?name", r"^street ?name$", r"^st ?name$", r"^street$", r"^road ?name$", r"^name$",
                r"^label$", r"name$"),
    "landmarks": (r"^landmark", r"^name$", r"^label$", r"name$"),
    "neighborhoods": (r"^(pri )?neigh", r"^nta ?name$", r"^community", r"^name$", r"^label$", r"name$"),
}  # fmt: skip


@dataclass(frozen=True)
class NearbyNames:
    """The layers that were taken, the preferred one first, and what is to be said of them and of the others."""

    layers: tuple[NameLayer, ...] = ()
    notes: tuple[str, ...] = ()


def names_beside(export: Path, points: np.ndarray) -> NearbyNames:
    """Choose among the layers beside an export those that name places: one of each kind.

    Parameters
    ----------
    points : (n, 2) longitude and latitude of some records, degrees; without any no layer is taken.
    """
    if not len(points):
        return NearbyNames()
    around = shapely.box(*points.min(axis=0), *points.max(axis=0))
    candidates = [*nearby_layers(export), *nearby_tables(export)]
    layers: list[NameLayer] = []
    notes: list[str] = []
    for kind, pattern in _KINDS.items():
        words = {path: header_words(path.name.partition(".")[0]) for path in candidates}
        fitting = [path for path in candidates if re.search(pattern, words[path]) and not _NO_NAMES.search(words[path])]
        good = [layer for path in fitting if (layer := _layer(path, kind, around, notes)) is not None]
        layers += good[:1]
        if len(good) > 1:
            names = ", ".join(layer.path.name for layer in good)
            notes.append(f"[[area.names]]: several layers may name {kind}: {names}; {good[0].path.name} was taken")
        candidates = [path for path in candidates if path not in fitting]
    notes += [
        f"[[area.names]]: {layer.path.name} names places by its column {layer.column}; check it" for layer in layers
    ]
    return NearbyNames(tuple(layers), tuple(notes))


def _layer(path: Path, kind: str, around: shapely.Geometry, notes: list[str]) -> NameLayer | None:
    try:
        layer = _csv_layer(path, kind) if is_csv(path) else _map_layer(path, kind)
        if layer is None:
            return None
        named, *_ = named_shapes(layer, read_layer, around)
    except PatrolcastError as error:
        notes.append(f"[[area.names]]: a layer beside the export was left out: {error}")
        return None
    return layer if named.table["name"].nunique() >= _FEWEST_NAMES else None


def _map_layer(path: Path, kind: str) -> NameLayer | None:
    frame = read_layer(path)
    if not len(frame) or not set(frame.geom_type) <= _SHAPES[kind]:
        return None
    texts = [
        str(name)
        for name in frame.columns
        if name != frame.geometry.name and not pd.api.types.is_numeric_dtype(frame[name])
    ]
    column = _column(texts, kind)
    return NameLayer(path=path, column=column) if column else None


def _csv_layer(path: Path, kind: str) -> NameLayer | None:
    header = open_csv(path).header
    roles = guess_roles(header)
    column = _column([name for name in header if name not in {*roles["longitude"], *roles["latitude"]}], kind)
    if not column or not roles["longitude"] or not roles["latitude"]:
        return None
    return NameLayer(path=path, column=column, longitude=roles["longitude"][0], latitude=roles["latitude"][0])


def _column(names: Sequence[str], kind: str) -> str:
    """The column whose header says most surely that it holds the names; "" for none."""
    fits = (name for pattern in _COLUMNS[kind] for name in names if re.search(pattern, header_words(name)))
    return next(fits, "")
