"""The screen's verdicts on planted twins: what stands in for a group is found, what need explains is not punished."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.cities.proxies import (
    MEDIUM,
    ROUGH,
    SMOOTH,
    ProxyCity,
    need_city,
    null_feature,
    proxy_city,
    proxy_feature,
)

from patrolcast.domain.screening import FeatureFinding, ScreenVerdict
from patrolcast.features.proxies.adversary import adversary_r2, spatial_folds
from patrolcast.features.proxies.association import Association
from patrolcast.features.proxies.blocks import PlaceTable, in_blocks, inhabited
from patrolcast.features.proxies.joint import JointInputs, screen_jointly
from patrolcast.features.proxies.screen import (
    ContextMeasures,
    Limits,
    context_verdict,
    history_finding,
    screen_alone,
    screen_history,
    screen_proxies,
    screen_together,
)
from patrolcast.features.proxies.surrogates import ShapeTest, spectral_basis, surrogates

LIMITS = Limits(surrogates=99)
Features = dict[str, np.ndarray]


def ground_of(city: ProxyCity, features: Features, reports: np.ndarray | None = None) -> PlaceTable:
    rng = np.random.default_rng(99)
    reports = rng.poisson(30, len(city.xy)).astype(float) if reports is None else reports
    residents = {"group_b": city.share * city.residents}
    return PlaceTable(city.xy, features, {}, residents, city.residents, reports, city.area_km2)


def found(ground: PlaceTable) -> dict[str, FeatureFinding]:
    return {one.feature: one for one in screen_alone(ground, ground, LIMITS, seed=1)}


def test_planted_features_get_the_verdicts_they_deserve() -> None:
    rng = np.random.default_rng([1, 1])
    city = proxy_city(rng, n_rings=8)
    features = {
        "proxy": proxy_feature(rng, city, strength=0.6, smoothness=MEDIUM),
        "bent": proxy_feature(rng, city, strength=0.8, smoothness=ROUGH, bent=True),
        "null": null_feature(rng, city, smoothness=ROUGH),
        "smooth_null": null_feature(rng, city, smoothness=SMOOTH),
    }
    verdict = {name: one.verdict for name, one in found(ground_of(city, features)).items()}
    assert verdict["proxy"] == ScreenVerdict.EXCLUDED
    assert verdict["bent"] in {ScreenVerdict.EXCLUDED, ScreenVerdict.REVIEW}
    assert verdict["null"] == ScreenVerdict.CLEARED
    assert verdict["smooth_null"] != ScreenVerdict.CLEARED  # it could not have been seen


def test_what_need_explains_stays_and_what_it_does_not_goes() -> None:
    flagged = dict.fromkeys(("crime_lag", "driver", "pure_proxy"), 0)
    for seed in range(5):
        made = need_city(np.random.default_rng([2, seed]), n_rings=7)
        features = {name: made.features[name] for name in flagged}
        for name, one in found(ground_of(made.city, features, made.reports)).items():
            flagged[name] += one.verdict == ScreenVerdict.EXCLUDED
    assert flagged["pure_proxy"] >= 4
    assert flagged["crime_lag"] <= 1
    assert flagged["driver"] <= 1


def pair(rng: np.random.Generator, city: ProxyCity) -> Features:
    """Two features that hide the share behind one field; their difference gives it away."""
    z = (city.share - city.share.mean()) / city.share.std()
    hiding = null_feature(rng, city, smoothness=MEDIUM)
    noise = rng.standard_normal((2, len(z)))
    return {"first": hiding + 0.2 * z + 0.05 * noise[0], "second": hiding - 0.2 * z + 0.05 * noise[1]}


def test_a_pair_that_gives_the_share_away_only_together_is_found_and_parted() -> None:
    rng = np.random.default_rng([3, 1])
    city = proxy_city(rng, n_rings=8)
    features = pair(rng, city) | {"null": null_feature(rng, city, smoothness=ROUGH)}
    joint = screen_together(ground_of(city, features), list(features), LIMITS, seed=1)
    assert joint.before[0].p <= 0.05
    assert joint.before[0].r2 > 0.4
    assert [drop.feature for drop in joint.drops] in (["first"], ["second"])
    assert joint.after[0].p > 0.05


def test_eight_weak_proxies_are_found_together_and_eight_nulls_are_not() -> None:
    rng = np.random.default_rng([4, 1])
    city = proxy_city(rng, n_rings=7)
    weak = {f"f{k}": proxy_feature(rng, city, strength=0.2, smoothness=(ROUGH, MEDIUM)[k % 2]) for k in range(8)}
    nulls = {f"f{k}": null_feature(rng, city, smoothness=(ROUGH, MEDIUM)[k % 2]) for k in range(8)}
    limits = replace(LIMITS, significance=1e-9)  # test only, drop nothing
    assert screen_together(ground_of(city, weak), list(weak), limits, seed=1).before[0].p <= 0.05
    assert screen_together(ground_of(city, nulls), list(nulls), limits, seed=1).before[0].p > 0.05


def test_the_feature_is_dropped_that_the_forecast_misses_least() -> None:
    rng = np.random.default_rng([5, 1])
    city = proxy_city(rng, n_rings=7)
    need = rng.standard_normal(len(city.xy))
    features = pair(rng, city)
    for told in ("first", "second"):
        given_need = features | {told: features[told] + 0.3 * need}
        ground = ground_of(city, given_need, rng.poisson(20 * np.exp(0.8 * need)).astype(float))
        inputs = JointInputs(
            features=given_need,
            shares=ground.shares,
            chance={"group_b": surrogates(city.share, spectral_basis(city.xy), count=39, rng=rng)},
            folds=spatial_folds(city.xy),
            counts=ground.counts,
            area=ground.area,
            n_chance=39,
        )
        drops = screen_jointly(inputs, significance=0.06).drops
        assert [drop.feature for drop in drops] == ["second" if told == "first" else "first"]


def test_an_adversary_on_random_folds_finds_the_share_in_noise_and_on_blocks_it_does_not() -> None:
    city = proxy_city(np.random.default_rng(6), n_rings=10)
    rng = np.random.default_rng(7)
    noise = np.column_stack([null_feature(rng, city, smoothness=SMOOTH) for _ in range(4)])
    blocks = adversary_r2(noise, city.share[:, None], spatial_folds(city.xy))[0]
    scattered = adversary_r2(noise, city.share[:, None], rng.integers(0, 8, len(city.xy)))[0]
    assert scattered > 0.35  # the mistake that the blocks avoid
    assert blocks < scattered - 0.2


def test_folds_are_eight_of_about_the_same_size_and_blocks_stay_whole() -> None:
    city = proxy_city(np.random.default_rng(6), n_rings=10)
    size = np.bincount(spatial_folds(city.xy), minlength=8)
    assert size.min() > 0.8 * len(city.xy) / 8


def test_history_that_only_tells_the_rate_is_cleared_and_history_that_tells_the_group_is_not() -> None:
    made = need_city(np.random.default_rng([8, 1]), n_rings=8)
    ground = replace(
        ground_of(made.city, {}, made.reports),
        history={"lag": made.features["crime_lag"], "tainted": made.reports * (0.2 + 2 * made.city.share)},
    )
    verdict = {one.feature: one.verdict for one in screen_history(ground, LIMITS)}
    assert verdict["lag"] in {ScreenVerdict.CLEARED, ScreenVerdict.UNDERPOWERED}
    assert verdict["tainted"] == ScreenVerdict.EXCLUDED


def test_many_cells_become_blocks_that_keep_residents_and_reports() -> None:
    city = proxy_city(np.random.default_rng(9), n_rings=22)  # 1,519 cells
    ground = ground_of(city, {"null": null_feature(np.random.default_rng(1), city, smoothness=MEDIUM)})
    blocks = in_blocks(ground)
    assert 300 < len(blocks.xy) <= 1000
    assert blocks.total.sum() == pytest.approx(ground.total.sum())
    assert blocks.counts.sum() == ground.counts.sum()
    assert in_blocks(blocks) is blocks


def test_cells_without_residents_are_left_out_and_unknown_values_become_the_median() -> None:
    city = proxy_city(np.random.default_rng(10), n_rings=4)
    ground = ground_of(city, {"x": np.where(np.arange(61) < 5, np.nan, 2.0)})
    empty = replace(ground, total=np.where(np.arange(61) == 60, 0.0, ground.total))
    kept = inhabited(empty)
    assert len(kept.xy) == 60
    assert (kept.context["x"] == 2.0).all()


def test_too_few_cells_are_refused_not_cleared() -> None:
    city = proxy_city(np.random.default_rng(11), n_rings=2)
    with pytest.raises(ValueError, match="19 inhabited cells; the screen needs at least 32"):
        screen_proxies(ground_of(city, {}), LIMITS, seed=1)


def test_the_same_seed_gives_the_same_verdicts() -> None:
    rng = np.random.default_rng([12, 1])
    city = proxy_city(rng, n_rings=4)
    ground = ground_of(city, {"x": null_feature(rng, city, smoothness=MEDIUM)})
    assert screen_alone(ground, ground, LIMITS, seed=3) == screen_alone(ground, ground, LIMITS, seed=3)


def context(r: float = 0.0, p: float = 1.0, **other: object) -> ContextMeasures:
    """A feature of which nothing is found but what is named; 400 effective cells see |r| from .10 on."""
    nothing = Association(0.0, 1.0, 400.0, "pearson")
    measures = ContextMeasures(
        plain=nothing, conditional=replace(nothing, r=r, p=p), left=1.0, r2=0.0, rest_r2=0.0,
        shape=ShapeTest(0.0, 0.0, 1.0),
    )  # fmt: skip
    return replace(measures, **other)  # type: ignore[arg-type]


STRONG = Association(0.45, 0.001, 400.0, "pearson")
CONTEXT_CASES = {
    "nothing": (context(), "cleared", "nothing found with the share of b; |r| from 0.10 would have been seen"),
    "unexplained beyond .20": (
        context(0.21, 0.049), "excluded", "r +0.21 with the share of b given the report rate (p 0.049)",
    ),
    "unexplained and negative": (
        context(-0.40, 0.001), "excluded", "r -0.40 with the share of b given the report rate (p 0.001)",
    ),
    "not beyond .20": (
        context(0.20, 0.001), "cleared", "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "beyond .20 by chance": (
        context(0.40, 0.05), "cleared", "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "beyond .20 of what little the rate leaves": (
        context(0.40, 0.001, left=0.3),
        "review",
        "r +0.40 with the share of b given the report rate (p 0.001); of the whole feature only 0.12 is unexplained",
    ),
    "an adversary predicts what the rate leaves": (
        context(0.15, 0.01, rest_r2=0.11),
        "excluded",
        "r +0.15 with the share of b given the report rate (p 0.01); "
        "an adversary predicts it with R2 0.11 on unseen blocks",
    ),
    "the same without a correlation beyond chance": (
        context(0.15, 0.06, rest_r2=0.11), "cleared",
        "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "the rate explains it": (
        context(plain=STRONG), "review", "r +0.45 with the share of b (p 0.001); the report rate explains it",
    ),
    "significant but not beyond .30": (
        context(plain=replace(STRONG, r=0.30)), "cleared",
        "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "an adversary predicts it regardless of the rate": (
        context(r2=0.11), "review", "an adversary predicts the share of b with R2 0.11 on unseen blocks",
    ),
    "an adversary at its limit": (
        context(r2=0.10), "cleared", "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "a bend": (
        context(shape=ShapeTest(0.3, -0.5, 0.025)),
        "review",
        "a tie with the share of b that is not straight: distance correlation 0.30, correlation with its bend -0.50 "
        "(p 0.025)",
    ),
    "a bend at the plain significance": (
        context(shape=ShapeTest(0.3, -0.5, 0.05)), "cleared",
        "nothing found with the share of b; |r| from 0.10 would have been seen",
    ),
    "too few effective cells": (
        context(plain=Association(0.1, 0.6, 25.0, "pearson")), "underpowered",
        "nothing found, but with 25 effective cells only |r| above 0.40 could be seen",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("measures", "verdict", "reason"), CONTEXT_CASES.values(), ids=list(CONTEXT_CASES))
def test_each_limit_of_the_rule_for_places_decides(measures: ContextMeasures, verdict: str, reason: str) -> None:
    assert context_verdict("the share of b", measures, Limits()) == (ScreenVerdict(verdict), reason)


CLEARED = "nothing found with the share of b; |r| from 0.10 would have been seen"


@pytest.mark.parametrize(
    ("r", "p", "verdict", "reason"),
    [
        (0.21, 0.04, "excluded", "r +0.21 with the share of b given the report rate (p 0.04)"),
        (-0.21, 0.04, "excluded", "r -0.21 with the share of b given the report rate (p 0.04)"),
        (0.20, 0.001, "cleared", CLEARED),
        (0.60, 0.05, "cleared", CLEARED),
    ],
)
def test_each_limit_of_the_rule_for_history_decides(r: float, p: float, verdict: str, reason: str) -> None:
    """The correlation regardless of the rate is strong in every case, and never counts."""
    finding = history_finding("b", STRONG, Association(r, p, 400.0, "pearson"), Limits())
    assert (finding.verdict, finding.reason) == (ScreenVerdict(verdict), reason)
    assert (finding.r, finding.conditional_r) == (0.45, r)


def test_the_limits_without_a_config_are_these() -> None:
    assert Limits() == Limits(conditional=0.20, marginal=0.30, adversary=0.10, significance=0.05, surrogates=199)
