"""Waivers: written, dated exceptions from a gate; told wherever the gate is told, and ending by themselves."""

from __future__ import annotations

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
    """Gates with every failure waived that has a waiver which holds on ``day`` (of ``as_of``, local).

    Raises
    ------
    ConfigError
        a waiver for a gate that does not exist, or that cannot be waived.
    """
    given = [waiver for waiver in waivers if waiver.gate is not None]
    _check(given, {gate.name for gate in gates})
    return tuple(_waived(gate, [one for one in given if one.gate == gate.name], day) for gate in gates)


def _waived(gate: GateResult, waivers: list[Waiver], day: date) -> GateResult:
    if not waivers or gate.verdict not in _WAIVABLE:
        return gate
    held = next((one for one in waivers if one.holds_on(day)), None)
    if held is None:
        last = max(one.expires for one in waivers)
        return replace(gate, detail=f"{gate.detail}; its waiver ended on {last}")
    told = f"{gate.detail}; waived until {held.expires} by {held.owner} ({gate.verdict} without it): {held.reason}"
    return replace(gate, verdict=GateVerdict.WAIVED, detail=told)


def _check(waivers: list[Waiver], names: set[str]) -> None:
    for waiver in waivers:
        if waiver.gate not in names:
            cure = f"gates of this run: {', '.join(sorted(names))}"
            raise ConfigError("[[waivers]] gate", got=repr(waiver.gate), rule="must be a gate of the run", cure=cure)
        if waiver.gate in NEVER_WAIVED:
            raise ConfigError("[[waivers]] gate", got=repr(waiver.gate), rule="can never be waived")
