"""A run against the agency's objectives, in words."""

from collections.abc import Sequence

from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings.deciding.objectives import MET, NOT_MEASURED, NOT_MET, ObjectiveReport
from patrolcast.report import words
from patrolcast.report.audit.inputs_and_gates import gate_title


def objective_rows(reports: Sequence[ObjectiveReport], called: GroupNames) -> list[dict[str, str]]:
    """Rows of the table of objectives."""
    return [
        {
            "goal": report.goal,
            "measure": gate_title(report.measure, called),
            "target": report.target,
            "value": words.number(report.value, digits=3) if report.value is not None else "",
            "state": words.sentence(report.state),
            "detail": words.sentence(report.detail) if report.detail else "",
            "review": report.review,
            "owner": report.owner,
        }
        for report in reports
    ]


def objectives_sentence(states: Sequence[str]) -> str:
    """How many are met, as a sentence.

    >>> objectives_sentence(["met", "not measured"])
    'Of 2 objectives 1 is met, 1 is not measured by this run.'
    """
    if not states:
        return "This run has no objectives, so it cannot be published."
    labels = ((MET, "met"), (NOT_MET, "not met"), (NOT_MEASURED, "not measured by this run"))
    counts = [(sum(state == key for state in states), text) for key, text in labels]
    parts = [f"{n} {'is' if n == 1 else 'are'} {text}" for n, text in counts if n]
    return f"Of {len(states)} {'objective' if len(states) == 1 else 'objectives'} {', '.join(parts)}."
