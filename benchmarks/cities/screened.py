"""Made-up cities as the proxy screen takes them, and the limits that its tables are measured with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from benchmarks.cities.proxies import MEDIUM, ROUGH, SMOOTH, ProxyCity, null_feature

from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.proxies.verdicts import Limits

LIMITS = Limits(surrogates=99)
NAMES = {ROUGH: "rough", MEDIUM: "medium", SMOOTH: "as smooth as the share"}


def ground_of(city: ProxyCity, features: dict[str, np.ndarray], reports: np.ndarray) -> PlaceTable:
    return PlaceTable(
        city.xy, features, {}, {"group_b": city.share * city.residents}, city.residents, reports, city.area_km2
    )


def indifferent_reports(rng: np.random.Generator, city: ProxyCity) -> np.ndarray:
    """Reports that have nothing to do with the share."""
    return rng.poisson(60 * np.exp(0.8 * null_feature(rng, city, smoothness=MEDIUM))).astype(float)


def ground_of_three(
    city: ProxyCity, shares: np.ndarray, features: dict[str, np.ndarray], reports: np.ndarray
) -> PlaceTable:
    residents = {f"group_{name}": share * city.residents for name, share in zip("abc", shares, strict=True)}
    return replace(ground_of(city, features, reports), residents=residents)


def percents(rows: Sequence[tuple[float, ...]], *columns: int) -> list[str]:
    return [f"{100 * np.mean([row[column] for row in rows]):.0f} %" for column in columns]


def tick() -> None:
    print(".", end="", file=sys.stderr, flush=True)
