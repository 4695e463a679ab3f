"""Is the loop open? Checks over all cities, fixed before the test, with positive controls.

A test that cannot see a leak that was planted has not shown that there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from scipy import special

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.gates import pass_or_fail
from patrolcast.domain.records import GateResult, GateVerdict

EXACT = 1e-9
"""Largest difference between closed and open that rounding could make; a leak of one record makes more."""
NEUTRAL_EXCESS = 0.15
LEAST_CITIES = 12
"""Cities of each scenario that decides: fewer are not measured. docs/closed-loop.md holds the power argument."""
LEAST_GAIN = {"everything_counted": 0.10}
LEAKS = {"everything_counted": 1, "mislabelled_5": 1, "lift_20": 1, "deterrence": -1}
"""Planted leak -> the sign of its gain. Each must be seen beyond chance: a mean on the right side of 0 whose interval
holds 0 has not shown that the harness sees anything."""
REPORTING_SIGN = {"reporting_a_more": -1, "reporting_b_more": 1}
"""Suggestions move to those who report more: group b gets less patrol than it needs when group a reports more (the
direction of Akpinar, De-Arteaga & Chouldechova 2021, doi 10.1145/3442188.3445877)."""

Outcomes = Mapping[str, Sequence[LoopOutcome]]


class LoopVerdict(StrEnum):
    """The verdict of the whole test."""

    OPEN = "open"
    FEEDS = "feeds on itself"
    UNEVEN = "uneven without cause"
    BROKEN = "harness broken"
    UNKNOWN = "not enough measured"


@dataclass(frozen=True)
class Summary:
    """Mean over cities, its standard error, and the 95 % interval of Student's t; one city has neither."""

    mean: float
    se: float | None
    lower: float | None
    upper: float | None
    n: int


def summarise(values: Sequence[float]) -> Summary:
    """Mean over cities with its uncertainty.

    >>> summarise([1.0, 2.0, 3.0]).mean
    2.0
    """
    sample = np.asarray(values, dtype=np.float64)
    mean, n = float(sample.mean()), len(sample)
    if n < 2:
        return Summary(mean, None, None, None, n)
    se = float(sample.std(ddof=1) / np.sqrt(n))
    half = float(special.stdtrit(n - 1, 0.975)) * se
    return Summary(mean, se, mean - half, mean + half, n)


def summarise_outcomes(outcomes: Sequence[LoopOutcome]) -> dict[str, Summary]:
    """Every outcome of one scenario over its cities."""
    return {f.name: summarise([getattr(outcome, f.name) for outcome in outcomes]) for f in fields(LoopOutcome)}


def loop_gates(outcomes: Outcomes, *, silent: frozenset[str], neutral: bool = True) -> tuple[GateResult, ...]:
    """The checks, in the order in which they are shown.

    Parameters
    ----------
    outcomes : scenario -> outcome of each city.
    silent : scenarios in which closed and open must agree exactly.
    neutral : False for a real city. Its patrol leans to one group by itself: that lean is no check, it is the baseline
        from which the effect of unequal reporting is measured, city by city. Nobody knows beforehand how large a
        leak is there: it must be seen beyond chance, and its size is what is measured.
    """
    least = LEAST_CITIES if neutral else 2
    controls = [_leak(name, sign, outcomes, cities=least, gain=neutral) for name, sign in LEAKS.items()]
    reporting = [_reporting(name, sign, outcomes, neutral=neutral) for name, sign in REPORTING_SIGN.items()]
    even = (_neutral(outcomes),) if neutral else ()
    return (_exact(outcomes, silent), *controls, *even, *reporting)


def loop_verdict(checks: Sequence[GateResult]) -> LoopVerdict:
    """The verdict over all checks.

    A leak that was seen counts whatever the controls say; without one, a control that did not fire means that the test
    is blind; and what was not measured has not passed.
    """
    failed = {check.name for check in checks if check.stops and check.verdict is GateVerdict.FAIL}
    if "loop_open" in failed:
        return LoopVerdict.FEEDS
    if any(name.startswith(("loop_control", "loop_reporting")) for name in failed):
        return LoopVerdict.BROKEN
    if failed:
        return LoopVerdict.UNEVEN
    unmeasured = any(check.stops and check.verdict is GateVerdict.NOT_MEASURED for check in checks)
    return LoopVerdict.UNKNOWN if unmeasured or not checks else LoopVerdict.OPEN


