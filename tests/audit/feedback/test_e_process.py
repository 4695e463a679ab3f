"""Looking every week: false alarms in simulated histories without effect, weeks to alarm with one."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.feedback.e_process import (
    detectable_ratio,
    log_e_process,
    sequential_gate,
    sequential_test,
    weekly_dispersion,
)
from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import GateVerdict

HISTORIES, WEEKS = 1000, 104
NEVER = WEEKS + 1
TABLE = {
    (10, 1.2): 43, (10, 1.3): 21, (10, 1.5): 10,
    (40, 1.1): 42, (40, 1.2): 12, (40, 1.3): 6, (40, 1.5): 3,
    (150, 1.1): 13, (150, 1.2): 4, (150, 1.3): 2, (150, 1.5): 1,
}  # fmt: skip
"""Median weeks to alarm by events per arm and week, and rate ratio."""


def histories(events: float, ratio: float = 1.0, *, dispersion: float = 1.0, seed: int = 4):
    rng = np.random.default_rng([seed, int(events), round(100 * ratio)])

    def counts(mean: float):
        if dispersion == 1.0:
            return rng.poisson(mean, (HISTORIES, WEEKS))
        return rng.negative_binomial(mean / (dispersion - 1.0), 1.0 / dispersion, (HISTORIES, WEEKS))

    return counts(events * ratio), counts(events)


def weeks_to_alarm(treated, control, **how) -> np.ndarray:
    crossed = log_e_process(treated, control, **how) >= np.log(ALARM_E_VALUE)
    return np.where(crossed.any(axis=-1), crossed.argmax(axis=-1) + 1, NEVER)


@pytest.mark.parametrize("events", [10, 40, 150])
def test_two_years_of_looking_every_week_cry_wolf_in_at_most_one_city_of_twenty(events: int) -> None:
    treated, control = histories(events)
    assert (weeks_to_alarm(treated, control) < NEVER).mean() <= 0.05


def test_the_weekly_test_it_replaces_cries_wolf_in_more_than_a_third() -> None:
    treated, control = (np.cumsum(one, axis=1) for one in histories(40))
    z = (treated - control) / np.sqrt(treated + control)
    assert (np.abs(z) > 1.96).any(axis=1).mean() > 1 / 3


def test_clumped_counts_are_no_alarm_once_their_dispersion_is_counted() -> None:
    treated, control = histories(40, dispersion=2.0)
    assert (weeks_to_alarm(treated, control, dispersion=2.0) < NEVER).mean() <= 0.05
    assert (weeks_to_alarm(treated, control) < NEVER).mean() > 0.05  # the twin: taken for Poisson, they cry wolf


def test_unequal_exposure_is_no_alarm() -> None:
    treated, control = histories(40, 3.0)
    assert (weeks_to_alarm(treated, control, exposure_share=0.75) < NEVER).mean() <= 0.05
    assert (weeks_to_alarm(treated, control) < NEVER).all()


@pytest.mark.parametrize(("events", "ratio"), list(TABLE))
def test_the_median_weeks_to_alarm_are_those_of_the_table(events: int, ratio: float) -> None:
    median = float(np.median(weeks_to_alarm(*histories(events, ratio))))
    assert median == pytest.approx(TABLE[events, ratio], rel=0.25)


def test_ten_events_a_week_seldom_show_a_tenth_more_in_two_years() -> None:
    weeks = weeks_to_alarm(*histories(10, 1.1))
    assert np.median(weeks) == NEVER
    assert (weeks < NEVER).mean() == pytest.approx(0.32, abs=0.05)


def test_a_share_of_each_week_may_differ_and_gives_the_same_where_it_does_not() -> None:
    treated, control = (one[:20] for one in histories(40, 1.2))
    one = log_e_process(treated, control)
    each = log_e_process(treated, control, exposure_share=np.full(treated.shape, 0.5))
    assert np.abs(one - each).max() < 0.01


def test_weekly_shares_that_change_are_followed() -> None:
    rng = np.random.default_rng(9)
    share = np.where(np.arange(WEEKS) % 2 == 0, 0.3, 0.7)[None, :] * np.ones((300, 1))
    total = rng.poisson(80, (300, WEEKS))
    treated = rng.binomial(total, share)
    assert (weeks_to_alarm(treated, total - treated, exposure_share=share) < NEVER).mean() <= 0.05
    stronger = rng.binomial(total, share * 1.3 / (share * 1.3 + 1 - share))
    assert np.median(weeks_to_alarm(stronger, total - stronger, exposure_share=share)) <= 9


def test_what_could_have_been_seen_is_reported_with_and_without_an_alarm() -> None:
    quiet = sequential_test(np.full(8, 10), np.full(8, 10))
    assert quiet.alarm_week is None
    assert quiet.detectable == pytest.approx(np.exp(np.sqrt(15.7 / 80)))  # n = 15.7 / (ln RR)^2, solved for RR
    loud = sequential_test(np.full(30, 52), np.full(30, 40))
    assert loud.alarm_week is not None
    assert loud.rate_ratio == pytest.approx(1.3)
    assert loud.detectable is not None


def test_without_records_nothing_is_detectable_and_nothing_is_estimated() -> None:
    none = sequential_test(np.zeros(8), np.zeros(8))
    assert (none.alarm_week, none.rate_ratio, none.detectable) == (None, None, None)
    assert detectable_ratio(0, 12) is None


def test_dispersion_is_at_least_one_and_finds_clumps() -> None:
    rng = np.random.default_rng(2)
    assert weekly_dispersion([3, 4]) == 1.0
    assert weekly_dispersion(np.full(20, 7)) == 1.0
    assert weekly_dispersion(rng.negative_binomial(40, 1 / 2, 4000)) == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_an_arm_without_exposure_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"^exposure_share must lie strictly between 0 and 1$"):
        log_e_process([1], [1], exposure_share=share)


@pytest.mark.parametrize(
    ("treated", "control", "verdict"),
    [
        (40, 40, GateVerdict.PASS),
        (60, 40, GateVerdict.FAIL),
        (40, 60, GateVerdict.WARN),
        (0, 0, GateVerdict.NOT_MEASURED),
        (40, 0, GateVerdict.FAIL),
        (0, 40, GateVerdict.WARN),
    ],
)
def test_a_rise_stops_a_fall_warns_and_nothing_is_never_a_pass(
    treated: int, control: int, verdict: GateVerdict
) -> None:
    gate = sequential_gate(sequential_test(np.full(20, treated), np.full(20, control)), name="g", subject="reports")
    assert gate.verdict is verdict
    assert ("could easily have gone unseen" in gate.detail) == (min(treated, control) > 0)


def test_a_small_rise_that_is_certain_stops_as_a_large_one_does() -> None:
    """A twentieth more in 104 weeks of 4,000 reports: the ratio is small and the alarm is sure."""
    test = sequential_test(np.full(WEEKS, 4200), np.full(WEEKS, 4000))
    assert test.rate_ratio == pytest.approx(1.05)
    gate = sequential_gate(test, name="g", subject="reports")
    assert (gate.verdict, gate.stops) == (GateVerdict.FAIL, True)
    assert gate.detail.startswith("reports: rate ratio 1.05; alarm in week ")
    assert "records fall" not in gate.detail


def test_a_small_fall_that_is_certain_only_warns() -> None:
    gate = sequential_gate(sequential_test(np.full(WEEKS, 4000), np.full(WEEKS, 4200)), name="g", subject="reports")
    assert gate.verdict is GateVerdict.WARN
    assert ": records fall where suggested" in gate.detail


def test_the_e_value_of_one_week_by_hand() -> None:
    """Three of four records in one arm: B(53, 51) / B(50, 50) / .5^4."""
    by_hand = 50 * 51 * 52 * 50 / (100 * 101 * 102 * 103) * 16
    assert np.exp(log_e_process([3], [1])[0]) == pytest.approx(by_hand)


def test_the_alarm_is_at_an_e_value_of_20_and_stays_in_the_week_it_was_first_reached() -> None:
    test = sequential_test(np.array([60, 0, 0, 0]), np.array([20, 60, 0, 0]))
    assert test.e_values[0] >= 20 > test.e_values[1]
    assert test.alarm_week == 1
    gate = sequential_gate(test, name="g", subject="reports")
    assert gate.value == max(test.e_values)
    assert gate.verdict is not GateVerdict.PASS
