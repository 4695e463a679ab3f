"""Hazards that came true elsewhere, rated by the department, each beside the checks of this run."""

from patrolcast.domain.governance.hazards import HAZARDS
from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import FormField, Listing, Part, Record
from patrolcast.report.records.cited.sources import Saying, Sources


def risk_register(sources: Sources) -> Record:
    """The register. Needs organisation, purpose, oversight and risks."""
    rated = {row["hazard"]: n for n, row in enumerate(sources.value("risks", "/risks"))}
    return Record(
        "risk_register",
        "Risk register",
        "Ratings are the department's, from one to five; what a check found is the run's.",
        (
            _overview(sources, rated),
            *(_hazard(sources, rated[hazard.key], hazard.key, hazard.what, hazard.gates) for hazard in HAZARDS),
        ),
        tree_name="risk_register.json",
    )


def _overview(sources: Sources, rated: dict[str, int]) -> Part:
    say = sources.say
    rows = tuple(
        (
            say(f"<risks:/risks/{rated[hazard.key]}/hazard|plain>"),
            say(f"<risks:/risks/{rated[hazard.key]}/likelihood>"),
            say(f"<risks:/risks/{rated[hazard.key]}/severity>"),
            say(f"<risks:/risks/{rated[hazard.key]}/residual>"),
            _verdicts(sources, hazard.gates),
        )
        for hazard in HAZARDS
    )
    head = ("Hazard", "Likelihood", "Severity", "Likelihood with control", "Checks of this run")
    return Part(
        "overview",
        "All risks",
        (say("Beside run <manifest:/run_id>."),),
        grids=(Listing("Risks and the checks that stand against them", head, rows),),
    )


def _verdicts(sources: Sources, gates: tuple[str, ...]) -> Saying:
    templates = []
    for name in gates:
        n = facts.gate_at(sources, name)
        called = name.replace("_", " ")
        templates.append(f"{called}: <manifest:/gates/{n}/verdict>" if n is not None else f"{called}: missing")
    return sources.say("; ".join(templates))


def _hazard(sources: Sources, n: int, key: str, description: str, gates: tuple[str, ...]) -> Part:
    say = sources.say
    return Part(
        key,
        key.replace("_", " ").capitalize(),
        (say(description), *(facts.gate_sentence(sources, name) for name in gates)),
        (
            FormField("likelihood", "Likelihood", say(f"<risks:/risks/{n}/likelihood>")),
            FormField("severity", "Severity", say(f"<risks:/risks/{n}/severity>")),
            FormField("residual", "Likelihood with the control", say(f"<risks:/risks/{n}/residual>")),
            FormField("owner", "Owner", say(f"<risks:/risks/{n}/owner>")),
            FormField("reason", "Why so", say(f"<risks:/risks/{n}/reason>")),
            FormField("checks", "Checks of this run", _verdicts(sources, gates)),
        ),
    )
