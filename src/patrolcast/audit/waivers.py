"""Waivers: written, dated exceptions from a gate; shown wherever the gate is shown, and ending by themselves.

What can be waived is a finding that an office may answer for: a ratio beyond its limit, reports that are too old, a
group that cannot be measured. What can not be waived is a promise about every run (:data:`NEVER_WAIVED`), and stored
evidence that failed or no longer holds (:data:`NEVER_WAIVED_WHEN_FAILED`): its cure is to measure again, and its
features are waived one by one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from patrolcast.audit.feed.names import FEED_CHECKS, SETTLED
from patrolcast.audit.limits import waiver_of
from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Waiver
from patrolcast.domain.settings.limits import ChosenLimit

NEVER_WAIVED = frozenset({
    "policy_admission", "notice_carried", "forecast_finite", "counts_conserved", "budget_kept",
    "one_suggestion_per_cell", "reasons_sum", "limits_kept", "loop_test", "feedback_monitor",
    SETTLED,
})  # fmt: skip
"""Gates on promises that no office can set aside."""
NEVER_WAIVED_WHEN_FAILED = frozenset({"proxy_screen"})
"""Gates that can be waived where they cannot be measured, and never where they failed."""


def apply_waivers(gates: Sequence[GateResult], waivers: Sequence[Waiver], *, day: date) -> tuple[GateResult, ...]:
    """The gates, each failed or unmeasured one waived where a waiver of it holds on ``day`` (of ``as_of``, local).

    A waiver of a feed check stands in the same list; it is applied where the feed is looked at, before a run.

    Raises ConfigError: a waiver for a gate that does not exist, or that cannot be waived.
    """
    of_gates = [waiver for waiver in waivers if waiver.gate is not None]
    _check(of_gates, {gate.name for gate in gates})
    return tuple(_waived(gate, [waiver for waiver in of_gates if waiver.gate == gate.name], day) for gate in gates)


def refuse_unwaivable(waivers: Sequence[Waiver]) -> None:
    """Stops a waiver of what can never be waived.

    Raises ConfigError: one line.
    """
    for waiver in waivers:
        if waiver.gate in NEVER_WAIVED:
            rule, cure = "can never be waived", "cure what makes it fail, and take the waiver out"
            raise ConfigError("[[waivers]] gate", got=shown(waiver.gate), rule=rule, cure=cure)


def exceptions_in_force(
    gates: Sequence[GateResult] | None, limits: Sequence[ChosenLimit], waivers: Sequence[Waiver], *, day: date
) -> tuple[str, ...]:
    """What a run does otherwise than it comes, one sentence each, for every page: what is waived first, then limits.

    Parameters
    ----------
    gates : as :func:`apply_waivers` returns them; None before a run, when nobody knows yet which will be waived.
    limits : every limit of the config; those that are not the default are named, waived or not.
    """
    of_limits = [limit.sentence + _beyond(limit, waivers, day) for limit in limits if not limit.is_default]
    sentences: list[str] = []
    waived = {gate.name for gate in gates or () if gate.verdict is GateVerdict.WAIVED}
    for waiver in waivers:
        if waiver.gate in waived and waiver.holds_on(day):
            sentences.append(f"The check {waiver.gate} did not pass and is waived {waiver.terms}.")
        elif (gates is None or waiver.gate in FEED_CHECKS) and waiver.gate is not None and waiver.holds_on(day):
            sentences.append(f"Should the check {waiver.gate} not pass, it is waived {waiver.terms}.")
        elif waiver.feature is not None and waiver.holds_on(day):
            sentences.append(f"The exclusion of the feature {waiver.feature} is waived {waiver.terms}.")
    return tuple(_one_stop(text) for text in (*sentences, *of_limits))


def _beyond(limit: ChosenLimit, waivers: Sequence[Waiver], day: date) -> str:
    if not limit.beyond_usual:
        return ""
    holding = waiver_of(limit, waivers, day=day)
    terms = "and no waiver holds" if holding is None else f"by a waiver {holding.terms}"
    return f" That is beyond the usual range ({limit.usual.range_words}), {terms}."


def _one_stop(text: str) -> str:
    return text[:-1] if text.endswith(("..", "!.", "?.")) else text


def _waived(gate: GateResult, waivers: list[Waiver], day: date) -> GateResult:
    if not waivers or gate.verdict not in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}:
        return gate
    if gate.name in NEVER_WAIVED_WHEN_FAILED and gate.verdict is GateVerdict.FAIL:
        return replace(gate, detail=f"{gate.detail}; its waiver does not hold: what failed here cannot be waived")
    holding = next((waiver for waiver in waivers if waiver.holds_on(day)), None)
    if holding is None:
        last = max(waiver.expires for waiver in waivers)
        return replace(gate, detail=f"{gate.detail}; its waiver ended on {last}")
    terms = f"waived until {holding.expires} by {holding.owner} ({gate.verdict} without it): {holding.reason}"
    return replace(gate, verdict=GateVerdict.WAIVED, detail=f"{gate.detail}; {terms}")


def _check(waivers: list[Waiver], names: set[str]) -> None:
    refuse_unwaivable(waivers)
    for waiver in waivers:
        if waiver.gate not in names | FEED_CHECKS:
            cure = f"gates of this run: {', '.join(sorted(names))}"
            raise ConfigError("[[waivers]] gate", got=shown(waiver.gate), rule="must be a gate of the run", cure=cure)
