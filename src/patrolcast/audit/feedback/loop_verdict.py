"""Is the loop open? Checks over all cities, fixed before the test, with positive controls.

A test that cannot see a leak which was put there on purpose has not shown that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from scipy import stats

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.domain.records import GateResult, GateVerdict

EXACT = 1e-9
"""Largest difference between closed and open that rounding could make; a leak of one record makes more."""
NEUTRAL_EXCESS = 0.15
LEAST_NEUTRAL_CITIES = 12
LEAST_GAIN = {"everything_counted": 0.10}
FAINT = {"mislabelled_5": 1}
"""A leak whose size follows how much the forecast smooths: it must be seen beyond chance, over as many cities as that
takes, whatever its size."""
LEAST_FAINT_CITIES = 12
SIGN = {"lift_20": 1, "deterrence": -1}
REPORTING_SIGN = {"reporting_a_more": -1, "reporting_b_more": 1}
"""Suggestions move to those who report more: group b gets less patrol than it needs when group a reports more (the
direction of Akpinar, De-Arteaga & Chouldechova 2021, doi 10.1145/3442188.3445877)."""

Outcomes = Mapping[str, Sequence[LoopOutcome]]


class LoopVerdict(StrEnum):
    """What the whole test says."""

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
    found = np.asarray(values, dtype=np.float64)
    mean, n = float(found.mean()), len(found)
    if n < 2:
        return Summary(mean, None, None, None, n)
    se = float(found.std(ddof=1) / np.sqrt(n))
    half = float(stats.t.ppf(0.975, n - 1)) * se
    return Summary(mean, se, mean - half, mean + half, n)


def summarise_outcomes(outcomes: Sequence[LoopOutcome]) -> dict[str, Summary]:
    """Every outcome of one scenario over its cities."""
    return {f.name: summarise([getattr(one, f.name) for one in outcomes]) for f in fields(LoopOutcome)}


def loop_gates(outcomes: Outcomes, *, silent: frozenset[str], neutral: bool = True) -> tuple[GateResult, ...]:
    """The checks, in the order in which they are told.

    Parameters
    ----------
    outcomes : scenario -> outcome of each city.
    silent : scenarios in which closed and open must agree exactly.
    neutral : False for a real city. It leans by itself: its lean is not judged, and what unequal reporting does is
        measured from it, city by city. How large a leak is there nobody knows beforehand: it must be seen beyond
        chance, and its size is what is measured.
    """
    if neutral:
        controls = [_least(name, least, outcomes) for name, least in LEAST_GAIN.items()]
        controls += [_beyond(name, sign, outcomes, cities=LEAST_FAINT_CITIES) for name, sign in FAINT.items()]
        controls += [_signed(name, sign, outcomes) for name, sign in SIGN.items()]
    else:
        signs = dict.fromkeys(LEAST_GAIN, 1) | FAINT | SIGN
        controls = [_beyond(name, sign, outcomes, cities=2) for name, sign in signs.items()]
    seen = [_reporting(name, sign, outcomes, neutral=neutral) for name, sign in REPORTING_SIGN.items()]
    even = (_neutral(outcomes),) if neutral else ()
    return (_exact(outcomes, silent), *controls, *even, *seen)


def loop_verdict(checks: Sequence[GateResult]) -> LoopVerdict:
    """The verdict over all checks.

    A leak that was seen is told whatever the controls say; without it a control that did not fire leaves nothing to be
    said; and what was not measured has not passed.
    """
    failed = {one.name for one in checks if one.stops and one.verdict is GateVerdict.FAIL}
    if "loop_open" in failed:
        return LoopVerdict.FEEDS
    if any(name.startswith(("loop_control", "loop_reporting")) for name in failed):
        return LoopVerdict.BROKEN
    if failed:
        return LoopVerdict.UNEVEN
    unmeasured = any(one.stops and one.verdict is GateVerdict.NOT_MEASURED for one in checks)
    return LoopVerdict.UNKNOWN if unmeasured or not checks else LoopVerdict.OPEN


def _exact(outcomes: Outcomes, silent: frozenset[str]) -> GateResult:
    played = [one for name in sorted(silent) for one in outcomes.get(name, ())]
    rule = f"at most {EXACT:g} in every city: closed and open agree when call sources are right"
    if not played:
        return GateResult("loop_open", None, rule, GateVerdict.NOT_MEASURED, "no city was played")
    # numpy's max keeps a NaN, which then fails; Python's would drop it.
    worst = float(np.max([[abs(one.gain), one.belief_difference] for one in played]))
    told = f"largest difference between closed and open over {len(played)} pairs of runs"
    return GateResult("loop_open", worst, rule, _verdict(worst <= EXACT), told)


def _least(name: str, least: float, outcomes: Outcomes) -> GateResult:
    rule = f"gain at least {least:g}: the leak that was put there is seen"
    return _control(name, rule, outcomes, lambda found: found.mean >= least)


def _signed(name: str, sign: int, outcomes: Outcomes) -> GateResult:
    rule = f"gain {'above' if sign > 0 else 'below'} 0: the leak that was put there is seen"
    return _control(name, rule, outcomes, lambda found: sign * found.mean > EXACT)


def _beyond(name: str, sign: int, outcomes: Outcomes, *, cities: int) -> GateResult:
    rule = f"95 % interval {'above' if sign > 0 else 'below'} 0: the leak that was put there is seen beyond chance"
    if 0 < (n := len(outcomes.get(name, ()))) < cities:
        told = f"{n} cities are too few to tell, {cities} are needed"
        return GateResult(f"loop_control_{name}", None, rule, GateVerdict.NOT_MEASURED, told)

    def fired(found: Summary) -> bool:
        near = found.lower if sign > 0 else found.upper
        return near is not None and sign * near > EXACT

    return _control(name, rule, outcomes, fired)


def _control(name: str, rule: str, outcomes: Outcomes, fired: Callable[[Summary], bool]) -> GateResult:
    if not outcomes.get(name):
        return GateResult(f"loop_control_{name}", None, rule, GateVerdict.NOT_MEASURED, "no city was played")
    found = summarise([one.gain for one in outcomes[name]])
    told = f"mean gain over {found.n} cities"
    return GateResult(f"loop_control_{name}", found.mean, rule, _verdict(fired(found)), told, found.lower, found.upper)


def _neutral(outcomes: Outcomes) -> GateResult:
    rule = f"95 % interval within ±{NEUTRAL_EXCESS:g}, {LEAST_NEUTRAL_CITIES} cities or more"
    found = summarise([one.excess_closed for one in outcomes["neutral"]]) if outcomes.get("neutral") else None
    if found is None or found.n < LEAST_NEUTRAL_CITIES or found.lower is None or found.upper is None:
        told = f"{found.n if found else 0} cities are too few to tell"
        return GateResult("loop_neutral", None, rule, GateVerdict.NOT_MEASURED, told)
    good = max(abs(found.lower), abs(found.upper)) <= NEUTRAL_EXCESS
    told = f"log exposure ratio beyond the true rates' own, over {found.n} neutral cities"
    return GateResult("loop_neutral", found.mean, rule, _verdict(good), told, found.lower, found.upper)


def _reporting(name: str, sign: int, outcomes: Outcomes, *, neutral: bool) -> GateResult:
    """Unequal reporting is a finding, never a pass: it warns when it is seen and fails when the harness is blind."""
    way = "less" if sign < 0 else "more"
    than = "the true rates would give it" if neutral else "when all report alike"
    rule = f"seen as bias: group b gets {way} patrol than {than}"
    if not outcomes.get(name) or not (neutral or outcomes.get("neutral")):
        return GateResult(f"loop_reporting_{name}", None, rule, GateVerdict.NOT_MEASURED, "no city was played")
    leans = [one.excess_closed for one in outcomes[name]]
    if not neutral:
        leans = [lean - own.excess_closed for lean, own in zip(leans, outcomes["neutral"], strict=True)]
    found = summarise(leans)
    seen = sign * found.mean > 0
    told = "bias that no feedback check can see: it does not drift; see the ascertainment table of the audit"
    verdict = GateVerdict.WARN if seen else GateVerdict.FAIL
    return GateResult(f"loop_reporting_{name}", found.mean, rule, verdict, told, found.lower, found.upper)


def _verdict(good: bool) -> GateVerdict:
    return GateVerdict.PASS if good else GateVerdict.FAIL
