"""A place feature that is a census count in other clothes is refused; what only goes with a group is for the screen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from benchmarks.cities.proxies import MEDIUM, ROUGH, SMOOTH, ProxyCity, null_feature, proxy_city
from scipy import stats

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.features.proxies.census_copies import COMBINED, PAIRED, SAME, likeness, refuse_census_copies
from patrolcast.numerics.arrays import FloatArray

RNG = np.random.default_rng(5)  # what follows is drawn in this order
N = 400
TOTAL = RNG.uniform(100, 900, N)
SHARE = RNG.uniform(0.05, 0.5, (2, N))
GROUPS = {"a": TOTAL * SHARE[0], "b": TOTAL * SHARE[1]}
COUNTS = [(GROUPS, TOTAL)]
RANK = np.argsort(np.argsort(SHARE[0]))


def exchanged(values: FloatArray, n: int) -> FloatArray:
    """The values with those of ``n`` cells dealt out anew among these cells."""
    rng = np.random.default_rng(6)
    cells, found = rng.choice(len(values), n, replace=False), values.copy()
    found[cells] = values[rng.permutation(cells)]
    return found


COPIES: dict[str, tuple[Callable[[], FloatArray], str]] = {
    "the count of a group": (lambda: GROUPS["b"], "the number of residents of b"),
    "the share of a group": (lambda: SHARE[0], "the share of a"),
    "a share in percent": (lambda: 100 * SHARE[0] + 3, "the share of a"),
    "a share turned round": (lambda: 1 - SHARE[1], "the share of b"),
    "a share on a log scale": (lambda: np.log(SHARE[1]), "the share of b"),
    "the ranks of a share": (lambda: np.argsort(np.argsort(SHARE[1])).astype(float), "the share of b"),
    "a share rounded to percents": (lambda: np.round(SHARE[0], 2), "the share of a"),
    "all residents": (lambda: TOTAL / 7, "the number of residents"),
    "two groups together": (lambda: SHARE.sum(axis=0), "the share of a and b"),
    "everybody else": (lambda: 1 - SHARE.sum(axis=0), "the share of a and b"),
    "a share with gaps": (lambda: np.where(np.arange(N) % 3, SHARE[1], np.nan), "the share of b"),
    "a share in three steps": (lambda: np.floor(3 * RANK / N), "the share of a"),
    "a share in four steps": (lambda: np.floor(4 * RANK / N), "the share of a"),
    "a share as a shuffled code": (lambda: np.array([3, 6, 0, 5, 1, 7, 2, 4])[8 * RANK // N], "the share of a"),
    "steps that meet in mixed cells": (lambda: np.where(np.arange(N) % 3, 4 * RANK // N, RANK / N), "the share of a"),
    "a fold about the median": (lambda: np.abs(SHARE[0] - np.median(SHARE[0])), "the distance of the share of a from "),
    "a fold about the mean": (lambda: (GROUPS["b"] - GROUPS["b"].mean()) ** 2, "the distance of the number of resid"),
    "a count with its sign turned": (lambda: np.where(TOTAL > 400, -TOTAL, TOTAL), "the number of residents"),
    "a twentieth of the cells exchanged": (lambda: exchanged(SHARE[0], N // 20), "the share of a"),
    "turned round, with cells exchanged": (lambda: -exchanged(SHARE[1], N // 20), "the share of b"),
    "the difference of two groups": (lambda: GROUPS["a"] - GROUPS["b"], "the difference of a and b"),
    "the difference of two shares": (lambda: SHARE[0] - SHARE[1], "the difference of the shares of a and b"),
    "the ratio of two groups": (lambda: GROUPS["a"] / GROUPS["b"], "the ratio of a to b"),
    "who is not of a group": (lambda: TOTAL - GROUPS["a"], "the number of residents who are not a"),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_refused_and_named(name: str) -> None:
    make, what = COPIES[name]
    with pytest.raises(ProhibitedDataError) as error:
        refuse_census_copies({"place_shade": make().astype(np.float32)}, COUNTS)
    said = str(error.value)
    assert said.startswith(f"[places.shade]: got a layer that is {what}")
    assert " under another name (correlation " in said
    assert said.endswith("whatever is waived or declared; take this layer out of [places]")


@pytest.mark.parametrize(
    "values",
    [
        SHARE[1] + RNG.normal(0, 0.06, N),  # goes with a share: for the screen
        RNG.uniform(size=N),
        np.ones(N),
        (SHARE[1] > 0.3).astype(float),
        np.floor(4 * np.argsort(np.argsort(SHARE[1] + RNG.normal(0, 0.06, N))) / N),
        exchanged(SHARE[0], N // 5),
        np.where(np.arange(N) < 6, np.argsort(RANK) < 3, 2.0),
        np.full(N, np.nan),
        np.where(np.arange(N) < 10, SHARE[1], np.nan),  # too few cells to compare
    ],
    ids=[
        "noisy",
        "unrelated",
        "constant",
        "two values",
        "noisy steps",
        "a fifth exchanged",
        "three cells in two steps each",
        "none",
        "ten cells",
    ],
)
def test_what_is_no_copy_is_left_to_the_screen(values: FloatArray) -> None:
    refuse_census_copies({"place_shade": values.astype(np.float32)}, COUNTS)


def test_without_residents_there_is_nothing_to_compare() -> None:
    refuse_census_copies({"place_shade": SHARE[1].astype(np.float32)}, [])


MANY = {f"g{i}": np.random.default_rng([7, i]).gamma(2, 50, N) for i in range(14)}


@pytest.mark.parametrize("name", MANY)
def test_every_single_group_is_compared_however_many_there_are(name: str) -> None:
    total = np.sum(list(MANY.values()), axis=0)
    for values, what in ((MANY[name], "the number of residents of"), (MANY[name] / total, "the share of")):
        with pytest.raises(ProhibitedDataError, match=f"a layer that is {what} {name} under"):
            refuse_census_copies({"place_shade": values.astype(np.float32)}, [(MANY, total)])


def test_combinations_are_compared_as_far_as_is_said() -> None:
    total = np.sum(list(MANY.values()), axis=0)

    def refused(*names: str) -> bool:
        together = np.sum([MANY[name] for name in names], axis=0).astype(np.float32)
        try:
            refuse_census_copies({"place_shade": together}, [(MANY, total)])
        except ProhibitedDataError as error:
            return f"residents of {' and '.join(names)} under" in str(error)
        return False

    names = list(MANY)
    assert refused(*names[:COMBINED])
    assert not refused(*names[1 : COMBINED + 1])
    assert refused(*names[PAIRED - 2 : PAIRED])
    assert not refused(*names[PAIRED - 1 : PAIRED + 1])


def test_a_map_of_the_same_areas_is_no_copy_of_who_lives_in_them() -> None:
    """Twelve areas, one share each: any map of them with one value each parts the share without a mistake."""
    area = np.arange(N) % 12
    share = np.random.default_rng(8).uniform(0.1, 0.9, 12)[area]
    age = np.random.default_rng(9).permutation(12)[area].astype(float)
    assert likeness(age, share) < SAME


def legitimate(rng: np.random.Generator, city: ProxyCity) -> dict[str, FloatArray]:
    """Twenty layers of places that know nothing of who lives there."""
    n, xy = len(city.xy), city.xy
    field = {f"field {i}": null_feature(rng, city, smoothness=s) for i, s in enumerate((SMOOTH, SMOOTH, MEDIUM, ROUGH))}
    dense = null_feature(rng, city, smoothness=MEDIUM)
    steps = np.floor(4 * np.argsort(np.argsort(null_feature(rng, city, smoothness=SMOOTH))) / n)
    nearest = [np.sqrt(((xy[:, None] - xy[rng.choice(n, k)]) ** 2).sum(axis=2)) for k in (1, 5, 12, 30)]
    district = nearest[2].argmin(axis=1)
    return field | {
        "bars": rng.poisson(np.exp(dense - 0.5)).astype(float),
        "parks": rng.poisson(0.3 * np.exp(null_feature(rng, city, smoothness=SMOOTH))).astype(float),
        "schools": rng.poisson(0.2, n).astype(float),
        "stops": rng.poisson(2 * city.residents / city.residents.mean()).astype(float),
        **{f"metres to one of {one.shape[1]}": one.min(axis=1) for one in nearest},
        "from the middle": np.hypot(*(xy - xy.mean(axis=0)).T),
        "north": xy[:, 1],
        "zones": steps,
        "zones by code": rng.permutation(8)[np.floor(8 * np.argsort(np.argsort(dense)) / n).astype(int)].astype(float),
        "lanes": rng.choice([2.0, 2.0, 4.0, 6.0], n),
        "district": rng.permutation(12)[district].astype(float),
        "tax of the district": rng.normal(size=12)[district],
        "surveyed in part": np.where(rng.random(n) < 0.3, np.nan, dense),
    }


def test_layers_that_know_nothing_of_residents_are_not_refused() -> None:
    """A rate under 1 %: none of 480. Half of the cities have one share for each of their census areas."""
    refused: list[str] = []
    for seed in range(24):
        rng = np.random.default_rng([77, seed])
        city = proxy_city(rng, n_rings=(4, 6, 9)[seed % 3])
        kinds = [(SMOOTH, MEDIUM, ROUGH)[(seed + i) % 3] for i in range(2 + seed % 4)]
        odds = np.exp([null_feature(rng, city, smoothness=kind) for kind in kinds])
        share = odds / odds.sum(axis=0)
        if seed % 2:
            middles = city.xy[rng.choice(len(city.xy), max(12, len(city.xy) // 6), replace=False)]
            share = share[:, np.unique(((city.xy[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1), False, True)[1]]
        groups = {f"g{i}": one * city.residents for i, one in enumerate(share)}
        layers = legitimate(rng, city)
        assert len(layers) == 20
        for name, values in layers.items():
            try:
                refuse_census_copies({"place_x": values.astype(np.float32)}, [(groups, city.residents.astype(float))])
            except ProhibitedDataError as error:
                refused.append(f"{seed} {name}: {error}")
    assert refused == []


def test_likeness_is_the_larger_of_two_correlations() -> None:
    x = np.arange(50.0)
    assert likeness(x, x**5) == pytest.approx(1.0)
    assert likeness(x, -(x**3)) == pytest.approx(1.0)
    assert likeness(np.where(x < 49, x, 1e6), x) > 0.99
    one = np.where(x < 30, x, 1000 * x)
    other = np.where(x < 30, 29 - x, 1000 * x)
    assert abs(stats.spearmanr(one, other).statistic) < 0.9
    assert likeness(one, other) > 0.99, "the same values where they are large, whatever the ranks of the small ones"
