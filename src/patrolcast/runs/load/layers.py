"""The map layers and the census table that a config names, checked, in WGS84, each accounted for as a source."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import shapely

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.records import SourceAccount
from patrolcast.domain.residents import CensusCoverage
from patrolcast.domain.settings import NameLayer, PlaceLayer, Residents, Settings
from patrolcast.domain.tables import NamedShapes
from patrolcast.grid.interpolate import census_coverage
from patrolcast.grid.layer_fit import dry_land, fit_areas, fit_districts, fit_place
from patrolcast.io.sources.byte_stream import is_there
from patrolcast.io.sources.geo_layers import read_rows, require_degrees
from patrolcast.runs.load.census_layers import refuse_census_layer
from patrolcast.runs.load.districts import named_districts
from patrolcast.runs.load.name_layers import named_shapes
from patrolcast.runs.load.officer_layers import refuse_officer_layer
from patrolcast.runs.load.place_layers import measured_shapes
from patrolcast.runs.load.residents import counted_areas

_POLYGONS = {"Polygon", "MultiPolygon"}

FOR_PEOPLE = "names of places, for people to read: no feature and no forecast is made of them"


@dataclass(frozen=True)
class CityLayers:
    """Layers by their use, see :class:`patrolcast.domain.tables.CityTables`.

    Attributes
    ----------
    land : inside the boundary and outside water (`grid.layer_fit.dry_land`).
    shares : what lies on the land.
    coverage : how much of the city the counts of ``residents`` are of.
    """

    boundary: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    places: dict[str, gpd.GeoDataFrame]
    residents: gpd.GeoDataFrame | None
    settled: gpd.GeoDataFrame | None
    accounts: tuple[SourceAccount, ...]
    notes: tuple[str, ...]
    shares: dict[str, float]
    land: shapely.Geometry
    names: tuple[NamedShapes, ...] = ()
    coverage: CensusCoverage | None = None
    uncounted: gpd.GeoDataFrame | None = None


@dataclass
class _Reader:
    """Reads each file once, and accounts for it once; rows without a shape are set aside."""

    layers: dict[Path, gpd.GeoDataFrame] = field(default_factory=dict)
    without: dict[Path, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    accounts: dict[Path, SourceAccount] = field(default_factory=dict)
    identities: dict[Path, tuple[str, str, int]] = field(default_factory=dict)

    def read(self, path: Path) -> gpd.GeoDataFrame:
        if path not in self.layers:
            rows = read_rows(path)
            self.layers[path] = rows[rows.geometry.notna()].reset_index(drop=True)
            require_degrees(self.layers[path], name=path.name)
            self.notes += rows.attrs.get("notes", [])
            self.identities[path] = rows.attrs["identity"]
            self.without[path] = len(rows) - len(self.layers[path])
            self.account(path, {}, {})
        return self.layers[path]

    def polygons(self, path: Path) -> gpd.GeoDataFrame:
        """The rows of a layer that are areas; others are set aside."""
        layer = self.read(path)
        areas = layer[layer.geom_type.isin(_POLYGONS | {"GeometryCollection"})]
        if areas.empty:
            got = ", ".join(sorted(set(layer.geom_type)))
            raise DataRefusedError(path.name, got=got, rule="must have polygons", cure="name the layer of areas")
        if len(areas) < len(layer) and self.accounts[path].set_aside.keys() <= {"no shape"}:  # once, whoever asks
            self.account(path, {"no polygon": len(layer) - len(areas)}, {})
        return areas

    def account(self, path: Path, aside: dict[str, int], refused: dict[str, int]) -> None:
        aside = aside | ({"no shape": self.without[path]} if self.without[path] else {})
        n = len(self.layers[path]) + self.without[path]
        kept = n - sum(aside.values()) - sum(refused.values())
        self.accounts[path] = SourceAccount(*self.identities[path], n, kept, aside, refused, of_incidents=False)


def load_layers(settings: Settings) -> CityLayers:
    """Read every layer of the config.

    Raises DataRefusedError: a layer that is none, without polygons where they are needed, or without a column that the
    config names.
    """
    reader, area = _Reader(), settings.area
    boundary = reader.polygons(area.boundary)[["geometry"]]
    named = None if area.districts is None else named_districts(reader.polygons(area.districts), area)
    water = None if area.water is None else reader.polygons(area.water)[["geometry"]]
    land, notes, shares = dry_land(boundary, water), list[str](), dict[str, float]()
    if named is not None and area.districts is not None:
        shares["districts"], more = fit_districts(named[0], land, file=area.districts.name)
        notes += named[1] + more
    places: dict[str, gpd.GeoDataFrame] = {}
    residents: gpd.GeoDataFrame | None = None
    settled: gpd.GeoDataFrame | None = None
    coverage: CensusCoverage | None = None
    uncounted: gpd.GeoDataFrame | None = None
    for name, place in settings.places.items():
        places[name], more = _place(reader, name, place, settings)
        distance = place.measure == "distance_m"
        notes += more + fit_place(name, places[name], land, file=place.path.name, distance=distance)
    absent = [] if settings.residents is None else _absent(settings.residents)
    if absent:
        notes.append(f"residents: {absent[0]} is not there; no group is measured")
    elif settings.residents is not None:
        residents, uncounted = _residents(reader, settings.residents)
        if settings.residents.land is not None:
            settled = reader.polygons(settings.residents.land)[["geometry"]]
        columns = [*settings.residents.groups, "total"]
        coverage = census_coverage(
            residents, uncounted, columns=columns, boundary=boundary, water=water, settled=settled
        )
        notes.append(coverage.sentence)
        notes.append(f"census counts of residents: {settings.residents.vintage}")
        shares["census areas with counts"], more = fit_areas(residents, land, file=settings.residents.path.name)
        notes += more
    names = []
    for section in area.names:
        named_layer, more = _names(reader, section, land)
        names.append(named_layer)
        notes += more
    accounts = tuple(reader.accounts.values())
    return CityLayers(
        boundary, named and named[0], water, places, residents, settled, accounts, (*reader.notes, *notes), shares,
        land, tuple(names), coverage, uncounted,
    )  # fmt: skip


def _absent(residents: Residents) -> list[str]:
    """Names of the files of counts that are not there."""
    return [path.name for path in (residents.path, residents.counts) if path is not None and not is_there(path)]


def _place(reader: _Reader, name: str, place: PlaceLayer, settings: Settings) -> tuple[gpd.GeoDataFrame, list[str]]:
    layer = reader.read(place.path)
    refuse_census_layer(name, place, [str(column) for column in layer.columns], settings.residents)
    refuse_officer_layer(name, place, layer, settings.incidents)
    shapes, notes, without = measured_shapes(name, place, layer)
    if without:
        reader.account(place.path, {"no value": without}, {})
    return shapes, notes


def _names(reader: _Reader, section: NameLayer, land: shapely.Geometry) -> tuple[NamedShapes, list[str]]:
    named, aside, account, notes = named_shapes(section, reader.read, land)
    if account is not None:
        reader.accounts[section.path] = account
    elif aside and reader.accounts[section.path].set_aside.keys() <= {"no shape"}:  # a layer of another use has its own
        reader.account(section.path, aside, {})
    known = reader.accounts[section.path]
    reader.accounts[section.path] = replace(known, notes=(*known.notes, FOR_PEOPLE))
    return named, notes


def _residents(reader: _Reader, residents: Residents) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Census areas with ``area``, one column per group and ``total``; and the areas without a count, set aside."""
    layer = reader.polygons(residents.path)
    census = counted_areas(layer, residents)
    aside = {**census.set_aside, "no polygon": len(reader.layers[residents.path]) - len(layer)}
    reader.account(
        residents.path, {k: n for k, n in aside.items() if n}, {k: n for k, n in census.refused.items() if n}
    )
    if residents.counts is not None and census.table is not None:
        reader.accounts[residents.counts] = census.table
    return census.areas, census.uncounted
