"""Layers made from a group's share that no straight line over the whole city shows: which of them the screen keeps out.

Tables of `benchmarks.proxies`, which runs them: the four kinds, a proxy in one half by its strength, and what one test
finds that knows nearly everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.cities.proxies import (
    HALF_STRENGTHS,
    SMOOTHNESS,
    ProxyCity,
    half_city_layer,
    half_city_r2,
    null_feature,
    planted_layers,
    planted_r2,
    proxy_city,
    three_shares,
)
from benchmarks.cities.screened import LIMITS, NAMES, ground_of_three, indifferent_reports, percents, tick
from benchmarks.oracles.proxy_power import LEVELS, InformedTest, informed_tests, power
from benchmarks.page import markdown_table
from patrolcast.domain.screening import ScreenVerdict
from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.proxies.screen import screen_alone


@dataclass(frozen=True)
class Planted:
    """Layers made from the share of ``city`` (one of three groups) with noise of one smoothness, beside nulls."""

    number: int
    smoothness: float
    city: ProxyCity
    layers: dict[str, np.ndarray]
    ground: PlaceTable


Layers = Callable[[np.random.Generator, ProxyCity, float], dict[str, np.ndarray]]
"""Draws layers made from a city's share with noise of some smoothness."""


def four_kinds(rng: np.random.Generator, city: ProxyCity, smoothness: float) -> dict[str, np.ndarray]:
    return planted_layers(rng, city, smoothness=smoothness)


def halves(rng: np.random.Generator, city: ProxyCity, smoothness: float) -> dict[str, np.ndarray]:
    return {
        f"{strength:g}": half_city_layer(rng, city, strength=strength, smoothness=smoothness)
        for strength in HALF_STRENGTHS
    }


def planted_cities(n_cities: int, layers_of: Layers = four_kinds) -> Iterator[Planted]:
    """Cities of three groups with planted layers of each smoothness in turn, the same ones for every table."""
    for number in range(n_cities):
        rng = np.random.default_rng([34, number])
        city = proxy_city(rng)
        shares = three_shares(rng, city)
        reports = indifferent_reports(rng, city)
        nulls = {f"null{k}": null_feature(rng, city, smoothness=SMOOTHNESS[k % 3]) for k in range(5)}
        of_group = replace(city, share=shares[1])
        for smoothness in SMOOTHNESS:
            layers = layers_of(rng, of_group, smoothness)
            yield Planted(number, smoothness, of_group, layers, ground_of_three(city, shares, layers | nulls, reports))
        tick()


def screened(made: Planted) -> Iterator[tuple[str, bool, bool]]:
    """Each planted layer, whether it is excluded or under review, and whether it is kept out."""
    for finding in screen_alone(made.ground, made.ground, LIMITS, seed=made.number)[: len(made.layers)]:
        flagged = finding.verdict in {ScreenVerdict.EXCLUDED, ScreenVerdict.REVIEW}
        yield finding.feature, flagged or finding.stays_out, finding.stays_out


def smuggled(n_cities: int) -> list[list[str]]:
    """Layers that no straight line over the whole city shows, four beside five nulls, in a city of three groups."""
    found: dict[tuple[str, float], list[tuple[float, bool, bool]]] = {}
    for made in planted_cities(n_cities):
        for kind, flagged, out in screened(made):
            r2 = planted_r2(made.city, kind, made.layers[kind])
            found.setdefault((kind, made.smoothness), []).append((r2, flagged, out))
    return [
        [_layer(kind, smoothness), f"{np.mean([row[0] for row in rows]):.2f}", *percents(rows, 1, 2)]
        for (kind, smoothness), rows in sorted(found.items())
    ]


def in_one_half(n_cities: int) -> list[list[str]]:
    """A proxy in one half of the city only, by its strength there, three beside five nulls."""
    found: dict[tuple[float, str], list[tuple[float, float, bool, bool]]] = {}
    for made in planted_cities(n_cities, halves):
        for strength, flagged, out in screened(made):
            row = (*half_city_r2(made.city, made.layers[strength]), flagged, out)
            found.setdefault((made.smoothness, strength), []).append(row)
    return [
        [f"r {strength} in the half, noise {NAMES[smoothness]}"]
        + [f"{np.mean([row[column] for row in rows]):.2f}" for column in (0, 1)]
        + percents(rows, 2, 3)
        for (smoothness, strength), rows in sorted(found.items())
    ]


def informed(n_cities: int) -> list[list[str]]:
    """The same layers, each before one test that knows nearly everything of it."""
    found: dict[tuple[str, float], list[list[InformedTest]]] = {}
    for made in planted_cities(n_cities):
        tests = informed_tests(made.city, made.layers, made.ground.counts, seed=made.number)
        for kind, of_layer in tests.items():
            found.setdefault((kind, made.smoothness), []).append(of_layer)
    return [
        [_layer(*key), *(f"{100 * power(tests, level):.0f} %" for level in LEVELS.values())]
        for key, tests in sorted(found.items())
    ]


def _layer(kind: str, smoothness: float) -> str:
    return f"{kind}, noise {NAMES[smoothness]}"


def planted(n_cities: int) -> str:
    first = f"four layers beside five nulls, three groups, {n_cities} cities"
    return markdown_table([first, "R2", "flagged", "kept out"], smuggled(n_cities))


def half_by_strength(n_cities: int) -> str:
    first = f"in one half only, three groups, {n_cities} cities"
    return markdown_table(
        [first, "R2 in the half", "R2 of the whole share", "flagged", "kept out"], in_one_half(n_cities)
    )


def with_an_informed_test(n_cities: int) -> str:
    return markdown_table([f"one test alone, {n_cities} cities", *LEVELS], informed(n_cities))
