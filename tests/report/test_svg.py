"""One way to draw: marks lie where their values are, figures do not touch, words cannot become markup."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.picture import Picture

from patrolcast.report import svg

ROWS = (
    svg.Row("a leak", (svg.Mark("diamond orange", -0.3, -0.5, -0.1, "-0.300"),)),
    svg.Row("as it should be", (svg.Mark("circle blue", 0.2, None, None, "+0.200"),)),
)


def plot(rows: tuple[svg.Row, ...] = ROWS, **options: object) -> Picture:
    return Picture(svg.interval_plot(rows, title="t", spanning=(), neutral=0.0, **options))  # type: ignore[arg-type]


def test_marks_lie_where_their_values_are_on_the_scale_of_the_ticks() -> None:
    picture = plot()
    (leak,), (fine,), (zero,) = picture.marks("orange"), picture.marks("blue"), picture.lines("heavy")
    per_unit = (fine.x[0] - zero.x[0]) / 0.2
    assert (zero.x[0] - leak.x[0]) / 0.3 == pytest.approx(per_unit, rel=0.01)
    ticks = picture.texts("quiet middle")
    assert (ticks["0"][0] - ticks["-0.4"][0]) / 0.4 == pytest.approx(per_unit, rel=0.01)


def test_a_bar_runs_from_the_lower_to_the_upper_end_and_one_without_interval_has_none() -> None:
    picture = plot()
    (bar,), (mark,) = picture.lines("bar orange"), picture.marks("orange")
    assert bar.x[0] < mark.x[0] < bar.x[1]
    assert mark.x[0] - bar.x[0] == pytest.approx(bar.x[1] - mark.x[0], abs=0.2)
    assert picture.lines("bar blue") == []


def test_a_band_covers_the_values_that_are_allowed() -> None:
    picture = plot(band=(-0.15, 0.15))
    (band,) = list(picture.root.iter("rect"))
    (zero,), (fine,) = picture.lines("heavy"), picture.marks("blue")
    left, width = float(band.attrib["x"]), float(band.attrib["width"])
    assert left + width / 2 == pytest.approx(zero.x[0], abs=0.2)
    assert width == pytest.approx(0.3 * (fine.x[0] - zero.x[0]) / 0.2, rel=0.01)


def test_on_a_log_scale_half_and_double_lie_equally_far_from_one() -> None:
    marks = (svg.Mark("circle blue", 2.0, 1.0, 4.0), svg.Mark("square orange", 0.5, 0.25, 1.0))
    picture = Picture(
        svg.interval_plot([svg.Row("a", marks)], title="t", spanning=(2 / 3, 1.5), neutral=1.0, is_log=True)
    )
    (double,), (half,), (one,) = picture.marks("blue"), picture.marks("orange"), picture.lines("heavy")
    assert double.x[0] - one.x[0] == pytest.approx(one.x[0] - half.x[0] - 0, abs=5.2)  # a square starts at its corner


def test_a_row_without_marks_says_that_nothing_was_measured() -> None:
    assert "not measured" in plot((*ROWS, svg.Row("gap", ()))).texts("quiet")
    assert "not measured" not in plot().texts("quiet")


def test_rows_keep_their_order_and_their_text_stands_beside_their_mark() -> None:
    picture = plot()
    (leak,), (fine,) = picture.marks("orange"), picture.marks("blue")
    texts = picture.texts()
    assert texts["a leak"][1] < texts["as it should be"][1]
    assert abs(texts["-0.300"][1] - leak.y[0]) < 13
    assert abs(texts["+0.200"][1] - fine.y[0]) < 13


def test_the_key_shows_each_kind_with_its_meaning() -> None:
    picture = plot(key=(("circle blue", "should match"), ("diamond orange", "should differ")))
    assert {"should match", "should differ"} <= picture.texts().keys()
    assert (len(picture.marks("blue")), len(picture.marks("orange"))) == (2, 2)


def test_words_cannot_become_markup_and_the_title_is_read_out() -> None:
    hostile = "<script>\"&'"
    picture = Picture(svg.interval_plot([svg.Row(hostile, ())], title=hostile, spanning=(), neutral=0.0))
    assert picture.title == hostile
    assert hostile in picture.texts()
    assert picture.root.attrib["role"] == "img"
    assert list(picture.root.iter("script")) == []


@given(
    low=st.floats(0.001, 100.0),
    ratio=st.floats(1.05, 1e6),
    is_log=st.booleans(),
    gap=st.sampled_from([18.0, 45.0]),
    value=st.floats(-1e9, 1e9),
)
def test_ticks_rise_inside_the_scale_and_apart_and_every_value_is_drawn_inside(
    low: float, ratio: float, is_log: bool, gap: float, value: float
) -> None:
    scale = svg.Scale(low, low * ratio, 500.0, 100.0, is_log)
    ticks = scale.ticks(gap)
    assert len(ticks) >= 1 or ratio < 2
    assert all(low <= tick <= low * ratio for tick in ticks)
    assert all(a < b and scale(a) - scale(b) >= gap for a, b in pairwise(ticks))
    assert 100.0 <= scale(value) <= 500.0


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (svg.Scale(0.3, 1.7, 0.0, 310.0), [0.5, 1.0, 1.5]),
        (svg.Scale(-0.25, 0.25, 0.0, 500.0), [-0.2, -0.1, 0.0, 0.1, 0.2]),
        (svg.Scale(0.01, 1000.0, 0.0, 240.0, is_log=True), [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]),
        (svg.Scale(0.1, 10.0, 0.0, 900.0, is_log=True), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]),
    ],
)
def test_ticks_are_round(scale: svg.Scale, ticks: list[float]) -> None:
    assert scale.ticks(45.0 if scale.end > 300 else 18.0) == ticks


def test_a_scale_of_one_value_still_has_room_around_it() -> None:
    scale = svg.Scale.over([0.0], 0.0, 100.0)
    assert (scale.low, scale.high, scale(0.0)) == (-0.1, 0.1, 50.0)


@pytest.mark.parametrize(("kind", "tag"), [("circle blue", "circle"), ("square ink hollow", "path")])
def test_a_kind_is_a_shape_and_its_classes(kind: str, tag: str) -> None:
    drawn = str(svg.symbol(kind, 1.0, 2.0))
    assert drawn.startswith(f'<{tag} class="{kind.partition(" ")[2]}"')


def test_the_figure_of_a_tick_around_zero_has_its_sign() -> None:
    assert [svg.signed(value) for value in (-0.2, 0.0, 0.05)] == ["-0.2", "0", "+0.05"]
