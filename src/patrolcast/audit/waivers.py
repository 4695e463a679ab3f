"""Waivers: written, dated exceptions from a gate; shown wherever the gate is shown, and ending by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from patrolcast.domain.errors import ConfigError
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Waiver

NEVER_WAIVED = frozenset({"policy_admission", "notice_carried", "forecast_finite", "counts_conserved"})
"""Gates on promises that no office can set aside."""

_WAIVABLE = {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}


def apply_waivers(gates: Sequence[GateResult], waivers: Sequence[Waiver], *, day: date) -> tuple[GateResult, ...]:
    """The gates, each failed or unmeasured one waived where a waiver of it holds on ``day`` (of ``as_of``, local).

    Raises ConfigError: a waiver for a gate that does not exist, or that cannot be waived.
    """
    of_gates = [waiver for waiver in waivers if waiver.gate is not None]
    _check(of_gates, {gate.name for gate in gates})
    return tuple(_waived(gate, [waiver for waiver in of_gates if waiver.gate == gate.name], day) for gate in gates)


def _waived(gate: GateResult, waivers: list[Waiver], day: date) -> GateResult:
    if not waivers or gate.verdict not in _WAIVABLE:
        return gate
    holding = next((waiver for waiver in waivers if waiver.holds_on(day)), None)
    if holding is None:
        last = max(waiver.expires for waiver in waivers)
        return replace(gate, detail=f"{gate.detail}; its waiver ended on {last}")
    terms = f"waived until {holding.expires} by {holding.owner} ({gate.verdict} without it): {holding.reason}"
    return replace(gate, verdict=GateVerdict.WAIVED, detail=f"{gate.detail}; {terms}")


def _check(waivers: list[Waiver], names: set[str]) -> None:
    for waiver in waivers:
        if waiver.gate not in names:
            cure = f"gates of this run: {', '.join(sorted(names))}"
            raise ConfigError("[[waivers]] gate", got=repr(waiver.gate), rule="must be a gate of the run", cure=cure)
        if waiver.gate in NEVER_WAIVED:
            raise ConfigError("[[waivers]] gate", got=repr(waiver.gate), rule="can never be waived")
