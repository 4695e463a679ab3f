"""The pictures of a comparison: a variant lies where it was measured, numbers stay apart, maps draw what moved."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.report.comparison.test_page import comparison, interval, pair, variant
from tests.report.picture import Picture

from patrolcast.domain.measures import unmeasured
from patrolcast.report.comparison.plots import _STACK, _stacked, change_map, frontier, frontier_measure


def test_a_variant_that_catches_more_lies_to_the_right_and_one_that_patrols_more_higher() -> None:
    found = comparison(pair("second"))
    better = replace(found.variants[1], measured=found.variants[1].measured | {
        "hits": interval(0.25), "log_exposure_ratio_b": interval(0.5)})  # fmt: skip
    picture = Picture(frontier(replace(found, variants=(found.variants[0], better))))
    base, second = picture.marks("ink")
    assert base.x[0] < second.x[0]
    assert base.y[0] > second.y[0]
    assert {"1", "2", "even: 1.00", "reported need: 1.22", "24 %"} <= picture.texts().keys()


def test_a_variant_that_can_never_be_published_is_hollow() -> None:
    picture = Picture(frontier(comparison(pair("enforced"))))
    assert (len(picture.marks("ink")), len(picture.marks("ink hollow"))) == (1, 1)


def test_a_variant_that_was_not_measured_is_not_drawn() -> None:
    found = comparison(pair("second"))
    gap = replace(found.variants[1], measured=found.variants[1].measured | {"hits": unmeasured("too few nights")})
    assert len(Picture(frontier(replace(found, variants=(found.variants[0], gap)))).marks("ink")) == 1
    none = replace(gap, name="base")
    assert frontier(replace(found, variants=(none, gap))) == "<p>Not measured.</p>"


def test_the_frontier_is_about_the_group_furthest_from_even_beyond_its_reports() -> None:
    found = comparison(pair("second"))
    other = replace(found.measures[1], name="log_exposure_ratio_c", group="c")
    base = variant("base")
    base = replace(base, measured=base.measured | {"log_exposure_ratio_c": interval(0.1)},
                   excess={"b": interval(0.1), "c": interval(-0.4)})  # fmt: skip
    both = replace(found, measures=(*found.measures, other), variants=(base, *found.variants[1:]))
    assert frontier_measure(both).group == "c"
    assert frontier_measure(replace(both, measures=(found.measures[0], found.measures[2]))).name == "gini"


@pytest.mark.parametrize(
    ("minutes", "look"),
    [(5.0, "gain-much"), (4.9, "gain-some"), (-1.0, "loss-some"), (-5.0, "loss-much"), (0.9, None), (-0.9, None)],
)
def test_a_cell_is_drawn_by_how_much_it_gains_or_loses(minutes: float, look: str | None) -> None:
    cells = comparison(pair("second")).cells
    picture = Picture(change_map(cells, np.array([minutes, 0.0, 0.0]), title="who gains"))
    looks = [path.get("class") for path in picture.root.iter("path")]
    assert looks == [*([look] if look else []), "outline"]
    assert picture.title == "who gains"


def test_numbers_of_marks_that_lie_close_stay_apart_and_inside_the_picture() -> None:
    bottom = 360.0
    places = [(400.0 + i, bottom - 30.0 + i) for i in range(8)] + [(100.0, bottom - 5.0)]
    heights = _stacked(places, bottom=bottom)
    assert max(heights) < bottom
    near = sorted(heights[:8])
    assert all(after - before >= _STACK - 1e-9 for before, after in pairwise(near))
    assert _stacked([(400.0, 50.0), (600.0, 50.0)], bottom=bottom) == [50.0, 50.0], "marks apart keep their labels"
