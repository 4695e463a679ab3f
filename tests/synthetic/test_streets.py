"""The sample city's streets lie on its land, cross, and its neighborhoods cover it; nothing of them is drawn by lot."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from patrolcast.intake.persons import is_person_column
from patrolcast.runs.load.display_names import display_name, refuse_person_names

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    names = ("streets", "neighborhoods", "boundary", "water")
    return {name: gpd.read_file(SAMPLE / f"{name}.geojson") for name in names}


def test_a_street_is_one_row_and_its_name_is_shown_as_it_is(layers: dict[str, gpd.GeoDataFrame]) -> None:
    streets = layers["streets"]["street"]
    assert streets.is_unique
    assert {"1st Ave", "22nd Ave", "Elm St", "Lakeshore Rd"} <= set(streets)
    for table, column in ((layers["streets"], "street"), (layers["neighborhoods"], "neighborhood")):
        assert [display_name(name) for name in table[column]] == table[column].tolist()
        refuse_person_names(list(table.columns), column, table[column].tolist(), file="sample")


def test_neighborhoods_cover_the_land_once(layers: dict[str, gpd.GeoDataFrame]) -> None:
    land = shapely.difference(layers["boundary"].geometry.iloc[0], layers["water"].geometry.iloc[0])
    shapes = layers["neighborhoods"].geometry.to_numpy()
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(land.area, rel=1e-4)
    assert shapely.area(shapes).sum() == pytest.approx(land.area, rel=1e-4)


def test_only_bridges_cross_the_river(layers: dict[str, gpd.GeoDataFrame]) -> None:
    river = layers["water"].geometry.iloc[0].buffer(-2e-4)
    over = layers["streets"]["street"][layers["streets"].geometry.intersects(river)]
    numbers = [int(name.split()[0][:-2]) for name in over if name.endswith("Ave")]
    assert numbers
    assert all(number % 4 == 0 for number in numbers)
    assert not any(name.endswith("St") for name in over)


def test_the_layers_hold_names_and_nothing_else() -> None:
    for name in ("streets", "neighborhoods"):
        features = json.loads((SAMPLE / f"{name}.geojson").read_text())["features"]
        keys = {key for feature in features for key in feature["properties"]}
        assert keys == {name.removesuffix("s")}
        assert not any(map(is_person_column, keys))
