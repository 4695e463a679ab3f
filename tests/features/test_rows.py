"""Training rows: incidents are kept while they fit, and the weights of what is drawn leave every sum unbiased."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.features.rows import Rows, dense_rows, draw_leads, latest_origin, sampled_rows

SHIFTS, ORIGINS = np.arange(60, dtype=np.int32), np.arange(60, dtype=np.int32) // 3


def drawn(seed: int, max_rows: int) -> tuple[np.ndarray, np.ndarray, Rows]:
    rng = np.random.default_rng(seed)
    expected = rng.gamma(0.5, 0.02, (60, 100)).astype(np.float32)
    counts = rng.poisson(expected).astype(np.uint16)
    return counts, expected, sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=max_rows, rng=rng)


@given(st.integers(0, 1000), st.integers(4, 4000))
@settings(max_examples=40, deadline=None)
def test_every_incident_that_fits_is_kept_with_weight_one_and_no_row_is_made_up(seed: int, max_rows: int) -> None:
    counts, _, rows = drawn(seed, max_rows)
    if (counts > 0).sum() <= 0.75 * max_rows:
        assert rows.count.sum() == counts.sum()
        assert (rows.weight[rows.count > 0] == 1).all()
    else:
        assert rows.count.sum() <= counts.sum()
    assert (rows.weight >= 1).all()
    assert (counts[rows.shift, rows.cell] == rows.count).all()
    assert (rows.origin == ORIGINS[rows.shift]).all()
    assert len(set(zip(rows.shift.tolist(), rows.cell.tolist(), strict=True))) == len(rows)


def test_weighted_sums_over_the_sample_are_those_of_all_rows() -> None:
    """Mean over 200 draws within four standard errors, for the number of rows and for their expectation."""
    found = []
    for seed in range(200):
        counts, expected, rows = drawn(3, 1500)
        rng = np.random.default_rng(seed)
        rows = sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=1500, rng=rng)
        found.append((rows.weight.sum(), (rows.weight * expected[rows.shift, rows.cell]).sum()))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(200)
    wanted = np.array([counts.size, expected.sum()])
    assert (np.abs(mean - wanted) < 4 * error).all()
    unweighted = np.mean([len(drawn(3, 1500)[2])])
    assert abs(unweighted - counts.size) > 40 * error[0], "without weights the sums would be far off"


def busy() -> tuple[np.ndarray, np.ndarray]:
    """A city with far more incidents than rows: 6,000 cell-shifts, about 3,000 of them filled, some many times."""
    rng = np.random.default_rng(11)
    expected = rng.gamma(1.0, 1.2, (60, 100)).astype(np.float32)
    return rng.poisson(expected).astype(np.uint16), expected


@given(st.integers(0, 10_000), st.integers(200, 2000))
@settings(max_examples=60, deadline=None)
def test_incidents_beyond_the_bound_are_drawn_and_their_weighted_sum_is_what_occurred(seed: int, max_rows: int) -> None:
    counts, expected = busy()
    rows = sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=max_rows, rng=np.random.default_rng(seed))
    filled = rows.count > 0
    assert len(rows) < 1.1 * max_rows + 60
    assert (~filled).sum() > 0
    total = float((rows.weight * rows.count).sum())
    noise = counts.sum() / np.sqrt(filled.sum())
    assert abs(total - counts.sum()) < 5 * noise
    assert abs(float(rows.count.sum()) - counts.sum()) > 5 * noise, "without weights incidents would be missing"


def test_on_average_the_weighted_sums_over_drawn_incidents_are_exact() -> None:
    """Incidents, incidents where many are expected, filled rows, and all rows: within four standard errors."""
    counts, expected = busy()
    found, bare = [], []
    for seed in range(300):
        rows = sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=600, rng=np.random.default_rng(seed))
        at = expected[rows.shift, rows.cell]
        parts = np.array([rows.count, rows.count * at, rows.count > 0, np.ones(len(rows))])
        found.append((parts * rows.weight).sum(axis=1))
        bare.append(parts.sum(axis=1))
    wanted = np.array([counts.sum(), (counts * expected).sum(), (counts > 0).sum(), counts.size])
    error = np.std(found, axis=0) / np.sqrt(300)
    assert (np.abs(np.mean(found, axis=0) - wanted) < 4 * error).all()
    assert (np.abs(np.mean(bare, axis=0) - wanted) > 40 * error).all(), "without weights every sum would be far off"


def test_where_the_incidents_fit_exactly_the_zeros_are_drawn_and_nothing_else() -> None:
    rng = np.random.default_rng(4)
    expected = rng.gamma(0.5, 0.02, (60, 100)).astype(np.float32)
    counts = rng.poisson(expected).astype(np.uint16)
    rows = sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=1500, rng=np.random.default_rng(9))
    root = np.sqrt(expected)
    keep = np.minimum(root * np.float32((1500 - (counts > 0).sum()) / root.sum(dtype=np.float64)), 1)
    keep[counts > 0] = 1
    at = np.nonzero(np.random.default_rng(9).random(keep.shape, dtype=np.float32) < keep)
    assert rows.shift.tolist() == at[0].tolist()
    assert rows.cell.tolist() == at[1].tolist()
    assert rows.weight.tobytes() == (1 / keep[at]).tobytes()


def test_the_same_seed_draws_the_same_rows() -> None:
    counts, expected = busy()
    once, again, other = (
        sampled_rows(SHIFTS, ORIGINS, counts, expected.copy(), max_rows=600, rng=np.random.default_rng(seed))
        for seed in (5, 5, 6)
    )
    assert once.cell.tobytes() == again.cell.tobytes()
    assert once.weight.tobytes() == again.weight.tobytes()
    assert once.cell.tobytes() != other.cell.tobytes()


def test_dense_rows_are_every_cell_of_every_shift_in_order() -> None:
    rows = dense_rows(np.array([4, 9], dtype=np.int32), np.array([1, 3], dtype=np.int32), None, n_cells=3)
    assert rows.shift.tolist() == [4, 4, 4, 9, 9, 9]
    assert rows.origin.tolist() == [1, 1, 1, 3, 3, 3]
    assert rows.cell.tolist() == [0, 1, 2, 0, 1, 2]


def test_the_latest_origin_never_lies_after_the_start_of_its_shift() -> None:
    origins = np.array([0, 10, 20], dtype=np.int64)
    assert latest_origin(np.array([-1, 0, 9, 10, 25]), origins).tolist() == [-1, 0, 0, 1, 2]


def test_leads_fill_the_horizon_evenly_and_stay_within_it() -> None:
    leads = draw_leads(7000, horizon_days=7, rng=np.random.default_rng(1))
    assert set(leads) == set(range(7))
    assert np.bincount(leads).min() > 850
    assert (draw_leads(100, horizon_days=1, rng=np.random.default_rng(1)) == 0).all()
