"""A place feature that is a census count in other clothes is refused; what only goes with a group is for the screen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.features.proxies.census_copies import likeness, refuse_census_copies
from patrolcast.numerics.arrays import FloatArray

RNG = np.random.default_rng(5)
N = 400
TOTAL = RNG.uniform(100, 900, N)
SHARE = RNG.uniform(0.05, 0.5, (2, N))
GROUPS = {"a": TOTAL * SHARE[0], "b": TOTAL * SHARE[1]}
COUNTS = [(GROUPS, TOTAL)]

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
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_refused_and_named(name: str) -> None:
    make, what = COPIES[name]
    with pytest.raises(ProhibitedDataError) as error:
        refuse_census_copies({"place_shade": make().astype(np.float32)}, COUNTS)
    said = str(error.value)
    assert said.startswith(f"[places.shade]: got a layer that is {what} under another name (correlation ")
    assert said.endswith("whatever is waived or declared; take this layer out of [places]")


@pytest.mark.parametrize(
    "values",
    [
        SHARE[1] + RNG.normal(0, 0.06, N),  # goes with a share: for the screen
        RNG.uniform(size=N),
        np.ones(N),
        (SHARE[1] > 0.3).astype(float),
        np.full(N, np.nan),
        np.where(np.arange(N) < 10, SHARE[1], np.nan),  # too few cells to compare
    ],
    ids=["noisy", "unrelated", "constant", "two values", "none", "ten cells"],
)
def test_what_is_no_copy_is_left_to_the_screen(values: FloatArray) -> None:
    refuse_census_copies({"place_shade": values.astype(np.float32)}, COUNTS)


def test_without_residents_there_is_nothing_to_compare() -> None:
    refuse_census_copies({"place_shade": SHARE[1].astype(np.float32)}, [])


def test_likeness_is_the_larger_of_two_correlations() -> None:
    x = np.arange(50.0)
    assert likeness(x, x**5) == pytest.approx(1.0)
    assert likeness(x, -(x**3)) == pytest.approx(1.0)
    assert likeness(np.where(x < 49, x, 1e6), x) > 0.99
