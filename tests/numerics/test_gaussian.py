"""Gaussian kernels by hand on a line of cells: what they weigh, where they end, and that no report is lost."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.numerics.gaussian import cells_within, gaussian_kernel, spacing_m


def line(*metres: float) -> np.ndarray:
    return np.array([(x, 0.0) for x in metres])


def test_a_report_is_shared_out_by_distance() -> None:
    """Three cells 100 m apart, bandwidth 100 m: weights 1, e^-1/2 = .6065, e^-2 = .1353 of the first cell's report."""
    shared = gaussian_kernel(line(0, 100, 200), 100.0) @ np.array([1.0, 0.0, 0.0])
    np.testing.assert_allclose(shared, np.array([1.0, 0.606531, 0.135335]) / 1.741866, rtol=1e-5)


def test_the_kernel_ends_at_two_and_a_half_bandwidths() -> None:
    reached = gaussian_kernel(line(0, 10, 240, 260), 100.0).toarray()[:, 0] > 0
    assert reached.tolist() == [True, True, True, False]


def test_a_kernel_narrower_than_the_grid_still_reaches_the_next_ring() -> None:
    reached = gaussian_kernel(line(0, 300, 600), 100.0).toarray() > 0
    assert reached.tolist() == [[True, True, False], [True, True, True], [False, True, True]]


def test_no_report_is_lost_or_made_even_at_the_edge() -> None:
    centres = np.random.default_rng(1).uniform(0, 2000, (60, 2))
    reports = np.random.default_rng(2).poisson(2.0, 60).astype(float)
    for bandwidth in (50.0, 250.0, 700.0):
        assert (gaussian_kernel(centres, bandwidth) @ reports).sum() == pytest.approx(reports.sum(), rel=1e-6)


def test_two_equal_cells_weigh_each_other_alike() -> None:
    kernel = gaussian_kernel(line(0, 100), 100.0).toarray()
    assert kernel[0, 1] == kernel[1, 0]
    assert kernel.dtype == np.float32


def test_pairs_stand_both_ways_round_and_each_cell_with_itself() -> None:
    row, column, apart = cells_within(line(0, 100, 300), 150.0)
    assert sorted(zip(row.tolist(), column.tolist(), apart.tolist(), strict=True)) == [
        (0, 0, 0.0), (0, 1, 100.0), (1, 0, 100.0), (1, 1, 0.0), (2, 2, 0.0)
    ]  # fmt: skip


def test_spacing_is_the_median_distance_to_the_nearest_cell() -> None:
    assert spacing_m(line(0, 100, 200, 500)) == 100.0
    assert spacing_m(line(7)) == 0.0


def test_a_grid_of_one_cell_keeps_its_reports() -> None:
    assert gaussian_kernel(line(7), 100.0).toarray().tolist() == [[1.0]]
