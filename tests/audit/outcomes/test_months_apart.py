"""How much months differ: chance alone widens nothing, a spread of months and months in a row do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patrolcast.audit.outcomes.months_apart import Spread, critical_score, p_value, smallest_found, spreads

AFTER = np.arange(72) >= 48


def spread_of(left: np.ndarray, variance: float = 50.0) -> dict[int, float]:
    found = spreads(left, np.full(len(left), variance), AFTER, n_fitted=2)
    return {one.months: one.dispersion for one in found}


def test_independent_events_have_a_spread_of_one() -> None:
    rng = np.random.default_rng(1)
    found = [spread_of(rng.poisson(50, 72) - 50.0) for _ in range(60)]
    assert np.mean([one[1] for one in found]) == pytest.approx(1.0, abs=0.06)
    assert np.mean([one[6] for one in found]) == pytest.approx(1.0, abs=0.15)


def test_months_that_resemble_each_other_spread_more_in_blocks() -> None:
    waves = 10.0 * np.sign(np.sin(np.arange(72) * 2 * np.pi / 24 + 0.1))
    found = spread_of(waves)
    assert found[1] < found[3] < found[6]
    assert found[6] > 4 * found[1]


def test_no_block_reaches_across_adoption() -> None:
    """A level that changes with adoption, and is fitted, must leave nothing; a block across it would add both up."""
    left = np.where(np.arange(72) % 2 == 0, 5.0, -5.0)
    left[47], left[48] = 5.0, 5.0
    assert spread_of(left)[3] < 1.2 * spread_of(np.where(np.arange(72) % 2 == 0, 5.0, -5.0))[3] + 0.5


def test_the_most_cautious_counts_and_never_less_than_chance() -> None:
    assert critical_score((), level=0.05) == pytest.approx(1.96, abs=0.001)
    assert critical_score((Spread(1, 0.1, 70.0),), level=0.05) == pytest.approx(1.96, abs=0.001)
    wide = (Spread(1, 1.0, 70.0), Spread(6, 4.0, 10.0))
    assert critical_score(wide, level=0.05) == pytest.approx(2.0 * stats.t.isf(0.025, 10.0))
    assert p_value(4.0, wide) == pytest.approx(2 * stats.t.sf(2.0, 10.0))
    assert p_value(1.96, ()) == pytest.approx(0.05, abs=0.001)
    assert p_value(0.0, wide) == 1.0


def test_a_score_is_beyond_the_critical_one_where_its_p_value_is_below_the_level() -> None:
    wide = (Spread(1, 1.7, 30.0), Spread(6, 2.0, 9.0))
    critical = critical_score(wide, level=0.01)
    assert p_value(critical * 1.001, wide) < 0.01 < p_value(critical * 0.999, wide)


def test_too_few_blocks_say_nothing() -> None:
    assert [one.months for one in spreads(np.ones(8), np.ones(8), np.arange(8) >= 6, n_fitted=2)] == [1]


def test_the_smallest_ratio_shrinks_with_events_and_grows_with_spread() -> None:
    few, many = smallest_found(50.0, (), level=0.05), smallest_found(800.0, (), level=0.05)
    assert few is not None
    assert many is not None
    assert 1.0 < many < few
    assert (smallest_found(800.0, (Spread(1, 4.0, 60.0),), level=0.05) or 0.0) > many
    assert smallest_found(0.0, (), level=0.05) is None
    assert smallest_found(157.0, (), level=0.05) == pytest.approx(np.exp(2.8016 / np.sqrt(157.0)), rel=1e-3)
