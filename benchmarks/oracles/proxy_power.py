"""The most a screen could find: one test that knows where a planted layer is tied to whom, and by which shape.

A screen looks at some nine features, three groups and twelve parts of the city, and pays for each look with a stricter
level. A test that knows the feature, the group, the part and the statistic pays for none. Its power is measured with
the surrogates and statistics of the screen: at a plain 5 %; at the level that 10 % of false exclusions leave for each
of nine features and three groups (Bonferroni); and at that for each of twelve parts of the city too. The last is a
yardstick and no bound: it pays in full for tests that are nearly alike, which the screen (`family`) does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from benchmarks.cities.proxies import PLANTED, ProxyCity

from patrolcast.features.proxies.columns import columns_of
from patrolcast.features.proxies.parts import WHOLE, city_parts
from patrolcast.features.proxies.surrogates import spectral_basis, surrogates
from patrolcast.features.proxies.ties import Tie, measure_ties

WEST = "in the western half"
SURROGATES = 9_719
"""One less than 9,720, of which each level below is a whole number: 486, 36 and 3."""
FALSE_EXCLUSIONS, FEATURES, GROUPS, PARTS = 0.10, 9, 3, 12
LEVELS = {
    "knows layer, group, part and shape; p at most .05": 0.05,
    "the same, at the level left for 9 layers and 3 groups": FALSE_EXCLUSIONS / (FEATURES * GROUPS),
    "and for 12 parts of the city": FALSE_EXCLUSIONS / (FEATURES * GROUPS * PARTS),
}


@dataclass(frozen=True)
class InformedTest:
    """One test of one planted layer: ``statistic`` names it, ``p`` 1 / (1 + m) .. 1."""

    statistic: str
    p: float


def informed_tests(
    city: ProxyCity, layers: Mapping[str, np.ndarray], reports: np.ndarray, *, seed: int, count: int = SURROGATES
) -> dict[str, list[InformedTest]]:
    """Planted layer -> its p by each statistic, where it is tied to ``city.share`` (a proxy in one half: there)."""
    rng = np.random.default_rng([36, seed])
    chance = surrogates(city.share, spectral_basis(city.xy), count=count, rng=rng)
    shares = np.column_stack([city.share, chance])[:, None, :]
    rate = reports / city.area_km2
    parts = city_parts(city.xy, rate)
    by_layer = {}
    for name, values in layers.items():
        part = WEST if name == PLANTED[3] else WHOLE
        ties = measure_ties(columns_of(values, name), shares, rate, city.xy, {part: parts[part]})
        by_layer[name] = [InformedTest(f"{tie.kind}, {k}", _p(tie)) for k, tie in enumerate(ties)]
    return by_layer


def power(tests: list[list[InformedTest]], level: float) -> float:
    """Share of cities, 0..1, in which the statistic that does best over all of them is at the level or below.

    Choosing the statistic by what it finds flatters it: no single statistic of these does better at that level.
    """
    level *= 1.0 + 1e-9  # a level is a whole number of surrogates, which rounding must not lose
    by_statistic: dict[str, list[bool]] = {}
    for of_city in tests:
        for test in of_city:
            by_statistic.setdefault(test.statistic, []).append(test.p <= level)
    return max(sum(seen) / len(tests) for seen in by_statistic.values())


def _p(tie: Tie) -> float:
    """The share of shares, the real one among them, whose tie is as large."""
    evidence = tie.evidence[0]
    return float((evidence >= evidence[0] - 1e-9).mean())
