"""`patrolcast explain`: why a cell was, or was not, suggested."""

from __future__ import annotations

import json

import pandas as pd
from tests.acceptance.conftest import Sample, patrolcast


def test_a_suggested_and_another_cell_are_explained(sample: Sample) -> None:
    suggested = pd.read_csv(sample.folder / "suggestions.csv")
    forecast = pd.read_parquet(sample.folder / "forecast.parquet", columns=["cell"])
    top = suggested["cell"].iloc[0]
    other = min(set(forecast["cell"]) - set(suggested["cell"]))
    told = patrolcast("explain", "current", top, "--runs", sample.runs)
    assert told.returncode == 0, told.stderr
    assert ": suggested, rank " in told.stdout
    left = json.loads(patrolcast("explain", "current", other, "--runs", sample.runs, "--json").stdout)
    assert {one["suggested"] for one in left["shifts"]} == {False}


def test_an_unknown_cell_ends_with_2(sample: Sample) -> None:
    done = patrolcast("explain", "current", "nope", "--runs", sample.runs)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
