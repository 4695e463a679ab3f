"""The city on its grid: every report is in the cell it lies in and is counted, and its row is then let go."""

from __future__ import annotations

import h3
import numpy as np
from tests.cities import as_of
from tests.runs.audited_city import city_settings
from tests.runs.trained_halves import DAYS, tables

from patrolcast.domain.tables import INCIDENT_COLUMNS
from patrolcast.runs.pipeline.counted import build_grid, count_incidents
from patrolcast.runs.pipeline.run import count_city


def test_every_incident_has_the_cell_it_lies_in_and_is_counted_once() -> None:
    settings, rows = city_settings(), tables().incidents.table
    grid = build_grid(tables(), settings)
    places = zip(rows["latitude"], rows["longitude"], strict=True)
    cells = grid.cells["cell"].tolist()
    expected = [cells.index(name) if (name := h3.latlng_to_cell(*place, 9)) in cells else -1 for place in places]
    assert grid.position.tolist() == expected
    panel = count_incidents(tables(), grid, settings, as_of=as_of(DAYS))
    np.testing.assert_array_equal(np.bincount(panel.cell), np.bincount(grid.position[grid.position >= 0]))
    assert len(panel.cell) + sum(panel.uncounted.values()) == panel.n_known


def test_a_counted_city_holds_no_row_of_the_records_and_the_layers_as_they_were() -> None:
    before = len(tables().incidents.table)
    city = count_city(tables(), city_settings(), as_of=as_of(DAYS))
    for left in (city.tables.incidents.table, city.tables.set_aside.table):
        assert tuple(left.columns) == INCIDENT_COLUMNS
        assert left.empty
    assert not city.grid.position.size
    assert city.tables.residents is tables().residents
    assert city.tables.boundary is tables().boundary
    assert len(city.panel.cell)
    assert len(tables().incidents.table) == before > 0
