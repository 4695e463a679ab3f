"""Facts about a run that its pages share: what it is for, until when, how fresh its reports are, how it was trained."""

import pandas as pd

from patrolcast.domain.records import RunContext, RunResult
from patrolcast.report import words
from patrolcast.report.audit.skill_words import made_by


def latest_report(context: RunContext) -> str:
    """When the newest report was made, and how long before the run that was."""
    if context.newest_report is None:
        return "no report has a time"
    hours = (context.as_of - context.newest_report).total_seconds() / 3600
    return words.moment(context.newest_report, context.timezone) + f" ({words.age(hours)} before this was made)"


def counted_incidents(result: RunResult, context: RunContext) -> str:
    """How many incidents the run counted, and who reported them; layers' rows are no incidents.

    Fewer than the rows kept of its sources where some lie outside its history or its cells: the check counted them.
    """
    counted = next((gate.value for gate in result.gates if gate.name == "incidents_counted"), None)
    n_kept = sum(source.kept for source in context.sources if source.of_incidents)
    return context.call_source.incidents(words.count(n_kept if counted is None else int(counted), "incident"))


def training_facts(result: RunResult, context: RunContext) -> list[tuple[str, str]]:
    """Name and value of what the model was trained on and with; versions and the config's hash last."""
    explanation = made_by(result.skill, result.training)
    facts: list[tuple[str, str]] = [("How the forecast was made", explanation)] if explanation else []
    if {"first_shift", "last_shift"} <= result.training.keys():
        first, last = (pd.Timestamp(str(result.training[key])) for key in ("first_shift", "last_shift"))
        facts.append(
            ("Trained on shifts", f"{words.day(first, context.timezone)} to {words.day(last, context.timezone)}")
        )
    names = {
        "incidents": "Incidents trained on",
        "rows": "Training rows (cell × shift)",
        "rounds": "Trees",
        "validation_shifts": "Shifts held out to check it",
    }
    for key, name in names.items():
        if key in result.training:
            facts.append((name, words.number(float(result.training[key]), digits=9)))
    facts.append(("Cells", f"{len(result.cells):,}"))
    facts += [(name, version) for name, version in sorted(context.versions.items())]
    facts.append(("Config, SHA-256", context.config_sha256))
    return facts
