"""Layers of names are read whatever their form; every row is kept or set aside, and what names nothing is refused."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from patrolcast.domain.errors import PatrolcastError
from patrolcast.domain.records import SourceAccount
from patrolcast.domain.settings import NameLayer
from patrolcast.domain.tables import WGS84, NamedShapes
from patrolcast.io.sources.geo_layers import read_layer
from patrolcast.runs.load.name_layers import named_shapes

Loaded = tuple[NamedShapes, dict[str, int], SourceAccount | None, list[str]]
LAND = shapely.box(-87.70, 41.80, -87.65, 41.85)
HEADER = "crossing,longitude,latitude\n"


def loaded(path: Path, column: str, **keys: object) -> Loaded:
    given = NameLayer.model_validate({"path": path, "column": column, **keys})
    return named_shapes(given, read_layer, LAND)


def csv(folder: Path, text: str, name: str = "crossings.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refusal(path: Path, column: str, **keys: object) -> tuple[int, str]:
    with pytest.raises(PatrolcastError) as error:
        loaded(path, column, **keys)
    return error.value.exit_code, str(error.value)


def test_points_of_a_csv_are_named_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = "ELM ST & OAK AVE,-87.68,41.82\n,-87.68,41.82\nASH & FIR,,\nASH & YEW,0,0\nASH & IVY,-87.66,41.81\n"
    named, aside, account, _ = loaded(csv(tmp_path, HEADER + rows), "crossing")
    assert named.table["name"].tolist() == ["Elm St & Oak Ave", "Ash & Ivy"]
    assert [(p.x, p.y) for p in named.table.geometry] == [(-87.68, 41.82), (-87.66, 41.81)]
    assert aside == {"no place": 2, "no name": 1}
    assert account is not None
    assert (account.rows_in, account.kept, account.of_incidents) == (5, 2, False)


def test_other_columns_and_feet_are_read_as_stated(tmp_path: Path) -> None:
    """A corner of Chicago in Illinois East feet (EPSG:3435), computed apart: 41.8781 N, 87.6298 W."""
    path = csv(tmp_path, "name,X,Y\nState & Van Buren,1176171.0,1898766.0\n")
    given = NameLayer(path=path, column="name", longitude="X", latitude="Y", crs="EPSG:3435")
    named, *_ = named_shapes(given, read_layer, shapely.box(-87.7, 41.8, -87.6, 41.9))
    point = named.table.geometry.iloc[0]
    assert point.x == pytest.approx(-87.6298, abs=0.003)
    assert point.y == pytest.approx(41.8781, abs=0.003)


def test_a_map_layer_is_named_by_its_column(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    areas = gpd.GeoDataFrame(
        {"NAME": ["ST. JOHNS", None, "nan"]}, geometry=[LAND, LAND.buffer(-0.01), LAND.buffer(-0.02)], crs=WGS84
    )
    areas.to_file(path)
    named, aside, account, notes = loaded(path, "NAME")
    assert (named.table["name"].tolist(), aside, account) == (["St. Johns"], {"no name": 2}, None)
    assert notes == ["names of places: 67% of the rows of areas.geojson have no name"]


@pytest.mark.parametrize(
    ("text", "column", "keys", "code", "message"),
    [
        (HEADER + "A & B,-87.68,41.82\n", "corner", {}, 13,
         "crossings.csv: got no column 'corner'; [[area.names]] column; columns: 'crossing', 'longitude', 'latitude'"),
        (HEADER + "A & B,-87.68,41.82\n", "crossing", {"longitude": "longitud"}, 13,
         "crossings.csv: got no column 'longitud'; [[area.names]] longitude; did you mean 'longitude'?"),
        (HEADER + ",-87.68,41.82\n", "crossing", {}, 13,
         "crossings.csv column 'crossing': got no name in 1 row; [[area.names]] column; name another"),
        (HEADER + "A & B,west,north\n", "crossing", {}, 13,
         "crossings.csv: got no coordinates; a CSV of names has a point in each row; name its columns of coordinates: "
         "longitude and latitude in [[area.names]]"),
        (HEADER + "A & B,-122.6,45.5\n", "crossing", {}, 13,
         "crossings.csv: got 1 shape, none of them in the city (longitude -122.60 to -122.60, latitude 45.50 to 45.50; "
         "the city: longitude -87.70 to -87.65, latitude 41.80 to 41.85); a layer of names must lie in the city; "
         "check the layer and its reference system (crs, for a CSV), or leave it out"),
        (HEADER + "A & B,1171000,1896000\n", "crossing", {}, 13,
         "crossings.csv: got a point at (1171000, 1896000) degrees; degrees go up to 180 and 90; export it in WGS84, "
         "or with the reference system that it is in"),
        (HEADER + "A & B,-87.68,41.82\n", "crossing", {"crs": "EPSG:1"}, 10,
         "[[area.names]] crs: got 'EPSG:1'; no such reference system; e.g. EPSG:4326"),
        ("owner,longitude,latitude\nElm,-87.68,41.82\n", "owner", {}, 14,
         "crossings.csv in [[area.names]]: got the column 'owner', which is about persons; a place is called by its "
         "streets, crossings or neighborhood, never by a person or a house; name another column or layer"),
        (HEADER + "A & B,-87.68,41.82\n" * 3 + "A & B,-87.68\n", "crossing", {}, 13,
         "crossings.csv line 5: got 2 fields where the header has 3; add the missing one, or its comma"),
    ],
)  # fmt: skip
def test_what_names_no_place_is_refused_in_one_line(
    tmp_path: Path, text: str, column: str, keys: dict[str, str], code: int, message: str
) -> None:
    assert refusal(csv(tmp_path, text), column, **keys) == (code, message)
