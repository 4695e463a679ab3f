"""A place layer that holds a census is refused, whatever it is called, declared or waived; other layers are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.runs.load.prohibited import prohibited
from tests.runs.peopled_city import write_peopled_city
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.check.check import check_city
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.load.census_layers import (
    census_columns,
    is_census_column,
    is_census_source,
    refuse_census_layer,
)

CENSUS = [
    "race", "pct_race_other", "Ethnicity", "HISPANIC", "hisp20", "nhblack20", "nhwhite20", "pctBlack", "BLACK_ALONE",
    "White", "asian_pop", "PCT_BLACK", "pct_nonwhite", "Minority_Share", "ancestry", "nativity", "foreign_born",
    "Citizenship", "noncitizens", "language_spoken", "LimitedEnglish", "religion", "median_income", "MedHHInc", "hhinc",
    "MEDHHINC", "MED_INC_2020", "per_capita_inc", "wages", "poverty_rate", "below_pov", "rent", "MedianGrossRent",
    "renters", "owner_occupied", "households", "home_value", "unemployment", "B03002_004E", "b19013_001e", "B25064e1",
    "DP05_0037PE", "P1_001N", "P0030003", "svi", "deprivation_index", "social_vulnerability",
    "pctblk", "PCT_BLK", "pctblk20",
    "pct_wht", "pct_hsp", "nhblk", "pct_aa", "aa_pct", "afam", "AfAm", "afro_am", "pct_poc",
    "poc_share", "people_of_color", "aapi", "AAPI_pct", "white_nh", "pct_white_nh", "black_density", "popdens",
    "pop_density", "population_density", "headcount", "head_count", "lowinc", "low_inc", "lmi", "LMI_pct", "holc_grade",
    "HOLC", "snap", "pct_snap", "snap_hh", "ebt", "free_lunch", "free_reduced_lunch", "homeowners", "own_occ",
    "section8", "Section_8", "section8_vouchers",
]  # fmt: skip
PLACES = [
    "stop_id", "value", "name", "bldg_age", "lot_width", "lanes", "speed", "land_use", "zoning", "single_family_units",
    "race_track", "parent_company", "inc_no", "current", "surface", "currency", "traceable", "tree_canopy",
    "population",
    "bike_rental", "household_waste", "lights_white", "district", "block", "geometry", "capacity", "opening_hours",
    "B1", "p1", "snap_dist", "grocery",
    "snap_retailers", "ebt_stores", "blk", "block_no", "aa", "poor", "ses", "adi", "api", "api_key", "section",
    "section_id",
    "section80", "poc", "headway", "homeowners_association", "low_incline", "free_parking", "whitewater", "density",
]  # fmt: skip


@pytest.mark.parametrize("name", CENSUS)
def test_a_column_of_residents_is_known_by_its_name(name: str) -> None:
    assert is_census_column(name)


@pytest.mark.parametrize("name", PLACES)
def test_a_column_of_places_is_none(name: str) -> None:
    assert not is_census_column(name)


def test_a_population_is_census_where_the_area_has_a_census_code() -> None:
    assert census_columns(["GEOID20", "pop20", "shade"]) == ["pop20"]
    assert census_columns(["TRACTCE", "TotalPop"]) == ["TotalPop"]
    assert census_columns(["station", "population"]) == []


def with_shade(config: Path, path: str, *, column: str = "group_b", more: str = "", source: str = "a survey") -> Path:
    place = f'[places.shade]\npath = "../data/{path}"\nmeasure = "value"\ncolumn = "{column}"\nsource = "{source}"\n'
    config.write_text(config.read_text() + place + more)
    return config


RULE = "census counts are for the audit only, and never reach the model, whatever is waived or declared"


@pytest.mark.parametrize("more", ["", 'provenance = "environment"\n', 'provenance = "sensor"\n'])
def test_the_file_of_residents_is_no_place_layer_whatever_is_declared(tmp_path: Path, more: str) -> None:
    config = with_shade(write_peopled_city(tmp_path), "tracts.geojson", more=more)
    assert prohibited(config) == (
        f"[places.shade] tracts.geojson: got a file of [residents]; {RULE}; take this layer out of [places]"
    )


def test_nor_is_it_with_a_waiver_of_every_gate_that_would_see_it(tmp_path: Path) -> None:
    waivers = "".join(
        f'[[waivers]]\n{subject}\nreason = "the office of planning says it is no census"\nowner = "Planning office"\n'
        'expires = "2026-12-31"\n'
        for subject in ('gate = "proxy_screen"', 'feature = "place_shade"')
    )
    assert RULE in prohibited(with_shade(write_peopled_city(tmp_path), "tracts.geojson", more=waivers))


def test_nor_is_a_copy_of_it_under_another_name(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    shutil.copy(tmp_path / "data" / "tracts.geojson", tmp_path / "data" / "trees.geojson")
    assert "trees.geojson: got a file of [residents]" in prohibited(with_shade(config, "trees.geojson"))


def test_a_layer_whose_other_columns_count_residents_is_refused_though_they_are_not_used(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    layer = json.loads((tmp_path / "data" / "canopy.geojson").read_text())
    for i, feature in enumerate(layer["features"]):
        feature["properties"] |= {"GEOID": f"{i:011d}", "pop20": 600, "NHBlack20": 10}
    (tmp_path / "data" / "shade.geojson").write_text(json.dumps(layer))
    assert prohibited(with_shade(config, "shade.geojson", column="value")) == (
        f"[places.shade] shade.geojson: got columns about residents: 'NHBlack20', 'pop20'; {RULE}; export the layer "
        "without these columns, if it is no census"
    )


@pytest.mark.parametrize(
    ("change", "got"),
    [
        ({"source": "American Community Survey 2020"}, "source 'American Community Survey 2020'"),
        ({"source": "US census 2020 counts"}, "source 'US census 2020 counts'"),
        ({"source": "2020 Census"}, "source '2020 Census'"),
        ({"source": "Census of 2020"}, "source 'Census of 2020'"),
        ({"column": "median_income"}, "column 'median_income'"),
        ({"column": "population"}, "column 'population'"),
    ],
)
def test_a_layer_that_says_what_it_is_is_refused(tmp_path: Path, change: dict[str, str], got: str) -> None:
    config = write_peopled_city(tmp_path)
    shutil.copy(tmp_path / "data" / "canopy.geojson", tmp_path / "data" / "shade.geojson")
    assert f": got {got}; {RULE}" in prohibited(with_shade(config, "shade.geojson", **change))


@pytest.mark.parametrize(
    "source",
    [
        "2020 Census", "Census 2020, table P2", "US Census Bureau, 2020", "U.S. Census Bureau (2020)", "Census of 2020",
        "2020 US Census", "2010 U.S. census", "census2020", "Decennial Census", "ACS 2022", "ACS2022 5-year", "ACS5",
        "UK census 2021",
    ],
)  # fmt: skip
def test_a_source_that_says_a_census_is_known(source: str) -> None:
    assert is_census_source(source)


@pytest.mark.parametrize(
    "source",
    [
        "synthetic, 2026", "TIGER/Line roads, US Census Bureau", "TIGER/Line roads 2020, US Census Bureau",
        "US Census Bureau 2022: boundaries", "Street Tree Census 2015", "2015 Street Tree Census",
        "economic census 2017",
        "traffic census 2019", "parks department, 2020", "consensus 2020", "pacs 2020",
    ],
)  # fmt: skip
def test_a_source_of_places_is_none(source: str) -> None:
    assert not is_census_source(source)


def test_a_file_named_after_a_trait_is_refused_whatever_its_columns(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    shutil.copy(tmp_path / "data" / "canopy.geojson", tmp_path / "data" / "median_rent.geojson")
    assert f"median_rent.geojson: got path 'median_rent'; {RULE}" in prohibited(
        with_shade(config, "median_rent.geojson", column="value")
    )


def test_a_copy_of_the_table_of_counts_is_refused_like_one_of_their_areas(tmp_path: Path) -> None:
    read = read_settings(write_peopled_city(tmp_path)).settings
    counts, copy = tmp_path / "data" / "counts.csv", tmp_path / "data" / "trees.csv"
    counts.write_text("tract,group_a,group_b,total\n0-0,1,2,3\n")
    shutil.copy(counts, copy)
    assert read.residents is not None
    place = read.places["canopy"].model_copy(update={"path": copy})
    refuse_census_layer("trees", place, ["value"], read.residents)
    for path in (copy, counts):
        with pytest.raises(ProhibitedDataError, match=r"got a file of \[residents\]"):
            refuse_census_layer(
                "trees",
                place.model_copy(update={"path": path}),
                ["value"],
                read.residents.model_copy(update={"counts": counts}),
            )


def test_a_place_named_after_a_trait_is_refused(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    place = next(iter(read_settings(config).settings.places.values()))
    with pytest.raises(ProhibitedDataError, match="got name 'median_rent'"):
        refuse_census_layer("median_rent", place, ["value"], None)


def test_roads_of_the_census_bureau_are_a_place(tmp_path: Path) -> None:
    config = write_peopled_city(tmp_path)
    place = next(iter(read_settings(config).settings.places.values()))
    roads = place.model_copy(update={"source": "TIGER/Line roads, US Census Bureau", "column": "lanes"})
    refuse_census_layer("roads", roads, ["LINEARID", "FULLNAME", "lanes", "geometry"], None)


@pytest.mark.parametrize("change", ["as it is", "in percent, turned round", "as a share"])
def test_a_copy_without_any_of_its_names_is_known_by_its_values(tmp_path: Path, change: str) -> None:
    config = write_peopled_city(tmp_path)
    layer = json.loads((tmp_path / "data" / "tracts.geojson").read_text())
    for feature in layer["features"]:
        counts = feature["properties"]
        value = {"as it is": counts["group_b"], "as a share": counts["group_b"] / counts["total"]}
        feature["properties"] = {"shade": value.get(change, 50 - counts["group_b"] / 6)}
    (tmp_path / "data" / "trees.geojson").write_text(json.dumps(layer))
    read = read_settings(with_shade(config, "trees.geojson", column="shade"))
    with pytest.raises(ProhibitedDataError, match=r"^\[places\.shade\]: got a layer that is the .* under another name"):
        run_once(read, now=NOW)
    assert check_city(read, now=NOW).exit_code == 14


@pytest.mark.parametrize(
    "source",
    ["US Census Bureau, PL 94-171", "IPUMS NHGIS, 2020", "Census Bureau special tabulation", "voter file by surname",
     "Mapping Inequality (HOLC)", "ACS 2020, table B03002"],
)  # fmt: skip
def test_a_source_that_counts_people_is_a_census(source: str) -> None:
    assert is_census_source(source)


@pytest.mark.parametrize(
    "source",
    ["US Census Bureau, TIGER roads 2020", "Street Tree Census 2015", "City GIS: language schools", "polling places"],
)
def test_a_source_of_things_is_none(source: str) -> None:
    assert not is_census_source(source)


@pytest.mark.parametrize("name", ["pct_b", "spanish_speaking", "cvap_b", "surname_share", "redlining", "VAP"])
def test_short_names_of_people_are_known(name: str) -> None:
    assert is_census_column(name)
    assert not is_census_column("pct_green")
