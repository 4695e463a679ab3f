"""One page for everybody, in short words: what it is, what it uses, how good and how even it is, how to object."""

from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Part, Record
from patrolcast.report.records.cited.sources import Sources


def public_summary(sources: Sources) -> Record:
    """The public summary. Needs organisation, legal, purpose and oversight."""
    say = sources.say
    known = sources.value("manifest", "/call_source/known")
    officers = ", such as records that officers made" if known else "; it cannot see who made a record"
    behind = facts.gate_at(sources, "beats_counting")
    skill = (
        say(
            f"A plain count did better for <manifest:/gates/{behind}/value|count> kinds of crime. "
            "It is used there. Small gaps may be chance."
        )
        if behind is not None
        else say("Run <manifest:/run_id> was not compared with a plain count.")
    )
    return Record(
        "public_summary",
        "Patrol advice in plain words",
        "One page, read at school level; each number on it comes from the run.",
        (
            Part(
                "what",
                "What is it?",
                (
                    say(f"A computer looks at {facts.what_is_counted(sources)}."),
                    say(
                        f"It says where more {facts.counted_things(sources)} are likely "
                        "in the next <audit:/concentration/shifts|count> shifts."
                    ),
                    say("It names places to visit. It never names a person."),
                    say("A person decides. No one may be stopped because of it."),
                ),
            ),
            Part(
                "why",
                "Why is it used?",
                (
                    say("The police say: “<purpose:/goal>”"),
                    say(
                        "It is <purpose:/phase>. It began in <purpose:/start>. "
                        "This page is about run <manifest:/run_id>."
                    ),
                ),
            ),
            Part(
                "data",
                "What does it use?",
                (
                    *(
                        say(
                            f"It read <manifest:/sources/{n}/rows_in|count> records and counted "
                            f"<manifest:/sources/{n}/kept|count> of them."
                        )
                        for n in facts.incident_sources(sources)
                    ),
                    *(
                        say(
                            f"It set <manifest:/sources/{n}/set_aside|total> aside{officers}. "
                            f"It could not use <manifest:/sources/{n}/refused|total> with faults."
                        )
                        for n in facts.incident_sources(sources)
                    ),
                    facts.short_gate(sources, "policy_admission", "It is not given race, or who lives where"),
                ),
            ),
            Part(
                "good",
                "How good is it?",
                (
                    say(
                        "It names <audit:/concentration/cells_suggested|count> of <audit:/concentration/cells|count> "
                        "small areas."
                    ),
                    say(
                        "It expects <audit:/concentration/share_of_expected|share> of all the "
                        f"{facts.counted_things(sources)} that it looks for there."
                    ),
                    skill,
                    say("No one knows yet if visits lower crime."),
                ),
            ),
            Part("fair", "Is it fair?", facts.group_sentences(sources)),
            Part(
                "limits",
                "What can it not see?",
                (
                    say("It only sees what is on record."),
                    say("Where people report less, it sees less. Run <manifest:/run_id> cannot mend that."),
                ),
            ),
            Part(
                "object",
                "How can I object?",
                (
                    say("Write to <organisation:/contact_email>. The <oversight:/board> can look into it."),
                    say(
                        "The <oversight:/pause_owner> can stop it. The next review is due on <oversight:/next_review>."
                    ),
                    say("Give the name of this run: <manifest:/run_id>."),
                ),
            ),
        ),
    )
