"""Evidence week by week: every point inside the picture and where its value is, and a cut is said."""

from __future__ import annotations

import pytest
from tests.report.picture import Picture

from patrolcast.report.monitor.plot import evidence_plot, is_capped


def test_points_run_from_week_to_week_and_rise_with_the_evidence() -> None:
    picture = Picture(evidence_plot([("reports", [1.0, 2.0, 8.0])], alarm=20.0))
    marks = picture.marks("blue")
    assert [mark.x[0] for mark in marks] == sorted(mark.x[0] for mark in marks)
    assert marks[0].y[0] > marks[1].y[0] > marks[2].y[0]
    assert (marks[0].y[0] - marks[1].y[0]) * 2 == pytest.approx(marks[1].y[0] - marks[2].y[0], abs=0.3)  # log scale
    assert len(picture.lines("bar blue")) == 2


def test_the_alarm_line_parts_evidence_below_it_from_evidence_above_it() -> None:
    picture = Picture(evidence_plot([("reports", [19.0, 21.0])], alarm=20.0))
    (alarm,), (below, above) = picture.lines("alarm"), picture.marks("blue")
    assert above.y[0] < alarm.y[0] < below.y[0]
    assert "alarm at 20" in picture.texts("alarm")


def test_large_and_small_values_stay_inside_the_picture() -> None:
    series = [("reports", [1.0, 1e12]), ("score 28 days on", [1e-9])]
    picture = Picture(evidence_plot(series, alarm=20.0))
    marks = [*picture.marks("blue"), *picture.marks("orange")]
    assert len(marks) == 3
    assert all(0 <= mark.x[0] <= picture.width and 0 <= mark.y[0] <= picture.height for mark in marks)


@pytest.mark.parametrize(("largest", "capped"), [(1e6, False), (1.01e6, True)])
def test_a_value_drawn_lower_than_it_is_is_said(largest: float, capped: bool) -> None:
    assert is_capped([("reports", [1.0]), ("score", [largest])]) is capped


def test_a_series_without_a_value_draws_nothing_and_names_of_lines_that_end_together_stand_apart() -> None:
    assert "score" not in Picture(evidence_plot([("reports", [1.0]), ("score", [])], alarm=20.0)).texts()
    texts = Picture(evidence_plot([("reports", [1.0, 2.0]), ("score", [1.0, 2.0])], alarm=20.0)).texts()
    assert abs(texts["reports"][1] - texts["score"][1]) >= 20


def test_after_a_long_watch_lines_have_no_marks_left() -> None:
    assert len(Picture(evidence_plot([("reports", [1.0] * 60)], alarm=20.0)).marks("blue")) == 60
    assert Picture(evidence_plot([("reports", [1.0] * 61)], alarm=20.0)).marks("blue") == []
