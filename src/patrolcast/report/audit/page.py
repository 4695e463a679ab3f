"""The audit of a run: every gate with its value, interval, threshold and verdict, as data and as a page.

What was not measured is shown as not measured, never as passed: an empty section would read like a clean bill.
"""

from dataclasses import asdict
from typing import Any

from patrolcast.domain.exploration import exploration_dict
from patrolcast.domain.records import NOTICE, GateResult, GateVerdict, RunContext, RunResult
from patrolcast.report import packaged, words
from patrolcast.report.audit.disparity import disparity_document, disparity_view, plain_json
from patrolcast.report.audit.inputs_and_gates import gate_rows, gate_title, is_publishable, stopping_names, tally
from patrolcast.report.audit.objectives import objective_rows, objectives_sentence
from patrolcast.report.audit.offences import worded_rows, worded_total
from patrolcast.report.page import render, script_json

NO_GROUPS = (
    "How patrol falls on groups of residents was not measured in this run. That is not a pass: until it is measured, "
    "nobody can say from this run whether any group receives more patrol than others."
)
NO_FEEDBACK = (
    "Whether last week's patrol steers the next forecast was not measured in this run. Officer-initiated records never "
    "enter the forecast, but patrol may also change what citizens report."
)

_STEERS = {
    GateVerdict.PASS: "No sign that it does.",
    GateVerdict.WARN: "There is a warning.",
    GateVerdict.FAIL: "The check failed.",
    GateVerdict.WAIVED: "The check did not pass and is waived in writing.",
    GateVerdict.NOT_MEASURED: "Not measured, which is not a pass.",
}
"""What the verdict of the checks on feedback answers to "does patrol steer the forecast?"."""


def audit_document(result: RunResult, context: RunContext) -> dict[str, Any]:
    """The audit as data (`audit.json`): gates, groups, calibration, concentration, feedback; NaN becomes None."""
    groups = [gate for gate in result.gates if about_groups(gate)]
    feedback = [gate for gate in result.gates if gate.name.startswith("feedback")]
    document = {
        "run_id": context.run_id,
        "as_of": context.as_of.isoformat(),
        "config_sha256": context.config_sha256,
        "publishable": is_publishable(result),
        "notice": NOTICE,
        "exceptions": list(context.exceptions),
        "limits": list(context.what_it_cannot_show),
        "objectives": [asdict(objective) for objective in context.objectives],
        "call_source": {"known": context.call_source.known, "statement": context.call_source.statement},
        "officer_worded_offences": [asdict(offence) for offence in context.officer_worded],
        "gates": [_gate(gate) for gate in result.gates],
        "groups": _part(groups, NO_GROUPS),
        "group_names": context.group_names.document,
        "disparity": disparity_document(result.disparity, result.gates, context.group_names, context.weights),
        "feedback": _part(feedback, NO_FEEDBACK),
        "calibration": {
            "by_category": [
                {
                    "category": skill.category,
                    "incidents": skill.n_incidents,
                    "predicted_over_observed": skill.predicted_over_observed,
                    "deviance": dict(sorted(skill.deviance.items())),
                    "hits_top_5_percent": dict(sorted(skill.hits.items())),
                    "used": skill.used,
                }
                for skill in result.skill
            ],
            "intervals": [
                {
                    "category": interval.category,
                    "level": interval.level,
                    "coverage": interval.coverage,
                    "cells": interval.n,
                    "shifts": interval.n_shifts,
                    "growth": interval.growth,
                }
                for interval in result.intervals
            ],
        },
        "concentration": concentration_rows(result),
        "exploration": exploration_dict(result.exploration),
    }
    return dict(plain_json(document))


def about_groups(gate: GateResult) -> bool:
    """True for gates on groups of residents (`audit/disparity/compare_groups`)."""
    return any(word in gate.name for word in ("group", "disparity", "patrol_exposure"))


