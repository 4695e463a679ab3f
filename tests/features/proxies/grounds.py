"""A made-up city as the screen takes it, with the fewest surrogates."""

from __future__ import annotations

import numpy as np
from benchmarks.cities.proxies import ProxyCity

from patrolcast.domain.screening import FeatureFinding
from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.proxies.screen import screen_alone
from patrolcast.features.proxies.verdicts import Limits

LIMITS = Limits(surrogates=99)
Features = dict[str, np.ndarray]


def ground_of(city: ProxyCity, features: Features, reports: np.ndarray | None = None) -> PlaceTable:
    rng = np.random.default_rng(99)
    reports = rng.poisson(30, len(city.xy)).astype(float) if reports is None else reports
    residents = {"group_b": city.share * city.residents}
    return PlaceTable(city.xy, features, {}, residents, city.residents, reports, city.area_km2)


def found(ground: PlaceTable) -> dict[str, FeatureFinding]:
    return {one.feature: one for one in screen_alone(ground, ground, LIMITS, seed=1)}
