"""The ratios of groups as drawn: exposure and need beside each other, nothing where nothing was measured."""

from __future__ import annotations

from math import log

from tests.report.audit.test_disparity import group
from tests.report.picture import Picture

from patrolcast.domain.measures import GroupComparison, Interval, unmeasured
from patrolcast.report.audit.ratio_plot import ratio_plot

NONE = unmeasured("fewer than 500 residents")


def compared(exposure: Interval, need: Interval) -> GroupComparison:
    return GroupComparison("group_b", "everyone else", 5000.0, 3.0, 3.0, exposure, need, NONE)


def test_ratios_are_drawn_and_written_with_their_own_ends() -> None:
    drawn = compared(Interval(log(2.0), log(1.5), log(3.0), 28), Interval(log(0.5), log(0.4), log(0.8), 28))
    picture = Picture(ratio_plot([drawn]))
    texts = picture.texts()
    assert {"group b", "2.00 (1.50 to 3.00)", "0.50 (0.40 to 0.80)"} <= texts.keys()
    (exposure,), (need,), (parity,) = (
        picture.lines("bar blue"),
        picture.lines("bar orange hollow"),
        picture.lines("heavy"),
    )
    assert need.x[0] < need.x[1] < parity.x[0] < exposure.x[0] < exposure.x[1]


def test_a_group_without_an_exposure_ratio_is_drawn_with_its_need_alone() -> None:
    picture = Picture(ratio_plot([compared(NONE, Interval(0.0, -0.1, 0.1, 28))]))
    assert (len(picture.lines("bar blue")), len(picture.lines("bar orange hollow"))) == (0, 1)


def test_a_group_that_was_not_measured_is_not_drawn_and_without_any_there_is_no_picture() -> None:
    assert "group b" not in Picture(ratio_plot([group("group_a"), compared(NONE, NONE)])).texts()
    assert ratio_plot([compared(NONE, NONE)]) is None
    assert ratio_plot([]) is None