def concentration_rows(result: RunResult) -> dict[str, Any]:
    """How few cells the suggestions fall on.

    ``cells_suggested`` counts distinct cells; ``share_of_expected`` is the share of all expected incidents of the
    horizon that lie in suggested cells and shifts; ``most_shifts_in_a_row`` is left out: one run is too short for it.
    """
    n_cells, total = len(result.cells), float(result.forecast["expected_incidents"].sum())
    visited = result.visited
    suggested = int(visited["cell"].nunique())
    per_cell = visited.groupby("cell").size()
    minutes = visited.groupby("district")["patrol_minutes"].sum().sort_index()
    in_suggested = float(visited["expected_incidents"].sum())
    return {
        "cells": n_cells,
        "cells_suggested": suggested,
        "share_of_cells": suggested / n_cells if n_cells else None,
        "share_of_expected": in_suggested / total if total else None,
        "most_suggestions_of_one_cell": int(per_cell.max()) if len(per_cell) else 0,
        "shifts": int(result.forecast["shift_start"].nunique()),
        "patrol_minutes_by_district": {str(name): float(value) for name, value in minutes.items()},
    }


def audit_page(result: RunResult, context: RunContext) -> str:
    """The same audit as one self-contained page (`audit.html`)."""
    document = audit_document(result, context)
    few = document["concentration"]
    return render(
        "audit.html",
        title=f"Audit: {context.title}",
        style=packaged.packaged("assets/page.css"),
        script=packaged.packaged("assets/expiry.js") if document["publishable"] else "",
        ends=script_json(context.expires_at.timestamp()),
        expires=words.moment(context.expires_at, context.timezone),
        context=context,
        as_of=words.moment(context.as_of, context.timezone),
        published=document["publishable"],
        stopped=stopping_names(result, context),
        tally=tally(result.gates),
        gates=gate_rows(result.gates, context.group_names),
        groups=document["groups"]
        | {"gates": [gate_title(name, context.group_names) for name in document["groups"]["gates"]]},
        disparity=disparity_view(result.disparity, result.gates, context.group_names, context.weights),
        feedback=document["feedback"],
        feedback_sentence=_STEERS[GateVerdict(document["feedback"]["verdict"])],
        few={
            "cells": f"{few['cells']:,}",
            "suggested": f"{few['cells_suggested']:,}",
            "share": words.share(few["share_of_cells"]),
            "expected": words.share(few["share_of_expected"]),
            "most": few["most_suggestions_of_one_cell"],
            "shifts": few["shifts"],
            "minutes": [
                (words.district(name), words.number(m)) for name, m in few["patrol_minutes_by_district"].items()
            ],
        },
        n_excluded=len(result.admission.excluded),
        n_admitted=len(result.admission.admitted),
        notice=NOTICE,
        objectives=objective_rows(context.objectives, context.group_names),
        objectives_sentence=objectives_sentence([objective.state for objective in context.objectives]),
        limits=context.what_it_cannot_show,
        exploration=result.exploration.statement,
        call_source=context.call_source,
        worded=worded_rows(context.officer_worded),
        worded_total=worded_total(context.officer_worded),
    )


def _part(gates: list[GateResult], absent: str) -> dict[str, Any]:
    if not gates:
        return {"verdict": str(GateVerdict.NOT_MEASURED), "detail": absent, "gates": []}
    order = (GateVerdict.FAIL, GateVerdict.NOT_MEASURED, GateVerdict.WARN, GateVerdict.WAIVED, GateVerdict.PASS)
    worst = next(verdict for verdict in order if any(gate.verdict is verdict for gate in gates))
    return {"verdict": str(worst), "detail": "", "gates": [gate.name for gate in gates]}


def _gate(gate: GateResult) -> dict[str, Any]:
    ends = plain_json((gate.lower, gate.upper))
    return {
        "name": gate.name,
        "value": gate.value,
        "interval": None if None in ends else ends,
        "threshold": gate.threshold,
        "verdict": str(gate.verdict),
        "stops_publication": gate.stops,
        "detail": gate.detail,
    }
