"""The hindsight bound: above what the past alone allows, near the truth where the truth is smooth."""

import numpy as np
import pytest

from patrolcast.forecast import skill
from patrolcast.forecast.hindsight_rate import hindsight_rates, share_of_hindsight
from patrolcast.forecast.peers import Reports, Space
from patrolcast.forecast.peers.counting import all_history
from patrolcast.forecast.peers.stacked import by_half_life

WIDTH = 20
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])


def _all(sides):
    return [(by_half_life(before), by_half_life(after)) for before, after in sides]


def test_hindsight_lies_between_counting_and_the_truth():
    rng = np.random.default_rng(0)
    truth = rng.gamma(0.4, 0.01, len(CENTRES))
    counts = rng.poisson(truth, (700, len(CENTRES)))
    origins = np.arange(300, 400, 7)
    observed = np.stack([counts[day : day + 7].sum(axis=0) for day in origins])
    space = Space(CENTRES)
    sides = [(Reports.from_counts(counts[:day]), Reports.from_counts(counts[day + 7 :][::-1])) for day in origins]
    hindsight = hindsight_rates(sides, _all(sides), observed, space)
    counting = np.stack([all_history(before, space) for before, _ in sides])
    # Expected rather than drawn hits: what each ranking would catch of the known true rate.
    ties = skill.tie_orders(*observed.shape, rng=rng)
    rates = np.tile(truth, (len(origins), 1))
    by = {
        name: skill._caught_by(skill.ranked(rate, ties), rates, np.ones(len(CENTRES)), [0.05]).sum()
        for name, rate in (("hindsight", hindsight), ("counting", counting), ("truth", rates))
    }
    assert by["counting"] < by["hindsight"] <= by["truth"]
    assert by["hindsight"] > 0.93 * by["truth"]


def test_hindsight_never_sees_the_window_itself():
    """Incidents planted in one window alone, where nothing else ever happens, stay unknown."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.02, (200, len(CENTRES)))
    counts[:, 0] = 0
    day = 100
    sides = [(Reports.from_counts(counts[:day]), Reports.from_counts(counts[day + 7 :][::-1]))]
    plain = counts[day : day + 7].sum(axis=0)[None]
    planted = plain.copy()
    planted[0, 0] = 50
    space = Space(CENTRES)
    with_it, without = (hindsight_rates(sides, _all(sides), seen, space)[0] for seen in (planted, plain))
    assert with_it[0] / with_it.sum() < 0.01
    assert without[0] / without.sum() < 0.01


def test_counting_that_already_attains_the_limit_leaves_no_room():
    assert np.isnan(share_of_hindsight(40.0, 60.0, 60.5)[1]), "a share of next to no gain is noise"
    assert share_of_hindsight(61.0, 60.0, 62.0)[1] == 0.5
    whole, gained = share_of_hindsight(50.0, 60.0, 60.0)
    assert whole == pytest.approx(50 / 60)
    assert np.isnan(gained)
