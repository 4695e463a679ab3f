"""Layers of names as they come: a map layer, or a CSV of points; cleaned for display, names of persons refused."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.counted import counted
from patrolcast.domain.errors import ConfigError, DataRefusedError, shown
from patrolcast.domain.records import SourceAccount
from patrolcast.domain.settings import NameLayer
from patrolcast.domain.tables import WGS84, NamedShapes
from patrolcast.grid.layer_fit import where
from patrolcast.io.csv.strict import open_csv, read_text_columns
from patrolcast.io.sources.columnar import file_identity
from patrolcast.io.sources.geo_layers import require_degrees
from patrolcast.numerics.reference_systems import horizontal
from patrolcast.runs.load.display_names import display_name, refuse_person_names
from patrolcast.runs.load.residents import name_as_text, require_column

MOST_SHAPES = 2_000_000
"""Ten times the street segments of the largest US city."""
_KEY = "[[area.names]] column"
_NO_NAME, _NO_PLACE = "no name", "no place"


def named_shapes(
    section: NameLayer, read: Callable[[Path], gpd.GeoDataFrame], land: shapely.Geometry
) -> tuple[NamedShapes, dict[str, int], SourceAccount | None, list[str]]:
    """Shapes with the names that people will read.

    Raises
    ------
    DataRefusedError
        the layer cannot be read, lacks a column, has no name at all, or nowhere meets the city.
    ProhibitedDataError
        it names persons or houses.
    ConfigError
        the reference system of a CSV is none.

    Parameters
    ----------
    read : of a map layer, its rows with a shape in WGS84.
    land : of the city, WGS84.

    Returns
    -------
    The shapes; rows set aside by reason; the account of a CSV (a map layer is accounted for by its reader); notes.
    """
    table = is_csv(section.path)
    layer, header, aside = _csv_points(section) if table else (read(section.path), None, {})
    columns = header or [str(name) for name in layer.columns if name != layer.geometry.name]
    require_column(layer, section.column, section.path, _KEY)
    texts = layer[section.column]
    raw = pd.Series([*dict.fromkeys(texts)], dtype=object)
    clean = {text: "" if pd.isna(text) else display_name(name_as_text(text)) for text in raw}
    refuse_person_names(columns, section.column, sorted({*clean.values()} - {""}), file=section.path.name)
    names = np.array([clean[text] for text in texts], dtype=object)
    has_name = names != ""
    if not has_name.any():
        got = f"no name in {counted(len(layer), 'row')}"
        raise DataRefusedError(
            f"{section.path.name} column {shown(section.column)}", got=got, rule=_KEY, cure="name another"
        )
    if not has_name.all():
        aside = aside | {_NO_NAME: int((~has_name).sum())}
    named = gpd.GeoDataFrame({"name": names[has_name]}, geometry=layer.geometry.to_numpy()[has_name], crs=WGS84)
    _require_here(named, land, section)
    account = None
    if table:
        n = int(has_name.sum())
        account = SourceAccount(*file_identity(section.path), n + sum(aside.values()), n, aside, {}, of_incidents=False)
    return NamedShapes(named, section.within_m), aside, account, _notes(section, has_name)


def is_csv(path: Path) -> bool:
    """True for a CSV, packed or not.

    >>> is_csv(Path("crossings.csv.gz")), is_csv(Path("streets.zip"))
    (True, False)
    """
    ends = [ending.lower() for ending in path.suffixes[-2:]]
    return bool(ends) and (ends[-1] == ".csv" or (ends[0] == ".csv" and ends[-1] in {".gz", ".zip"}))


def _csv_points(section: NameLayer) -> tuple[gpd.GeoDataFrame, list[str], dict[str, int]]:
    source = open_csv(section.path)
    header = pd.DataFrame(columns=list(source.header))
    for key, column in (("column", section.column), ("longitude", section.longitude), ("latitude", section.latitude)):
        require_column(header, column, section.path, f"[[area.names]] {key}")
    names = [*dict.fromkeys([section.column, section.longitude, section.latitude])]
    columns = read_text_columns(source, names).columns
    numbers = pd.DataFrame({name: pd.to_numeric(columns[name], errors="coerce") for name in names[-2:]})
    xy = numbers.to_numpy(dtype=np.float64)
    placed = np.isfinite(xy).all(axis=1) & (xy != 0).any(axis=1)
    if not placed.any():
        rule = "a CSV of names has a point in each row"
        cure = "name its columns of coordinates: longitude and latitude in [[area.names]]"
        raise DataRefusedError(section.path.name, got="no coordinates", rule=rule, cure=cure)
    try:
        system = horizontal(section.crs)
    except ValueError as error:
        raise ConfigError(
            "[[area.names]] crs", got=shown(section.crs), rule=str(error), cure="e.g. EPSG:4326"
        ) from None
    points = gpd.GeoSeries(shapely.points(xy[placed]), crs=system).to_crs(WGS84)
    layer = gpd.GeoDataFrame({section.column: columns[section.column][placed]}, geometry=points.to_numpy(), crs=WGS84)
    require_degrees(layer, name=section.path.name)
    return layer, list(source.header), {_NO_PLACE: int((~placed).sum())} if not placed.all() else {}


def _require_here(layer: gpd.GeoDataFrame, land: shapely.Geometry, section: NameLayer) -> None:
    """A layer of another city would name nothing, in silence."""
    if len(layer) > MOST_SHAPES:
        got, rule = f"{len(layer):,} shapes", f"at most {MOST_SHAPES:,}"
        raise DataRefusedError(section.path.name, got=got, rule=rule, cure="cut the layer to the city")
    shapely.prepare(land)
    shapes = layer.geometry.to_numpy()
    if not shapely.intersects(land, shapes).any():
        lies = where(shapely.box(*shapely.total_bounds(shapes)))
        got = f"{counted(len(shapes), 'shape')}, none of them in the city ({lies}; the city: {where(land)})"
        cure = "check the layer and its reference system (crs, for a CSV), or leave it out"
        raise DataRefusedError(section.path.name, got=got, rule="a layer of names must lie in the city", cure=cure)


def _notes(section: NameLayer, has_name: np.ndarray) -> list[str]:
    if has_name.mean() > 0.5:
        return []
    return [f"names of places: {1 - has_name.mean():.0%} of the rows of {section.path.name} have no name"]
