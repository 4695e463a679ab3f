"""The budget pays for a visit; levers that contradict each other are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import ExposureBounds, Patrol
from patrolcast.domain.settings.patrol import Exploration

BOUND = ExposureBounds(group="group_b", ceiling=1.5)


def test_every_lever_is_off_until_it_is_named() -> None:
    patrol = Patrol()
    assert (patrol.caps, patrol.bound) == (None, None)
    assert (patrol.exploration.half_width, patrol.exploration.uniform_cells) == (0, 0)


def test_a_budget_pays_for_at_least_one_visit() -> None:
    assert Patrol(minutes_per_district=15.0, visit_minutes=15.0).visit_minutes == 15.0
    with pytest.raises(ValidationError, match="minutes_per_district must pay for one visit of 15 minutes"):
        Patrol(minutes_per_district=14.9, visit_minutes=15.0)


@pytest.mark.parametrize("exploration", [Exploration(half_width=1), Exploration(uniform_cells=1)])
def test_bound_and_exploration_exclude_each_other(exploration: Exploration) -> None:
    assert Patrol(bound=BOUND).exploration == Exploration()
    with pytest.raises(ValidationError, match="bound and exploration cannot be used together"):
        Patrol(bound=BOUND, exploration=exploration)


def test_a_floor_does_not_lie_above_its_ceiling() -> None:
    assert ExposureBounds(group="b", floor=1.5, ceiling=1.5).floor == 1.5
    with pytest.raises(ValidationError, match="floor must not lie above ceiling"):
        ExposureBounds(group="b", floor=1.6, ceiling=1.5)


def test_off_is_a_reason_in_words_beside_nothing_that_is_drawn() -> None:
    why = "the council asked for plans without chance"
    assert Exploration(off=why).off == why
    for wrong in ({"half_width": 1}, {"uniform_cells": 1}):
        with pytest.raises(ValidationError, match="off says why nothing is drawn"):
            Exploration(off=why, **wrong)
    with pytest.raises(ValidationError):
        Exploration(off="no")
