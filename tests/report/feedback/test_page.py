"""The page of the closed-loop test: each verdict with its finding and next steps; picture and table with one figure."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.feedback.loop_verdict import LoopVerdict
from patrolcast.report.feedback.page import feedback_page, more, planted_leaks, smallest_seen
from patrolcast.report.feedback.words import FINDINGS, NEXT

SCENARIOS = {
    "neutral": ("Neutral city", "nothing leaks", "silent"),
    "mislabelled_5": ("5 % of labels wrong", "some labels are wrong", "leak"),
    "reporting_a_more": ("Group a <b>reports</b> more", "unequal", "reporting"),
}
ZERO = LoopOutcome(0.0, 0.0, 0.0, 0.0, 0.2, 20.0, 20.0, 0.9, 0.9)


def figures(mean: float, se: float) -> dict[str, Any]:
    return {"mean": mean, "se": se, "lower": mean - 2 * se, "upper": mean + 2 * se, "n": 12}


def check(name: str, verdict: str, value: float | None) -> dict[str, Any]:
    around = {"lower": None, "upper": None} if value is None else {"lower": value - 0.1, "upper": value + 0.1}
    return {
        "name": name,
        "verdict": verdict,
        "value": value,
        "threshold": "a rule",
        "detail": "d",
        "stops": True,
    } | around


def document(verdict: str, **changed: Any) -> dict[str, Any]:
    outcomes = {name: figures(0.0, 0.0) for name in vars(ZERO)}
    scenarios = {
        "neutral": outcomes | {"excess_closed": figures(-0.02, 0.03)},
        "mislabelled_5": outcomes | {"gain": figures(0.046, 0.003)},
        "reporting_a_more": outcomes | {"excess_closed": figures(-0.4, 0.05)},
    }
    checks = [
        check("loop_open", "pass", 0.0),
        check("loop_control_mislabelled_5", "pass", 0.046),
        check("loop_neutral", "pass", -0.02),
    ]
    made = {
        "verdict": verdict,
        "config": "sample",
        "patrolcast": "0.1.0",
        "sections_sha256": "ab" * 32,
        "size": {"cities": 12, "nights": 168, "cadence_nights": 14},
        "enough": True,
        "scenarios": scenarios,
        "checks": checks,
    }
    return made | changed


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("verdict", [str(one) for one in LoopVerdict])
def test_every_verdict_is_said_first_with_what_to_do_next(verdict: str) -> None:
    shown = text(feedback_page(document(verdict), title="Tiny city", scenarios=SCENARIOS))
    assert FINDINGS[verdict][0] in shown
    assert all(step in shown for step in NEXT[verdict])
    assert ("Nothing is published on this test." in shown) == (verdict != "open")


def test_picture_and_table_carry_the_same_figures_and_words_of_a_config_are_escaped() -> None:
    page = feedback_page(document("open"), title="<script>x</script>", scenarios=SCENARIOS)
    assert "<script>x" not in page
    assert "<b>reports" not in page
    assert page.count("+0.046") == 3, "in both drawings of the picture and once in the table"
    assert "4.7 % more" in page
    assert "0 exactly" in page


def test_what_was_not_measured_is_called_not_measured() -> None:
    checks = [check("loop_open", "pass", 0.0), check("loop_neutral", "not measured", None)]
    shown = text(
        feedback_page(document("not enough measured", checks=checks, enough=False), title="T", scenarios=SCENARIOS)
    )
    assert "Whether patrol leans towards a group without cause was not measured" in shown
    assert "Not stored as evidence" in shown


def test_what_unequal_reporting_does_is_said_as_a_finding_beside_an_open_loop() -> None:
    checks = [*document("open")["checks"], check("loop_reporting_reporting_a_more", "warn", -0.4)]
    shown = text(feedback_page(document("open", checks=checks), title="T", scenarios=SCENARIOS))
    assert "A forecast that does not feed on itself is not yet a fair forecast." in shown
    assert (
        "where group a reports 60 of 100 incidents and the other 40, group b gets 33.0 % less patrol than the true "
        "rates give" in shown
    )
    assert "not yet a fair forecast" not in text(feedback_page(document("open"), title="T", scenarios=SCENARIOS))


FITTED = {"cells": 946, "resolution": 8, "categories": ["theft", "criminal_damage"], "group": "black",
          "group_share": 0.286, "reports": 268018, "nights": 730, "sha256": "ab" * 32}  # fmt: skip


def test_a_test_in_the_own_city_says_so_with_what_it_was_fitted_to_and_that_nothing_rests_on_it() -> None:
    checks = [one for one in document("open")["checks"] if one["name"] != "loop_neutral"]
    shown = text(feedback_page(document("open", checks=checks, fitted=FITTED), title="T", scenarios=SCENARIOS))
    assert "In this city, too, patrol that followed the forecast did not change it." in shown
    assert "268,018 reports of 730 nights (theft, criminal damage) on 946 cells of H3 resolution 8" in shown
    assert "group b is Black residents (29 %), group a is everybody else" in shown
    assert "Not stored as evidence. A test in the agency's own city is shown for information" in html.unescape(shown)
    assert "in no real city is crime unrelated to where groups live" in shown
    assert "grey: the range allowed" not in shown
    assert "no place layers" not in shown


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = feedback_page(document("open"), title="Tiny city", scenarios=SCENARIOS)
    assert "default-src 'none'" in html.unescape(page)
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page) == []
    assert "<script" not in page
    assert "style=" not in page.replace("style-src", "")


def test_planted_leaks_that_were_missed_are_not_counted_as_seen() -> None:
    checks = [*document("open")["checks"], check("loop_control_lift_20", "fail", 0.0),
              check("loop_control_other", "not measured", None)]  # fmt: skip
    assert "1 of 3 planted leaks was clearly seen; 1 was missed; 1 was not tested." in text(
        feedback_page(document("harness broken", checks=checks), title="T", scenarios=SCENARIOS)
    )


@pytest.mark.parametrize(
    ("name", "verdict", "value", "said"),
    [
        ("loop_control_lift_20", "fail", 0.02, "1 pointed the right way but could be chance"),
        ("loop_control_lift_20", "fail", -0.02, "1 was missed"),
        ("loop_control_deterrence", "fail", -0.02, "1 pointed the right way but could be chance"),
        ("loop_control_deterrence", "fail", 0.02, "1 was missed"),
        ("loop_control_deterrence", "not measured", None, "1 was not tested"),
    ],
)
def test_a_leak_that_was_not_clearly_seen_says_what_became_of_it(
    name: str, verdict: str, value: float | None, said: str
) -> None:
    assert (
        planted_leaks({"checks": [check(name, verdict, value)]}) == f"0 of 1 planted leaks were clearly seen; {said}."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.02, "patrol did not clearly lean towards a group"),
        (0.3, "group b got 35.0 % more patrol relative to group a than the true rates give"),
    ],
)
def test_a_lean_is_claimed_only_where_its_interval_excludes_zero(value: float, said: str) -> None:
    checks = [check("loop_open", "pass", 0.0), check("loop_neutral", "fail", value)]
    assert said in text(feedback_page(document("open", checks=checks), title="T", scenarios=SCENARIOS))


@pytest.mark.parametrize(
    ("log", "words"),
    [(0.0463, "4.7 % more"), (-0.05, "4.9 % less"), (4e-4, "no change"), (0.7, "2.0 times as much")],
)
def test_a_log_ratio_is_said_as_people_say_it(log: float, words: str) -> None:
    assert more(log) == words


def test_the_smallest_gain_seen_four_times_in_five_is_2_8_standard_errors() -> None:
    assert smallest_seen({"se": 0.01}) == pytest.approx(0.028)
    assert smallest_seen({"se": None}) is None


def test_a_loop_test_of_a_city_without_a_call_source_says_what_it_rests_on() -> None:
    page = feedback_page(document("open", call_source="No call source: none."), title="T", scenarios=SCENARIOS)
    assert page.index('<p class="finding">') < page.index("No call source: none.") < page.index("gain-heading")
