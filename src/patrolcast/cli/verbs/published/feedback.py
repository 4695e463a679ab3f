"""``patrolcast feedback add``, ``answer`` and ``list``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from patrolcast.cli.console import say, say_json, table_lines
from patrolcast.cli.options import GOVERNANCE, Config, Governance, Json, Runs
from patrolcast.domain.trail.feedback_events import Disposition, Topic


def add_feedback(
    config: Config,
    text: Annotated[str | None, typer.Option("--text", help="what somebody said; or --from")] = None,
    topic: Annotated[Topic, typer.Option("--topic", help="what it is about")] = Topic.OTHER,
    form: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="export of the public form: received, topic, text")
    ] = None,
    runs: Runs = None,
) -> None:
    """Enters what people said in the register.

    It goes on the audit trail; the words themselves lie beside it and can be redacted. A row of a form is taken once,
    however often it is exported; only the columns received, topic, text and id are read.

    Example: patrolcast feedback add configs/sample.toml --topic fairness --text "Why our street again?"
    """
    from patrolcast.domain.errors import UsageError
    from patrolcast.io.governance.form import read_form
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.feedback.register import add_items, one_item

    if (text is None) == (form is None):
        raise UsageError("--text", got="both or neither of --text and --from", rule="one of them")
    settings = read_settings(config).settings
    now = datetime.now(ZoneInfo(settings.area.timezone))
    rows = read_form(form, today=now.date()) if form is not None else []
    if text is not None:
        rows = [one_item(text, topic, today=now.date(), moment=now.isoformat())]
    numbers, known = add_items(settings, settings.city_runs(runs), rows)
    named = f": {', '.join(map(str, numbers))}" if numbers else ""
    say([f"{len(numbers)} items entered{named}", *([f"{known} were there before"] if known else [])])


def answer_feedback(
    config: Config,
    item: Annotated[int, typer.Argument(metavar="ITEM", min=1, help="number of the item")],
    disposition: Annotated[Disposition, typer.Option("--disposition", help="what was decided")],
    reply: Annotated[str, typer.Option("--reply", help="the answer; it is public for good and names no person")],
    runs: Runs = None,
) -> None:
    """Answers an item; a later answer counts, and both stay on the trail.

    Example: patrolcast feedback answer configs/sample.toml 4 --disposition declined --reply "The limit stays"
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.feedback.register import answer_item

    settings = read_settings(config).settings
    answered = answer_item(settings, settings.city_runs(runs), item, disposition=disposition, reply=reply)
    say([f"item {answered.number}: {answered.disposition}"])


def list_feedback(config: Config, governance: Governance = GOVERNANCE, runs: Runs = None, json: Json = False) -> None:
    """Lists every item, open ones first; never the words that somebody wrote.

    Example: patrolcast feedback list configs/sample.toml
    """
    from patrolcast.domain.shifts import local_day
    from patrolcast.io.governance.register import read_register
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.feedback.overdue import answer_days

    settings = read_settings(config).settings
    today, days = local_day(datetime.now(UTC), settings.area.timezone), answer_days(governance / settings.name)
    items = sorted(read_register(settings.city_runs(runs)), key=lambda item: (bool(item.disposition), item.number))
    rows = [
        {
            "item": str(item.number),
            "day": item.day,
            "topic": item.topic,
            "state": item.disposition or ("OVERDUE" if item.days_open(today) > days else "open"),
            "reply": item.reply,
        }
        for item in items
    ]
    if json:
        say_json({"city": settings.name, "answer_days": days, "items": rows})
    else:
        say(table_lines(rows) or ["no feedback is on the register"])
