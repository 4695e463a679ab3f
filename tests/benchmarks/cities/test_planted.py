"""The small planted cities: what the caller plants is there, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cities import as_of, runaway_city, segregated_city, two_district_city, uniform_city

from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.grid.cells import cover_area, locate
from patrolcast.synthetic.truth import Truth, reporting_chance

MAKERS = (uniform_city, segregated_city, two_district_city, runaway_city)


def cell_counts(tables: CityTables, truth: Truth, part: str = "incidents") -> np.ndarray:
    table = getattr(tables, part).table
    cells = cover_area(tables.boundary, tables.districts, None, resolution=9)
    assert list(cells["cell"]) == list(truth.cells)
    at = locate(table["longitude"].to_numpy(), table["latitude"].to_numpy(), cells["cell"], resolution=9)
    return np.bincount(at, minlength=len(cells))


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_gives_the_same_city_and_another_seed_another(make) -> None:
    one, again, other = make(3)[0], make(3)[0], make(4)[0]
    assert one.incidents.table.equals(again.incidents.table)
    assert one.set_aside.table.equals(again.set_aside.table)
    assert not one.incidents.table.equals(other.incidents.table)


@pytest.mark.parametrize("make", MAKERS)
def test_everything_is_known_by_as_of_and_in_order(make) -> None:
    tables, _ = make(1, days=60)
    limit = int(as_of(60).timestamp() * 1e6)
    for table in (tables.incidents.table, tables.set_aside.table):
        reported, occurred = to_instants(table["reported_at"]), to_instants(table["occurred_at"])
        assert (np.diff(reported) >= 0).all()
        assert (occurred <= reported).all()
        assert reported.max() <= limit
    assert (tables.residents["group_a"] + tables.residents["group_b"] == tables.residents["total"]).all()


def test_a_uniform_city_has_nothing_to_find() -> None:
    tables, truth = uniform_city(2)
    assert np.ptp(truth.field) == pytest.approx(0)
    assert np.ptp(reporting_chance(truth)) == pytest.approx(0)
    counts = cell_counts(tables, truth)
    dispersion = counts.var() / counts.mean()
    assert 0.75 < dispersion < 1.3
    assert np.std(truth.share[:, 1]) > 0.1


@given(rho=st.floats(-0.95, 0.95), seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_log_rate_correlates_with_the_share_as_planted(rho: float, seed: int) -> None:
    _, truth = segregated_city(seed, n_rings=6, days=2, rho=rho)
    assert np.corrcoef(np.log(truth.field[:, 0]), truth.share[:, 1])[0, 1] == pytest.approx(rho, abs=1e-6)


def test_less_reporting_hides_incidents_of_the_district_where_it_is_less() -> None:
    fair, truth = two_district_city(5)
    biased, biased_truth = two_district_city(5, reporting_b=0.25)
    east = truth.share[:, 1] > 0.6
    west = truth.share[:, 1] < 0.4
    even = cell_counts(fair, truth)
    lean = cell_counts(biased, biased_truth)
    assert even[east].mean() / even[west].mean() == pytest.approx(1.0, abs=0.1)
    wanted = reporting_chance(biased_truth)[east].mean() / reporting_chance(biased_truth)[west].mean()
    assert lean[east].mean() / lean[west].mean() == pytest.approx(wanted, abs=0.1)
    assert wanted < 0.75


def test_in_the_runaway_city_records_of_patrol_contradict_reports() -> None:
    tables, truth = runaway_city(7)
    west = truth.share[:, 1] > 0.6
    east = truth.share[:, 1] < 0.4
    reports, patrol = cell_counts(tables, truth), cell_counts(tables, truth, "set_aside")
    assert reports[east].mean() > 1.15 * reports[west].mean()
    assert patrol[west].mean() > 5 * patrol[east].mean()
    both = reports + patrol
    assert both[west].mean() > both[east].mean()


def test_excitation_clusters_incidents_and_keeps_about_as_many() -> None:
    def clustering(offspring: float) -> tuple[float, int]:
        tables, truth = segregated_city(9, n_rings=6, spread=0.0, per_day=24.0, offspring=offspring)
        table = tables.incidents.table
        cells = cover_area(tables.boundary, tables.districts, None, resolution=9)
        at = locate(table["longitude"].to_numpy(), table["latitude"].to_numpy(), cells["cell"], resolution=9)
        week = (to_instants(table["occurred_at"]) - to_instants(table["occurred_at"]).min()) // (7 * 86_400_000_000)
        counts = np.zeros((len(truth.cells), week.max() + 1))
        np.add.at(counts, (at, week), 1)
        return float(counts.var() / counts.mean()), len(table)

    calm, n_calm = clustering(0.0)
    excited, n_excited = clustering(0.5)
    assert calm < 1.2
    assert excited > calm + 0.15
    assert 0.75 < n_excited / n_calm < 1.15
