"""The parts of a comparison in words: what a pair supports, and as plainly what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report.comparison.test_page import EXPOSED, GINI, HITS, comparison, interval, pair

from patrolcast.domain.comparison import Difference, Measure
from patrolcast.domain.residents import GroupNames
from patrolcast.report.comparison.words import (
    describe_measure,
    format_change,
    format_interval,
    format_value,
    measure_phrase,
    pair_sentence,
    short_name,
)


def test_a_supported_pair_says_how_much_and_for_whom_and_what_is_not_clear() -> None:
    found = comparison(pair("enforced", hits=True, exposed=True))
    assert pair_sentence(found, found.pairs[0]) == (
        "Compared with the base (base), the “enforced” variant catches 18.0 % of incidents instead of 20.0 % (95 % "
        "interval of the difference -2.50 to -1.50 points) and puts 10.5 % more patrol where b residents live, "
        "relative to everyone else (95 % interval of the difference +7.3 to +13.9 %). There is no clear difference in "
        "evenness of patrol (Gini)."
    )


def test_no_supported_difference_is_never_called_the_same() -> None:
    found = comparison(pair("enforced"))
    assert pair_sentence(found, found.pairs[0]) == (
        "Between the base (base) and the “enforced” variant there is no clear difference in any of 3 measures. A "
        "change of up to 13.9 % in patrol where b residents live cannot be ruled out."
    )


def test_an_interval_without_width_allows_no_change_and_none_is_named() -> None:
    found = comparison(pair("enforced"))
    exact = replace(found.pairs[0].differences[1], interval=interval(0.0, 0.0))
    one = replace(found.pairs[0], differences=(exact,))
    assert pair_sentence(found, one).endswith("in any of 1 measure.")


CELLS, RUN = (
    Measure("distinct_cells", "disparity", "", "cells", least=2.0),
    Measure("longest_run", "disparity", "", "nights", least=1.0),
)


@pytest.mark.parametrize(
    ("measure", "before", "by", "words"),
    [
        (CELLS, 35.2, 25.6, "sends patrol to 61 places instead of 35 in four weeks"),
        (RUN, 28.0, -23.0, "cuts the longest run at one place from 28 nights to 5"),
        (RUN, 5.0, 23.0, "raises the longest run at one place from 5 nights to 28"),
        (GINI, 0.8, -0.1, "spreads patrol more evenly (Gini 0.70 instead of 0.80)"),
        (HITS, 0.2, 0.0004, "catches 20.04 % of incidents instead of 20.00 %"),
    ],
)
def test_an_effect_is_said_with_both_levels_kept_apart(measure: Measure, before: float, by: float, words: str) -> None:
    found = comparison(pair("second"))
    levels = [before, before + by]
    variants = tuple(
        replace(v, measured={measure.name: interval(at)}) for v, at in zip(found.variants, levels, strict=True)
    )
    row = Difference(measure.name, interval(by, abs(by) / 10), 0.001, supported=True)
    moved = replace(found, measures=(measure,), variants=variants)
    assert measure_phrase(moved, found.pairs[0], row) == words


def test_groups_are_named_as_readers_know_them() -> None:
    asian = replace(EXPOSED, name="log_exposure_ratio_asian", group="asian", against="white residents")
    assert describe_measure(asian, GroupNames()) == "patrol where Asian residents live, relative to white residents"
    assert short_name(asian, GroupNames()) == "patrol where Asian residents live"


@pytest.mark.parametrize(
    ("measure", "value", "level", "change"),
    [
        (HITS, 0.1234, "12.3 %", "+12.34 points"),
        (EXPOSED, -0.6931471805599453, "0.50", "-50.0 %"),
        (GINI, 0.8, "0.80", "+0.800"),
        (GINI, float("nan"), "not measured", "not measured"),
    ],
)
def test_values_have_their_unit_and_log_ratios_are_ratios(
    measure: Measure, value: float, level: str, change: str
) -> None:
    assert format_value(measure, value) == level
    assert format_change(measure, value) == change


def test_an_interval_of_a_change_starts_with_its_lower_end() -> None:
    assert format_interval(EXPOSED, interval(0.1, 0.03)) == "+7.3 to +13.9 %"
