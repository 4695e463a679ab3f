"""The map layers and the census table that a config names, checked, in WGS84, each accounted for as a source."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.domain.records import SourceAccount
from patrolcast.domain.settings import PlaceLayer, Residents, Settings
from patrolcast.io.byte_stream import is_there
from patrolcast.io.columnar import identity_of
from patrolcast.io.geo_layers import read_layer

_POLYGONS = {"Polygon", "MultiPolygon"}


@dataclass(frozen=True)
class CityLayers:
    """Layers by their use; see :class:`patrolcast.domain.tables.CityTables`."""

    boundary: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    places: dict[str, gpd.GeoDataFrame]
    residents: gpd.GeoDataFrame | None
    settled: gpd.GeoDataFrame | None
    accounts: tuple[SourceAccount, ...]
    notes: tuple[str, ...]


@dataclass
class _Reader:
    """Reads each file once, and accounts for it once."""

    layers: dict[Path, gpd.GeoDataFrame] = field(default_factory=dict)
    accounts: dict[Path, SourceAccount] = field(default_factory=dict)

    def read(self, path: Path) -> gpd.GeoDataFrame:
        if path not in self.layers:
            self.layers[path] = read_layer(path)
            self.account(path, {}, {})
        return self.layers[path]

    def account(self, path: Path, aside: dict[str, int], refused: dict[str, int]) -> None:
        n = len(self.layers[path])
        kept = n - sum(aside.values()) - sum(refused.values())
        self.accounts[path] = SourceAccount(*identity_of(path), n, kept, aside, refused)


def load_layers(settings: Settings) -> CityLayers:
    """Read every layer of the config.

    Raises
    ------
    DataRefusedError
        a layer that is none, without polygons where they are needed, or without a column that the config names.
    """
    reader, area = _Reader(), settings.area
    boundary = _polygons(reader.read(area.boundary), area.boundary)[["geometry"]]
    districts = None
    if area.districts is not None:
        layer = _polygons(reader.read(area.districts), area.districts)
        _require(layer, area.district_column, area.districts, "[area] district_column")
        named = layer[["geometry"]].assign(district=layer[area.district_column].map(_text))
        districts = gpd.GeoDataFrame(named.dissolve("district", as_index=False))
    water = None if area.water is None else _polygons(reader.read(area.water), area.water)[["geometry"]]
    places = {name: _place(reader, name, place) for name, place in settings.places.items()}
    residents: gpd.GeoDataFrame | None = None
    settled: gpd.GeoDataFrame | None = None
    notes: tuple[str, ...] = ()
    if settings.residents is not None and not is_there(settings.residents.path):
        notes = (f"residents: {settings.residents.path.name} is not there; no group is measured",)
    elif settings.residents is not None:
        residents = _residents(reader, settings.residents)
        if settings.residents.land is not None:
            settled = _polygons(reader.read(settings.residents.land), settings.residents.land)[["geometry"]]
        notes = (f"residents: {settings.residents.vintage}",)
    accounts = tuple(reader.accounts.values())
    return CityLayers(boundary, districts, water, places, residents, settled, accounts, notes)


def _polygons(layer: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    kept = layer[layer.geom_type.isin(_POLYGONS | {"GeometryCollection"})]
    if kept.empty:
        got = ", ".join(sorted(set(layer.geom_type)))
        raise DataRefusedError(path.name, got=got, rule="must have polygons", cure="name the layer of areas")
    return kept


def _place(reader: _Reader, name: str, place: PlaceLayer) -> gpd.GeoDataFrame:
    layer = reader.read(place.path)
    if place.measure != "value":
        return layer[["geometry"]]
    if place.column is None:
        rule = "measure = 'value' needs a column"
        raise DataRefusedError(f"[places.{name}] column", got="nothing", rule=rule, cure="name the column to average")
    _require(layer, place.column, place.path, f"[places.{name}] column")
    value = pd.to_numeric(layer[place.column], errors="coerce")
    if not np.isfinite(value).all():
        got = f"{int((~np.isfinite(value)).sum()):,} values that are no number"
        what = f"{place.path.name} column {shown(place.column)}"
        raise DataRefusedError(what, got=got, rule="every shape has a value", cure="leave such shapes out")
    return layer[["geometry"]].assign(value=value.astype("float64"))


def _residents(reader: _Reader, given: Residents) -> gpd.GeoDataFrame:
    """Census areas with ``area``, one column per group and ``total``; areas without a count are set aside."""
    layer = _polygons(reader.read(given.path), given.path)
    columns = {**given.groups, "total": given.total}
    for name, column in {"area_id": given.area_id, **columns}.items():
        _require(layer, column, given.path, f"[residents] {name}")
    counts = pd.DataFrame({name: pd.to_numeric(layer[column], errors="coerce") for name, column in columns.items()})
    margins = _margins(layer, given, set(columns))
    empty = counts.isna().any(axis=1) | margins.isna().any(axis=1)
    wrong = ~empty & ((counts < 0) | (counts % 1 != 0)).any(axis=1)
    good = ~(empty | wrong)
    other = len(reader.layers[given.path]) - len(layer)
    aside = {"no count": int(empty.sum()), "no polygon": other}
    refused = {"negative or fractional count": int(wrong.sum())}
    reader.account(given.path, {k: n for k, n in aside.items() if n}, {k: n for k, n in refused.items() if n})
    if not good.any():
        raise DataRefusedError(
            given.path.name, got="no area with counts", rule="needs counts", cure="check [residents]"
        )
    found = layer[["geometry"]].assign(area=layer[given.area_id].map(_text), **counts, **margins)[good]
    return gpd.GeoDataFrame(found[["area", *columns, *margins, "geometry"]].reset_index(drop=True))


def _margins(layer: gpd.GeoDataFrame, given: Residents, known: set[str]) -> pd.DataFrame:
    """``moe_<group>``; a margin that is negative stands for "none given" in the ACS, and the area is set aside."""
    found = {}
    for name, column in given.margins.items():
        if name not in known:
            rule = f"a margin belongs to a group or to total: {', '.join(sorted(known))}"
            raise ConfigError("[residents.margins]", got=shown(name), rule=rule)
        _require(layer, column, given.path, f"[residents.margins] {name}")
        value = pd.to_numeric(layer[column], errors="coerce")
        found[f"moe_{name}"] = value.where(value >= 0)
    return pd.DataFrame(found, index=layer.index)


def _require(layer: gpd.GeoDataFrame, column: str, path: Path, key: str) -> None:
    if column not in layer.columns:
        names = [str(name) for name in layer.columns if name != "geometry"]
        near = difflib.get_close_matches(column, names, n=1)
        cure = f"did you mean {shown(near[0])}?" if near else f"columns: {', '.join(map(shown, names[:20]))}"
        raise DataRefusedError(path.name, got=f"no column {shown(column)}", rule=key, cure=cure)


def _text(value: object) -> str:
    """A name as text; a whole number without its ".0"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
