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
            "goal": one.goal,
            "measure": gate_title(one.measure, called),
            "target": one.target,
            "value": words.number(one.value, digits=3) if one.value is not None else "",
            "state": words.sentence(one.state),
            "detail": words.sentence(one.detail) if one.detail else "",
            "review": one.review,
            "owner": one.owner,
        }
        for one in reports
    ]


def objectives_sentence(states: Sequence[str]) -> str:
    """How many are met, as a sentence.

    >>> objectives_sentence(["met", "not measured"])
    'Of 2 objectives 1 is met, 1 is not measured by this run.'
    """
    if not states:
        return "This run has no objectives, so it cannot be published."
    said = ((MET, "met"), (NOT_MET, "not met"), (NOT_MEASURED, "not measured by this run"))
    counts = [(sum(state == key for state in states), text) for key, text in said]
    parts = [f"{n} {'is' if n == 1 else 'are'} {text}" for n, text in counts if n]
    return f"Of {len(states)} {'objective' if len(states) == 1 else 'objectives'} {', '.join(parts)}."
