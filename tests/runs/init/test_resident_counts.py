"""Counts of residents in a table of their own: found by the areas that it names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.runs.init.test_nearby import POINTS, layer, quarters

from patrolcast.runs.init.nearby import layers_beside
from patrolcast.runs.init.resident_counts import counts_beside

AREAS = ["0101", "0102", "0103", "0104"]
TABLE = "GEOID,Total,Hispanic,Note\n0101,10,2,a\n0102,20,3,b\n0103,30,0,c\n0104,5,5,d\n"


def beside(folder: Path, text: str = TABLE, name: str = "people.csv") -> Path:
    (folder / name).write_text(text)
    return folder / "export.csv"


def test_a_table_that_names_the_areas_is_taken_with_its_numbers(tmp_path: Path) -> None:
    found = counts_beside(beside(tmp_path), AREAS)
    assert found is not None
    assert (found.path.name, found.area, list(found.numbers)) == ("people.csv", "GEOID", ["Total", "Hispanic"])
    assert found.numbers["Total"].tolist() == [10, 20, 30, 5]


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("0101", "9101").replace("0102", "9102"),  # half of the areas
        TABLE + "0101,10,2,a\n",  # an area twice
        "Total\n1\n2\n",
        "",
        '"',
    ],
)
def test_other_tables_are_left_alone(tmp_path: Path, text: str) -> None:
    assert counts_beside(beside(tmp_path, text), AREAS) is None


def test_a_table_about_persons_names_no_areas(tmp_path: Path) -> None:
    assert counts_beside(beside(tmp_path, TABLE.replace("GEOID", "Officer ID")), AREAS) is None


def test_of_two_tables_none_is_taken_and_without_areas_none_is_looked_at(tmp_path: Path) -> None:
    export = beside(tmp_path)
    assert counts_beside(export, []) is None
    beside(tmp_path, name="older.csv")
    assert counts_beside(export, AREAS) is None


def test_the_layer_s_own_counts_stand_before_a_table_s(tmp_path: Path) -> None:
    export = beside(tmp_path)
    layer(tmp_path, "tracts.geojson", quarters(), GEOID=AREAS)
    found = layers_beside(export, POINTS)
    assert [*found.residents[1:]] == ["GEOID", "Total", "Hispanic"]
    assert (Path(found.counts[0]).name, found.counts[1]) == ("people.csv", "GEOID")
    layer(tmp_path, "tracts.geojson", quarters(), GEOID=AREAS, Total=np.arange(1, 5), white=[1, 1, 1, 1])
    found = layers_beside(export, POINTS)
    assert (found.residents[1:], found.counts) == (("GEOID", "Total", "white"), ())
