"""The price of caps, computed on the audited nights: what they lose, and how far patrol then moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.runs.audited_city import run_city
from tests.runs.trained_halves import DAYS, audited_run, tables

from patrolcast.domain.findings import CapsPrice

from tests.cities import as_of  # isort: skip


@pytest.fixture(scope="module")
def price() -> CapsPrice:
    found = audited_run().disparity
    assert found is not None
    assert found.caps is not None
    return found.caps


def test_caps_lose_expected_incidents_and_spread_patrol(price: CapsPrice) -> None:
    few = audited_run().disparity.concentration  # type: ignore[union-attr]
    assert 0 < price.expected_with < price.expected_without
    assert price.lost == pytest.approx(1 - price.expected_with / price.expected_without)
    assert not price.in_use
    assert price.longest_run_with <= 5 < few.longest_run
    assert price.ever_with > few.ever_suggested
    assert price.rule == "at most 10 of 14 nights, 2 nights of rest after 5 in a row"


def test_caps_that_are_in_use_are_priced_against_none(price: CapsPrice) -> None:
    patrol = {"minutes_per_district": 240.0, "visits_per_cell": 1,
              "caps": {"most_nights": 4, "of_nights": 7, "run_nights": 2, "rest_nights": 3}}  # fmt: skip
    found = run_city(replace(tables()), as_of(DAYS), patrol=patrol).disparity
    assert found.caps.in_use
    assert found.caps.expected_without == pytest.approx(price.expected_without)
    assert found.caps.longest_run_with == found.concentration.longest_run == 2
    assert found.caps.lost > price.lost


def test_no_expected_incident_has_no_share_to_lose() -> None:
    none = CapsPrice("", in_use=False, expected_without=0.0, expected_with=0.0, ever_with=0, longest_run_with=0)
    assert none.lost != none.lost
