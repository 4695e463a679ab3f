"""Each peer against a brute-force reading of its formula, and on cities whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolcast.forecast.peers import COUNTING, PEERS, Reports, Space, TrainingWindow, levelled, stacked, tune
from patrolcast.forecast.peers import self_exciting as sepp
from patrolcast.forecast.peers.counting import all_history, peer_kernel_density, smoothed_count, trailing
from patrolcast.forecast.peers.promap import promap

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


def test_counting_counts():
    counts = _counts()
    assert all_history(Reports.from_counts(counts), Space(CENTRES)) == pytest.approx(counts.sum(axis=0))


def test_trailing_counts_the_last_days_and_no_more():
    counts = _counts()
    found = trailing(Reports.from_counts(counts), Space(CENTRES), days=28)
    assert found == pytest.approx(counts[-28:].sum(axis=0))


def test_smoothing_keeps_the_number_of_reports():
    reports = Reports.from_counts(_counts())
    assert smoothed_count(reports, Space(CENTRES), bandwidth_m=300.0).sum() == pytest.approx(len(reports.cell))


def test_kernel_density_is_its_formula():
    counts, space = _counts(1, n_days=60), Space(CENTRES)
    found = peer_kernel_density(Reports.from_counts(counts), space, bandwidth_m=250.0, half_life_days=20.0)
    away = np.linalg.norm(CENTRES[:, None] - CENTRES[None], axis=2)
    kernel = np.where(away <= 625.0, np.exp(-0.5 * (away / 250.0) ** 2), 0.0)
    kernel /= kernel.sum(axis=0)
    weight = 0.5 ** (np.arange(59, -1, -1) / 20.0)
    assert found == pytest.approx(kernel @ (weight @ counts), rel=1e-5)


def test_promap_is_its_formula():
    counts = _counts(2, n_days=90)
    found = promap(Reports.from_counts(counts), Space(CENTRES), bandwidth_m=450.0, days=61)
    expected = np.zeros(len(CENTRES))
    for day, cell in np.argwhere(counts > 0):
        age = 89 - day
        if age >= 61:
            continue
        for other, centre in enumerate(CENTRES):
            away = np.linalg.norm(centre - CENTRES[cell])
            if away <= 450.0:
                expected[other] += counts[day, cell] / (1 + away // 150.0) / (1 + age // 7)
    assert found == pytest.approx(expected)


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


def test_stacked_components_are_reports_per_day():
    counts = np.zeros((800, len(CENTRES)), dtype=np.uint16)
    counts[:, 7] = 2
    reports = Reports.from_counts(counts)
    parts = stacked.peer_components(reports, stacked.by_half_life(reports), Space(CENTRES))
    assert parts.shape == (len(stacked.NAMES), len(CENTRES))
    assert parts.sum(axis=1) == pytest.approx(np.full(len(parts), 2.0), rel=1e-4)


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_prefers_the_cell_where_reports_gather(name):
    counts = _counts(5, n_days=200, mean=0.002)
    counts[::3, 14] += 1
    reports, space = Reports.from_counts(counts), Space(CENTRES)
    for options in PEERS[name].grid:
        rate = PEERS[name].method(reports, space, **options)
        assert rate.shape == (len(CENTRES),)
        assert (rate >= 0).all()
        assert int(np.argmax(rate)) == 14


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_answers_without_any_report(name):
    reports = Reports(np.empty(0), np.empty(0, dtype=np.int32), 10, len(CENTRES))
    for options in PEERS[name].grid:
        assert levelled(PEERS[name].method(reports, Space(CENTRES), **options), reports).sum() > 0


def test_levelling_sets_the_city_level_and_leaves_no_cell_impossible():
    counts = _counts(6, n_days=500)
    reports = Reports.from_counts(counts)
    rate = levelled(all_history(reports, Space(CENTRES)) ** 3, reports)
    assert rate.sum() == pytest.approx(counts[-365:].sum() / 365)
    assert rate.min() > 0


def test_settings_are_those_that_catch_most_on_training_windows():
    """Reports come in bursts next to each other: a narrow, recent kernel must be chosen over a wide or long one."""
    rng, windows = np.random.default_rng(8), []
    for _ in range(12):
        counts = rng.poisson(0.002, (400, len(CENTRES)))
        hot = int(rng.integers(len(CENTRES)))
        counts[-20:, hot] += rng.poisson(0.5, 20)
        observed = np.zeros(len(CENTRES), dtype=int)
        observed[hot] = 20
        windows.append(TrainingWindow(Reports.from_counts(counts), observed))
    chosen = tune(
        PEERS["kernel_density"],
        windows,
        Space(CENTRES),
        np.ones(len(CENTRES)),
        scored=EVERY,
        rng=np.random.default_rng(0),
    )
    assert chosen["half_life_days"] in {28.0, 91.0}


def test_without_training_windows_the_first_setting_stands():
    chosen = tune(
        PEERS["promap"], [], Space(CENTRES), np.ones(len(CENTRES)), scored=EVERY, rng=np.random.default_rng(0)
    )
    assert chosen == PEERS["promap"].grid[0]
    assert COUNTING in PEERS


@pytest.mark.parametrize(
    ("age", "n_days", "told"),
    [
        ([-1.0], 10, "a report is not known yet, or older than the history"),
        ([10.0], 10, "a report is not known yet, or older than the history"),
        ([1.0, 2.0], 10, "reports need one age per cell and at least one day of history"),
        ([], 0, "reports need one age per cell and at least one day of history"),
    ],
)
def test_reports_that_are_not_known_yet_are_refused(age, n_days, told):
    with pytest.raises(ValueError) as error:
        Reports(np.array(age), np.zeros(1 if age else 0, dtype=np.int32), n_days, 5)
    assert str(error.value) == told


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


def test_settings_are_chosen_on_the_land_that_is_scored():
    """The cell where most came counts only where it is scored."""
    seen, later = _counts(7, n_days=60, mean=0.0), np.zeros(len(CENTRES), dtype=int)
    seen[:, 14] = 1
    later[14] = 9
    windows = [TrainingWindow(Reports.from_counts(seen), later)]
    area, peer = np.ones(len(CENTRES)), PEERS["trailing_28d"]
    both = replace(peer, method=_chosen_cell, grid=({"cell": 14}, {"cell": 2}))
    here, elsewhere = EVERY.copy(), EVERY.copy()
    elsewhere[14] = False
    later[2] = 1
    rng = np.random.default_rng(0)
    assert tune(both, windows, Space(CENTRES), area, scored=here, rng=rng) == {"cell": 14}
    assert tune(both, windows, Space(CENTRES), area, scored=elsewhere, rng=rng) == {"cell": 2}


def _chosen_cell(reports, space, *, cell):
    return (np.arange(len(space.centres_m)) == cell).astype(float)
