"""`patrolcast explain`: why a cell was, or was not, suggested."""

from __future__ import annotations

import json

import pandas as pd
from tests.acceptance.conftest import Sample, called, patrolcast


def test_a_suggested_and_another_cell_are_explained(sample: Sample) -> None:
    suggested = pd.read_csv(sample.folder / "suggestions.csv")
    forecast = pd.read_parquet(sample.folder / "forecast.parquet", columns=["cell"])
    top = suggested["cell"].iloc[0]
    other = min(set(forecast["cell"]) - set(suggested["cell"]))
    told = patrolcast("explain", "current", top, "--runs", sample.runs)
    assert told.returncode == 0, told.stderr
    assert ": suggested, rank " in told.stdout
    assert suggested["reasons"].iloc[0].split("; ")[0] in told.stdout  # the page and the terminal give the same reason
    left = json.loads(called("explain", "current", other, "--runs", sample.runs, "--json").stdout)
    assert {one["suggested"] for one in left["shifts"]} == {False}


def test_times_as_often_means_against_the_average_place_of_the_whole_city(sample: Sample) -> None:
    forecast = pd.read_parquet(sample.folder / "forecast.parquet")
    cell = pd.read_csv(sample.folder / "suggestions.csv")["cell"].iloc[0]
    said = json.loads(called("explain", "current", cell, "--runs", sample.runs, "--json").stdout)
    for shift in said["shifts"]:
        rows = forecast[(forecast["shift_start"] == shift["shift_start"]) & (forecast["category"] == shift["leading"])]
        mine = float(rows.loc[rows["cell"] == cell, "expected_incidents"].iloc[0])
        times = mine / float(rows["expected_incidents"].mean())
        (sentence,) = [text for text in shift["reasons"] if "times as often as in the average place" in text]
        assert f"{times:.1f} times as often as in the average place of the city" in sentence


def test_an_unknown_cell_ends_with_2(sample: Sample) -> None:
    done = called("explain", "current", "nope", "--runs", sample.runs)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_cell_is_found_by_what_people_call_it_and_by_its_coordinates(sample: Sample) -> None:
    row = pd.read_csv(sample.folder / "suggestions.csv").iloc[0]
    for text in (row["place"].lower(), f"{row['latitude']:.4f}, {row['longitude']:.4f}"):
        found = called("explain", "current", text, "--runs", sample.runs)
        assert found.returncode == 0, found.stderr
        assert found.stdout.splitlines()[0] == row["place"]
        assert found.stdout.splitlines()[1].startswith(f"cell {row['cell']}, district {row['district']}, ")
