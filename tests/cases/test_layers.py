"""Map layers as they come: rows without a shape, layers that do not fit each other, files that are something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.conftest import check, incidents

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("name", ["null_gpkg", "null_csv", pytest.param("null_geojson", marks=pytest.mark.long)])
def test_incidents_without_a_shape_are_refused_rows_in_every_format(case: Callable[[str], Path], name: str) -> None:
    answer = check(case("23-layers-with-null-shapes") / "configs" / f"{name}.toml")
    source = incidents(answer)
    assert (source["rows_in"], source["kept"], source["refused"]) == (4000, 2793, {"no location": 1207})
    assert "30.2 % of the incidents' rows are refused; the gate allows 10.0 %" in answer["warnings"]


def test_multipoints_of_one_point_are_points(case: Callable[[str], Path]) -> None:
    source = incidents(check(case("23-layers-with-null-shapes") / "configs" / "multi_gpkg.toml"))
    assert (source["rows_in"], source["kept"], source["refused"]) == (2793, 2793, {})


def test_points_at_zero_are_refused_rows(case: Callable[[str], Path]) -> None:
    source = incidents(check(case("23-layers-with-null-shapes") / "configs" / "zero_geojson.toml"))
    assert (source["rows_in"], source["kept"], source["refused"]) == (4000, 2793, {"coordinates (0, 0)": 1207})


def test_districts_as_drawn_are_said_and_a_shape_without_a_name_is_refused(case: Callable[[str], Path]) -> None:
    configs = case("15-districts-as-drawn") / "configs"
    answers = {name: check(configs / f"{name}.toml") for name in ("floats", "nan", "gap", "overlap", "beyond", "space")}
    assert answers["nan"]["exit_code"] == 13
    assert "1 of 2 shapes without a name" in answers["nan"]["problems"][0]
    assert {name: answer["n_districts"] for name, answer in answers.items() if name != "nan"} == dict.fromkeys(
        ("floats", "gap", "overlap", "beyond"), 2
    ) | {"space": 2}
    said = {name: [note for note in answer["notes"] if "district" in note] for name, answer in answers.items()}
    assert said["floats"] == []
    assert said["gap"] == ["districts: 31% of the land lies in none; its cells go to the nearest district"]
    assert said["overlap"] == ["districts: 31% of their area lies in several; most land in a cell decides"]
    assert said["beyond"] == ["districts without land in the city, which get no patrol: '99'"]
    assert said["space"] == ["districts 'North', 'North ' are one: 'North'"]


def test_place_layers_are_counted_point_by_point_and_codes_for_no_value_left_out(case: Callable[[str], Path]) -> None:
    configs = case("14-place-layers") / "configs"
    for name in (
        "sentinel",
        "nan",
    ):  # a layer named for income is refused as census counts; its values are what matters
        text = (configs / f"{name}.toml").read_text().replace("data/income", "data/lots").replace("income", "lot_size")
        (configs / f"{name}.toml").write_text(text)
    for layer in (configs.parent / "data").glob("income*.geojson"):
        layer.with_name(layer.name.replace("income", "lots")).write_text(
            layer.read_text().replace("income", "lot_size")
        )
    answers = {name: check(configs / f"{name}.toml") for name in ("multi", "sentinel", "nan", "elsewhere", "feet")}
    said = {name: [note for note in answer["notes"] if note.startswith("place")] for name, answer in answers.items()}
    assert said["multi"] == ["place s: 1 shape holds 80 points; each point is counted"]
    assert said["sentinel"] == ["place inc: 6 of 36 shapes have no value (-666666666): left out"]
    assert said["nan"] == ["place inc: 6 of 36 shapes have no value (empty): left out"]
    assert said["feet"] == []
    assert answers["elsewhere"]["exit_code"] == 13
    assert "80 shapes, none of them in the city" in answers["elsewhere"]["problems"][0]
    for name, account in (("sentinel", "lots.geojson"), ("nan", "lots_nan.geojson")):
        source = next(source for source in answers[name]["sources"] if source["name"] == account)
        assert (source["rows_in"], source["kept"], source["set_aside"]) == (36, 30, {"no value": 6})


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("hole", 2897),
        pytest.param("tiny", 3461, marks=pytest.mark.long),
        ("bowtie", 2381),
        ("feet", 3999),
        pytest.param("z", 3999, marks=pytest.mark.long),
        pytest.param("clockwise", 3999, marks=pytest.mark.long),
        ("webmerc", 3999),
    ],
)
def test_boundaries_as_they_are_drawn_hold_what_lies_in_them(
    case: Callable[[str], Path], name: str, inside: int
) -> None:
    answer = check(case("10-edges-and-holes") / "configs" / f"{name}.toml")
    assert incidents(answer)["kept"] == inside
    crossed = [note for note in answer["notes"] if "cross" in note]
    lost = "bowtie.geojson: 1 outline crosses itself; repaired, losing 50% of the area"
    assert crossed == ([lost] if name == "bowtie" else [])


def test_a_boundary_of_lines_is_refused(case: Callable[[str], Path]) -> None:
    assert "must have polygons" in check(case("10-edges-and-holes") / "configs" / "lines.toml")["problems"][0]


@pytest.mark.parametrize("resolution", [8, 10, pytest.param(9, marks=pytest.mark.long)])
def test_counts_are_the_same_at_every_resolution(case: Callable[[str], Path], resolution: int) -> None:
    assert incidents(check(case("21-areas-and-maup") / "configs" / f"r{resolution}.toml"))["kept"] == 3999
