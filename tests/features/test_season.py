"""The season by known truth: found where it is, drawn to nothing where there is none, blind to days without records."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.season import N_HARMONICS, fit_season, harmonics

DAYS = np.arange(365 * 5)
WAVES = harmonics(DAYS % 365 + 1)
EVERY = np.ones(len(DAYS), dtype=bool)


def counts(mean: float, *, trend: float = 0.0, seed: int = 1) -> np.ndarray:
    """A city with one harmonic of .3 on the log scale and a steady trend a year."""
    log_rate = 0.3 * np.sin(2 * np.pi * (DAYS % 365 + 1) / 365.2425) + trend * DAYS / 365
    return np.random.default_rng(seed).poisson(mean * np.exp(log_rate)).astype(np.float64)


def test_harmonics_return_after_a_year() -> None:
    assert WAVES.shape == (len(DAYS), 2 * N_HARMONICS)
    assert WAVES[365] == pytest.approx(WAVES[0])
    assert harmonics(np.array([91])) == pytest.approx(
        np.array([[np.sin(2 * np.pi * 91 / 365.2425), np.cos(2 * np.pi * 91 / 365.2425),
          np.sin(4 * np.pi * 91 / 365.2425), np.cos(4 * np.pi * 91 / 365.2425)]])
    )  # fmt: skip


@pytest.mark.parametrize("trend", [0.0, 0.2, -0.2])
def test_a_season_is_found_beside_a_trend(trend: float) -> None:
    assert fit_season(counts(300.0, trend=trend), EVERY, WAVES) == pytest.approx([0.3, 0, 0, 0], abs=0.02)


def test_few_reports_make_half_a_season() -> None:
    """Fifty-five reports hold about as much information as the ridge: half of .3 is left, and no more than chance."""
    found = np.mean([fit_season(counts(0.03, seed=seed), EVERY, WAVES) for seed in range(30)], axis=0)
    assert found == pytest.approx([0.15, 0, 0, 0], abs=0.05)


def test_days_without_records_are_not_read() -> None:
    total, exposed = counts(300.0), EVERY.copy()
    exposed[800:842] = False
    whole = fit_season(total, exposed, WAVES)
    total[800:842] = 0.0
    assert np.array_equal(fit_season(total, exposed, WAVES), whole)
    assert np.abs(fit_season(total, EVERY, WAVES) - whole).max() > 0.02, "else the hole would not matter"


def test_a_year_and_a_half_is_needed_and_something_must_have_come() -> None:
    short = slice(0, 77 * 7)
    assert not fit_season(counts(300.0)[short], EVERY[short], WAVES[short]).any()
    enough = slice(0, 78 * 7)
    assert fit_season(counts(300.0)[enough], EVERY[enough], WAVES[enough]).any()
    assert not fit_season(np.zeros(len(DAYS)), EVERY, WAVES).any()