def _exact(outcomes: Outcomes, silent: frozenset[str]) -> GateResult:
    pairs = [outcome for name in sorted(silent) for outcome in outcomes.get(name, ())]
    rule = f"at most {EXACT:g} in every city: closed and open agree when call sources are right"
    if not pairs:
        return GateResult("loop_open", None, rule, GateVerdict.NOT_MEASURED, "no city was simulated")
    # numpy's max keeps a NaN, which then fails; Python's would drop it.
    worst = float(np.max([[abs(outcome.gain), outcome.belief_difference] for outcome in pairs]))
    detail = f"largest difference between closed and open over {len(pairs)} pairs of runs"
    return GateResult("loop_open", worst, rule, pass_or_fail(worst <= EXACT), detail)


def _leak(name: str, sign: int, outcomes: Outcomes, *, cities: int, gain: bool) -> GateResult:
    """A planted leak must be seen beyond chance; one that is known to be large, where ``gain``, also as large."""
    least = LEAST_GAIN.get(name, 0.0) if gain else 0.0
    rule = f"95 % interval {_side(sign)} 0: the planted leak is seen beyond chance"
    rule += f", mean gain at least {least:g}" if least else ""
    gate = f"loop_control_{name}"
    if (few := _too_few(outcomes.get(name, ()), cities)) is not None:
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, few)
    summary = summarise([outcome.gain for outcome in outcomes[name]])
    fired = _beyond(summary, sign) and sign * summary.mean >= least
    detail = f"mean gain over {summary.n} cities"
    return GateResult(gate, summary.mean, rule, pass_or_fail(fired), detail, summary.lower, summary.upper)


def _side(sign: int) -> str:
    return "above" if sign > 0 else "below"


def _too_few(pairs: Sequence[LoopOutcome], cities: int) -> str | None:
    if not pairs:
        return "no city was simulated"
    return f"{len(pairs)} cities are too few, {cities} are needed" if len(pairs) < cities else None


def _beyond(summary: Summary, sign: int) -> bool:
    """True when the whole interval lies on that side of 0."""
    near = summary.lower if sign > 0 else summary.upper
    return near is not None and sign * near > EXACT


def _neutral(outcomes: Outcomes) -> GateResult:
    rule = f"95 % interval within ±{NEUTRAL_EXCESS:g}, {LEAST_CITIES} cities or more"
    summary = summarise([outcome.excess_closed for outcome in outcomes["neutral"]]) if outcomes.get("neutral") else None
    if summary is None or summary.n < LEAST_CITIES or summary.lower is None or summary.upper is None:
        detail = f"{summary.n if summary else 0} cities are too few"
        return GateResult("loop_neutral", None, rule, GateVerdict.NOT_MEASURED, detail)
    good = max(abs(summary.lower), abs(summary.upper)) <= NEUTRAL_EXCESS
    detail = f"log exposure ratio beyond the true rates' own, over {summary.n} neutral cities"
    return GateResult("loop_neutral", summary.mean, rule, pass_or_fail(good), detail, summary.lower, summary.upper)


def _reporting(name: str, sign: int, outcomes: Outcomes, *, neutral: bool) -> GateResult:
    """Unequal reporting is a finding, never a pass: it warns when seen and fails when the harness is blind to it."""
    way = "less" if sign < 0 else "more"
    than = "the true rates would give it" if neutral else "when all report alike"
    rule = f"95 % interval {_side(sign)} 0: seen as bias, group b gets {way} patrol than {than}"
    gate = f"loop_reporting_{name}"
    few = _too_few(outcomes.get(name, ()), LEAST_CITIES if neutral else 2)
    if few is not None or not (neutral or outcomes.get("neutral")):
        return GateResult(gate, None, rule, GateVerdict.NOT_MEASURED, few or "no city was simulated")
    leans = [outcome.excess_closed for outcome in outcomes[name]]
    if not neutral:
        leans = [lean - baseline.excess_closed for lean, baseline in zip(leans, outcomes["neutral"], strict=True)]
    summary = summarise(leans)
    detail = "bias that no feedback check can see: it does not drift; see the ascertainment table of the audit"
    verdict = GateVerdict.WARN if _beyond(summary, sign) else GateVerdict.FAIL
    return GateResult(gate, summary.mean, rule, verdict, detail, summary.lower, summary.upper)
