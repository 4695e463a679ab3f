"""The pictures of a back-test: marks lie where they were measured, and what was not measured is not drawn."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.report.picture import Picture

from patrolcast.report.backtest.plots import COUNTING, PEER, backtest_ratio_plot, reliability_plot


def row(ratio: float | None, lower: float | None, upper: float | None, kind: str = COUNTING) -> dict[str, Any]:
    return {"label": "theft / counting", "kind": kind, "ratio": ratio, "lower": lower, "upper": upper}


def decile(ratio: float | None, lower: float | None = 0.7, upper: float | None = 1.4) -> dict[str, Any]:
    return {"ratio": ratio, "lower": lower, "upper": upper}


@pytest.mark.parametrize("values", [(None, None, None), (1.9, None, None), (math.nan, 0.5, 2.0), (1.0, 0.9, math.inf)])
def test_a_ratio_without_an_interval_is_not_drawn_and_said(values: tuple[Any, Any, Any]) -> None:
    picture = Picture(backtest_ratio_plot([row(*values)], title="t"))
    assert "not measured" in picture.texts()
    assert picture.bars(COUNTING) == []


def test_counting_and_the_best_peer_differ_in_shape_and_each_lies_in_its_interval() -> None:
    picture = Picture(backtest_ratio_plot([row(1.1, 1.05, 1.3), row(0.9, 0.8, 1.05, PEER)], title="t"))
    (counting,), (peer,), (one,) = picture.bars(COUNTING), picture.bars(PEER), picture.lines("heavy")
    assert one.x[0] < counting.x[0] < counting.x[1]
    assert peer.x[0] < one.x[0] < peer.x[1]
    assert (len(picture.marks(COUNTING)), len(picture.marks(PEER))) == (1, 1)
    shapes = {path.attrib["d"] for path in picture.root.iter("path") if path.get("stroke-width") == "2"}
    assert len(shapes) == 2


def test_a_tenth_lies_above_the_line_where_too_much_was_expected() -> None:
    picture = Picture(reliability_plot([decile(0.8), decile(1.0), decile(1.25)], title="t"))
    (line,) = picture.lines("heavy")
    low, right, high = (mark.y[0] for mark in picture.marks(COUNTING))
    assert high < right == line.y[0] < low
    assert picture.band().y == pytest.approx((high, low), abs=0.2)


def test_tenths_that_lie_near_one_are_drawn_on_a_narrower_scale() -> None:
    near, far = (
        Picture(reliability_plot([decile(0.95, 0.9, 1.0), decile(1.05, 1.0, upper)], title="t")) for upper in (1.1, 2.4)
    )
    (low, high), (flat_low, flat_high) = ([mark.y[0] for mark in one.marks(COUNTING)] for one in (near, far))
    assert low - high > 1.5 * (flat_low - flat_high)
    assert near.band().y[0] > 20.0, "the whole of what is allowed stays in sight"


def test_a_tenth_without_incidents_has_no_mark_but_keeps_its_number() -> None:
    picture = Picture(reliability_plot([decile(None), decile(1.0)], title="t"))
    assert len(picture.marks(COUNTING)) == 1
    assert {"1", "2"} <= picture.texts("quiet").keys()


def test_limits_beyond_the_picture_end_at_its_edge() -> None:
    picture = Picture(reliability_plot([decile(1.0, 0.01, None)], title="t"))
    (bar,) = picture.bars(COUNTING)
    assert bar.y == (20.0, 160.0)
