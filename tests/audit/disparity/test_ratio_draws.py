"""The ratios by hand, and many versions and places at once as one by one."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.disparity.exposure import exposure, log_ratio, need_per_resident
from patrolcast.audit.disparity.ratio_draws import MEASURES, SidesOfCells, ratio_draws

RNG = np.random.default_rng(7)
N_CELLS, N_VERSIONS = 30, 4
MEMBERS = RNG.integers(0, 60, (N_CELLS, N_VERSIONS)).astype(float)
OTHERS = RNG.integers(5, 80, (N_CELLS, N_VERSIONS)).astype(float)
SIDES = SidesOfCells(MEMBERS, OTHERS, MEMBERS + OTHERS)
MINUTES, REPORTED = RNG.gamma(1.0, 30.0, (N_CELLS, 1)), RNG.gamma(1.0, 2.0, (N_CELLS, 1))


def test_two_cells_by_hand() -> None:
    sides = SidesOfCells(np.array([[30.0], [10.0]]), np.array([[10.0], [30.0]]), np.array([[40.0], [40.0]]))
    found = ratio_draws(np.array([[60.0], [20.0]]), np.array([[8.0], [4.0]]), sides, np.ones((1, 2)))
    exposed = np.log((30 * 60 + 10 * 20) / (10 * 60 + 30 * 20))  # both sides have 40 residents
    need = np.log((30 * 8 + 10 * 4) / (10 * 8 + 30 * 4))
    assert [float(found[name][0, 0]) for name in MEASURES] == pytest.approx(
        [exposed, need, exposed - need, need, exposed - need]  # equal cells: per resident is the same
    )


def test_versions_and_places_are_what_the_audit_measures_one_by_one() -> None:
    places = np.vstack([np.ones(N_CELLS), np.arange(N_CELLS) < 12])
    found = ratio_draws(MINUTES, REPORTED, SIDES, places)
    for place, inside in enumerate(places.astype(bool)):
        for version in range(N_VERSIONS):
            both = np.stack([MEMBERS[inside, version], OTHERS[inside, version]])
            total = both.sum(axis=0)
            exposed, need = (log_ratio(*exposure(amount[inside].T, both).T) for amount in (MINUTES, REPORTED))
            rate = log_ratio(*need_per_resident(REPORTED[inside].T, both, total).T)
            expected = (exposed, need, exposed - need, rate, exposed - rate)
            assert [found[name][place, version] for name in MEASURES] == pytest.approx(expected)


def test_patrol_in_many_versions_has_as_many_ratios() -> None:
    minutes = RNG.gamma(1.0, 30.0, (N_CELLS, 3))
    one = SidesOfCells(MEMBERS[:, :1], OTHERS[:, :1], (MEMBERS + OTHERS)[:, :1])
    together = ratio_draws(minutes, REPORTED, one, np.ones((1, N_CELLS)))["excess"][0]
    alone = [ratio_draws(minutes[:, [k]], REPORTED, one, np.ones((1, N_CELLS)))["excess"][0, 0] for k in range(3)]
    assert together == pytest.approx(alone)


def test_a_place_where_one_side_has_nobody_has_no_ratio() -> None:
    nobody = SidesOfCells(np.zeros((N_CELLS, 1)), OTHERS[:, :1], OTHERS[:, :1])
    found = ratio_draws(MINUTES, REPORTED, nobody, np.ones((1, N_CELLS)))
    assert not np.isfinite(found["excess"]).any()
