"""`patrolcast forecast`: one command, a run folder that others can open."""

from __future__ import annotations

import csv
import json

import geopandas as gpd
import pandas as pd
import pytest
from tests.acceptance.conftest import CONFIG, Sample, called

from patrolcast.domain.records import NOTICE

FORECAST = [
    "cell",
    "district",
    "category",
    "shift_start",
    "shift_end",
    "expected_incidents",
    "lower",
    "upper",
    "geometry",
]
SUGGESTIONS = [
    "suggestion_id", "rank", "district", "cell", "longitude", "latitude", "shift_start", "shift_end",
    "expected_incidents", "lower", "upper", "visits", "patrol_minutes", "role", "propensity", "reasons", "notice",
]  # fmt: skip


def test_it_prints_the_top_suggestions_and_the_paths(sample: Sample) -> None:
    lines = sample.printed.splitlines()
    assert lines[0].startswith(f"{sample.manifest['title']}: ")
    assert lines[0].endswith("suggestions; data up to Tue 30 Jun 2026 05:00 CDT")
    assert lines[1] == "Tue 30 Jun 06:00-14:00, in the agency's local time; the first 12 by rank:"
    assert lines[3].split() == ["rank", "district", "place", "visits", "listed", "for", "expected"]
    with (sample.folder / "places.csv").open(newline="", encoding="utf-8") as file:
        names = {row["place"] for row in csv.DictReader(file)}
    for line in lines[4:16]:
        place = line[16:].split("  ")[0]
        assert place in names or any(name.startswith(place.removesuffix("...")) for name in names), line
    assert [line for line in lines if len(line) > 100 and str(sample.folder.parent) not in line] == []
    assert any(line.startswith("briefing ") and line.endswith("briefing.html") for line in lines)
    assert " ".join(lines[-2:]) == NOTICE


def test_the_identical_run_is_used_again_and_json_is_one_document(sample: Sample) -> None:
    done = called("forecast", CONFIG, "--runs", sample.runs, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (document["reused"], document["published"], document["run_id"]) == (True, True, sample.folder.name)


def test_quiet_prints_nothing(sample: Sample) -> None:
    done = called("forecast", CONFIG, "--runs", sample.runs, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_forecast_is_geoparquet_of_every_cell_category_and_shift(sample: Sample) -> None:
    table = gpd.read_parquet(sample.folder / "forecast.parquet")
    assert list(table.columns) == FORECAST
    assert table.crs.to_epsg() == 4326
    parts = ["cell", "category", "shift_start"]
    assert len(table) == table["cell"].nunique() * table["category"].nunique() * table["shift_start"].nunique()
    assert not table.duplicated(parts).any()
    assert (table["lower"] <= table["expected_incidents"]).all()
    assert (table["expected_incidents"] <= table["upper"]).all()


def test_the_suggestions_open_in_a_spreadsheet_and_a_map(sample: Sample) -> None:
    with (sample.folder / "suggestions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[: len(SUGGESTIONS)] == SUGGESTIONS
    assert {row["notice"] for row in rows} == {NOTICE}
    layer = gpd.read_file(sample.folder / "suggestions.geojson")
    assert len(layer) == len(rows)
    assert layer.crs.to_epsg() == 4326
    assert set(layer.geom_type) == {"Polygon"}


def test_no_district_gets_more_minutes_than_declared_and_no_cell_is_named_twice(sample: Sample) -> None:
    table = pd.read_csv(sample.folder / "suggestions.csv")
    spent = table.groupby(["shift_start", "district"])["patrol_minutes"].sum()
    declared = sample.manifest["config"].get("patrol", {}).get("minutes_per_district", 120.0)
    assert spent.max() <= declared
    assert not table.duplicated(["shift_start", "cell"]).any()


def test_every_row_that_came_in_is_accounted_for(sample: Sample) -> None:
    for source in sample.manifest["sources"]:
        parts = source["kept"] + sum(source["set_aside"].values()) + sum(source["refused"].values())
        assert parts == source["rows_in"], source["name"]


def test_refused_rows_are_in_the_quarantine_with_file_line_column_and_rule(sample: Sample) -> None:
    table = pd.read_csv(sample.folder / "quarantine" / "refused.csv", dtype=str)
    assert {"file", "line", "column", "rule"} <= set(table.columns)
    assert len(table) == sum(sum(source["refused"].values()) for source in sample.manifest["sources"])


def test_contributions_sum_to_the_raw_score(sample: Sample) -> None:
    table = pd.read_csv(sample.folder / "explanations.csv")
    sums = table.groupby(["suggestion_id", "category"]).agg(total=("contribution", "sum"), raw=("raw_score", "first"))
    assert (sums["total"] - sums["raw"]).abs().max() < 1e-6


@pytest.mark.parametrize("page", ["briefing.html", "data.html", "audit.html"])
def test_a_page_needs_no_network(sample: Sample, page: str) -> None:
    text = (sample.folder / page).read_text(encoding="utf-8")
    assert 'src="http' not in text
    assert 'href="http' not in text or 'rel="stylesheet" href="http' not in text


def test_nothing_of_this_machine_is_in_any_output(sample: Sample) -> None:
    for path in sample.folder.rglob("*"):
        if path.is_file() and path.name != "timing.json":
            assert str(sample.runs).encode() not in path.read_bytes(), path.name
