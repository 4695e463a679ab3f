"""The truth: its arithmetic, its file, and that the records follow it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from patrolcast.domain.shifts import shift_calendar, to_instants
from patrolcast.synthetic.reports import FIRST_DAY, LAST_DAY, Draw, draw_records
from patrolcast.synthetic.truth import Truth, reporting_chance, true_rate, truth_document, truth_from_document

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_from_document(json.loads((SAMPLE / "truth" / "rates.json").read_text(encoding="utf-8")))


def calendar_of(truth: Truth, first: date, last: date) -> pd.DataFrame:
    return shift_calendar(truth.starts, timezone=truth.timezone, first_day=first, last_day=last)


def small_truth() -> Truth:
    """Two cells, one category, numbers small enough for paper."""
    return Truth(
        cells=("892664c1a8bffff", "892664c1a8fffff"),
        categories=("theft",),
        groups=("group_a", "group_b"),
        starts=("06:00", "14:00", "22:00"),
        timezone="America/Chicago",
        level=np.array([4.0]),
        field=np.array([[0.75], [0.25]]),
        drift=np.array([0.0, 0.5]),
        nightlife=np.array([0.0, 1.0]),
        by_day=np.full((1, 3, 7), 1.0),
        by_night=np.full((1, 3, 7), 0.5),
        season=np.array([[0.0, 1.0]]),
        share=np.array([[1.0, 0.0], [0.5, 0.5]]),
        reporting=np.array([0.5]),
        of_group=np.array([1.0, 0.6]),
        discovery=np.array([0.1, 0.2]),
    )


def test_the_rate_is_the_product_of_its_factors() -> None:
    start = pd.DatetimeIndex(["2025-01-01 12:00"], tz="UTC")
    found = true_rate(small_truth(), small_truth().cells, start, kind="true")
    years = 0.5 / 365.25
    np.testing.assert_allclose(found[0, :, 0], [4 * 0.75, 4 * 0.25 * 0.5 * np.exp(0.5 * years)], rtol=1e-12)
    reported = true_rate(small_truth(), small_truth().cells, start)
    np.testing.assert_allclose(reported[0, :, 0], found[0, :, 0] * [0.5, 0.4], rtol=1e-12)


def test_a_shift_of_seven_hours_has_seven_eighths_of_the_rate() -> None:
    spring = pd.DatetimeIndex(["2026-03-08 04:00", "2026-03-09 03:00"], tz="UTC")
    found = true_rate(small_truth(), small_truth().cells[:1], spring, kind="true")[:, 0, 0]
    assert found[0] / found[1] == pytest.approx(7 / 8)


def test_cells_come_in_the_order_given_and_unknown_ones_have_no_rate(truth: Truth) -> None:
    start = pd.DatetimeIndex(["2026-06-30 11:00"], tz="UTC")
    whole = true_rate(truth, truth.cells, start)
    some = true_rate(truth, [truth.cells[7], "8928308280fffff", truth.cells[3]], start)
    np.testing.assert_array_equal(some[:, [0, 2]], whole[:, [7, 3]])
    assert (some[:, 1] == 0).all()


def test_an_instant_that_starts_no_shift_is_refused_with_its_time() -> None:
    with pytest.raises(ValueError, match=r"^not the start of a shift: 2025-01-01T12:30:00\+00:00$"):
        true_rate(small_truth(), small_truth().cells, pd.DatetimeIndex(["2025-01-01 12:30"], tz="UTC"))


def test_the_document_gives_the_truth_back(truth: Truth) -> None:
    again = truth_from_document(json.loads(json.dumps(truth_document(truth))))
    assert truth_document(again) == truth_document(truth)


def test_each_cell_is_there_once_and_shares_are_shares(truth: Truth) -> None:
    assert list(truth.cells) == sorted(set(truth.cells))
    np.testing.assert_allclose(truth.field.sum(axis=0), 1, atol=1e-4)
    np.testing.assert_allclose(truth.share.sum(axis=1), 1, atol=3e-4)
    assert ((reporting_chance(truth) > 0) & (reporting_chance(truth) < 1)).all()
    assert ((truth.discovery > 0) & (truth.discovery < 0.5)).all()


def test_groups_report_differently(truth: Truth) -> None:
    assert truth.of_group[0] > truth.of_group[1] > truth.of_group[2]
    assert np.ptp(reporting_chance(truth)[:, truth.categories.index("theft")]) > 0.05


def test_incidents_are_concentrated_as_in_cities(truth: Truth) -> None:
    five = round(0.05 * len(truth.cells))
    held = np.sort(truth.field, axis=0)[::-1][:five].sum(axis=0)
    assert ((held > 0.25) & (held < 0.55)).all()


def test_a_planted_duplicate_of_a_cell_would_be_seen(truth: Truth) -> None:
    doubled = {**truth_document(truth), "cells": [truth.cells[0], *truth.cells[:-1]]}
    assert list(doubled["cells"]) != sorted(set(doubled["cells"]))


@pytest.fixture(scope="module")
def draw(truth: Truth) -> Draw:
    return draw_records(np.random.default_rng(5), truth)


def test_reports_follow_the_true_rate(truth: Truth, draw: Draw) -> None:
    """Chi-square over cells and over shifts of a fresh draw: within four standard deviations of what chance gives."""
    calendar = calendar_of(truth, FIRST_DAY, LAST_DAY)
    early = to_instants(calendar["shift_start"])[-60 * 3]
    codes = np.array([code[:2] for code in draw.offence])
    kept = (codes < "09") & (draw.offence != "0490") & (draw.source != "OFFICER") & (draw.occurred < early)
    shift = np.searchsorted(to_instants(calendar["shift_start"]), draw.occurred[kept], side="right") - 1
    rate = np.concatenate(
        [
            true_rate(truth, truth.cells, calendar["shift_start"].iloc[i : i + 600]).sum(axis=2)
            for i in range(0, 3300, 600)
        ]
    )[: len(calendar) - 180]
    by_cell, by_shift = rate.sum(axis=0), rate.sum(axis=1)
    seen_cell = np.bincount(draw.cell[kept], minlength=len(truth.cells))
    seen_shift = np.bincount(shift, minlength=len(rate))
    for seen, wanted in ((seen_cell, by_cell), (seen_shift, by_shift)):
        excess = ((seen - wanted) ** 2 / wanted - 1).sum() / np.sqrt((2 + 1 / wanted).sum())
        assert abs(excess) < 4
    assert abs(seen_cell.sum() - by_cell.sum()) < 4 * np.sqrt(by_cell.sum())


def test_patrol_records_follow_patrol_and_not_incidents(truth: Truth, draw: Draw) -> None:
    stops = np.bincount(draw.cell[draw.offence == "2110"], minlength=len(truth.cells))
    assert np.corrcoef(stops, truth.discovery)[0, 1] > 0.6
    assert set(draw.source[draw.offence == "2110"]) == {"OFFICER"}
