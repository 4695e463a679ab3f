"""The map in few bytes: what the page's script reads back is the city and the forecast."""

from __future__ import annotations

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.city import cells_table
from tests.report.run.letters import from_letters

from patrolcast.report.run import map_data

CELLS = cells_table(3)


@given(st.lists(st.floats(1e-6, 50.0), min_size=2, max_size=40))
def test_a_value_is_read_back_to_half_a_step_of_the_log_scale_and_nothing_stays_nothing(positive: list[float]) -> None:
    values = np.array([0.0, *positive])
    low, high = map_data.scale_of(values)
    back = from_letters(map_data.in_letters(values, (low, high)), (low, high))
    assert back[0] == 0.0
    half_step = (high - low) / 4094 / 2
    np.testing.assert_allclose(np.log(back[1:]), np.log(values[1:]), atol=half_step + 1e-9)


def test_without_any_forecast_there_is_a_scale_and_no_class() -> None:
    assert map_data.scale_of(np.zeros(3)) == (0.0, 0.0)
    assert map_data.class_edges(np.zeros(3)) == []


def test_the_packed_outline_unpacks_to_the_corners_of_every_cell() -> None:
    city = map_data.outline(CELLS["cell"].tolist())
    packed = map_data.packed_outline(city)
    corners = np.cumsum(np.array(packed["corners"]).reshape(-1, 2), axis=0)
    back, newest, rings = iter(packed["cells"]), 0, []
    for i in range(len(CELLS)):
        ring = []
        for _ in range(packed["sides"].get(str(i), 6)):
            corner = newest - next(back)
            newest = max(newest, corner + 1)
            ring.append(tuple(corners[corner] / map_data.DEGREE_STEPS))
        rings.append(ring)
    for cell, ring in zip(CELLS["cell"], rings, strict=True):
        expected = [(lng, lat) for lat, lng in h3.cell_to_boundary(cell)]
        np.testing.assert_allclose(ring, expected, atol=0.6 / map_data.DEGREE_STEPS)


def test_the_border_of_a_district_runs_around_it_once() -> None:
    city = map_data.outline(CELLS["cell"].tolist())
    [ring] = map_data.district_rings(city, ["all"] * len(CELLS))["all"]
    assert len(ring) == len(set(ring)) == 6 * (2 * 3 + 1)  # a disk of k rings of hexagons has 6 (2 k + 1) sides
    both = map_data.district_rings(city, CELLS["district"].tolist())
    assert sorted(both) == sorted(set(CELLS["district"]))


@pytest.mark.parametrize("top", [0.03, 4.0, 700.0])
def test_classes_part_the_values_at_rising_round_edges_and_are_at_most_seven(top: float) -> None:
    values = np.geomspace(top / 1e4, top, 500)
    edges = map_data.class_edges(values)
    assert 1 <= len(edges) <= map_data.MOST_CLASSES - 1
    assert edges == sorted(edges)
    assert all(f"{edge:.0e}"[0] in "125" for edge in edges)
    assert edges[-1] < top


def test_names_are_read_back_as_they_were_packed() -> None:
    names = ["Elm & Oak, East", "", "near Elm & 5th Ave", "A&B, C", "7", "Elm & Oak, East", "x,y & z"]
    packed = map_data.packed_names(names)
    assert map_data.unpacked_names(packed) == names
    assert packed["parts"] == sorted(set(packed["parts"]))
    assert map_data.packed_names(["", ""]) == {"parts": [], "of": []}
