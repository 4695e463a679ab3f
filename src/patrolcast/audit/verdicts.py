"""Does a gate's verdict follow from its value and its threshold? Asked of gates that somebody stored.

The threshold is read as it is written for people ("at most 0.1", "within 1/2 to 2 times ..."), so that what the page
shows is what was applied; and it must hold the limit that the config states. A pass that its own numbers refuse, a
limit that the config does not know, a failure that stops nothing, and a warning where a check knows none or where its
numbers fail, are contradictions. A failure is never too strict to be believed.
"""

import re

from patrolcast.audit.gates import MOST_CANCELLED
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit, Gates

_NUMBER = r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_RATIO = re.compile(rf"within 1/{_NUMBER} to {_NUMBER}\b")
_BETWEEN = re.compile(rf"within {_NUMBER} to {_NUMBER}\b")
_AT_MOST = re.compile(rf"(?:at most|the raw score within) {_NUMBER}\b")
_AT_LEAST = re.compile(rf"at least {_NUMBER}\b")
_ZERO = re.compile(r"^(exactly 0|0 without|0 categories|no cell twice|no officer-initiated|every value finite)")
_SLACK = 1e-6
_MUST_STOP = frozenset({
    "policy_admission", "incidents_counted", "counts_conserved", "forecast_finite", "calibration", "budget_kept",
    "one_suggestion_per_cell", "reasons_sum", "notice_carried", "refused_share", "cancelled_share", "report_age",
    "group_audit", "loop_test", "proxy_screen",
})  # fmt: skip
"""Gates that always stop publication when they fail: one of them that would not has been edited."""
_MAY_WARN = ("beats_counting", "proxy_screen", "patrol_concentration", "group_", "objectives")
"""How the names of the gates begin that warn of something; all others pass or fail."""


def contradiction(gate: GateResult, *, gates: Gates, audit: Audit) -> str:
    """Why a gate's verdict, threshold or force cannot be what was measured, or an empty text."""
    if not gate.stops and (gate.name in _MUST_STOP or gate.verdict is GateVerdict.FAIL):
        return "it is said to stop nothing"
    stated = _numbers(gate.threshold)
    for limit in _limits(gate.name, gates, audit):
        if f"{limit:g}" not in stated:
            return f"its threshold is not the {limit:g} of the config"
    if gate.verdict is GateVerdict.WARN:
        return _no_warning(gate)
    return _beyond(gate) if gate.verdict is GateVerdict.PASS else ""


def _no_warning(gate: GateResult) -> str:
    """Why a gate cannot have warned, or an empty text."""
    if not gate.name.startswith(_MAY_WARN) or gate.name == "group_audit":
        return "this check knows no warning"
    if (match := _RATIO.search(gate.threshold)) is None or gate.lower is None or gate.upper is None:
        return "" if gate.value is not None or match is None else "it was not measured"
    beyond = gate.lower > float(match[2]) + _SLACK or gate.upper < 1.0 / float(match[1]) - _SLACK
    return "its interval lies beyond the limit" if beyond else ""


def _numbers(text: str) -> set[str]:
    """Every number in a rule, as %g writes it."""
    return {f"{float(number):g}" for number in re.findall(_NUMBER, text)}


def _limits(name: str, gates: Gates, audit: Audit) -> tuple[float, ...]:
    """The numbers that the config states for a gate; none where its rule holds none."""
    alone = {
        "incidents_counted": (float(gates.min_incidents),),
        "calibration": tuple(gates.calibration),
        "refused_share": (gates.max_refused_share,),
        "cancelled_share": (MOST_CANCELLED,),
        "report_age": (gates.max_report_age_hours,),
        "group_audit": (audit.least_measured_share,),
        "group_audit_districts": (audit.max_excess_ratio,),
        "patrol_concentration": (float(audit.max_run_nights), audit.least_turnover),
    }
    if name in alone:
        return alone[name]
    of_groups = {
        "group_excess_": audit.max_excess_ratio,
        "group_calibration_": audit.max_calibration_ratio,
        "group_opportunity_": audit.max_opportunity_gap,
    }
    return tuple(float(limit) for start, limit in of_groups.items() if name.startswith(start))


def _beyond(gate: GateResult) -> str:
    """Why the numbers of a gate that passed do not pass its own rule, or an empty text."""
    rule, value = gate.threshold, gate.value
    if gate.name == "loop_test" or value is None:
        return "" if value is not None or gate.name not in _MUST_STOP else "it was not measured"
    ends = [end for end in (gate.lower, value, gate.upper) if end is not None]
    if (match := _RATIO.search(rule)) is not None:
        low, high = 1.0 / float(match[1]), float(match[2])
        return "" if low - _SLACK <= min(ends) and max(ends) <= high + _SLACK else "its interval leaves the limit"
    if (match := _BETWEEN.search(rule)) is not None:
        inside = float(match[1]) - _SLACK <= value <= float(match[2]) + _SLACK
    elif _ZERO.search(rule) is not None:
        inside = value == 0.0
    elif (match := _AT_MOST.search(rule)) is not None:
        inside = max(map(abs, ends)) <= float(match[1]) * (1 + _SLACK)
    elif (match := _AT_LEAST.search(rule)) is not None:
        inside = value >= float(match[1]) * (1 - _SLACK)
    else:
        inside = True
    return "" if inside else f"its value, {value:g}, is beyond its threshold ({rule})"
