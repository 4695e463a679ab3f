"""The screen's verdicts on planted twins: what stands in for a group is found, what need explains is not punished."""

from __future__ import annotations

import re
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
from benchmarks.cities.screened import indifferent_reports
from tests.features.proxies.grounds import LIMITS, Features, found, ground_of

from patrolcast.domain.screening import ScreenVerdict
from patrolcast.features.proxies import screen as screening
from patrolcast.features.proxies.adversary import adversary_r2, spatial_folds
from patrolcast.features.proxies.association import rank_normal
from patrolcast.features.proxies.blocks import in_blocks, inhabited
from patrolcast.features.proxies.joint import JointInputs, screen_jointly
from patrolcast.features.proxies.screen import screen_alone, screen_history, screen_proxies, screen_together
from patrolcast.features.proxies.surrogates import spectral_basis, surrogates


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
    assert verdict["bent"] == ScreenVerdict.EXCLUDED
    assert verdict["null"] == ScreenVerdict.CLEARED
    assert verdict["smooth_null"] != ScreenVerdict.CLEARED  # it could not have been seen


def test_what_need_explains_stays_and_what_it_does_not_goes() -> None:
    """The screen promises to see R2 .5 beyond need. A pure proxy of strength s correlates with the rate by .447 s, so
    given the rate by (s - .447 * .447 s) / sqrt((1 - .2 s^2) (1 - .2)): of .75 that is .71, R2 .51; of .6 only R2 .31.
    """
    flagged = dict.fromkeys(("crime_lag", "driver", "pure_proxy"), 0)
    for seed in range(4):
        made = need_city(np.random.default_rng([2, seed]), n_rings=9, strength=0.75)
        features = {name: made.features[name] for name in flagged}
        for name, one in found(ground_of(made.city, features, made.reports)).items():
            flagged[name] += one.verdict == ScreenVerdict.EXCLUDED
    assert flagged["pure_proxy"] == 4
    assert flagged["crime_lag"] <= 1
    assert flagged["driver"] <= 1


def test_a_proxy_weaker_than_promised_is_excluded_or_shown_to_a_person_and_never_cleared() -> None:
    for seed in range(3):
        made = need_city(np.random.default_rng([2, seed]), n_rings=8)
        (one,) = found(ground_of(made.city, {"pure": made.features["pure_proxy"]}, made.reports)).values()
        assert one.verdict in {ScreenVerdict.EXCLUDED, ScreenVerdict.REVIEW}


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
    city = proxy_city(rng, n_rings=8)
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
            rate=rank_normal(ground.rate),
            counts=ground.counts,
            area=ground.area,
            n_chance=39,
        )
        drops = screen_jointly(inputs, significance=0.06).drops
        assert [drop.feature for drop in drops] == ["second" if told == "first" else "first"]


def test_a_layer_that_the_report_rate_unlocks_like_a_key_is_dropped_and_noise_beside_the_rate_is_not() -> None:
    rng = np.random.default_rng([8, 0])
    city = proxy_city(rng, n_rings=8)
    reports = indifferent_reports(rng, city)
    n = len(city.xy)
    rate, share = (np.argsort(np.argsort(values)) / n for values in (reports / city.area_km2, city.share))
    shifted = np.floor(8 * rate + np.floor(8 * share)) % 8
    joint = screen_together(ground_of(city, {"layer": shifted}, reports), ["layer"], LIMITS, seed=0)
    assert [drop.feature for drop in joint.drops] == ["layer"]
    assert (joint.kept, joint.after) == ((), ())
    noise = {"layer": null_feature(rng, city, smoothness=MEDIUM)}
    assert not screen_together(ground_of(city, noise, reports), ["layer"], LIMITS, seed=0).drops


def test_as_many_surrogates_stand_for_chance_together_as_the_significance_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng([3, 1])
    city = proxy_city(rng, n_rings=5)
    features = pair(rng, city)
    asked: list[JointInputs] = []
    monkeypatch.setattr(screening, "screen_jointly", lambda inputs, **_: asked.append(inputs))
    for significance in (0.2, 0.05, 0.01):
        limits = replace(LIMITS, significance=significance, surrogates=499)
        screen_together(ground_of(city, features), list(features), limits, seed=1)
    assert [inputs.n_chance for inputs in asked] == [99, 99, 399]
    assert all(2 / (1 + inputs.n_chance) <= 0.02 for inputs in asked)
    assert 2 / (1 + asked[-1].n_chance) < 0.01  # a doubled p can be below the strictest significance


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


def test_cells_without_residents_are_left_out_and_gaps_stay_gaps() -> None:
    city = proxy_city(np.random.default_rng(10), n_rings=4)
    ground = ground_of(city, {"x": np.where(np.arange(61) < 5, np.nan, 2.0)})
    empty = replace(ground, total=np.where(np.arange(61) == 60, 0.0, ground.total))
    kept = inhabited(empty)
    assert len(kept.xy) == 60
    assert np.isnan(kept.context["x"]).tolist() == [True] * 5 + [False] * 55


