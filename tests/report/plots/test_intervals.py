"""Intervals as drawn: marks lie where their values are, and words cannot become markup."""

from __future__ import annotations

import pytest
from tests.report.picture import Picture

from patrolcast.report.plots.intervals import Mark, Row, interval_plot

ROWS = (
    Row("a leak", (Mark("diamond orange", -0.3, -0.5, -0.1, "-0.300"),)),
    Row("as it should be", (Mark("circle blue", 0.2, None, None, "+0.200"),)),
)


def plot(rows: tuple[Row, ...] = ROWS, **options: object) -> Picture:
    return Picture(interval_plot(rows, title="t", spanning=(), neutral=0.0, **options))  # type: ignore[arg-type]


def test_marks_lie_where_their_values_are_on_the_scale_of_the_ticks() -> None:
    picture = plot()
    (leak,), (fine,), (zero,) = picture.marks("diamond orange"), picture.marks("circle blue"), picture.lines("heavy")
    per_unit = (fine.x[0] - zero.x[0]) / 0.2
    assert (zero.x[0] - leak.x[0]) / 0.3 == pytest.approx(per_unit, rel=0.01)
    ticks = picture.texts("axis-label")
    assert (ticks["0"][0] - ticks["-0.4"][0]) / 0.4 == pytest.approx(per_unit, rel=0.01)


def test_a_bar_runs_from_the_lower_to_the_upper_end_and_one_without_interval_has_none() -> None:
    picture = plot()
    (bar,), (mark,) = picture.bars("diamond orange"), picture.marks("diamond orange")
    assert bar.x[0] < mark.x[0] < bar.x[1]
    assert mark.x[0] - bar.x[0] == pytest.approx(bar.x[1] - mark.x[0], abs=0.2)
    assert picture.bars("circle blue") == []


def test_a_band_covers_the_values_that_are_allowed() -> None:
    picture = plot(band=(-0.15, 0.15))
    band = picture.band()
    (zero,), (fine,) = picture.lines("heavy"), picture.marks("circle blue")
    left, width = band.x[0], band.x[1] - band.x[0]
    assert left + width / 2 == pytest.approx(zero.x[0], abs=0.2)
    assert width == pytest.approx(0.3 * (fine.x[0] - zero.x[0]) / 0.2, rel=0.01)


def test_on_a_log_scale_half_and_double_lie_equally_far_from_one() -> None:
    marks = (Mark("circle blue", 2.0, 1.0, 4.0), Mark("square orange", 0.5, 0.25, 1.0))
    picture = Picture(interval_plot([Row("a", marks)], title="t", spanning=(2 / 3, 1.5), neutral=1.0, is_log=True))
    (double,), (half,), (one,) = picture.marks("circle blue"), picture.marks("square orange"), picture.lines("heavy")
    assert double.x[0] - one.x[0] == pytest.approx(one.x[0] - half.x[0], abs=0.2)


def test_a_row_without_marks_says_that_nothing_was_measured() -> None:
    assert "not measured" in plot((*ROWS, Row("gap", ()))).texts("quiet")
    assert "not measured" not in plot().texts("quiet")


def test_rows_keep_their_order_and_their_text_stands_beside_their_mark() -> None:
    picture = plot()
    (leak,), (fine,) = picture.marks("diamond orange"), picture.marks("circle blue")
    texts = picture.texts()
    assert texts["a leak"][1] < texts["as it should be"][1]
    assert abs(texts["-0.300"][1] - leak.y[0]) < 13
    assert abs(texts["+0.200"][1] - fine.y[0]) < 13


def test_the_key_shows_each_kind_with_its_meaning() -> None:
    picture = plot(key=(("circle blue", "should match"), ("diamond orange", "should differ")))
    assert {"should match", "should differ"} <= picture.texts().keys()
    assert (len(picture.marks("circle blue", "key")), len(picture.marks("diamond orange", "key"))) == (1, 1)


def test_words_cannot_become_markup_and_the_title_is_read_out() -> None:
    hostile = "<script>\"&'"
    picture = Picture(interval_plot([Row(hostile, ())], title=hostile, spanning=(), neutral=0.0))
    assert picture.title == hostile
    assert hostile in picture.texts()
    assert picture.root.attrib["role"] == "img"
    assert list(picture.root.iter("script")) == []


def test_a_mark_and_its_interval_lie_on_the_row_of_their_label() -> None:
    two = Row("two", (Mark("circle blue", 0.1, 0.0, 0.2), Mark("square orange", 0.3, 0.2, 0.4)))
    picture = plot((two, ROWS[0]))
    (upper,), (bar,) = picture.marks("circle blue"), picture.bars("circle blue")
    lower = picture.marks("square orange")[0]
    assert bar.y == (upper.y[0], upper.y[0])
    assert lower.y[0] - upper.y[0] == 20.0
    assert upper.y[0] < picture.texts()["two"][1] < lower.y[0] + 10


def test_a_wider_interval_is_a_thin_line_beyond_the_bar() -> None:
    picture = plot((Row("a", (Mark("circle blue", 0.2, 0.1, 0.3, "0.2", wider=(-0.4, 0.9)),)),))
    (bar,), (thin,) = picture.bars("circle blue"), picture.lines("wider")
    assert thin.x[0] < bar.x[0] < bar.x[1] < thin.x[1]
    assert not plot().lines("wider")


def test_on_a_phone_no_difference_and_both_ends_of_a_limit_have_their_figures() -> None:
    """As the audit draws it: the figures of the rows left so little room that only 1 and 2 were there."""
    rows = tuple(Row(name, (Mark("circle ink", at, 0.8 * at, 1.2 * at, f"{at:.2f} (0.60 to 6.16)"),)) for name, at in
                 (("Group A", 1.23), ("Group B", 0.5), ("Group B in district 4", 5.1)))  # fmt: skip
    drawn = interval_plot(rows, title="t", spanning=(2 / 3, 1.5), neutral=1.0, is_log=True, band=(0.5, 2.0))
    assert {"0.5", "1", "2"} <= Picture(drawn, phone=True).texts("axis-label").keys()
    assert {"0.5", "1", "2"} <= Picture(drawn).texts("axis-label").keys()
