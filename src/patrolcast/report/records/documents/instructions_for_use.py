"""Instructions for use with the fourteen headings of Article 13(3) of the EU AI Act (Regulation (EU) 2024/1689)."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Sources


def instructions_for_use(sources: Sources) -> Record:
    """The instructions. Needs organisation, legal, purpose and oversight."""
    return Record(
        "instructions_for_use",
        "Instructions for use",
        (
            "The headings of Article 13(3) of the EU AI Act. Whether the Act covers forecasts of places is an "
            "open question."
        ),
        (*_capabilities(sources), *_handling(sources)),
    )


def _capabilities(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "identity",
            "Who provides it, and contact",
            (
                say(
                    "Run by <organisation:/team>, <organisation:/name>; write to "
                    "<organisation:/contact_email>. Program: patrolcast <manifest:/versions/patrolcast>."
                ),
            ),
        ),
        Part(
            "purpose",
            "Intended purpose",
            (
                say("<purpose:/goal>"),
                say(
                    "Discretionary patrol in <manifest:/title>, until <manifest:/expires_at|moment>. <manifest:/notice>"
                ),
            ),
        ),
        Part(
            "accuracy",
            "Accuracy",
            (facts.gate_sentence(sources, "calibration"), facts.gate_sentence(sources, "beats_counting")),
            grids=(facts.skill_grid(sources),),
        ),
        Part(
            "robustness",
            "Robustness",
            (
                facts.gate_sentence(sources, "forecast_finite"),
                facts.gate_sentence(sources, "counts_conserved"),
                facts.gate_sentence(sources, "report_age"),
            ),
        ),
        Part(
            "security",
            "Cybersecurity",
            (
                say(
                    "The run folder holds <manifest:/outputs|length> files with their hashes; the code that "
                    "made it has the hash <manifest:/code_sha256>, its libraries are locked."
                ),
            ),
        ),
        Part(
            "misuse",
            "Foreseeable misuse",
            (
                say(
                    "A suggestion is misused where it is taken as a reason to stop, search, question or "
                    "arrest. <manifest:/notice>"
                ),
                facts.gate_sentence(sources, "notice_carried"),
            ),
        ),
        Part(
            "explanation",
            "How an output is explained",
            (
                say(
                    "Each suggestion carries its reasons, and `patrolcast explain` says for any cell why it "
                    "was or was not suggested in run <manifest:/run_id>."
                ),
                facts.gate_sentence(sources, "reasons_sum"),
            ),
        ),
        Part(
            "groups",
            "Performance for groups of people",
            facts.group_sentences(sources),
            grids=(facts.gates_grid(sources, facts.gates_named(sources, "group_"), "Checks on groups"),),
        ),
        Part(
            "input",
            "Input data",
            (*facts.rows_sentences(sources), say("Features used: <manifest:/features|listed>.")),
            points=facts.left_out_points(sources),
        ),
        Part(
            "reading",
            "How to read the output",
            (
                say(
                    "This run suggests <audit:/concentration/cells_suggested|count> cells. Expected incidents are an "
                    "average over many such shifts: a visit that meets nothing is no error."
                ),
            ),
            points=facts.limit_points(sources),
        ),
    )


def _handling(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "changes",
            "Changes planned in advance",
            (
                say(
                    "The model is trained anew for every run; config <manifest:/config_sha256> stays as it "
                    "is until a change is on the trail."
                ),
            ),
        ),
        Part(
            "oversight",
            "Human oversight",
            (
                say("<oversight:/decisions>"),
                say("<oversight:/training>"),
                say("The <oversight:/pause_owner> may stop run <manifest:/run_id> and every other at once."),
            ),
        ),
        Part(
            "resources",
            "Resources, lifetime and maintenance",
            (
                say(
                    "A run needs no network. Its suggestions end at <manifest:/expires_at|moment>; the "
                    "texts about it are reviewed by <oversight:/next_review>. It ran on Python "
                    "<manifest:/versions/python>."
                ),
            ),
        ),
        Part("logs", "Logs", (say("<legal:/retention>"), facts.trail_sentence(sources))),
    )
