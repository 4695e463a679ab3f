"""What intervals and comparisons say of themselves, at the edges where a wrong sign would be a wrong finding."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest

from patrolcast.domain.measures import GroupComparison, Interval, unmeasured


@pytest.mark.parametrize(
    ("lower", "upper", "measured", "excludes"),
    [
        (0.1, 0.3, True, True),
        (-0.3, -0.1, True, True),
        (-0.1, 0.3, True, False),
        (0.0, 0.3, True, False),
        (-0.3, 0.0, True, False),
        (nan, 0.3, False, False),
        (0.1, inf, False, False),
    ],
)
def test_an_interval_excludes_0_when_it_was_measured_and_0_lies_strictly_outside(
    lower: float, upper: float, measured: bool, excludes: bool
) -> None:
    interval = Interval(0.2, lower, upper, 180)
    assert (interval.measured, interval.excludes_zero) == (measured, excludes)


def test_an_estimate_without_an_interval_is_no_measurement() -> None:
    interval = unmeasured("too few nights", n=11, estimate=0.5)
    assert (interval.estimate, interval.n, interval.note) == (0.5, 11, "too few nights")
    assert not interval.measured


BOTH = Interval(0.0, -0.1, 0.1, 180)
COMPARISON = GroupComparison("b", "everyone else", 900.0, 5.0, 6.0, BOTH, BOTH, BOTH)


@pytest.mark.parametrize(
    ("exposure", "against", "side"),
    [(5.0, 6.0, None), (0.0, 6.0, "b"), (5.0, 0.0, "everyone else"), (0.0, 0.0, None)],
)
def test_the_side_without_patrol_is_the_one_that_got_none_while_the_other_got_some(
    exposure: float, against: float, side: str | None
) -> None:
    assert replace(COMPARISON, exposure=exposure, exposure_against=against).without_patrol == side


def test_a_side_too_small_or_without_reports_is_not_said_to_lack_patrol() -> None:
    none = replace(COMPARISON, exposure=0.0)
    assert replace(none, enough=False).without_patrol is None
    assert replace(none, log_need_ratio=unmeasured("no report")).without_patrol is None
