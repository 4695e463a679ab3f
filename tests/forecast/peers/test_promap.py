"""ProMap against its formula."""

import numpy as np
import pytest

from patrolcast.forecast.peers import Reports, Space
from patrolcast.forecast.peers.promap import promap

WIDTH = 6
CENTRES = np.array([[300.0 * (i % WIDTH), 300.0 * (i // WIDTH)] for i in range(WIDTH * WIDTH)])

EVERY = np.ones(len(CENTRES), dtype=bool)


def _counts(seed=0, n_days=120, mean=0.05):
    return np.random.default_rng(seed).poisson(mean, (n_days, len(CENTRES))).astype(np.uint16)


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
