"""Settings of a peer are those that catch most on training windows, on the land that is scored."""

from dataclasses import replace

import numpy as np

from patrolcast.forecast.peers import COUNTING, PEERS, Reports, Space, TrainingWindow, tune

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


def _chosen_cell(reports, space, *, cell):
    return (np.arange(len(space.centres_m)) == cell).astype(float)


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
