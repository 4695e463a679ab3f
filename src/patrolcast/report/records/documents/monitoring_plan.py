"""What is watched in use, against which limit, by whom, how often (EU AI Act, Article 72)."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import FormField, Part, Record
from patrolcast.report.records.cited.sources import Sources


def monitoring_plan(sources: Sources) -> Record:
    """The plan. Needs organisation, purpose and oversight."""
    say = sources.say
    return Record(
        "monitoring_plan",
        "Monitoring plan",
        "What Article 72 of the EU AI Act asks for: what is watched in use, and what follows.",
        (
            Part(
                "who",
                "Who looks, and how often",
                entries=(
                    FormField("owner", "Looks at the checks", say("<oversight:/monitoring_owner>")),
                    FormField("days", "Days between two looks", say("<oversight:/monitoring_every_days|count>")),
                    FormField("board", "Oversees it", say("<oversight:/board>")),
                    FormField("pause", "May stop it at once", say("<oversight:/pause_owner>")),
                    FormField("run", "Stands at", say("run <manifest:/run_id>, data up to <manifest:/as_of|moment>")),
                ),
            ),
            Part(
                "each_run",
                "At every run",
                (
                    say(
                        "Each of <manifest:/gates|length> checks has a rule that was set before the run. One "
                        "that fails or is not measured stops publication, unless the table says that it only warns."
                    ),
                ),
                grids=(
                    facts.gates_grid(sources, caption="What is measured at every run, and what it was in this one"),
                ),
            ),
            Part(
                "in_use",
                "In use",
                (facts.gate_sentence(sources, "feedback_monitor"), facts.gate_sentence(sources, "loop_test")),
            ),
            Part(
                "experiment",
                "What chance decides, so that an effect can be seen",
                (say("<manifest:/exploration/statement>"),),
            ),
            Part(
                "then",
                "What follows from a finding",
                (
                    say(
                        "A run that a check stops is not published, and the one before it ends at its own time. The "
                        "<oversight:/pause_owner> may stop the tool. This run ends at <manifest:/expires_at|moment>."
                    ),
                    say("<oversight:/appeals>"),
                ),
            ),
            Part("not", "What is not watched", points=facts.limit_points(sources)),
        ),
    )
