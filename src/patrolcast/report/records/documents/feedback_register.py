"""What people said about the tool, item by item, with what was decided; open items first. Their own words stay out."""

from patrolcast.report.records.cited.record import Listing, Part, Record
from patrolcast.report.records.cited.sources import Saying, Sources


def feedback_register(sources: Sources) -> Record:
    """The register as it stood when the records were made. Needs organisation and oversight."""
    say = sources.say
    return Record(
        "feedback_register",
        "Feedback register",
        "Every item with its number on the audit trail. What people wrote may name somebody, so it is not shown.",
        (
            Part(
                "how",
                "How to be heard",
                (
                    say("Write to <organisation:/contact_email>, and name the run: <manifest:/run_id>."),
                    say("An answer is due in <oversight:/answer_days|count> days. <oversight:/appeals>")
                    if sources.has("oversight", "/answer_days")
                    else say("<oversight:/appeals>"),
                ),
            ),
            _part(sources, "open", "Open items"),
            _part(sources, "answered", "Answered items"),
        ),
    )


def _part(sources: Sources, state: str, title: str) -> Part:
    numbers = sources.value("feedback", f"/{state}")
    sentence = sources.say(f"{title} when the records of run <manifest:/run_id> were made: <feedback:/{state}|length>.")
    rows = tuple(_row(sources, str(number)) for number in numbers)
    grids = (Listing(title, ("Item", "Day", "About", "Decided", "Reply"), rows),) if rows else ()
    return Part(state, title, (sentence,), grids=grids)


def _row(sources: Sources, number: str) -> tuple[Saying, ...]:
    at = f"/items/{number}"
    answered = bool(sources.value("feedback", f"{at}/disposition"))
    return (
        sources.say(f"<feedback:{at}|key>"),
        sources.say(f"<feedback:{at}/day>"),
        sources.say(f"<feedback:{at}/topic>"),
        sources.say(f"<feedback:{at}/disposition>" if answered else "open"),
        sources.say(f"<feedback:{at}/reply>" if answered else "none yet"),
    )
