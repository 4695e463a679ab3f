"""The verdict of the closed-loop test: each check has a twin that must fail, and what was not measured never passes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.feedback.loop_verdict import LoopVerdict, loop_gates, loop_verdict, summarise
from patrolcast.domain.records import GateVerdict

SILENT = frozenset({"neutral", "reporting_a_more", "reporting_b_more"})
ZERO = LoopOutcome(0.0, 0.0, 0.0, 0.0, 0.2, 20.0, 20.0, 0.9, 0.9)


def cities(n: int = 12, *, gain: float = 0.0, excess: float = 0.0) -> tuple[LoopOutcome, ...]:
    wave = [0.02 * (-1) ** k for k in range(n)]
    return tuple(replace(ZERO, gain=gain + (w if gain else 0.0), excess_closed=excess + w) for w in wave)


GOOD = {
    "neutral": cities(),
    "reporting_a_more": cities(excess=-0.4),
    "reporting_b_more": cities(excess=0.3),
    "everything_counted": cities(gain=0.45),
    "mislabelled_5": cities(gain=0.05),
    "lift_20": cities(gain=0.08),
    "deterrence": cities(gain=-0.03),
}


def verdicts(outcomes: dict[str, tuple[LoopOutcome, ...]]) -> dict[str, GateVerdict]:
    return {one.name: one.verdict for one in loop_gates(outcomes, silent=SILENT)}


def said(outcomes: dict[str, tuple[LoopOutcome, ...]]) -> LoopVerdict:
    return loop_verdict(loop_gates(outcomes, silent=SILENT))


def test_an_open_loop_with_every_control_seen_is_open_and_unequal_reporting_only_warns() -> None:
    found = verdicts(GOOD)
    assert said(GOOD) is LoopVerdict.OPEN
    warned = {name for name, verdict in found.items() if verdict is GateVerdict.WARN}
    assert warned == {"loop_reporting_reporting_a_more", "loop_reporting_reporting_b_more"}
    assert {verdict for name, verdict in found.items() if name not in warned} == {GateVerdict.PASS}


SMALL = [{"gain": 1e-6}, {"gain": -1e-6}, {"belief_difference": 1e-6}, {"gain": float("nan")}]


@pytest.mark.parametrize("part", SMALL)
@pytest.mark.parametrize("scenario", sorted(SILENT))
def test_one_city_with_one_small_difference_is_a_loop(scenario: str, part: dict[str, float]) -> None:
    leaked = GOOD | {scenario: (*GOOD[scenario][:-1], replace(GOOD[scenario][-1], **part))}
    assert verdicts(leaked)["loop_open"] is GateVerdict.FAIL
    assert said(leaked) is LoopVerdict.FEEDS


@pytest.mark.parametrize(
    ("scenario", "gain"),
    [("everything_counted", 0.09), ("mislabelled_5", -0.02), ("lift_20", -0.01), ("deterrence", 0.01)],
)
def test_a_leak_that_is_not_seen_breaks_the_harness(scenario: str, gain: float) -> None:
    blind = GOOD | {scenario: cities(gain=gain)}
    assert verdicts(blind)[f"loop_control_{scenario}"] is GateVerdict.FAIL
    assert said(blind) is LoopVerdict.BROKEN


@pytest.mark.parametrize("scenario", ["lift_20", "deterrence"])
def test_a_leak_without_any_effect_breaks_the_harness_too(scenario: str) -> None:
    assert said(GOOD | {scenario: cities()}) is LoopVerdict.BROKEN


@pytest.mark.parametrize(
    ("scenario", "sign"), [("everything_counted", 1), ("mislabelled_5", 1), ("lift_20", 1), ("deterrence", -1)]
)
def test_a_leak_counts_as_seen_only_when_its_interval_excludes_0(scenario: str, sign: int) -> None:
    """Stored evidence once passed a deterrence of -0.131 to 0.058: its mean was on the right side, and nothing more."""
    half = 0.2 / stats.t.ppf(0.975, 11) * np.sqrt(12)  # the interval's half width is .2 then
    wave = half * np.array([1, -1] * 6) / np.std([1, -1] * 6, ddof=1)

    def planted(mean: float) -> dict[str, tuple[LoopOutcome, ...]]:
        return GOOD | {scenario: tuple(replace(ZERO, gain=sign * mean + w) for w in wave)}

    assert verdicts(planted(0.19))[f"loop_control_{scenario}"] is GateVerdict.FAIL
    assert said(planted(0.19)) is LoopVerdict.BROKEN
    assert verdicts(planted(0.21))[f"loop_control_{scenario}"] is GateVerdict.PASS
    assert said(planted(0.21)) is LoopVerdict.OPEN


@pytest.mark.parametrize("scenario", ["everything_counted", "mislabelled_5", "lift_20", "deterrence"])
def test_a_leak_over_11_cities_is_not_measured_however_clear(scenario: str) -> None:
    few = GOOD | {scenario: GOOD[scenario][:11]}
    assert verdicts(few)[f"loop_control_{scenario}"] is GateVerdict.NOT_MEASURED
    assert said(few) is LoopVerdict.UNKNOWN


@pytest.mark.parametrize(("scenario", "sign"), [("reporting_a_more", -1), ("reporting_b_more", 1)])
def test_unequal_reporting_is_seen_only_beyond_chance_and_over_12_cities(scenario: str, sign: int) -> None:
    vague = GOOD | {scenario: tuple(replace(ZERO, excess_closed=sign * 0.1 + 0.5 * (-1) ** k) for k in range(12))}
    assert verdicts(vague)[f"loop_reporting_{scenario}"] is GateVerdict.FAIL
    assert said(vague) is LoopVerdict.BROKEN
    few = GOOD | {scenario: GOOD[scenario][:11]}
    assert verdicts(few)[f"loop_reporting_{scenario}"] is GateVerdict.NOT_MEASURED


@pytest.mark.parametrize(("scenario", "excess"), [("reporting_a_more", 0.1), ("reporting_b_more", -0.1)])
def test_unequal_reporting_that_is_not_seen_breaks_the_harness(scenario: str, excess: float) -> None:
    assert said(GOOD | {scenario: cities(excess=excess)}) is LoopVerdict.BROKEN


def test_a_neutral_city_that_leans_fails() -> None:
    leaning = GOOD | {"neutral": cities(excess=0.2)}
    assert verdicts(leaning)["loop_neutral"] is GateVerdict.FAIL
    assert said(leaning) is LoopVerdict.UNEVEN


def test_an_interval_that_is_too_wide_fails_though_its_mean_is_0() -> None:
    wide = tuple(replace(ZERO, excess_closed=0.5 * (-1) ** k) for k in range(12))
    assert verdicts(GOOD | {"neutral": wide})["loop_neutral"] is GateVerdict.FAIL


def test_too_few_neutral_cities_are_not_measured_and_not_open() -> None:
    few = GOOD | {"neutral": cities(11)}
    assert verdicts(few)["loop_neutral"] is GateVerdict.NOT_MEASURED
    assert said(few) is LoopVerdict.UNKNOWN


def test_what_was_not_played_is_not_measured_and_not_open() -> None:
    for scenario in GOOD:
        missing = {name: found for name, found in GOOD.items() if name != scenario}
        assert GateVerdict.NOT_MEASURED in verdicts(missing).values()
        assert said(missing) is LoopVerdict.UNKNOWN
    assert loop_verdict(()) is LoopVerdict.UNKNOWN


def test_exposure_that_is_not_a_number_does_not_pass() -> None:
    assert (
        said(GOOD | {"neutral": tuple(replace(ZERO, excess_closed=float("nan")) for _ in range(12))})
        is LoopVerdict.UNEVEN
    )


def test_the_interval_over_cities_is_students() -> None:
    values = np.random.default_rng(1).normal(size=9).tolist()
    found = summarise(values)
    low, high = stats.t.interval(0.95, 8, loc=np.mean(values), scale=stats.sem(values))
    assert (found.lower, found.upper) == (pytest.approx(low), pytest.approx(high))
    assert summarise([0.3]).lower is None


def test_a_real_city_leans_by_itself_and_unequal_reporting_is_what_comes_on_top() -> None:
    """Its own lean of -.5 hides a rise of .3 from a look at the sum: measured from the city as it is, it is seen."""
    found = {name: tuple(replace(one, excess_closed=one.excess_closed - 0.5) for one in GOOD[name]) for name in GOOD}
    checks = {one.name: one for one in loop_gates(found, silent=SILENT, neutral=False)}
    assert "loop_neutral" not in checks
    assert checks["loop_reporting_reporting_b_more"].verdict is GateVerdict.WARN
    assert checks["loop_reporting_reporting_b_more"].value == pytest.approx(0.3)
    assert loop_verdict(tuple(checks.values())) is LoopVerdict.OPEN
    assert verdicts(found)["loop_reporting_reporting_b_more"] is GateVerdict.FAIL
    blind = found | {"reporting_b_more": found["neutral"]}
    assert loop_verdict(loop_gates(blind, silent=SILENT, neutral=False)) is LoopVerdict.BROKEN


@pytest.mark.parametrize("scenario", ["everything_counted", "mislabelled_5", "lift_20", "deterrence"])
def test_in_a_real_city_a_leak_must_be_seen_beyond_chance_whatever_its_size(scenario: str) -> None:
    sign = -1 if scenario == "deterrence" else 1
    clear = GOOD | {scenario: tuple(replace(ZERO, gain=sign * (0.02 + 0.001 * k)) for k in range(3))}
    vague = GOOD | {scenario: tuple(replace(ZERO, gain=sign * (0.02 + 0.03 * (k - 1))) for k in range(3))}
    for outcomes, verdict in ((clear, GateVerdict.PASS), (vague, GateVerdict.FAIL)):
        checks = {one.name: one for one in loop_gates(outcomes, silent=SILENT, neutral=False)}
        assert checks[f"loop_control_{scenario}"].verdict is verdict
        assert loop_verdict(tuple(checks.values())) is (
            LoopVerdict.OPEN if verdict is GateVerdict.PASS else LoopVerdict.BROKEN
        )


def test_a_faint_leak_over_few_cities_is_not_measured_and_one_within_chance_breaks_the_harness() -> None:
    few = GOOD | {"mislabelled_5": cities(11, gain=0.05)}
    assert verdicts(few)["loop_control_mislabelled_5"] is GateVerdict.NOT_MEASURED
    assert said(few) is LoopVerdict.UNKNOWN
    vague = GOOD | {"mislabelled_5": tuple(replace(ZERO, gain=0.03 + 0.2 * (-1) ** k) for k in range(12))}
    assert verdicts(vague)["loop_control_mislabelled_5"] is GateVerdict.FAIL
    assert said(vague) is LoopVerdict.BROKEN
