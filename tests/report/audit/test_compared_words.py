"""How far from even, in words: with its interval where there is one, never as 0, and never of a group not named."""

from __future__ import annotations

from dataclasses import replace
from math import inf, log

from tests.report.audit.test_disparity import group, without_patrol
from tests.report.audit.test_finding import times, without_c

from patrolcast.domain.measures import ErrorParts, Interval, unmeasured
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.compared_words import (
    beyond_words,
    is_answered,
    place_words,
    size_from_even,
    weights_words,
    would_get,
)


def test_an_estimate_without_an_interval_is_no_zero() -> None:
    one = replace(group("b"), excess=unmeasured("holes", n=28, estimate=log(0.0045)))
    said = "residents would get 0.0045 times as much patrol per report as other places"
    assert would_get(one, GroupNames()) == f"places of b {said}"
    assert would_get(times(4.0, 0.1), GroupNames()).endswith("other places. The 95 % interval is 3.62 to 4.42")


def test_an_interval_as_counted_is_an_answer_even_where_homes_leave_none() -> None:
    parts = {"excess": ErrorParts(0.1, 0.0, 0.0, inf, 0.0)}
    endless = unmeasured("spread otherwise", n=28, estimate=1.5)
    one = replace(group("b"), excess=endless, excess_as_counted=Interval(1.5, 1.4, 1.6, 28), parts=parts)
    assert is_answered(one)
    assert would_get(one, GroupNames()) == (
        "places of b residents would get 4.48 times as much patrol per report as other places. The 95 % interval is "
        "4.06 to 4.95"
    )
    assert not is_answered(replace(one, excess_as_counted=endless))


def test_sizes_are_the_same_both_ways_and_none_at_all_is_the_largest() -> None:
    assert size_from_even(times(4.0, 0.1)) == size_from_even(times(0.25, 0.1)) == log(4.0)
    assert size_from_even(without_patrol("b")) == inf
    assert size_from_even(replace(group("b"), excess=unmeasured("few"))) == 0.0


def test_of_groups_beyond_the_limit_no_other_is_described() -> None:
    """Another group is further from even and its gate warns: it is not the one that failed."""
    found = without_c(Interval(log(3.0), log(2.9), log(3.1), 28))
    found = replace(found, groups=(times(9.0, 3.0, "group_a"), found.groups[1]))
    assert beyond_words(found, ["group_b"], GroupNames()).startswith("Places of group b residents would get 3.00")


def test_a_district_is_named_as_within_a_sentence() -> None:
    assert place_words("10") == "district 10"


def test_others_are_called_by_the_group_that_the_config_names() -> None:
    one = replace(group("b"), against="white")
    assert "patrol per report as places of White residents" in would_get(one, GroupNames({"white": "White"}))


def test_weights_that_change_nothing_are_not_spoken_of() -> None:
    assert weights_words({"theft": 1.0}) == weights_words({}) == ""
