"""What a comparison found: effects that an interval supports lead, and what could not be shown is never called none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report.comparison.test_page import EXPOSED, GINI, HITS, comparison, interval, pair

from patrolcast.domain.comparison import Comparison, Difference, Measure
from patrolcast.report.comparison.finding import comparison_finding, describe_base, headline, null_check
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL

CELLS = Measure("distinct_cells", "disparity", "", "cells", least=2.0)
RUN = Measure("longest_run", "disparity", "", "nights", least=1.0)
NOT_SHOWN = (
    "We could not show that the “{}” variant catches more or fewer incidents. Nor could we show that it changes how "
    "patrol is shared between groups of residents."
)
LAST = "The base is “base”; both were measured on the same 180 nights."


def capped(*, cells: bool = True, run: bool = True, name: str = "capped") -> Comparison:
    """A variant that spreads patrol, as caps do, and moves nothing else."""
    found = comparison(pair(name))
    levels = {"distinct_cells": (35.0, 61.0), "longest_run": (28.0, 5.0)}
    spread = (
        Difference("distinct_cells", interval(26.0, 3.0), 0.001, supported=cells),
        Difference("longest_run", interval(-23.0, 1.0), 0.001, supported=run),
    )
    variants = tuple(
        replace(one, measured=one.measured | {key: interval(both[at]) for key, both in levels.items()})
        for at, one in enumerate(found.variants)
    )
    pairs = (replace(found.pairs[0], differences=(*found.pairs[0].differences, *spread)),)
    return replace(found, measures=(*found.measures, CELLS, RUN), variants=variants, pairs=pairs)


def test_effects_that_an_interval_supports_stand_in_the_first_sentence() -> None:
    assert comparison_finding(capped()) == (
        "The “capped” variant sends patrol to 61 places instead of 35 in four weeks. It cuts the longest run at one "
        f"place from 28 nights to 5. {NOT_SHOWN.format('capped')} {LAST}"
    )


def test_of_many_variants_the_finding_counts_and_names_the_one_that_moves_most() -> None:
    """A paragraph for each of seven variants is no finding; each has its own line below."""
    first, second = (comparison(pair(name, hits=True)).pairs[0] for name in ("coarse", "capped"))
    halved = [replace(d, interval=interval(d.interval.estimate / 2)) for d in second.differences]
    three = replace(comparison(pair("calm")), pairs=(first, replace(second, differences=tuple(halved)), pair("calm")))
    variants = (three.variants[0], *(replace(three.variants[1], name=name) for name in ("coarse", "capped", "calm")))
    finding = comparison_finding(replace(three, variants=variants))
    assert finding.startswith(
        "Of three variants, two catch fewer incidents. We could not show that the other one catches more or fewer. "
        "The “coarse” variant catches "
    )
    assert (
        "None clearly changes how patrol is shared between groups of residents. We could not show it of any." in finding
    )
    assert "capped" not in finding
    assert finding.endswith("all were measured on the same 180 nights.")


@pytest.mark.parametrize(
    ("more", "fewer", "rest", "says"),
    [
        (0, 0, 3, "We could not show that any of the three variants catches more or fewer incidents."),
        (1, 0, 2, "Of three variants, one catches more incidents. We could not show that the other two catch more or"),
        (1, 2, 1, "Of four variants, one catches more incidents and two catch fewer incidents. We could not show"),
        (2, 1, 0, "Of three variants, two catch more incidents and one catches fewer incidents. The “v0” variant"),
    ],
)
def test_of_many_variants_none_is_said_of_what_could_not_be_shown(more: int, fewer: int, rest: int, says: str) -> None:
    """“None catches more” would be a claim about those of which nothing was shown."""
    pairs = [pair(f"v{k}", hits=k < more + fewer) for k in range(more + fewer + rest)]
    for k in range(more):
        up = replace(pairs[k].differences[0], interval=interval(0.03, 0.005))
        pairs[k] = replace(pairs[k], differences=(up, *pairs[k].differences[1:]))
    finding = comparison_finding(comparison(*pairs))
    assert finding.startswith(says)
    assert "none" not in finding
    assert ("We could not show that the other" in finding) == bool(rest and more + fewer)


def test_the_picture_that_shows_the_finding_comes_first() -> None:
    spread, caught = comparison_page(capped()), comparison_page(comparison(pair("capped", hits=True)))
    assert spread.index("maps-heading") < spread.index("frontier-heading")
    assert caught.index("frontier-heading") < caught.index("maps-heading")
    assert spread.count('id="maps-heading"') == caught.count('id="maps-heading"') == 1


@pytest.mark.parametrize(("cells", "run"), [(True, False), (False, True), (False, False)])
def test_an_effect_without_support_is_not_in_the_finding(cells: bool, run: bool) -> None:
    finding = comparison_finding(capped(cells=cells, run=run))
    assert ("61 places" in finding) == cells
    assert ("28 nights to 5" in finding) == run


def test_what_moves_incidents_and_groups_comes_first_and_is_not_said_to_be_unclear() -> None:
    found = comparison(pair("enforced", hits=True, exposed=True))
    assert comparison_finding(found) == (
        "The “enforced” variant catches 18.0 % of incidents instead of 20.0 %. It puts 10.5 % more patrol where b "
        f"residents live, relative to everyone else. {LAST}"
    )


def test_of_several_variants_each_is_named_by_what_it_was_shown_to_do() -> None:
    nothing = comparison(pair("second"), pair("third"))
    assert comparison_finding(nothing) == (
        "We could not show that either variant catches more or fewer incidents. Nor could we show that it changes how "
        "patrol is shared between groups of residents. The base is “base”; all were measured on the same 180 nights."
    )
    some = comparison(pair("second", hits=True), pair("third", exposed=True))
    assert comparison_finding(some) == (
        "The “second” variant catches 18.0 % of incidents instead of 20.0 %. The “third” variant puts 10.5 % more "
        "patrol where b residents live, relative to everyone else. We could not show that the “third” variant catches "
        "more or fewer incidents. Nor could we show that the “second” variant changes how patrol is shared between "
        "groups of residents. The base is “base”; all were measured on the same 180 nights."
    )


def test_many_groups_are_counted_and_named_below() -> None:
    found = comparison(pair("second", exposed=True))
    names = ("c", "d")
    more = tuple(replace(EXPOSED, name=f"log_exposure_ratio_{name}", group=name) for name in names)
    rows = tuple(Difference(one.name, interval(0.2), 0.001, supported=True) for one in more)
    both = replace(found.pairs[0], differences=(*found.pairs[0].differences, *rows))
    variants = tuple(
        replace(v, measured=v.measured | {one.name: interval(0.1) for one in more}) for v in found.variants
    )
    many = replace(found, measures=(*found.measures, *more), pairs=(both,), variants=variants)
    assert comparison_finding(many).startswith(
        "The “second” variant changes how patrol is shared for three groups of residents."
    )
    assert "where c residents live" in headline(many, both)


def test_groups_that_were_not_measured_are_never_called_unchanged() -> None:
    found = comparison(pair("enforced", hits=True))
    bare = replace(
        found, measures=(HITS, GINI), pairs=(replace(found.pairs[0], differences=found.pairs[0].differences[:1]),)
    )
    assert comparison_finding(bare) == (
        "The “enforced” variant catches 18.0 % of incidents instead of 20.0 %. How patrol is shared between groups of "
        f"residents was not measured. {LAST}"
    )


def test_the_headline_of_nothing_found_says_what_cannot_be_ruled_out() -> None:
    found = comparison(pair("enforced"))
    assert headline(found, found.pairs[0]) == (
        "“enforced”: no clear difference in incidents caught or patrol where b residents live. A change of up to "
        "13.9 % in patrol where b residents live cannot be ruled out."
    )
    assert headline(capped(), capped().pairs[0]).startswith(
        "“capped”: sends patrol to 61 places instead of 35 in four weeks (95 % interval of the difference +23.0 to "
        "+29.0)"
    )


def test_the_base_is_said_beside_the_reported_need() -> None:
    assert describe_base(comparison(pair("enforced"))) == (
        "Under the base (base), places where b residents live get 11 % more patrol per reported incident than those "
        "of everyone else (1.11 times; 95 % interval 1.09 to 1.12). Those places get 1.35 times the patrol (1.34 to "
        "1.36) "
        "and have 1.22 times the reported incidents."
    )
    named = replace(comparison(pair("enforced")), measures=(HITS, replace(EXPOSED, against="group_a residents"), GINI))
    assert "than those of group a residents (" in describe_base(named)


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
    assert describe_base(both).startswith("Under the base (base), places where c residents live get 33 % less patrol")


def test_an_excess_that_may_be_none_is_called_such() -> None:
    found = comparison(pair("enforced"))
    base = replace(found.variants[0], excess={"b": interval(0.005)})
    shown = describe_base(replace(found, variants=(base, *found.variants[1:])))
    assert "That is not clearly different from even." in shown
    assert describe_base(replace(found, variants=(replace(base, excess={}), *found.variants[1:]))) == ""


def test_the_null_is_no_variant_of_the_finding() -> None:
    both = comparison(pair("enforced"), pair(NULL, exposed=True))
    assert comparison_finding(both) == f"{NOT_SHOWN.format('enforced')} {LAST}"
    assert comparison_finding(comparison(pair(NULL))) == (
        "One config against itself with other seeds: a check of the method, not a comparison."
    )


def test_the_self_check_names_what_differs() -> None:
    assert null_check(comparison(pair(NULL, exposed=True))) == (
        "Self-check FAILED: the base compared with a retrained copy of itself differs in patrol where b residents "
        "live. Do not believe differences of that size between variants."
    )
