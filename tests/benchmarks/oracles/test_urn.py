"""The urn of Ensign et al. 2018: roots by hand, simulated means against the published behaviour."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.oracles.urn import fixed_points, mixed_update, simulate_shares

A, B = 3.68511, 2.816466
TRUE_SHARE = A / (A + B)
PRIOR = (609.0, 379.0)


def shares(*, seed: int = 1, rates: tuple[float, float] = (A, B), prior: tuple[float, float] = PRIOR, **how):
    return simulate_shares(*rates, prior=prior, rng=np.random.default_rng(seed), **how)


@pytest.mark.parametrize(("discovered", "root"), [(0.9, 0.776), (0.8, 0.683), (0.7, 0.639), (0.6, 0.614), (0.5, 0.599)])
def test_the_root_inside_is_where_the_urn_stays_on_average(discovered: float, root: float) -> None:
    update = mixed_update(A, B, discovered=discovered)
    (found,) = fixed_points(update)
    assert round(found, 3) == root
    # The definition itself: at a fixed point the share of what is added equals the share that is there.
    (a, b), (c, d) = update
    to_a, to_b = found * a + (1 - found) * c, found * b + (1 - found) * d
    assert to_a / (to_a + to_b) == pytest.approx(found, abs=1e-12)


def test_with_discovered_records_only_the_urn_stays_at_the_ends_and_nowhere_else() -> None:
    assert fixed_points(mixed_update(A, B, discovered=1.0)) == (0.0, 1.0)


def test_with_reported_records_only_the_urn_stays_at_the_true_share() -> None:
    assert fixed_points(mixed_update(A, B, discovered=0.0)) == pytest.approx((TRUE_SHARE,))


@pytest.mark.parametrize(("discovered", "mean"), [(0.9, 0.758), (0.8, 0.675), (0.7, 0.635), (0.6, 0.614), (0.5, 0.597)])
def test_the_simulated_mean_is_that_of_the_table(discovered: float, mean: float) -> None:
    assert shares(discovered=discovered).mean() == pytest.approx(mean, abs=0.03)


def test_discovered_records_run_away_and_the_correction_brings_the_true_share_back() -> None:
    runaway, corrected = shares(), shares(corrected=True)
    assert runaway.mean() == pytest.approx(0.938, abs=0.03)
    assert runaway.std() == pytest.approx(0.052, abs=0.03)
    assert (runaway > 0.9).mean() == pytest.approx(0.81, abs=0.06)
    assert corrected.mean() == pytest.approx(0.570, abs=0.03)
    assert abs(corrected.mean() - TRUE_SHARE) < 0.03


def test_a_lopsided_start_is_kept_by_discovery_and_forgotten_by_the_correction() -> None:
    rates = (0.61 * (A + B), 0.39 * (A + B))
    assert shares(rates=rates, prior=(609.0, 7.0)).mean() == pytest.approx(0.994, abs=0.03)
    assert shares(rates=rates, prior=(609.0, 7.0), corrected=True).mean() == pytest.approx(0.612, abs=0.03)


def test_equal_rates_run_away_all_the_same() -> None:
    """Chapman 2022: a loop arises from nothing but chance."""
    same = {"rates": (3.0, 3.0), "prior": (30.0, 30.0)}
    early, late = (np.abs(shares(days=days, **same) - 0.5).mean() for days in (500, 4000))
    assert late > early > 0.1
    assert np.abs(shares(days=4000, corrected=True, **same) - 0.5).mean() < late / 4
