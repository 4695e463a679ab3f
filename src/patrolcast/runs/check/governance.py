"""What would keep the records of a run from being made: facts that are missing, texts that are still a template."""

from pathlib import Path

from patrolcast.domain.errors import GovernanceError
from patrolcast.io.governance.facts import FORMS, read_facts
from patrolcast.io.governance.texts import has_any, text_states


def governance_warnings(folder: Path) -> list[str]:
    """One line for each file of facts that is not whole, and for each text that still holds template text.

    Parameters
    ----------
    folder : of the city, e.g. ``governance/sample``.
    """
    if not has_any(folder):
        return [f"no records can be made: there is no {folder}; `patrolcast governance init CONFIG` writes templates"]
    warnings = []
    for name in FORMS:
        try:
            read_facts(folder, [name])
        except GovernanceError as error:
            warnings.append(f"no records that need it can be made: {error}")
    try:
        states = text_states(folder)
    except GovernanceError as error:
        return [*warnings, f"no records can be made: {error}"]
    return warnings + [
        f"no records can be made: {folder.name}/{state.name}.md still holds {'; '.join(state.still)}"
        for state in states
        if state.still
    ]
