"""Layers made from a group's share in every shape are excluded; their twins made from anything else are not."""

from __future__ import annotations

import numpy as np
from benchmarks.cities.proxies import ProxyCity, proxy_city
from tests.features.proxies.grounds import LIMITS, Features, found, ground_of

from patrolcast.domain.screening import ScreenVerdict
from patrolcast.features.proxies.blocks import in_blocks
from patrolcast.features.proxies.screen import screen_alone


def west(city: ProxyCity) -> np.ndarray:
    return city.xy[:, 0] < np.median(city.xy[:, 0])


def smuggled(rng: np.random.Generator, city: ProxyCity) -> Features:
    """Layers made from the share that no straight line over the whole city shows."""
    share, n = city.share, len(city.share)
    rank = np.argsort(np.argsort(share))
    noisy = np.argsort(np.argsort(share + 0.35 * share.std() * rng.standard_normal(n)))
    majority = share + 0.5 * share.std() * rng.standard_normal(n) > np.median(share)
    half = np.where(west(city), (share - share.mean()) / share.std(), rng.standard_normal(n))
    return {
        "exists_where_the_group_lives": np.where(majority, 1.0, np.nan),
        "gaps_where_the_group_lives": np.where(majority, np.nan, rng.standard_normal(n)),
        "shuffled_code": rng.permutation(8)[noisy * 8 // n].astype(float),
        "code_of_forty_kinds": rng.permutation(40)[rank * 40 // n].astype(float),
        "shuffled_code_with_gaps": np.where(noisy * 8 // n == 3, np.nan, rng.permutation(8)[noisy * 8 // n]),
        "u_shape": np.abs(rank / n - 0.5) + 0.08 * rng.standard_normal(n),
        "two_humps": np.cos(4 * np.pi * rank / n) + 0.5 * rng.standard_normal(n),
        "half_a_city": half,
        "tiny_numbers": 1e-12 * share,
        "few_huge_values": np.exp(60 * share),
    }


def test_a_layer_made_from_a_share_is_excluded_whatever_its_shape() -> None:
    rng = np.random.default_rng([21, 1])
    city = proxy_city(rng, n_rings=9)
    verdicts = {name: one.verdict for name, one in found(ground_of(city, smuggled(rng, city))).items()}
    assert verdicts == dict.fromkeys(verdicts, ScreenVerdict.EXCLUDED)


def test_the_finding_says_which_column_and_which_part_of_the_city_gave_it_away() -> None:
    rng = np.random.default_rng([21, 2])
    city = proxy_city(rng, n_rings=9)
    all_of_them = smuggled(rng, city)
    names = ("exists_where_the_group_lives", "half_a_city")
    of = found(ground_of(city, {name: all_of_them[name] for name in names}))
    gaps, half = (of[name].worst for name in names)
    assert gaps.column == "gaps"
    assert gaps.reason.startswith("where it has no value: ")
    assert half.column == "values"
    assert "western half" in half.reason or "west" in half.part


def test_the_same_layers_made_from_anything_else_than_a_share_stay_in() -> None:
    """The twins of the layers above, made from a field with the pattern of the share that knows nothing of it."""
    excluded: list[str] = []
    for seed in range(2):
        rng = np.random.default_rng([22, seed])
        city, other = proxy_city(rng, n_rings=8), proxy_city(rng, n_rings=8)
        twins = smuggled(rng, other)
        of = found(ground_of(city, twins))
        excluded += [name for name, one in of.items() if one.verdict == ScreenVerdict.EXCLUDED]
    assert len(excluded) <= 1, excluded


def test_gaps_and_codes_are_still_seen_in_the_blocks_of_a_large_city() -> None:
    city = proxy_city(np.random.default_rng(27), n_rings=19)  # 1,141 cells, some 950 blocks
    rng = np.random.default_rng(28)
    features = {name: smuggled(rng, city)[name] for name in ("exists_where_the_group_lives", "shuffled_code")}
    cells = ground_of(city, features | {"null": rng.standard_normal(len(city.share))})
    places = in_blocks(cells)
    assert len(places.xy) < len(cells.xy)
    verdict = {one.feature: one.verdict for one in screen_alone(cells, places, LIMITS, seed=1)}
    assert [verdict[name] for name in features] == [ScreenVerdict.EXCLUDED] * 2
    assert verdict["null"] != ScreenVerdict.EXCLUDED
