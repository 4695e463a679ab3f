"""A comparison in sentences: what is supported, and as plainly what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report.comparison.test_page import EXPOSED, GINI, HITS, comparison, interval, pair

from patrolcast.domain.comparison import Measure
from patrolcast.report.comparison.words import (
    NULL,
    comparison_finding,
    describe_base,
    format_change,
    format_interval,
    format_value,
    headline,
    null_check,
    pair_sentence,
)


def test_a_supported_pair_says_how_much_and_for_whom_and_what_is_not_supported() -> None:
    found = comparison(pair("enforced", hits=True, exposed=True))
    assert pair_sentence(found, found.pairs[0]) == (
        "Compared with base, enforced catches 2.00 points fewer of the incidents (95 % interval -2.50 to -1.50 points) "
        "and puts 10.5 % more patrol where b residents live, relative to everyone else (95 % interval +7.3 to "
        "+13.9 %). No supported difference in concentration (Gini)."
    )
    assert comparison_finding(found) == (
        "Compared with base, enforced caught fewer incidents and changed how patrol is shared "
        "between groups of residents."
    )


def test_no_supported_difference_is_never_called_the_same() -> None:
    found = comparison(pair("enforced"))
    assert pair_sentence(found, found.pairs[0]) == (
        "Compared with base, enforced: no supported difference in any of 3 measures. A change of up to 13.9 % in the "
        "patrol of b residents cannot be excluded."
    )


def test_groups_that_were_not_measured_are_never_called_unchanged() -> None:
    found = comparison(pair("enforced", hits=True))
    bare = replace(
        found, measures=(HITS, GINI), pairs=(replace(found.pairs[0], differences=found.pairs[0].differences[:1]),)
    )
    assert comparison_finding(bare) == (
        "Of 1 variant compared with base, none caught more of the incidents and 1 caught fewer. How patrol is shared "
        "between groups of residents was not measured."
    )


def test_the_headline_of_nothing_found_says_what_cannot_be_excluded() -> None:
    found = comparison(pair("enforced"))
    assert headline(found, found.pairs[0]) == (
        "enforced: no supported difference in incidents caught or in the patrol of any group. A change of up to 13.9 % "
        "in the patrol of b residents cannot be excluded."
    )


def test_the_base_is_said_beside_the_reported_need() -> None:
    assert describe_base(comparison(pair("enforced"))) == (
        "Under base, patrol per reported incident where b residents live is 1.11 (95 % interval 1.09 to 1.12) times "
        "that of everyone else: patrol there is 1.35 (1.34 to 1.36) times as much and reported incidents are "
        "1.22 times as many."
    )
    named = replace(comparison(pair("enforced")), measures=(HITS, replace(EXPOSED, against="group_a residents"), GINI))
    assert "times that of group a residents: patrol" in describe_base(named)


def test_the_base_is_said_by_excess_and_not_by_the_largest_exposure() -> None:
    found = comparison(pair("enforced"))
    other = replace(EXPOSED, name="log_exposure_ratio_c", group="c")
    base = replace(
        found.variants[0],
        measured={**found.variants[0].measured, "log_exposure_ratio_c": interval(-0.1)},
        excess={"b": interval(0.1), "c": interval(-0.4)},  # b is patrolled most unevenly, c most beyond its reports
    )
    both = replace(
        found,
        measures=(*found.measures, other),
        variants=(base, *found.variants[1:]),
        need_ratio={"b": interval(0.2), "c": interval(0.3)},
    )
    assert describe_base(both).startswith(
        "Under base, patrol per reported incident where c residents live is 0.67 (95 %"
    )


def test_an_excess_that_may_be_none_is_called_such() -> None:
    found = comparison(pair("enforced"))
    base = replace(found.variants[0], excess={"b": interval(0.005)})
    shown = describe_base(replace(found, variants=(base, *found.variants[1:])))
    assert shown.endswith("That is not clearly different from even.")
    assert describe_base(replace(found, variants=(replace(base, excess={}), *found.variants[1:]))) == ""


def test_the_null_is_no_variant_of_the_finding() -> None:
    both = comparison(pair("enforced"), pair(NULL, exposed=True))
    assert comparison_finding(both).startswith("Compared with base, enforced")


def test_of_many_variants_it_counts_what_is_supported_or_says_that_nothing_is() -> None:
    nothing = comparison(pair("second"), pair("third"))
    assert comparison_finding(nothing) == (
        "None of 2 variants could be shown to catch more or fewer incidents than base, or to change how patrol is "
        "shared between groups of residents."
    )
    some = comparison(pair("second", hits=True), pair("third", exposed=True))
    assert comparison_finding(some) == (
        "Of 2 variants compared with base, none caught more of the incidents, 1 caught fewer, and 1 changed how patrol "
        "is shared between groups of residents."
    )
    assert comparison_finding(comparison(pair("second"))) == (
        "Compared with base, second could not be shown to catch more or fewer incidents and could not be shown to "
        "change how patrol is shared between groups of residents."
    )
    assert comparison_finding(comparison(pair(NULL))) == (
        "One config against itself with other seeds: a check of the method, not a comparison."
    )


def test_the_self_check_names_what_differs() -> None:
    assert null_check(comparison(pair(NULL, exposed=True))) == (
        "Self-check FAILED: the base compared with a retrained copy of itself differs in patrol exposure of b "
        "residents. Differences of that size between other variants must not be believed."
    )


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
