"""The pictures of the audit: what the headline speaks of with its limit shaded, then what it is made of."""

from __future__ import annotations

from dataclasses import replace
from math import log

from tests.report.audit.test_disparity import EVEN, audit, group
from tests.report.audit.test_finding import times, with_districts
from tests.report.picture import Picture

from patrolcast.domain.measures import ErrorParts, GroupComparison, Interval, unmeasured
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.plots import EXCESS, EXPOSURE, NEED, excess_plot, ratio_plot

NONE = unmeasured("fewer than 500 residents")


def compared(exposure: Interval, need: Interval) -> GroupComparison:
    return GroupComparison("group_b", "everyone else", 5000.0, 3.0, 3.0, exposure, need, NONE)


def test_ratios_are_drawn_and_written_with_their_own_ends() -> None:
    drawn = compared(Interval(log(2.0), log(1.5), log(3.0), 28), Interval(log(0.5), log(0.4), log(0.8), 28))
    picture = Picture(ratio_plot([drawn], GroupNames()))
    texts = picture.texts()
    assert {"group b", "2.00 (1.50 to 3.00)", "0.50 (0.40 to 0.80)"} <= texts.keys()
    (exposure,), (need,), (parity,) = (
        picture.bars(EXPOSURE),
        picture.bars(NEED),
        picture.lines("heavy"),
    )
    assert need.x[0] < need.x[1] < parity.x[0] < exposure.x[0] < exposure.x[1]


def test_a_group_without_an_exposure_ratio_is_drawn_with_its_need_alone() -> None:
    picture = Picture(ratio_plot([compared(NONE, Interval(0.0, -0.1, 0.1, 28))], GroupNames()))
    assert (len(picture.bars(EXPOSURE)), len(picture.bars(NEED))) == (0, 1)


def test_a_group_that_was_not_measured_is_not_drawn_and_without_any_there_is_no_picture() -> None:
    assert "group b" not in Picture(ratio_plot([group("group_a"), compared(NONE, NONE)], GroupNames())).texts()
    assert ratio_plot([compared(NONE, NONE)], GroupNames()) is None
    assert ratio_plot([], GroupNames()) is None


def test_patrol_per_report_is_a_bar_for_each_group_with_the_limit_shaded() -> None:
    found = with_districts(city=Interval(log(0.66), log(0.52), log(0.83), 28))
    picture = Picture(excess_plot(found, GroupNames({"group_a": "Black"})))
    assert {"Black", "0.66 (0.52 to 0.83)"} <= picture.texts().keys()
    assert len(picture.bars(EXCESS)) == len(found.groups)
    (parity,) = picture.lines("heavy")
    low, high = picture.band().x
    assert low < min(bar.x[0] for bar in picture.bars(EXCESS)) < parity.x[0] < high


def test_the_one_of_a_district_that_the_headline_names_is_drawn_too() -> None:
    named = Picture(excess_plot(with_districts(times(3.86, 0.34)), GroupNames())).texts()
    assert {"Black in district 10", "3.86 (2.75 to 5.42)"} <= named.keys()
    assert not [text for text in Picture(excess_plot(with_districts(), GroupNames())).texts() if "district" in text]


def test_without_an_interval_there_is_no_picture_and_without_a_limit_no_shade() -> None:
    none = replace(audit(EVEN), groups=(compared(NONE, NONE),))
    assert excess_plot(none, GroupNames()) is None
    unlimited = Picture(excess_plot(replace(audit(EVEN), in_districts=None), GroupNames()))
    assert not list(unlimited._under("band"))


def test_the_wider_interval_that_the_headline_gives_is_drawn_beside_the_one_as_counted() -> None:
    counted, wide = Interval(log(2.2), log(1.7), log(2.8), 28), Interval(log(2.2), log(0.8), log(6.2), 28)
    parts = {"excess": ErrorParts(0.1, 0.0, 0.0, 0.5, 0.0)}
    one = replace(times(2.2, 0.1), excess=wide, excess_as_counted=counted, parts=parts)
    picture = Picture(excess_plot(replace(with_districts(), groups=(one,)), GroupNames()))
    (bar,), (thin,) = picture.bars(EXCESS), picture.lines("wider")
    assert thin.x[0] < bar.x[0] < bar.x[1] < thin.x[1]
    assert "2.20 (1.70 to 2.80)" in picture.texts()
    assert not Picture(excess_plot(with_districts(), GroupNames())).lines("wider")
