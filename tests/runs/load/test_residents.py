"""Counts of residents in a table beside the layer: joined by name, every row and every shape accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pydantic import ValidationError

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.domain.settings import Residents
from patrolcast.runs.load.residents import CountedAreas, counted_areas

NAMES = ("ST. JOHNS", "ALAMEDA/IRVINGTON", "SOUTH PORTLAND", "UNCLAIMED", "SOUTH PORTLAND")
TABLE = """Area,All,A,B
St Johns,"4,052","1,000",52
ALAMEDA-IRVINGTON,900,0,900
CORBETT,100,40,60
ELSEWHERE,7,3,4
"""


def layer() -> gpd.GeoDataFrame:
    shapes = [shapely.box(i, 0, i + 1, 1) for i in range(len(NAMES))]
    return gpd.GeoDataFrame({"NAME": NAMES}, geometry=shapes, crs="EPSG:4326")


def counted(folder: Path, text: str = TABLE, **more: Any) -> CountedAreas:
    (folder / "counts.csv").write_text(text, encoding="utf-8")
    given = {
        "path": folder / "areas.geojson", "area_id": "NAME", "groups": {"a": "A", "b": "B"}, "total": "All",
        "vintage": "made up", "counts": folder / "counts.csv", "counts_area": "Area",
        "same_area": {"Corbett": "SOUTH PORTLAND"},
    }  # fmt: skip
    return counted_areas(layer(), Residents(**(given | more)))


def test_names_meet_across_case_and_punctuation_and_thousands_are_read(tmp_path: Path) -> None:
    areas = counted(tmp_path).areas.set_index("area")
    assert areas[["a", "b", "total"]].to_numpy().tolist() == [[0, 900, 900], [40, 60, 100], [1000, 52, 4052]]
    assert list(areas.index) == ["ALAMEDA/IRVINGTON", "SOUTH PORTLAND", "ST. JOHNS"]


def test_shapes_of_one_name_are_one_area(tmp_path: Path) -> None:
    areas = counted(tmp_path).areas.set_index("area")
    assert areas.geometry["SOUTH PORTLAND"].area == 2.0
    assert areas.geometry["ST. JOHNS"].area == 1.0


def test_every_shape_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    found = counted(tmp_path)
    assert found.set_aside == {"no count": 1}
    assert found.refused == {"negative or fractional count": 0}
    assert found.table is not None
    assert (found.table.rows_in, found.table.kept) == (4, 3)
    assert found.table.set_aside == {"no area of this name in the layer": 1}


def test_areas_that_became_one_add_up(tmp_path: Path) -> None:
    areas = counted(tmp_path, same_area={"CORBETT": "SOUTH PORTLAND", "ELSEWHERE": "SOUTH PORTLAND"}).areas
    assert areas.set_index("area").loc["SOUTH PORTLAND", ["a", "b", "total"]].tolist() == [43, 64, 107]


def test_a_name_that_no_one_maps_is_never_guessed(tmp_path: Path) -> None:
    found = counted(tmp_path, same_area={})
    assert "SOUTH PORTLAND" not in set(found.areas["area"])
    assert found.set_aside == {"no count": 3}
    assert found.table is not None
    assert found.table.set_aside == {"no area of this name in the layer": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TABLE + "st johns,1,1,0\n",
            "counts.csv line 6: got 'st johns'; an area has one row; leave one row of it",
        ),
        (
            TABLE.replace("Area,All", "Area,Al"),
            "counts.csv: got no column 'All'; [residents] total; did you mean 'Al'?",
        ),
        (TABLE.replace("ALAMEDA-IRVINGTON,900,0,900", "ALAMEDA-IRVINGTON,900,0"), None),
    ],
)
def test_a_table_that_cannot_be_joined_is_refused_in_one_line(text: str, message: str | None, tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as refused:
        counted(tmp_path, text)
    assert "\n" not in str(refused.value)
    if message is not None:
        assert str(refused.value) == message


def test_numbers_that_are_no_counts_have_no_count(tmp_path: Path) -> None:
    found = counted(tmp_path, TABLE.replace('"4,052"', '"4,05"').replace("900,0,900", "9.5,0,9"))
    assert list(found.areas["area"]) == ["SOUTH PORTLAND"]
    assert found.set_aside == {"no count": 2}
    assert found.refused == {"negative or fractional count": 1}


WITH_MARGINS = """Area,All,A,B,MA,MB
St Johns,"4,052","1,000",52,80,20
ALAMEDA-IRVINGTON,900,0,900,12,-222222222
CORBETT,100,40,60,9,
"""
MARGINS = {"a": "MA", "b": "MB"}


def test_areas_without_a_margin_are_set_aside_by_that_name_and_not_as_without_a_count(tmp_path: Path) -> None:
    found = counted(tmp_path, WITH_MARGINS, margins=MARGINS)
    assert found.areas[["area", "moe_a", "moe_b"]].to_numpy().tolist() == [["ST. JOHNS", 80.0, 20.0]]
    assert found.set_aside == {"no count": 1, "no margin of error (absent or negative)": 3}
    assert found.refused == {"negative or fractional count": 0}


def test_where_no_margin_is_asked_for_none_is_missed(tmp_path: Path) -> None:
    found = counted(tmp_path, WITH_MARGINS)
    assert (len(found.areas), found.set_aside) == (3, {"no count": 1})


def test_where_no_area_has_a_margin_the_refusal_names_margins(tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError) as refused:
        counted(tmp_path, WITH_MARGINS.replace("80,20", "80,-1"), margins=MARGINS)
    assert str(refused.value) == (
        "counts.csv: got no area with margins of error; needs margins of error; check [residents.margins]"
    )


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (
            {"a": "MA"},
            "[residents.margins]: got no margin of 'b'; every group has a margin, or none has; name its column, or "
            "take [residents.margins] out",
        ),
        (
            {"total": "MA"},
            "[residents.margins]: got no margin of 'a', 'b'; every group has a margin, or none has; name its column, "
            "or take [residents.margins] out",
        ),
        ({"a": "MA", "c": "MB"}, "[residents.margins]: got 'c'; a margin belongs to a group or to total: a, b, total"),
    ],
)
def test_margins_of_some_groups_only_are_never_dropped_in_silence(
    margins: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as error:
        counted(tmp_path, WITH_MARGINS, margins=margins)
    assert str(error.value) == message


@pytest.mark.parametrize("more", [{"counts": Path("x.csv")}, {"counts_area": "Area"}, {"same_area": {"a": "b"}}])
def test_the_keys_of_a_table_belong_together(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="belong"):
        Residents(path=Path("x"), area_id="a", groups={"a": "a"}, total="n", vintage="made up", **more)


@pytest.mark.parametrize("before", ["", "1400000US0"])
def test_tract_numbers_join_without_their_first_zero_or_with_the_prefix_of_the_census_and_it_is_said(
    before: str, tmp_path: Path
) -> None:
    numbers = ["06037101110", "06037101122", "06037101220"]
    tracts = gpd.GeoDataFrame({"GEOID": numbers}, geometry=[shapely.box(i, 0, i + 1, 1) for i in range(3)], crs=4326)
    rows = [f"{before}{number.removeprefix('0')},10,4,6" for number in numbers]
    (tmp_path / "counts.csv").write_text("\n".join(["GEO_ID,All,A,B", *rows, "elsewhere,1,1,0"]) + "\n")
    given = Residents(
        path=tmp_path / "t.geojson", area_id="GEOID", groups={"a": "A", "b": "B"}, total="All", vintage="made up",
        counts=tmp_path / "counts.csv", counts_area="GEO_ID",
    )  # fmt: skip
    found = counted_areas(tracts, given)
    assert found.areas["area"].tolist() == numbers
    assert found.table is not None
    assert found.table.set_aside == {"no area of this name in the layer": 1}
    assert found.table.notes == ("joined by names without their first zeros or the census's prefix",)


def test_names_that_would_become_one_without_their_zeros_are_never_joined_so(tmp_path: Path) -> None:
    beats = gpd.GeoDataFrame({"N": ["01", "001"]}, geometry=[shapely.box(i, 0, i + 1, 1) for i in range(2)], crs=4326)
    (tmp_path / "counts.csv").write_text("N,All,A\n1,10,4\n2,3,3\n")
    given = Residents(
        path=tmp_path / "t.geojson", area_id="N", groups={"a": "A"}, total="All", vintage="made up",
        counts=tmp_path / "counts.csv", counts_area="N",
    )  # fmt: skip
    with pytest.raises(DataRefusedError, match="no area with counts"):
        counted_areas(beats, given)


def test_a_census_code_for_no_estimate_is_no_count(tmp_path: Path) -> None:
    tracts = gpd.GeoDataFrame(
        {"GEOID": ["1", "2"], "All": [10, -666666666], "A": [4, -666666666]},
        geometry=[shapely.box(i, 0, i + 1, 1) for i in range(2)], crs=4326,
    )  # fmt: skip
    path = tmp_path / "t.geojson"
    found = counted_areas(tracts, Residents(path=path, area_id="GEOID", groups={"a": "A"}, total="All", vintage="x"))
    assert (found.set_aside, found.refused) == ({"no count": 1}, {"negative or fractional count": 0})


def test_a_group_that_counts_everybody_or_another_groups_people_is_refused() -> None:
    """Compared with itself it is always even; as the reference it waters down what is found of the others."""
    columns = {"tract": [str(k) for k in range(20)], "black": range(20), "all": [100 + k for k in range(20)]}
    columns["everybody"] = columns["all"]
    layer = gpd.GeoDataFrame(columns, geometry=[shapely.box(k, 0, k + 1, 1) for k in range(20)], crs="EPSG:4326")
    given = {"path": Path("t.geojson"), "area_id": "tract", "total": "all", "vintage": "made up"}
    good = counted_areas(layer, Residents(**given, groups={"black": "black"}))
    assert len(good.areas) == 20
    with pytest.raises(DataRefusedError) as caught:
        counted_areas(layer, Residents(**given, groups={"black": "black", "everyone": "everybody"}))
    assert str(caught.value) == (
        "t.geojson: got everyone and total count the same people in 20 of 20 areas; each group of [residents] counts "
        "its own; name the group's own column"
    )
