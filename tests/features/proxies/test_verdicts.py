"""The rule, limit by limit: a case just beyond each of them and its twin just within."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolcast.domain.screening import GroupFinding, ScreenVerdict
from patrolcast.features.proxies.association import Association
from patrolcast.features.proxies.surrogates import ShapeTest
from patrolcast.features.proxies.ties import TieKind
from patrolcast.features.proxies.verdicts import (
    ContextMeasures,
    FamilyTie,
    Limits,
    context_finding,
    context_verdict,
    history_finding,
    unmeasured_finding,
)

STRAIGHT, SCALES, PREDICTS, FOLLOWS = TieKind.STRAIGHT, TieKind.SCALES, TieKind.PREDICTS, TieKind.FOLLOWS
NOTHING = Association(0.0, 1.0, 400.0, "pearson")
STRONG = Association(0.45, 0.001, 400.0, "pearson")
CLEARED = "nothing found with the share of b; |r| from 0.10 would have been seen"


def context(*ties: FamilyTie, r: float = 0.0, p: float = 1.0, **other: object) -> ContextMeasures:
    """A column of which nothing is found but what is named; 400 effective cells see |r| from .10 on."""
    measures = ContextMeasures(
        plain=NOTHING, conditional=replace(NOTHING, r=r, p=p), left=1.0, r2=0.0, rest_r2=0.0,
        shape=ShapeTest(0.0, 0.0, 1.0), ties=ties,
    )  # fmt: skip
    return replace(measures, **other)  # type: ignore[arg-type]


def tie(kind: TieKind, size: float, p: float = 0.01, part: str = "", reach: float = 1.0) -> FamilyTie:
    return FamilyTie(kind, part, size, p, reach)


EXCLUDED = {
    "straight beyond .20": (
        tie(STRAIGHT, 0.21, 0.049),
        "r +0.21 with the share of b that the report rate does not explain (p 0.049 among all tests)",
    ),
    "straight and falling": (
        tie(STRAIGHT, -0.40),
        "r -0.40 with the share of b that the report rate does not explain (p 0.01 among all tests)",
    ),
    "in broad and fine patterns, beyond .20": (
        tie(SCALES, -0.21, 0.049),
        "r -0.21 with the share of b, in broad and fine patterns alike, that the report rate does not explain "
        "(p 0.049 among all tests)",
    ),
    "predicts beyond .10": (
        tie(PREDICTS, 0.11),
        "given the report rate it predicts the share of b with R2 0.11 on unseen blocks (p 0.01 among all tests)",
    ),
    "follows beyond .10": (
        tie(FOLLOWS, 0.11),
        "given the report rate the share of b explains 11 % of it, in no straight line (p 0.01 among all tests)",
    ),
    "follows far beyond .10": (
        tie(FOLLOWS, 0.77),
        "given the report rate the share of b explains 77 % of it, in no straight line (p 0.01 among all tests)",
    ),
    "in a half": (
        tie(STRAIGHT, 0.29, part="in the western half", reach=0.5),
        "r +0.29 with the share of b in the western half that the report rate does not explain "
        "(p 0.01 among all tests)",
    ),
    "in a quarter": (
        tie(PREDICTS, 0.41, part="in the south-west", reach=0.25),
        "given the report rate it predicts the share of b in the south-west with R2 0.41 on unseen blocks "
        "(p 0.01 among all tests)",
    ),
}


@pytest.mark.parametrize(("found", "reason"), EXCLUDED.values(), ids=list(EXCLUDED))
def test_a_tie_that_is_no_chance_and_matters_excludes(found: FamilyTie, reason: str) -> None:
    assert context_verdict("the share of b", context(found), Limits()) == (ScreenVerdict.EXCLUDED, reason)


WITHIN = {
    "straight at .20": tie(STRAIGHT, 0.20),
    "straight at the significance": tie(STRAIGHT, 0.90, 0.05),
    "in broad and fine patterns, at .20": tie(SCALES, 0.20),
    "in broad and fine patterns, at the significance": tie(SCALES, 0.90, 0.05),
    "in broad and fine patterns of a half, .28": tie(SCALES, -0.28, reach=0.5),
    "predicts at .10": tie(PREDICTS, 0.10),
    "predicts by chance": tie(PREDICTS, 0.90, 0.051),
    "does worse than the mean": tie(PREDICTS, -0.9),
    "follows at .10": tie(FOLLOWS, 0.10),
    "follows at half of the significance": tie(FOLLOWS, 0.90, 0.025),
    "less than chance": tie(FOLLOWS, -0.9),
    "in a half, .28": tie(STRAIGHT, -0.28, reach=0.5),
    "in a quarter, R2 .40": tie(PREDICTS, 0.40, reach=0.25),
}


@pytest.mark.parametrize("found", WITHIN.values(), ids=list(WITHIN))
def test_a_tie_by_chance_or_too_small_to_matter_does_not(found: FamilyTie) -> None:
    assert context_verdict("the share of b", context(found), Limits()) == (ScreenVerdict.CLEARED, CLEARED)


def test_the_tie_that_chance_explains_least_is_named_and_the_largest_of_equals() -> None:
    _, reason = context_verdict(
        "b", context(tie(STRAIGHT, 0.9, 0.02), tie(PREDICTS, 0.3), tie(PREDICTS, 0.5)), Limits()
    )
    assert "R2 0.50" in reason
    _, reason = context_verdict("b", context(tie(STRAIGHT, 0.01, 0.001), tie(PREDICTS, 0.3, 0.02)), Limits())
    assert "R2 0.30" in reason, "what does not matter is no reason"


LOOKS = {
    "nothing": (context(), "cleared", CLEARED),
    "given the rate, by itself": (
        context(r=0.21, p=0.049),
        "review",
        "r +0.21 with the share of b given the report rate (p 0.049); of the whole feature 0.21 is unexplained",
    ),
    "of what little the rate leaves": (
        context(r=-0.40, p=0.001, left=0.3),
        "review",
        "r -0.40 with the share of b given the report rate (p 0.001); of the whole feature 0.12 is unexplained",
    ),
    "not beyond .20": (context(r=0.20, p=0.001), "cleared", CLEARED),
    "by chance": (context(r=0.40, p=0.05), "cleared", CLEARED),
    "by chance, of three groups": (context(r=0.40, p=0.0167, n_groups=3), "cleared", CLEARED),
    "the rate explains it": (
        context(plain=STRONG), "review", "r +0.45 with the share of b (p 0.001); the report rate explains it",
    ),
    "not beyond .30": (context(plain=replace(STRONG, r=0.30)), "cleared", CLEARED),
    "beyond .30 at the significance": (context(plain=replace(STRONG, p=0.05)), "cleared", CLEARED),
    "a marginal tie by chance, of sixty groups": (context(plain=STRONG, n_groups=60), "cleared", CLEARED),
    "an adversary regardless of the rate": (
        context(r2=0.11), "review", "an adversary predicts the share of b with R2 0.11 on unseen blocks",
    ),
    "an adversary given the rate": (
        context(rest_r2=0.12), "review", "an adversary predicts the share of b with R2 0.12 on unseen blocks",
    ),
    "an adversary at its limit": (context(r2=0.10, rest_r2=0.10), "cleared", CLEARED),
    "a bend": (
        context(shape=ShapeTest(0.3, -0.5, 0.025)),
        "review",
        "a tie with the share of b that is not straight: distance correlation 0.30, correlation with its bend -0.50 "
        "(p 0.025)",
    ),
    "a bend at the plain significance": (context(shape=ShapeTest(0.3, -0.5, 0.05)), "cleared", CLEARED),
    "a bend, of two groups": (context(shape=ShapeTest(0.3, -0.5, 0.025), n_groups=2), "cleared", CLEARED),
    "too few effective cells": (
        context(plain=Association(0.1, 0.6, 25.0, "pearson")),
        "underpowered",
        "nothing found, but with 25 effective cells only |r| above 0.40 could be seen",
    ),
    "hardly any effective cells": (
        context(plain=Association(0.1, 0.6, 7.9, "pearson"), r2=0.3),
        "not measured",
        "not measured: with 8 effective cells not even a correlation of 0.7 with the share of b could be seen",
    ),
    "just enough of them": (
        context(plain=Association(0.1, 0.6, 8.1, "pearson")),
        "underpowered",
        "nothing found, but with 8 effective cells only |r| above 0.70 could be seen",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("measures", "verdict", "reason"), LOOKS.values(), ids=list(LOOKS))
def test_each_look_by_itself_calls_for_a_person_and_excludes_nothing(
    measures: ContextMeasures, verdict: str, reason: str
) -> None:
    assert context_verdict("the share of b", measures, Limits()) == (ScreenVerdict(verdict), reason)


def test_what_could_just_be_seen_at_the_marginal_limit_is_cleared() -> None:
    assert context_verdict("b", context(), Limits(marginal=NOTHING.detectable))[0] == ScreenVerdict.CLEARED


def test_a_proxy_is_excluded_though_hardly_anything_could_be_seen() -> None:
    measured = context(tie(STRAIGHT, 0.95), plain=Association(0.95, 0.1, 5.0, "pearson"))
    assert context_verdict("b", measured, Limits())[0] == ScreenVerdict.EXCLUDED


def test_a_finding_names_the_column_the_part_and_the_least_p() -> None:
    ties = (tie(STRAIGHT, 0.1, 0.4), tie(PREDICTS, 0.6, 0.02, "in the north-east", 0.25))
    finding = context_finding("b", "gaps", context(*ties, r=0.3, left=0.5), Limits())
    assert (finding.column, finding.part, finding.family_p, finding.unexplained) == (
        "gaps", "in the north-east", 0.02, 0.15,
    )  # fmt: skip
    assert finding.reason.startswith("where it has no value: given the report rate it predicts the share of b in the")
    plain = context_finding("b", "values", context(), Limits())
    assert (plain.reason, plain.family_p, plain.part) == (CLEARED, None, "")


def test_a_finding_holds_every_figure_under_its_own_name() -> None:
    """All figures differ, so that none can stand in another's place."""
    plain, conditional = Association(0.11, 0.61, 90.0, "pearson"), Association(0.12, 0.62, 80.0, "pearson")
    measures = ContextMeasures(plain, conditional, 0.5, 0.03, 0.04, ShapeTest(0.21, -0.22, 0.63),
                               (tie(STRAIGHT, 0.13, 0.64, "in the north"),))  # fmt: skip
    detectable = plain.detectable
    assert conditional.detectable != detectable
    cleared = f"nothing found with the share of b; |r| from {detectable:.2f} would have been seen"
    assert context_finding("b", "values", measures, Limits()) == GroupFinding(
        group="b", verdict=ScreenVerdict.CLEARED, reason=cleared, r=0.11, p=0.61, effective_n=90.0,
        detectable=detectable, conditional_r=0.12, conditional_p=0.62, unexplained=0.06, adversary_r2=0.03,
        conditional_r2=0.04, distance=0.21, bend=-0.22, shape_p=0.63, column="values", family_p=0.64,
        part="in the north",
    )  # fmt: skip
    of_history = f"nothing found with the share of b; |r| from {conditional.detectable:.2f} would have been seen"
    assert history_finding("b", plain, conditional, Limits(), family_p=0.65) == GroupFinding(
        group="b", verdict=ScreenVerdict.CLEARED, reason=of_history, r=0.11, p=0.61, effective_n=90.0,
        detectable=detectable, conditional_r=0.12, conditional_p=0.62, family_p=0.65,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("r", "p", "verdict", "reason"),
    [
        (0.21, 0.04, "excluded", "r +0.21 with the share of b given the report rate (p 0.04 among all tests)"),
        (-0.21, 0.04, "excluded", "r -0.21 with the share of b given the report rate (p 0.04 among all tests)"),
        (0.20, 0.001, "cleared", CLEARED),
        (0.60, 0.05, "cleared", CLEARED),
    ],
)
def test_each_limit_of_the_rule_for_history_decides(r: float, p: float, verdict: str, reason: str) -> None:
    """The correlation regardless of the rate is strong in every case, and never counts."""
    finding = history_finding("b", STRONG, replace(NOTHING, r=r, p=0.001), Limits(), family_p=p)
    assert (finding.verdict, finding.reason) == (ScreenVerdict(verdict), reason)
    assert (finding.r, finding.conditional_r, finding.family_p) == (0.45, r, p)


def test_what_was_not_measured_says_so_and_why() -> None:
    finding = unmeasured_finding("b", "no inhabited cell has a value")
    assert finding == GroupFinding(
        group="b", verdict=ScreenVerdict.NOT_MEASURED, reason="not measured: no inhabited cell has a value",
        r=0.0, p=1.0, effective_n=2.0, detectable=1.0, conditional_r=0.0, conditional_p=1.0,
    )  # fmt: skip


def test_the_limits_without_a_config_are_these() -> None:
    assert Limits() == Limits(
        conditional=0.20, marginal=0.30, adversary=0.10, significance=0.05, surrogates=199, least_residents=500.0
    )
