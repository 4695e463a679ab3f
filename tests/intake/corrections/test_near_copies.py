"""Rows read twice in another writing are refused or named; chance, victims and dates are told apart from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from patrolcast.domain.errors import DataRefusedError
from patrolcast.intake.corrections.near_copies import find_near_copies

MINUTE = 60_000_000


def city(n: int = 1000) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    start = rng.integers(0, 500 * 1440, n) * MINUTE
    return {
        "start": start, "reported": start + rng.integers(5, 900, n) * MINUTE, "longitude": rng.uniform(-87.7, -87.6, n),
        "latitude": rng.uniform(41.8, 41.9, n), "offence": rng.integers(0, 4, n),
    }  # fmt: skip


def twice(one: dict[str, Any], rows: slice, **changes: Any) -> dict[str, Any]:
    again = {name: values[rows] for name, values in one.items()} | changes
    return {name: np.concatenate([values, again[name]]) for name, values in one.items()}


def notes(rows: dict[str, Any]) -> list[str]:
    degrees = np.column_stack([rows["longitude"], rows["latitude"]])
    places, point = np.unique(degrees, axis=0, return_inverse=True)
    when = {name: rows[name] for name in ("start", "reported", "offence")}
    return find_near_copies(**when, point=point, longitude=places[:, 0], latitude=places[:, 1], file="x.csv")


def test_an_ordinary_city_says_nothing() -> None:
    assert notes(city()) == []


@pytest.mark.parametrize("how", ["rounded", "another report time", "seconds"])
def test_a_file_read_twice_in_another_writing_is_refused(how: str) -> None:
    one = city()
    changes = {
        "rounded": {"longitude": one["longitude"].round(4)},
        "another report time": {"reported": one["reported"] + MINUTE},
        "seconds": {"start": one["start"] + 30_000_000},
    }[how]
    with pytest.raises(DataRefusedError, match=r"got 1,000 of 2,000 rows that share their minute, offence and place"):
        notes(twice(one, slice(None), **changes))


def test_a_part_read_twice_is_noted_and_so_are_several_offences_of_one_incident() -> None:
    one = city()
    part = slice(0, 100)
    (note,) = notes(twice(one, part, latitude=one["latitude"][part].round(4)))
    assert note.startswith("100 of 1,100 rows share their minute, offence and place")
    (note,) = notes(twice(one, slice(0, 300), latitude=one["latitude"][:300].round(4)))  # most rows have no twin
    assert note.startswith("300 of 1,300 rows share their minute, offence and place")
    (note,) = notes(twice(one, part, offence=one["offence"][part] + 4))
    assert note.startswith("100 rows share their minute, report and place with a row of another offence")


def test_whole_hours_in_one_hot_spot_are_chance() -> None:
    one = city(3000)
    one["start"] = one["start"] // (60 * MINUTE) % 200 * 60 * MINUTE
    one["reported"] = one["start"]
    one |= {axis: one[axis].mean() + one[axis] / 50 - one[axis].mean() / 50 for axis in ("longitude", "latitude")}
    assert notes(one) == []


def test_victims_of_most_incidents_and_an_agency_at_one_address_are_noted_and_never_refused() -> None:
    one = city()
    (note,) = notes(twice(one, slice(0, 850)))  # 85 % of the incidents have two victims
    assert note.startswith("850 of 1,850 rows share their minute, offence and place")
    campus = {**twice(one, slice(None)), "longitude": np.full(2000, -87.65), "latitude": np.full(2000, 41.85)}
    assert [note.partition(" rows ")[0] for note in notes(campus)] == ["1,000 of 2,000"]
