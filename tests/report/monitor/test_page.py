"""The page of the monitor: each verdict with its finding and next steps, what could have been seen always in words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from tests.report.picture import Picture
from tests.report.reader import unlabelled

from patrolcast.report.monitor.page import detectable, evidence_plot, is_capped, monitor_page
from patrolcast.report.monitor.words import ALARM_LAST, FINDINGS, NEXT, NOTHING_NEXT


def gate(name: str, verdict: str) -> dict[str, Any]:
    return {"name": name, "value": 1.0, "threshold": "a rule", "verdict": verdict, "detail": f"about {name}",
            "lower": None, "upper": None, "stops": True}  # fmt: skip


def findings(per_week: int, weeks: int, **other: Any) -> dict[str, Any]:
    n = float(per_week * weeks)
    reports = {"e_values": [0.5] * weeks, "alarm_week": None, "rate_ratio": 1.05, "records": [n, n], "dispersion": 1.0,
               "detectable": detectable(per_week, weeks, 1.0)}  # fmt: skip
    return {"n_weeks": weeks, "weekly": [[per_week, per_week]] * weeks, "reports": reports,
            "score_e_values": [0.9] * (weeks - 4)} | other  # fmt: skip


def document(verdict: str, found: dict[str, Any] | None, *gates: dict[str, Any]) -> dict[str, Any]:
    watched = {"first_shift": "2026-01-01T12:00:00+00:00", "last_shift_end": "2026-03-01T12:00:00+00:00", "rows": 10,
               "cells": 3, "decided": 4, "delivery_known": 5, "weeks": 8, "drawn_rows": 8}  # fmt: skip
    return {"name": "x", "as_of": "2026-03-02T12:00:00+00:00", "patrolcast": "0", "verdict": verdict,
            "finding": "found", "watched": watched, "gates": list(gates), "findings": found}  # fmt: skip


def page(shown: dict[str, Any], title: str = "City") -> str:
    return html.unescape(re.sub(r"\s+", " ", monitor_page(shown, title=title, timezone="America/Chicago")))


def test_eight_weeks_of_ten_events_mean_almost_nothing_and_the_page_says_so() -> None:
    shown = page(document("no alarm", findings(10, 8), gate("band_reports", "pass")))
    assert "a rise of 56 % would be seen four times in five" in shown
    assert "So no alarm means almost nothing yet." in shown
    assert "26</th>" in shown


def test_half_a_year_of_forty_says_what_it_could_have_seen() -> None:
    shown = page(document("no alarm", findings(40, 26), gate("band_reports", "pass")))
    assert "a rise of 13 % would be seen four times in five" in shown
    assert "26 (now)" in shown


@pytest.mark.parametrize("verdict", ["alarm", "no alarm", "not measured"])
def test_each_verdict_has_its_finding_first_and_its_own_next_steps(verdict: str) -> None:
    shown = page(document(verdict, findings(40, 26), gate("band_reports", "fail" if verdict == "alarm" else "pass")))
    assert f'<p class="finding">{FINDINGS[verdict]}' in shown
    assert ('role="alert"' in shown) == (verdict == "alarm")
    assert (NEXT["band_reports"][0] in shown) == (verdict == "alarm")
    assert (ALARM_LAST in shown) == (verdict == "alarm")
    assert (NOTHING_NEXT[0] in shown) == (verdict == "not measured")


def test_an_alarm_does_not_say_that_a_withdrawn_run_stays_in_use() -> None:
    shown = page(document("alarm", findings(40, 26), gate("band_reports", "fail")))
    assert "The city is paused, and what is published is withdrawn, unless its config says otherwise" in shown
    assert "stays in use" not in shown


def test_before_use_the_page_says_that_nothing_could_have_been_seen() -> None:
    shown = page(document("not measured", None, gate("officer_records_change_nothing", "pass")))
    assert "Nothing. Where no place is drawn by lot" in shown
    assert "<svg" not in shown


def test_every_week_of_the_plot_stands_in_the_table_too() -> None:
    shown = page(document("no alarm", findings(40, 26), gate("band_reports", "pass")))
    assert shown.count('fill="var(--accent)"') >= 26
    assert len(re.findall(r'<tr><th scope="row">\d+</th><td class="num">40</td>', unlabelled(shown))) == 26


def test_a_title_cannot_write_markup() -> None:
    text = monitor_page(document("no alarm", findings(40, 26)), title="<script>x</script>", timezone="UTC")
    assert "<script>x" not in text
    assert "script-src" not in text


def test_points_run_from_week_to_week_and_rise_with_the_evidence() -> None:
    picture = Picture(evidence_plot([("reports", [1.0, 2.0, 8.0])], alarm=20.0))
    marks = picture.marks("circle blue")
    assert [mark.x[0] for mark in marks] == sorted(mark.x[0] for mark in marks)
    assert marks[0].y[0] > marks[1].y[0] > marks[2].y[0]
    assert (marks[0].y[0] - marks[1].y[0]) * 2 == pytest.approx(marks[1].y[0] - marks[2].y[0], abs=0.3)  # log scale
    (course,) = [path.attrib["d"] for path in picture.root.iter("path") if path.get("stroke-width") == "2.5"]
    assert (course.count("M"), course.count("L")) == (1, 2)


def test_the_alarm_line_parts_evidence_below_it_from_evidence_above_it() -> None:
    picture = Picture(evidence_plot([("reports", [19.0, 21.0])], alarm=20.0))
    (alarm,), (below, above) = picture.lines("alarm"), picture.marks("circle blue")
    assert above.y[0] < alarm.y[0] < below.y[0]
    assert "alarm at 20" in picture.texts("alarm")


def test_large_and_small_values_stay_inside_the_picture() -> None:
    series = [("reports", [1.0, 1e12]), ("score four weeks on", [1e-9])]
    picture = Picture(evidence_plot(series, alarm=20.0))
    marks = [*picture.marks("circle blue"), *picture.marks("diamond orange")]
    assert len(marks) == 3
    assert all(0 <= mark.x[0] <= picture.width and 0 <= mark.y[0] <= picture.height for mark in marks)


@pytest.mark.parametrize(("largest", "capped"), [(1e6, False), (1.01e6, True)])
def test_a_value_drawn_lower_than_it_is_is_said(largest: float, capped: bool) -> None:
    assert is_capped([("reports", [1.0]), ("score", [largest])]) is capped


def test_a_series_without_a_value_draws_nothing_and_names_of_lines_stand_apart() -> None:
    assert "score" not in Picture(evidence_plot([("reports", [1.0]), ("score", [])], alarm=20.0)).texts()
    texts = Picture(evidence_plot([("reports", [1.0, 2.0]), ("score", [1.0, 2.0])], alarm=20.0)).texts()
    assert abs(texts["reports"][0] - texts["score"][0]) >= 60


def test_after_a_long_watch_a_line_has_a_mark_at_its_end_only() -> None:
    assert len(Picture(evidence_plot([("reports", [1.0] * 60)], alarm=20.0)).marks("circle blue")) == 60
    (last,) = Picture(evidence_plot([("reports", [1.0] * 61)], alarm=20.0)).marks("circle blue")
    assert last.x[0] > 500, "only the end of the line keeps its mark, so that lines differ in shape"


def test_a_monitor_of_a_city_without_a_call_source_says_so_at_its_head() -> None:
    stored = {**document("no alarm", findings(40, 26)), "call_source": "No call source: none."}
    text = monitor_page(stored, title="T", timezone="UTC")
    assert text.index('<p class="finding">') < text.index("No call source: none.") < text.index("sure-heading")
