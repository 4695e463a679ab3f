"""Findings in districts fail beyond chance; turnover and the price of caps by hand."""

from __future__ import annotations

from math import isnan

import pytest

from patrolcast.domain.findings import CapsPrice, Concentration, DistrictFindings


@pytest.mark.parametrize(
    ("flagged", "certain", "fails"),
    [((), (), False), (("1", "2"), (), False), (("1", "2", "3"), (), True), (("1",), ("1",), True)],
)
def test_more_districts_than_chance_brings_or_one_that_is_certain_fail(
    flagged: tuple[str, ...], certain: tuple[str, ...], fails: bool
) -> None:
    assert DistrictFindings(2.0, 79, 22, (), flagged, certain, 2).fails is fails


def test_turnover_is_cells_ever_suggested_for_each_of_a_night() -> None:
    few = Concentration(28, 889, 0.97, 33.0, 28, 20, 0.7, ever_suggested=33, nightly_cells=27.5)
    assert few.turnover == pytest.approx(1.2)
    assert isnan(Concentration(28, 889, 0.0, 0.0, 0, 20, 0.0, 0, 0.0).turnover)


def test_what_caps_lose_is_a_share_of_what_is_expected_without() -> None:
    assert CapsPrice("", False, 200.0, 174.0, 64, 5).lost == pytest.approx(0.13)
    assert isnan(CapsPrice("", False, 0.0, 0.0, 0, 0).lost)
