"""Which settings transfer is decided by weeks that do not score it, of cities that are not scored by it."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.ablation import FULL
from benchmarks.transfers import SETTINGS, chosen, gain, transfer_rows

from patrolcast.numerics.arrays import FloatArray

BETTER, OTHER = (name for name in SETTINGS if name in {"half as many trees", "larger trees (31 leaves)"})


def hits(**factors: tuple[float, float]) -> dict[str, FloatArray]:
    """Forty windows of 100 hits at each share; a setting's factor in the first half, and in the second."""
    named = {BETTER: factors.get("better", (1.0, 1.0)), OTHER: factors.get("other", (1.0, 1.0))}
    halves = {name: np.repeat(named.get(name, (1.0, 1.0)), 20) for name in SETTINGS}
    return {name: np.tile(100.0 * factor, (3, 1)) for name, factor in halves.items()}


def test_the_gain_is_the_mean_log_ratio_to_the_shipped_settings() -> None:
    assert gain(hits(better=(1.1, 1.1)), BETTER) == pytest.approx(np.log(1.1))
    assert gain(hits(), FULL) == 0.0


def test_without_a_gain_the_shipped_settings_are_chosen() -> None:
    assert chosen([hits(better=(0.9, 1.0), other=(0.9, 1.0))]) == FULL
    assert chosen([hits(better=(1.2, 1.0)), hits(better=(0.9, 1.0), other=(1.05, 1.0))]) == BETTER


def test_a_citys_later_weeks_and_a_citys_own_weeks_choose_nothing_for_others() -> None:
    cities = {"a": hits(better=(1.2, 0.5)), "b": hits(other=(1.3, 2.0)), "c": hits(other=(1.1, 1.0), better=(1.0, 3.0))}
    rows = {(row[0], row[1]): row[2:] for row in transfer_rows(cities)}
    assert rows["a", "the others"][:2] == [OTHER, "1.000 (1.000-1.000)"]
    assert rows["a", "its own earlier weeks"][:2] == [BETTER, "0.500 (0.500-0.500)"]
    assert rows["b", "the others"][0] == BETTER
    assert rows["b", "its own earlier weeks"][1] == "2.000 (2.000-2.000)"
    assert rows["c", "the others"][0] == OTHER
