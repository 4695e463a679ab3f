"""A surveillance impact report in the shape of Seattle's (SMC 14.18), with its racial equity toolkit."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Sources

TOOLKIT = (
    ("outcomes", "Outcomes wanted"),
    ("involved", "Who was involved"),
    ("burden", "Benefit and burden"),
    ("harm", "How harm is lessened"),
    ("evaluation", "How it is evaluated"),
    ("reporting", "To whom it is reported"),
)
"""The six questions of the racial equity toolkit: key of community.toml and heading."""
_ON_GROUPS = ("outcomes", "burden", "harm")
"""Questions whose answer stands beside what the run found of each group."""


def impact_report(sources: Sources) -> Record:
    """The report. Needs organisation, legal, purpose, oversight, community, year and risks."""
    return Record(
        "impact_report",
        "Surveillance impact report",
        "In the shape of the reports that Seattle's council asks for.",
        (*_what_it_is(sources), *_rules(sources), *_people(sources)),
    )


def _what_it_is(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "abstract",
            "Abstract",
            (
                say(
                    f"Software that suggests places for discretionary patrol in <manifest:/title> from "
                    f"{facts.what_is_counted(sources)}. This report is about run <manifest:/run_id>."
                ),
                facts.run_status(sources),
            ),
        ),
        Part(
            "overview",
            "Project overview",
            (
                say("<purpose:/problem>"),
                say("<purpose:/goal>"),
                say(
                    "Of <audit:/concentration/cells|count> cells, "
                    "<audit:/concentration/cells_suggested|count> were suggested over "
                    "<audit:/concentration/shifts|count> shifts."
                ),
            ),
        ),
        Part(
            "use",
            "Use governance",
            (
                say("<oversight:/decisions>"),
                say("<oversight:/training>"),
                say(
                    "Each of <suggestions:/features|length> rows of suggestions carries this notice: <manifest:/notice>"
                ),
            ),
        ),
        Part(
            "collection", "Data collection and use", facts.rows_sentences(sources), grids=(facts.reasons_grid(sources),)
        ),
    )


def _rules(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "retention",
            "Storage, retention and deletion",
            (
                say("<legal:/retention>"),
                say(
                    "The hash of this run's config is <manifest:/config_sha256>; its folder holds "
                    "<manifest:/outputs|length> files, each with its hash."
                ),
            ),
        ),
        Part(
            "sharing",
            "Sharing and accuracy",
            (say("<legal:/sharing>"), facts.gate_sentence(sources, "calibration")),
            grids=(facts.skill_grid(sources),),
        ),
        Part(
            "law",
            "Legal obligations, risks and compliance",
            (
                say("<legal:/basis> (<legal:/basis_title>, <legal:/basis_link>)"),
                facts.gate_sentence(sources, "policy_admission"),
            ),
        ),
        Part(
            "monitoring",
            "Monitoring and enforcement",
            (
                say(
                    "The <oversight:/monitoring_owner> looks at the checks every "
                    "<oversight:/monitoring_every_days|count> days; the <oversight:/pause_owner> may stop "
                    "the tool."
                ),
            ),
            grids=(facts.gates_grid(sources),),
        ),
        Part(
            "money",
            "Financial information",
            (
                say(
                    "Cost from <year:/first_day> to <year:/last_day>: <year:/cost|number> <year:/currency>. "
                    "<year:/funding>"
                ),
                say("<organisation:/procurement> This run used patrolcast <manifest:/versions/patrolcast>."),
            ),
        ),
        Part(
            "expertise",
            "Expertise and references",
            (
                say(
                    "References: <community:/references>. The methods are named in the documentation of "
                    "patrolcast <manifest:/versions/patrolcast>."
                ),
            ),
        ),
    )


def _people(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    beside = (say("The run beside this answer is <manifest:/run_id>."),)
    measured = facts.group_sentences(sources)
    toolkit = tuple(
        Part(
            f"equity_{key}",
            f"Racial equity toolkit: {title.lower()}",
            (say(f"<community:/{key}>"), *(measured if key in _ON_GROUPS else beside)),
        )
        for key, title in TOOLKIT
    )
    return (
        *toolkit,
        Part(
            "comments",
            "Public comment analysis",
            (
                say("<community:/invited> Comments received: <community:/comments|count>. <community:/said>"),
                say("This report shows the tool as of run <manifest:/run_id>."),
            ),
        ),
        Part(
            "liberties",
            "Privacy and civil liberties assessment",
            (say("<community:/civil_liberties>"), facts.gate_sentence(sources, "notice_carried")),
        ),
        Part(
            "response",
            "Department response",
            (
                say("<community:/response>"),
                say("<organisation:/senior_responsible_owner> answers for run <manifest:/run_id>."),
            ),
        ),
        Part(
            "glossary",
            "Glossary",
            (
                say(
                    "A cell is one of <audit:/concentration/cells|count> hexagons that cover the area. "
                    "Expected incidents are an average over many such shifts, never the risk of a person."
                ),
            ),
        ),
    )
