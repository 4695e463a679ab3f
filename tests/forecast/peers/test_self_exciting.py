"""The self-exciting process finds what was planted, and little where nothing was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.forecast.peers import Reports, Space
from patrolcast.forecast.peers import self_exciting as sepp

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1.5))
def test_sums_over_earlier_reports_are_exact(seed, omega):
    counts = _counts(seed, n_days=40, mean=0.1)
    day, cell = np.nonzero(counts.T)[::-1]
    order = np.lexsort((day, cell))
    day, cell = day[order].astype(float), cell[order].astype(np.int64)
    times = counts[day.astype(int), cell].astype(float)
    if not len(day):
        return
    nearby, elapsed = sepp._earlier(day, cell, times, omega)
    for i in range(len(day)):
        past = (cell == cell[i]) & (day < day[i])
        wait = day[i] - day[past]
        assert nearby[i] == pytest.approx((times[past] * np.exp(-omega * wait)).sum(), abs=1e-9)
        assert elapsed[i] == pytest.approx((times[past] * wait * np.exp(-omega * wait)).sum(), abs=1e-7)


def _excited_city(theta, omega, seed=0, n_days=1500, n_cells=120):
    """Reports of a self-exciting process: background by cell, children after exponential waits, in whole days."""
    rng = np.random.default_rng(seed)
    background = rng.gamma(1.0, 0.01, n_cells)
    counts = np.zeros((n_days, n_cells), dtype=np.uint16)
    for cell in range(n_cells):
        todo = list(rng.uniform(0, n_days, rng.poisson(background[cell] * n_days)))
        while todo:
            time = todo.pop()
            counts[int(time), cell] += 1
            later = time + rng.exponential(1 / omega, rng.poisson(theta))
            todo.extend(moment for moment in later if moment < n_days)
    return counts, background


def test_the_self_exciting_process_finds_planted_contagion():
    counts, background = _excited_city(theta=0.4, omega=0.1)
    fitted = sepp.fit(Reports.from_counts(counts), days=1500, iterations=sepp.ITERATIONS)
    assert fitted.theta == pytest.approx(0.4, abs=0.12)
    assert fitted.omega == pytest.approx(0.1, abs=0.04)
    assert np.corrcoef(fitted.background, background)[0, 1] > 0.8


def test_the_self_exciting_process_finds_little_contagion_where_there_is_none():
    counts, _ = _excited_city(theta=0.0, omega=0.1)
    assert sepp.fit(Reports.from_counts(counts), days=1500, iterations=sepp.ITERATIONS).theta < 0.1


def test_the_self_exciting_total_is_that_of_the_history():
    counts, _ = _excited_city(theta=0.3, omega=0.1, n_days=800)
    fitted = sepp.fit(Reports.from_counts(counts), days=800, iterations=sepp.ITERATIONS)
    assert fitted.background.sum() * 800 == pytest.approx((1 - fitted.theta) * counts.sum(), rel=0.01)


def test_the_shorter_the_horizon_the_more_the_newest_reports_weigh():
    counts = _counts(6, n_days=300, mean=0.02)
    counts[-1, 3], counts[-60, 9] = 5, 5
    reports = Reports.from_counts(counts)
    fitted = sepp.Fitted(np.full(len(CENTRES), 0.02), 0.5, 0.1)
    day, week, month = sepp.rates_over(fitted, reports, days=300, horizons_days=(1.0, 7.0, 28.0))
    assert day[3] > week[3] > month[3] > 0.02
    lasting = sepp.Fitted(fitted.background, 0.0, 0.1)
    flat = sepp.rates_over(lasting, reports, days=300, horizons_days=(1.0, 28.0))
    np.testing.assert_array_equal(flat[0], flat[1])


def test_one_fit_for_all_horizons_is_the_fit_of_each():
    reports = Reports.from_counts(_excited_city(theta=0.3, omega=0.1, n_days=400)[0])
    space = Space(np.zeros((reports.n_cells, 2)))
    fitted = sepp.fit(reports, days=365, iterations=sepp.ITERATIONS)
    for horizon, rate in zip(
        (0.5, 7.0), sepp.rates_over(fitted, reports, days=365, horizons_days=(0.5, 7.0)), strict=True
    ):
        np.testing.assert_allclose(rate, sepp.self_exciting(reports, space, days=365, horizon_days=horizon))
