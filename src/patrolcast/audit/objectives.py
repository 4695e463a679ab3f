"""A run against the agency's objectives, and the check of their review dates."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from datetime import date

from patrolcast.audit.gates import REQUIRED
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings.deciding.objectives import (
    MET,
    NOT_MEASURED,
    NOT_MET,
    Objective,
    ObjectiveReport,
    Objectives,
)

GATE = "objectives"
GRACE_DAYS, LONGEST_DAYS = 31, 731
OF_DECISIONS = {
    "answered_share": "suggestions of closed shifts that a person accepted, amended or declined",
    "followed_share": "suggestions of closed shifts that a person accepted or amended",
    "delivered_share": "accepted and amended suggestions with a visit on record",
}
"""Figures of the trail, which no run measures: `patrolcast decisions figures` and the console do."""
_OF_GROUPS = ("group_excess_", "group_calibration_", "group_opportunity_")


def unknown_measure(objectives: Objectives, *, groups: Collection[str]) -> str:
    """Why a measure is none, as the end of a sentence; "" where all are known.

    Parameters
    ----------
    groups : of residents, by the config: a check of any other group is never made.
    """
    of_groups = {f"{prefix}{group}" for prefix in _OF_GROUPS for group in groups}
    known = sorted({*REQUIRED, *OF_DECISIONS, *of_groups, "feedback_monitor"})
    for objective in objectives.objectives:
        if objective.measure not in known:
            near = difflib.get_close_matches(objective.measure, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            return f"{objective.id} measure is no check of a run and no figure of decisions{hint}"
    return ""


def idle_target(objectives: Objectives) -> str:
    """Why a target of a share says nothing, as the end of a sentence: no share can meet it, or none can miss it."""
    for objective in objectives.objectives:
        low = 0.0 if objective.at_least is None else objective.at_least
        high = 1.0 if objective.at_most is None else objective.at_most
        if objective.measure in OF_DECISIONS and (low > 1.0 or high < 0.0 or (low <= 0.0 and high >= 1.0)):
            why = "cannot be missed" if low <= 0.0 <= high else "can never be met"
            return f"{objective.id} target, {objective.target}, {why}: {objective.measure} is a share, 0 to 1"
    return ""


def reported(objectives: Objectives, gates: Sequence[GateResult]) -> tuple[ObjectiveReport, ...]:
    """Each objective with the value that the run's checks give it."""
    by_name = {gate.name: gate for gate in gates}
    return tuple(_reported(objective, by_name.get(objective.measure)) for objective in objectives.objectives)


def review_gate(objectives: Objectives, *, day: date) -> GateResult:
    """The check of review dates: past one it warns, and 31 days later it fails.

    Parameters
    ----------
    day : of ``as_of``, local.
    """
    overdue = {objective.id: (day - date.fromisoformat(objective.review)).days for objective in objectives.objectives}
    name, days = max(overdue.items(), key=lambda pair: pair[1])
    rule = f"at most {GRACE_DAYS} days since a review date; past one, a warning"
    if days <= 0:
        first = min(objectives.objectives, key=lambda objective: objective.review)
        return GateResult(GATE, 0.0, rule, GateVerdict.PASS, f"the next review is on {first.review}: {first.id}")
    verdict = GateVerdict.WARN if days <= GRACE_DAYS else GateVerdict.FAIL
    late = sum(1 for n in overdue.values() if n > 0)
    detail = f"{late} of {len(overdue)} past review, {name} by {days} days: look whether it is reached, set a new date"
    return GateResult(GATE, float(days), rule, verdict, detail)


def too_far(objectives: Objectives, *, day: date) -> str:
    """Why a review date is none, as the end of a sentence; "" where all come within two years."""
    for objective in objectives.objectives:
        if (date.fromisoformat(objective.review) - day).days > LONGEST_DAYS:
            return f"{objective.id} review must come within two years of the day of as_of, {day.isoformat()}"
    return ""


def _reported(objective: Objective, gate: GateResult | None) -> ObjectiveReport:
    value = None if gate is None or gate.verdict is GateVerdict.NOT_MEASURED else gate.value
    if value is not None:
        state, detail = (MET if objective.met_by(value) else NOT_MET), ""
    elif objective.measure in OF_DECISIONS:
        state, detail = NOT_MEASURED, "no run measures it: `patrolcast decisions figures` does"
    else:
        state, detail = NOT_MEASURED, "this run has no value of it, which is not the same as reaching it"
    return ObjectiveReport(
        objective.id,
        objective.goal,
        objective.measure,
        objective.target,
        value,
        state,
        detail,
        objective.review,
        objective.owner,
    )
