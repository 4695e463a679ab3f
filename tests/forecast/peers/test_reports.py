"""What all peers share: known reports only, a level, an answer without any report."""

import numpy as np
import pytest

from patrolcast.forecast.peers import PEERS, Reports, Space, levelled
from patrolcast.forecast.peers.counting import all_history

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


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
