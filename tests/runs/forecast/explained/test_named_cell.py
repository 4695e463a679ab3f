"""A person names a cell by its index, by what it is called, or by its coordinates; what fits several is asked back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import h3
import pandas as pd
import pytest

from patrolcast.domain.errors import UsageError
from patrolcast.io.store.stored_run import StoredRun
from patrolcast.runs.forecast.explained.named_cell import find_cell

CELLS = sorted(h3.grid_disk(h3.latlng_to_cell(41.85, -87.65, 9), 1))
NAMES = [
    "5th Ave & Elm St, Depot",
    "6th Ave & Elm St, Depot",
    "near 6th Ave & Elm St, Depot",
    "Oak St",
    "",
    "OAK ST E",
    "Bay",
]


def run(names: list[str] = NAMES) -> StoredRun:
    places = pd.DataFrame({"cell": CELLS, "district": "4", "place": names})
    return cast("StoredRun", SimpleNamespace(forecast=pd.DataFrame({"cell": CELLS}), places=places))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (CELLS[4], 4),
        ("5th ave & elm st, depot", 0),
        ("elm 5th", 0),
        ("6th Ave & Elm St, Depot", 1),
        ("oak st", 3),
        ("BAY", 6),
        ("{latitude:.4f}, {longitude:.4f}", 2),
        ("{latitude:.6f} {longitude:.6f}", 2),
    ],
)
def test_a_cell_is_found(text: str, position: int) -> None:
    latitude, longitude = h3.cell_to_latlng(CELLS[2])
    assert find_cell(run(), text.format(latitude=latitude, longitude=longitude)) == CELLS[position]


def message(text: str, names: list[str] = NAMES) -> str:
    with pytest.raises(UsageError) as error:
        find_cell(run(names), text)
    return str(error.value)


def test_what_fits_several_cells_is_asked_back_with_some_of_them() -> None:
    assert message("elm depot") == (
        f"CELL: got 'elm depot'; 3 cells fit: '5th Ave & Elm St, Depot' ({CELLS[0]}, district 4), "
        f"'6th Ave & Elm St, Depot' ({CELLS[1]}, district 4), 'near 6th Ave & Elm St, Depot' ({CELLS[2]}, district 4); "
        "name one"
    )


def test_what_fits_no_cell_is_answered_with_the_nearest_name() -> None:
    assert message("Oka St") == (
        "CELL: got 'Oka St'; must be one of the run's 7 cells: its H3 index, its place name, e.g. 'Oak St', or "
        "latitude, longitude; places.csv and briefing.html name them"
    )
    for nothing in ("", "   "):
        assert "must be one of the run's 7 cells: its H3 index, its place name, or latitude" in message(
            nothing, [""] * 7
        )


@pytest.mark.parametrize("text", ["-87.65, 41.85", "10.0, 20.0", "95, 200"])
def test_coordinates_outside_the_run_say_which_comes_first(text: str) -> None:
    assert message(text) == (
        f"CELL: got '{text}'; must lie in a cell of the run; latitude comes first, as the briefing prints it"
    )