def test_too_few_cells_are_refused_not_cleared() -> None:
    city = proxy_city(np.random.default_rng(11), n_rings=2)
    with pytest.raises(ValueError, match="19 inhabited cells; the screen needs at least 32"):
        screen_proxies(ground_of(city, {}), LIMITS, seed=1)


def test_the_same_seed_gives_the_same_verdicts() -> None:
    rng = np.random.default_rng([12, 1])
    city = proxy_city(rng, n_rings=4)
    ground = ground_of(city, {"x": null_feature(rng, city, smoothness=MEDIUM)})
    assert screen_alone(ground, ground, LIMITS, seed=3) == screen_alone(ground, ground, LIMITS, seed=3)


def test_each_of_two_families_of_tests_holds_half_of_the_significance() -> None:
    """Of 99 surrogates the least p is .01; twice that among whole city and parts, and that once for history."""
    city = proxy_city(np.random.default_rng(29), n_rings=7)
    ground = replace(ground_of(city, {"copy": city.share}), history={"copied": city.share})
    (context,) = screen_alone(ground, ground, LIMITS, seed=1)
    (history,) = screen_history(ground, LIMITS, seed=1)
    assert context.worst.family_p == pytest.approx(0.02)
    assert history.worst.family_p == pytest.approx(0.01)


def test_what_cannot_be_measured_stays_out_and_says_why() -> None:
    rng = np.random.default_rng([23, 1])
    city = proxy_city(rng, n_rings=6)  # 127 cells
    empty = np.full(127, np.nan)
    few = np.where(np.arange(127) < 31, rng.standard_normal(127), np.nan)
    features = {"same": np.full(127, 3.0), "nowhere": empty, "few": few, "noise": rng.standard_normal(127)}
    ground = replace(ground_of(city, features), history={"never": np.zeros(127)})
    screen = screen_proxies(ground, LIMITS, seed=1)
    assert {name: why for name, why in screen.excluded.items() if name != "noise"} == {
        "same": "not measured: the same in every inhabited cell",
        "nowhere": "not measured: no inhabited cell has a value",
        "few": "not measured: only 31 of 127 inhabited cells have a value",
        "never": "not measured: the same in every inhabited cell",
    }
    assert [one.feature for one in screen.findings] == ["same", "nowhere", "few", "noise", "never"]


def test_a_group_of_too_few_residents_is_named_and_excludes_nothing() -> None:
    """A dozen people in one corner: whatever stands there would give them away."""
    rng = np.random.default_rng([24, 1])
    city = proxy_city(rng, n_rings=7)
    corner = (city.xy.sum(axis=1) > np.quantile(city.xy.sum(axis=1), 0.98)).astype(float)
    ground = ground_of(city, {"corner": corner + 0.1 * rng.standard_normal(len(corner))})
    dozen = 12 * corner / corner.sum()
    with_few = replace(
        ground, residents=ground.residents | {"few": dozen}, history={"near": 50 * corner + ground.counts}
    )
    screen = screen_proxies(with_few, LIMITS, seed=1)
    assert screen.not_measured == {"few": "fewer than 500 residents"}
    assert {group.group for one in screen.findings for group in one.groups} == {"group_b"}
    assert screen.excluded == {}
    counted = screen_proxies(with_few, replace(LIMITS, least_residents=10.0), seed=1)
    assert counted.not_measured == {}
    assert "corner" in counted.excluded


def test_a_city_without_a_group_that_can_be_measured_is_refused() -> None:
    city = proxy_city(np.random.default_rng(25), n_rings=4)
    ground = ground_of(city, {})
    even = replace(ground, residents={"even": 0.25 * ground.total, "few": np.full(61, 1.0)})
    wanted = "no group whose share can be measured (even: the same share in every cell; few: fewer than 500 residents)"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        screen_proxies(even, LIMITS, seed=1)


def test_a_tie_in_one_slot_of_the_day_is_seen_where_the_mean_hides_it() -> None:
    """What the shares of the slots add up to is the same everywhere; the model sees each of them."""
    rng = np.random.default_rng([26, 1])
    city = proxy_city(rng, n_rings=8)
    at_night = 0.3 + 0.3 * city.share + 0.02 * rng.standard_normal(len(city.share))
    slots = np.column_stack([np.full(len(at_night), 0.5), at_night, 1.0 - at_night])
    ground = replace(ground_of(city, {}), history={"share_of_slot": slots, "mean_only": slots[:, 0]})
    verdict = {one.feature: one.verdict for one in screen_history(ground, LIMITS)}
    assert verdict == {"share_of_slot": ScreenVerdict.EXCLUDED, "mean_only": ScreenVerdict.NOT_MEASURED}
