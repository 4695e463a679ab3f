"""Scales: values lie inside, ticks are round, even and so far apart that their figures do not touch."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.report.plots.scale import Scale


@given(
    low=st.floats(0.001, 100.0),
    ratio=st.floats(1.05, 1e6),
    pixels=st.floats(60.0, 600.0),
    is_log=st.booleans(),
    across=st.booleans(),
)
def test_ticks_rise_inside_the_scale_and_as_far_apart_as_their_figures_need(
    low: float, ratio: float, pixels: float, is_log: bool, across: bool
) -> None:
    scale = Scale(low, low * ratio, pixels, is_log)
    ticks = scale.ticks(across=across)
    letters = max((len(f"{tick:g}") for tick in ticks), default=0)
    assert len(ticks) >= 1 or pixels < 120 or ratio < 1.2
    assert all(low <= tick <= low * ratio for tick in ticks)
    assert all(a < b and scale(b) - scale(a) >= (8 * letters + 14 if across else 20) for a, b in pairwise(ticks))


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0.3, 1.7, 310.0), [0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6]),
        (Scale(-0.25, 0.25, 500.0), [-0.2, -0.1, 0.0, 0.1, 0.2]),
        (Scale(0.01, 1000.0, 360.0, is_log=True), [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]),
        (Scale(0.1, 10.0, 900.0, is_log=True), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]),
        (Scale(0.001, 1e6, 300.0, is_log=True), [0.01, 1.0, 100.0, 10000.0, 1000000.0]),
    ],
)
def test_ticks_are_round_and_even(scale: Scale, ticks: list[float]) -> None:
    assert scale.ticks() == ticks


def test_a_scale_of_one_value_still_has_room_around_it() -> None:
    scale = Scale.over([0.0], 100.0)
    assert (scale.low, scale.high, scale(0.0)) == (-0.1, 0.1, 50.0)


@given(low=st.floats(0.05, 0.5), high=st.floats(2.0, 20.0), pixels=st.floats(60.0, 600.0))
def test_named_values_come_before_round_ones_and_nothing_touches(low: float, high: float, pixels: float) -> None:
    scale = Scale(low, high, pixels, is_log=True)
    ticks = scale.ticks(named=(1.0, 0.5, 2.0))
    assert 1.0 in ticks
    room = 14 + 8 * 3
    if min(scale(1.0) - scale(0.5), scale(2.0) - scale(1.0)) >= room:
        assert {0.5, 1.0, 2.0} <= {*ticks}
    letters = max(len(f"{tick:g}") for tick in ticks)
    assert all(scale(b) - scale(a) >= 8 * letters + 14 for a, b in pairwise(ticks))


def test_even_steps_stay_even_on_a_scale_that_is_not_log() -> None:
    plain = Scale(-0.6, 0.4, 400.0)
    assert plain.ticks(named=(0.0, -0.15, 0.15)) == plain.ticks()
