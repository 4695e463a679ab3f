"""Outcomes of a pair of runs, each against a case worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from patrolcast.audit.feedback.closed_loop import reinforcement_gain, summarise_pair


def test_the_gain_is_the_log_of_the_share_in_the_cells_that_the_open_run_would_suggest() -> None:
    opened = np.array([[1.0, 1.0, 2.0]])
    closed = np.array([[1.0, 1.0, 6.0]])
    gain = reinforcement_gain(opened, closed, np.array([[0.0, 0.0, 2.0]]))
    assert gain == pytest.approx(math.log((6 / 8) / (2 / 4)))


def test_the_gain_of_equal_beliefs_is_exactly_0_and_does_not_see_their_level() -> None:
    belief, chosen = np.array([[0.3, 0.1, 0.7]]), np.array([[1.0, 0.0, 0.0]])
    assert reinforcement_gain(belief, belief, chosen) == 0.0
    assert reinforcement_gain(belief, 2.0 * belief, chosen) == pytest.approx(0.0, abs=1e-15)


def test_a_gain_without_suggestions_is_refused_never_0() -> None:
    belief = np.ones((1, 3))
    with pytest.raises(ValueError, match="the gain is not defined"):
        reinforcement_gain(belief, belief, np.zeros((1, 3)))


def test_a_pair_is_measured_on_the_last_plan_and_the_second_half_of_the_nights() -> None:
    opened = np.ones((2, 1, 2))
    closed = opened.copy()
    closed[1, 0] = [3.0, 1.0]
    suggested = np.zeros((4, 1, 2))
    suggested[:2, 0, 0] = 1.0
    suggested[2:, 0, 1] = 1.0
    found = summarise_pair(
        belief=(opened, closed),
        planned_open=np.array([[1.0, 0.0]]),
        suggested=(suggested, suggested),
        log_ratio_oracle=0.5,
        share_b=np.array([0.2, 0.6]),
        residents=np.array([100.0, 100.0]),
    )
    assert found.gain == pytest.approx(math.log(0.75 / 0.5))
    assert found.belief_difference == 2.0
    late = math.log((60 / 80) / (40 / 120))
    assert found.excess_closed == pytest.approx(late - 0.5)
    assert (found.distinct_closed, found.kept_closed) == (2.0, pytest.approx(2 / 3))
