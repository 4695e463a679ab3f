"""Levers in a run: off by default; what they do is what they say, and none of them touches the forecast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from tests.cities import as_of, two_district_city
from tests.runs.audited_city import city_settings, run_city, verdicts
from tests.runs.tiny_city import NOW, write_city

from patrolcast.domain.errors import ConfigError, DataRefusedError
from patrolcast.domain.records import GateVerdict, RunResult
from patrolcast.domain.tables import CityTables
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.patrol.allocation import allocated_exposure_ratio
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.allocation import ShiftSchedule, build_allocator
from patrolcast.runs.pipeline.levers import MARK, exposure_bounds
from patrolcast.runs.pipeline.residents import count_residents, group_and_others

DAYS = 120
BUDGET = {"minutes_per_district": 240.0, "visits_per_cell": 1}
BOUND = {"group": "group_b", "floor": 0.9, "ceiling": 1.1}


@pytest.fixture(scope="module")
def city() -> CityTables:
    tables, _ = two_district_city(4, n_rings=5, days=DAYS, ratio=3.0)
    return replace(tables, districts=None)


@pytest.fixture(scope="module")
def plain(city: CityTables) -> RunResult:
    return run(city)


def run(city: CityTables, **patrol: object) -> RunResult:
    return run_city(city, as_of(DAYS), patrol={**BUDGET, **patrol})


def test_by_default_every_lever_is_off(plain: RunResult) -> None:
    assert set(plain.suggestions["role"]) == {"suggested"}
    assert set(plain.suggestions["propensity"]) == {1.0}
    assert not [note for note in plain.notes if "caps" in note or "exploration" in note or "bounded" in note]


def test_a_cell_that_was_suggested_five_nights_in_a_row_rests(city: CityTables, plain: RunResult) -> None:
    first = plain.suggestions["shift_start"].min()
    tired = plain.suggestions["cell"].iloc[0]
    nights = [first - pd.Timedelta(days=days) for days in range(1, 6)]
    past = pd.DataFrame({"cell": tired, "shift_start": pd.DatetimeIndex(nights)})
    rested = run(replace(city, past_suggestions=past), caps={})
    assert tired not in set(rested.suggestions["cell"])
    fresh = run(replace(city, past_suggestions=past.iloc[:4]), caps={})
    assert tired in set(fresh.suggestions["cell"])
    pd.testing.assert_frame_equal(rested.forecast, plain.forecast, check_exact=True)
    assert rested.disparity.concentration.longest_run == 5
    assert plain.disparity.concentration.longest_run > 5


def test_what_was_suggested_after_as_of_is_not_known(city: CityTables, plain: RunResult) -> None:
    cell = plain.suggestions["cell"].iloc[0]
    later = pd.DatetimeIndex([as_of(DAYS) + pd.Timedelta(hours=h) for h in range(1, 6)])
    past = pd.DataFrame({"cell": cell, "shift_start": later})
    found = run(replace(city, past_suggestions=past), caps={})
    pd.testing.assert_frame_equal(found.suggestions, plain.suggestions, check_exact=True)


def test_the_band_logs_roles_and_chances_and_keeps_the_budget(city: CityTables, plain: RunResult) -> None:
    explored = run(city, exploration={"half_width": 4, "uniform_cells": 1})
    table = explored.suggestions
    for _, shift in table.groupby("shift_start"):
        assert shift["role"].value_counts().to_dict() == {"suggested": 15, "comparison": 4, "explored": 1}
        assert shift["patrol_minutes"].sum() == 240.0
    assert (table.loc[table["role"] == "comparison", "visits"] == 0).all()
    assert set(table.loc[table["role"] == "comparison", "propensity"]) == {0.5}
    assert set(table.loc[table["role"] == "suggested", "propensity"]) == {0.5, 1.0}
    assert verdicts(explored)["budget_kept"] == GateVerdict.PASS
    again = run(city, exploration={"half_width": 4, "uniform_cells": 1})
    pd.testing.assert_frame_equal(table, again.suggestions, check_exact=True)
    pd.testing.assert_frame_equal(explored.forecast, plain.forecast, check_exact=True)


@pytest.mark.long
def test_a_bound_is_kept_in_every_shift_and_marks_the_run(city: CityTables, plain: RunResult) -> None:
    bounded = run(city, bound=BOUND)
    people = count_residents(city, city_settings(), bounded.cells)
    own, other = group_and_others(people, "group_b", None)

    def ratios(result: RunResult) -> list[float]:
        found = []
        for _, shift in result.suggestions.groupby("shift_start"):
            visits = np.zeros(len(result.cells))
            visits[pd.Index(result.cells["cell"]).get_indexer(shift["cell"])] = shift["visits"]
            found.append(float((own @ visits / own.sum()) / (other @ visits / other.sum())))
        return found

    assert all(0.9 - 1e-6 <= ratio <= 1.1 + 1e-6 for ratio in ratios(bounded))
    assert min(ratios(plain)) > 1.5
    assert MARK in bounded.notes
    assert bounded.suggestions.groupby("shift_start")["visits"].sum().tolist() == [16, 16, 16]
    pd.testing.assert_frame_equal(bounded.forecast, plain.forecast, check_exact=True)


def test_an_allocator_keeps_a_bound_and_the_budget_of_every_district(city: CityTables, plain: RunResult) -> None:
    bounds = exposure_bounds(city, city_settings(patrol={**BUDGET, "bound": BOUND}), plain.cells)
    free = build_allocator(
        plain.cells, ("burglary", "theft"), city_settings(patrol=BUDGET).patrol, starts=["06:00"], seed=7
    )
    allocator = replace(free, bounds=bounds)
    score = np.random.default_rng(2).gamma(0.5, size=(2, len(plain.cells))) * (1 + 3 * bounds[0].members / 200)
    schedule = ShiftSchedule(
        np.array([0, 28_800_000_000]), np.array([0, 0]), np.zeros((0, len(plain.cells)), dtype=bool), np.array([0, 0])
    )
    for visits in allocator.allocate(score, schedule).visits:
        assert 0.9 - 1e-6 <= allocated_exposure_ratio(visits, bounds[0].members, bounds[0].others) <= 1.1 + 1e-6
        assert visits.sum() == 16
    unbounded = free.allocate(score, schedule).visits
    assert max(allocated_exposure_ratio(visits, bounds[0].members, bounds[0].others) for visits in unbounded) > 1.2


def test_a_bound_needs_residents_a_group_and_reach(city: CityTables) -> None:
    bound = {"group": "group_b", "ceiling": 1.1}
    with pytest.raises(ConfigError, match="needs counts by group"):
        run(replace(city, residents=None), bound=bound)
    with pytest.raises(ConfigError, match="must be a group; groups here: group_a, group_b"):
        run(city, bound={**bound, "group": "group_x"})
    with pytest.raises(ConfigError, match="16 visits allow no ratio below"):
        run(city, bound={**bound, "ceiling": 0.01})


@pytest.mark.parametrize("nobody", ["group_b", "everyone else"])
def test_a_bound_on_a_group_that_nobody_of_lives_on_the_grid_is_an_error(
    city: CityTables, plain: RunResult, nobody: str
) -> None:
    residents = city.residents.copy()
    if nobody == "group_b":
        residents["group_b"] = 0
    else:
        residents["group_b"] = residents["total"]
    settings = city_settings(patrol={**BUDGET, "bound": BOUND})
    with pytest.raises(ConfigError) as error:
        exposure_bounds(replace(city, residents=residents), settings, plain.cells)
    assert str(error.value) == (
        f"[patrol.bound]: got no residents of {nobody} on the grid; both sides of a bound need residents there; name "
        "groups that live there, or take the bound out"
    )
    assert len(exposure_bounds(city, settings, plain.cells)) == 1


def test_a_bound_and_a_draw_exclude_each_other() -> None:
    patrol = {"bound": {"group": "group_b", "ceiling": 1.1}, "exploration": {"half_width": 2}}
    with pytest.raises(ValidationError, match="a random cell could break the bound"):
        city_settings(patrol=patrol)


def test_past_suggestions_are_read_from_a_table_and_rows_without_a_visit_do_not_count(tmp_path: Path) -> None:
    config = write_city(tmp_path)
    config.write_text(config.read_text() + '\n[patrol.caps]\npast = "../data/past.csv"\n')
    past = tmp_path / "data" / "past.csv"
    past.write_text("cell,shift_start,visits\na,2026-02-20T12:00:00Z,2\nb,2026-02-20T12:00:00Z,0\n")
    tables = load_city(read_settings(config).settings, as_of=None, now=NOW).tables
    assert tables.past_suggestions["cell"].tolist() == ["a"]
    past.write_text("cell,when\na,2026-02-20T12:00:00Z\n")
    with pytest.raises(DataRefusedError, match=r"past.csv: got no column 'shift_start'"):
        load_city(read_settings(config).settings, as_of=None, now=NOW)
