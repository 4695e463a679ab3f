"""How much of a city its census counts are of: a share of its own residents, for each group."""

from __future__ import annotations

import pytest

from patrolcast.domain.residents import CensusCoverage

HALF = CensusCoverage(36.0, 24.0, {"a": 30.0, "b": 0.0, "total": 40.0}, {"a": 40.0, "b": 0.0, "total": 60.0})


def test_the_share_is_of_those_expected() -> None:
    assert HALF.share("a") == 0.75
    assert HALF.share("a", 10.0) == 0.25
    assert HALF.share("a", 41.0) == 1.0  # a rounding error above


def test_a_group_of_nobody_misses_nobody() -> None:
    assert HALF.share("b") == 1.0


def test_a_group_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        HALF.share("c")


def test_it_is_said_in_areas_and_residents() -> None:
    assert HALF.sentence == "24 of 36 census areas in the city have counts: 67 % of its residents, as estimated"
