"""Halves, quarters, middle and rim, quiet and busy: each holds what its name says."""

from __future__ import annotations

import numpy as np

from patrolcast.features.proxies.parts import WHOLE, city_parts

SIDE = 8
XY = np.array([(x, y) for x in range(SIDE) for y in range(SIDE)], dtype=float)
RATE = np.arange(len(XY), dtype=float)[::-1]
PARTS = city_parts(XY, RATE)


def test_the_whole_city_comes_first_and_twelve_parts_follow() -> None:
    assert next(iter(PARTS)) == WHOLE
    assert PARTS[WHOLE].all()
    assert len(PARTS) == 13


def test_halves_hold_half_and_quarters_a_quarter_of_the_places() -> None:
    size = {name: int(rows.sum()) for name, rows in PARTS.items() if name != WHOLE}
    assert {name for name, n in size.items() if n == 16} == {
        "in the south-west", "in the south-east", "in the north-west", "in the north-east",
    }  # fmt: skip
    assert all(n == 32 for name, n in size.items() if "-" not in name)


def test_names_say_where_the_places_lie() -> None:
    x, y = XY.T
    assert x[PARTS["in the western half"]].max() < x[PARTS["in the eastern half"]].min()
    assert y[PARTS["in the southern half"]].max() < y[PARTS["in the northern half"]].min()
    assert (PARTS["in the south-west"] == PARTS["in the southern half"] & PARTS["in the western half"]).all()
    assert (PARTS["in the north-east"] == PARTS["in the northern half"] & PARTS["in the eastern half"]).all()
    assert (PARTS["in the south-east"] == PARTS["in the southern half"] & PARTS["in the eastern half"]).all()
    assert (PARTS["in the north-west"] == PARTS["in the northern half"] & PARTS["in the western half"]).all()
    away = np.hypot(x - 3.5, y - 3.5)
    assert away[PARTS["in the middle of the city"]].max() <= away[PARTS["on the rim of the city"]].min()
    assert RATE[PARTS["where reports are few"]].max() < RATE[PARTS["where reports are many"]].min()
