"""How good a forecast is, in words: a lost comparison is said, and nothing unmeasured reads like a figure."""

from __future__ import annotations

import pytest

from patrolcast.domain.records import IntervalCalibration, SkillComparison
from patrolcast.report.audit.skill_words import (
    FLATTERS,
    NO_INTERVAL,
    interval_rows,
    made_by,
    skill_rows,
    skill_sentences,
)


def skill(
    category: str, n: int, model: float, counting: float, used: str = "model", hits: tuple[float, float] = (0.4, 0.2)
) -> SkillComparison:
    shares = dict(zip(("model", "climatology"), hits, strict=True))
    return SkillComparison(category, n, {"model": model, "climatology": counting}, shares, 1.02 * n, used)


def test_shares_are_weighted_by_incidents_and_the_window_is_said() -> None:
    busy = skill("theft", 300, 0.2, 0.25, hits=(0.4, 0.3))
    rare = skill("arson", 100, 0.2, 0.25, hits=(0.0, 0.1))
    assert skill_sentences((busy, rare), validation_shifts=84.0) == [
        "On 84 shifts it was not trained on, the busiest 5 % of cells by forecast had 30 % of the 400 incidents. The "
        "busiest by another method had 25 % by counting (climatology).",
        FLATTERS.replace("`", ""),
        "In every category the model fitted better on these shifts than each baseline, so it is used.",
        NO_INTERVAL,
    ]


def test_each_category_in_which_the_model_lost_is_named_with_what_is_used() -> None:
    sentences = skill_sentences((skill("car_theft", 9, 0.3, 0.2, "climatology"),), validation_shifts=None)
    assert sentences[0].startswith(
        "On shifts it was not trained on, the busiest 5 % of cells by forecast had 40 % of the 9 incidents"
    )
    assert sentences[-2:] == [
        "For car theft the model did not beat counting: counting (climatology) fitted better and is used for the "
        "forecast and the ranking.",
        NO_INTERVAL,
    ]


def test_a_window_without_incidents_compares_nothing() -> None:
    assert skill_sentences((skill("theft", 0, 0.2, 0.2),), validation_shifts=84.0) == [
        "The forecast was not compared with counting: no incident fell in the validation window."
    ]


@pytest.mark.parametrize(
    ("model", "counting", "gain"),
    [
        (0.2, 0.25, "20 % lower"),
        (0.25, 0.2, "25 % higher"),
        (0.2, 0.20001, "less than 0.1 % apart"),
        (float("nan"), 0.2, "not measured"),
        (float("inf"), 0.2, "not measured"),
        (0.2, 0.0, "not measured"),
    ],
)
def test_the_misfit_beside_the_best_baseline_is_lower_higher_none_or_not_measured(
    model: float, counting: float, gain: str
) -> None:
    assert skill_rows((skill("theft", 9, model, counting),))[0]["gain"] == gain


def test_the_best_baseline_is_the_one_that_fits_best_and_a_lost_row_is_marked() -> None:
    three = SkillComparison(
        "theft", 9, {"model": 0.3, "climatology": 0.25, "kernel_density": 0.2}, {"model": 0.1, "kernel_density": 0.3},
        float("nan"), "kernel_density",
    )  # fmt: skip
    [row] = skill_rows((three,))
    assert (row["rival"], row["rival_hits"], row["hits"]) == ("smoothed recent counts", "30 %", "10 %")
    assert (row["lost"], row["used"], row["ratio"]) == (True, "Smoothed recent counts", "not measured")
    assert skill_rows((skill("theft", 9, 0.2, 0.3),))[0]["lost"] is False


def test_without_a_baseline_there_is_nothing_beside_the_model() -> None:
    alone = SkillComparison("theft", 9, {"model": 0.3}, {"model": 0.1}, 9.0, "model")
    assert [skill_rows((alone,))[0][key] for key in ("rival", "rival_hits", "gain")] == ["not measured"] * 3


def test_a_stated_level_and_how_often_it_was_right_are_not_exchanged() -> None:
    rows = interval_rows((IntervalCalibration("theft", 0.8, 0.71, 700, (0.1, 0.2), 0.5, 84),))
    assert rows == [{"category": "Theft", "level": "80 %", "coverage": "71 %", "n": "700"}]


def test_what_the_forecast_was_made_from_is_said_with_the_reason() -> None:
    three = (skill("theft", 9, 0.2, 0.3), skill("burglary", 9, 0.2, 0.3), skill("arson", 9, 0.3, 0.2, "climatology"))
    trees = {"theft": 0.75, "burglary": 0.0, "arson": 1.0}
    assert made_by(three, {"kind": "auto", "trees": trees}) == (
        "The forecast was made from weighted past reports and the hours of each place; boosted trees were followed "
        "beyond that as far as they came nearer to what was reported on the shifts held out: 75 % for theft; not at "
        "all for burglary. Counting fitted better for arson and is used there."
    )
    assert made_by(three[:2], {"kind": "start", "trees": dict.fromkeys(trees, 0.0)}) == (
        "The forecast was made from weighted past reports and the hours of each place alone, without trees: the config "
        "asks for it (kind = start)."
    )
    assert "in full" in made_by(three[:2], {"kind": "boosted"})
    assert "by half (the average of both) for theft" in made_by(three[:1], {"kind": "auto", "trees": {"theft": 0.5}})


def test_a_run_that_does_not_say_how_it_was_trained_says_nothing_of_it() -> None:
    assert made_by((skill("theft", 9, 0.2, 0.3),), {}) == ""
