"""A station that stands for unknown places is named, exact or jittered; busy corners and malls are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patrolcast.grid.default_places import find_default_places

CATEGORIES = ["assault", "burglary", "robbery", "theft"]


def city(n: int = 4000, at_one_place: int = 0, jitter: float = 0.0, kind: str | None = None) -> pd.DataFrame:
    """Incidents over 6 x 6 km with a hot spot, and some at one place of every category or of one kind."""
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-118.30, -118.24, n), rng.uniform(34.02, 34.07, n)
    x[: n // 4], y[: n // 4] = rng.normal(-118.262, 0.003, n // 4), rng.normal(34.048, 0.003, n // 4)
    more = rng.normal(0, 1, (2, at_one_place)) * jitter
    category = rng.choice(CATEGORIES, n + at_one_place, p=[0.2, 0.2, 0.1, 0.5])
    if kind:
        category[n:] = kind
    return pd.DataFrame(
        {
            "longitude": np.concatenate([x, -118.2905 + more[0]]),
            "latitude": np.concatenate([y, 34.0655 + more[1]]),
            "category": category,
        }
    )


@pytest.mark.parametrize("jitter", [0.0, 0.0002])
def test_a_station_is_named_with_its_place_and_count(jitter: float) -> None:
    [note] = find_default_places(city(at_one_place=320, jitter=jitter), set_apart=True).sentences
    assert "lie within 150 m of 34.0655, -118.2905" in note or "lie within 150 m of 34.0655, -118.2904" in note
    assert int(note.split()[0]) == pytest.approx(320, abs=12)


def test_a_city_with_a_hot_spot_has_none() -> None:
    assert find_default_places(city(), set_apart=True).sentences == ()


def test_a_mall_whose_incidents_are_of_one_kind_is_none() -> None:
    assert find_default_places(city(at_one_place=320, kind="theft"), set_apart=True).sentences == ()


def test_few_incidents_say_nothing() -> None:
    assert find_default_places(city(n=300, at_one_place=60), set_apart=True).sentences == ()


def test_its_incidents_are_told_apart_and_what_is_done_with_them_is_said() -> None:
    incidents = city(at_one_place=320)
    found = find_default_places(incidents, set_apart=False)
    assert found.sentences[0].endswith("a station or a default address? They are counted where they stand")
    assert found.at[4000:].all()
    assert found.at[:4000].sum() < 12
    apart = find_default_places(incidents, set_apart=True)
    assert apart.sentences[0].endswith("They are set aside: where they happened is not known")


@pytest.mark.parametrize("degrees", [0.01, 0.005])
def test_places_that_were_coarsened_for_privacy_are_no_stations(degrees: float) -> None:
    coarse = city()
    for name in ("longitude", "latitude"):
        coarse[name] = (coarse[name] / degrees).round() * degrees
    found = find_default_places(coarse, set_apart=True)
    assert found.sentences == ()
    assert not found.at.any()
