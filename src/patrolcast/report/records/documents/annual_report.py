"""An annual surveillance report in the shape of Oakland's ordinance (its items A to H), with New York's POST items."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Listing, Part, Record
from patrolcast.report.records.cited.sources import Sources, token


def annual_report(sources: Sources) -> Record:
    """The report. Needs organisation, legal, purpose, oversight and year."""
    return Record(
        "annual_report",
        "Annual report to the council",
        "In the shape of the annual report of Oakland's surveillance ordinance, with the items of New York's POST Act.",
        (*_items(sources), *_post_items(sources)),
    )


def _items(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "use",
            "How it was used, with which data",
            (
                say(
                    "Period: <year:/first_day> to <year:/last_day>. The figures of the tool are those of "
                    "run <manifest:/run_id>."
                ),
                say("<purpose:/goal>"),
                *facts.rows_sentences(sources),
            ),
        ),
        Part(
            "sharing",
            "Sharing and its legal standard",
            (
                say("<legal:/sharing>"),
                say("<legal:/basis_title>. Making run <manifest:/run_id> needed no network."),
            ),
        ),
        Part("sources", "Data sources it was applied to", grids=(facts.sources_grid(sources),)),
        Part(
            "deployment",
            "Where it was used",
            (say("Minutes of patrol that run <manifest:/run_id> suggested, by district."),),
            grids=(_minutes(sources),),
        ),
        Part(
            "complaints",
            "Community complaints",
            (
                say("Complaints: <year:/complaints|count>. <year:/complaints_answer>"),
                facts.gate_sentence(sources, "group_audit"),
            ),
        ),
        Part(
            "audits",
            "Internal audits, violations and actions",
            (
                say(
                    "Internal audits: <year:/audits|count>. Violations of the policy: "
                    "<year:/violations|count>. <year:/violations_answer>"
                ),
            ),
            grids=(facts.gates_grid(sources, caption="Checks of the run this report is about"),),
        ),
        Part(
            "breaches",
            "Breaches",
            (
                say("Breaches of data: <year:/breaches|count>. <year:/breaches_answer>"),
                say("Every file of run <manifest:/run_id> is bound by its hash; a changed byte shows."),
            ),
        ),
        Part(
            "effect",
            "Effectiveness",
            (say("<year:/effectiveness>"), facts.gate_sentence(sources, "beats_counting")),
            grids=(facts.skill_grid(sources),),
        ),
        Part(
            "requests",
            "Requests for records",
            (
                say(
                    "Requests for records: <year:/records_requests|count>. Whoever asks about the run of this "
                    "report names it: <manifest:/run_id>."
                ),
            ),
        ),
        Part(
            "cost",
            "Cost and next year's funding",
            (
                say(
                    "Cost: <year:/cost|number> <year:/currency>; next year: <year:/next_cost|number> "
                    "<year:/currency>. <year:/funding>"
                ),
                say("The program itself, patrolcast <manifest:/versions/patrolcast>, is free."),
            ),
        ),
        Part(
            "changes",
            "Requested changes of the policy",
            (say("<year:/policy_changes>"), facts.gate_sentence(sources, "limits_kept")),
        ),
    )


def _minutes(sources: Sources) -> Listing:
    at = "/concentration/patrol_minutes_by_district"
    rows = tuple(
        (sources.say(f"<audit:{at}/{token(name)}|key>"), sources.say(f"<audit:{at}/{token(name)}|number>"))
        for name in sources.value("audit", at)
    )
    return Listing("Patrol minutes suggested, all shifts together", ("District", "Minutes"), rows)


def _post_items(sources: Sources) -> tuple[Part, ...]:
    say = sources.say
    return (
        Part(
            "capability",
            "Capability",
            (
                say(
                    f"It forecasts {facts.counted_things(sources)} for each of "
                    "<audit:/concentration/cells|count> cells and suggests visits; it sees no person, no vehicle and "
                    "no picture."
                ),
            ),
        ),
        Part("rules", "Rules of use", (say("<oversight:/decisions>"), say("<manifest:/notice>"))),
        Part("safeguards", "Safeguards", (facts.run_status(sources), facts.gate_sentence(sources, "proxy_screen"))),
        Part(
            "retention",
            "Retention",
            (say("<legal:/retention>"), say("Run <manifest:/run_id> expires at <manifest:/expires_at|moment>.")),
        ),
        Part(
            "access",
            "Access from outside",
            (say("<legal:/access>"), say("These records of run <manifest:/run_id> are for everybody.")),
        ),
        Part(
            "training",
            "Training",
            (
                say("<oversight:/training>"),
                say("Run <manifest:/run_id> states <audit:/limits|length> limits that a course has to teach."),
            ),
        ),
        Part(
            "oversight",
            "Oversight",
            (
                say("<oversight:/board>; last review <oversight:/last_review>, next by <oversight:/next_review>."),
                facts.trail_sentence(sources),
            ),
        ),
        Part(
            "health",
            "Health and safety",
            (say("<year:/health_and_safety>"), facts.gate_sentence(sources, "budget_kept")),
        ),
        Part(
            "disparity",
            "Disparate impact",
            facts.group_sentences(sources),
            grids=(facts.gates_grid(sources, facts.gates_named(sources, "group_"), "Checks on groups"),),
        ),
    )
