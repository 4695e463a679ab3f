"""The pictures of a comparison: a variant lies where it was measured, numbers stay apart, maps draw what moved."""

from __future__ import annotations

import re
from dataclasses import replace
from math import dist

import numpy as np
import pytest
from tests.report.comparison.test_page import comparison, interval, pair, variant
from tests.report.picture import Picture

from patrolcast.domain.measures import unmeasured
from patrolcast.report.comparison.plots import _placed, change_map, frontier, frontier_measure


def test_a_variant_that_catches_more_lies_to_the_right_and_one_that_patrols_more_higher() -> None:
    found = comparison(pair("second"))
    better = replace(found.variants[1], measured=found.variants[1].measured | {
        "hits": interval(0.25), "log_exposure_ratio_b": interval(0.5)})  # fmt: skip
    picture = Picture(frontier(replace(found, variants=(found.variants[0], better))))
    base, second = picture.marks("circle ink")
    assert base.x[0] < second.x[0]
    assert base.y[0] > second.y[0]
    assert {"1", "2", "even: 1.00", "reported need: 1.22", "24 %"} <= picture.texts().keys()


def test_a_variant_that_can_never_be_published_is_hollow() -> None:
    picture = Picture(frontier(comparison(pair("enforced"))))
    assert (len(picture.marks("circle ink")), len(picture.marks("circle ink hollow"))) == (1, 1)


def test_a_variant_that_was_not_measured_is_not_drawn() -> None:
    found = comparison(pair("second"))
    gap = replace(found.variants[1], measured=found.variants[1].measured | {"hits": unmeasured("too few nights")})
    assert len(Picture(frontier(replace(found, variants=(found.variants[0], gap)))).marks("circle ink")) == 1
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
    [(5.0, "gain_much"), (4.9, "gain_some"), (-1.0, "loss_some"), (-5.0, "loss_much"), (0.9, None), (-0.9, None)],
)
def test_a_cell_is_drawn_by_how_much_it_gains_or_loses(minutes: float, look: str | None) -> None:
    cells = comparison(pair("second")).cells
    picture = Picture(change_map(cells, np.array([minutes, 0.0, 0.0]), title="who gains"))
    looks = [one.get("class") for one in picture.root.iter("g") if str(one.get("class")).startswith("p-")]
    assert looks == [f"p-{one}" for one in ([look] if look else []) + ["outline"]]
    assert picture.title == "who gains"


def test_a_map_holds_its_cells_whole_and_no_ring_is_turned_inside_out() -> None:
    cells = comparison(pair("second")).cells
    picture = Picture(change_map(cells, np.array([9.0, 0.0, 0.0]), title="t"))
    spans = {}
    for group in picture.root.iter("g"):
        if str(group.get("class")).startswith("p-"):
            points = re.findall(r"([-\d.]+),([-\d.]+)", "".join(path.get("d", "") for path in group.iter("path")))
            xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
            spans[group.get("class")] = (min(xs), max(xs), min(ys), max(ys))
    left, right, top, bottom = spans["p-outline"]
    assert right - left == pytest.approx(416, abs=2) or bottom - top > 416
    assert (left, top) == pytest.approx((0, 0), abs=2)
    assert bottom == pytest.approx(picture.height - 4, abs=2)
    assert spans["p-gain_much"][1] - spans["p-gain_much"][0] < 0.6 * (right - left), "a cell, not the world around it"


def test_numbers_stay_inside_the_frame_and_clear_of_each_other_of_marks_and_of_words() -> None:
    width, height = 300.0, 260.0
    marks = [(250.0 + i, height - 30.0 + i) for i in range(8)] + [(5.0, 5.0), (295.0, 255.0)]
    words = [(290.0 - 8 * k, 200.0) for k in range(14)]
    places = _placed(marks, words, width, height)
    assert all(10 <= x <= width - 10 and 10 <= y <= height - 10 for x, y in places)
    assert all(dist(a, b) >= 21 for k, a in enumerate(places) for b in places[k + 1 :])
    assert all(dist(place, word) >= 21 for place in places for word in words)
    assert all(dist(place, mark) >= 17 for place in places for mark in marks)
    assert dist(places[-2], marks[-2]) < 40, "a number that has room stays near its mark"


def test_a_number_is_that_of_its_variant_also_where_one_before_it_was_not_measured() -> None:
    found = comparison(pair("second"), pair("third"))
    gap = replace(found.variants[1], measured=found.variants[1].measured | {"hits": unmeasured("too few nights")})
    picture = Picture(frontier(replace(found, variants=(found.variants[0], gap, found.variants[2]))))
    assert picture.texts("name").keys() == {"1", "3"}
