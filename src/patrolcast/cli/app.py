"""The application and its verbs, in the order in which ``patrolcast --help`` lists them."""

from typing import Annotated

import typer

from patrolcast.cli.verbs.backtest import backtest
from patrolcast.cli.verbs.check import check
from patrolcast.cli.verbs.compare import compare
from patrolcast.cli.verbs.deciding.decide import decide, deliver
from patrolcast.cli.verbs.deciding.decisions import import_decisions, list_decisions, show_figures, write_log
from patrolcast.cli.verbs.deciding.pause import pause, resume
from patrolcast.cli.verbs.evidence import verify
from patrolcast.cli.verbs.explain import explain
from patrolcast.cli.verbs.forecast import forecast
from patrolcast.cli.verbs.init import init
from patrolcast.cli.verbs.monitor import monitor
from patrolcast.cli.verbs.nights.fetch import fetch
from patrolcast.cli.verbs.nights.health import health
from patrolcast.cli.verbs.nights.nightly import nightly
from patrolcast.cli.verbs.nights.status import status
from patrolcast.cli.verbs.published.feedback import add_feedback, answer_feedback, list_feedback
from patrolcast.cli.verbs.published.governance import init_governance
from patrolcast.cli.verbs.published.kit import kit
from patrolcast.cli.verbs.published.outcomes import declare_measures, import_outcomes, report_outcomes
from patrolcast.cli.verbs.published.publish_site import publish_site
from patrolcast.cli.verbs.published.records import records
from patrolcast.cli.verbs.reproduce import reproduce
from patrolcast.cli.verbs.sample import sample
from patrolcast.cli.verbs.screen import screen
from patrolcast.cli.verbs.serve import serve
from patrolcast.cli.verbs.simulate import simulate
from patrolcast.cli.verbs.trail import make_key, prove_entry, redact_text, show_entries, verify_entries

VERBS = (
    forecast, nightly, health, status, decide, deliver, pause, resume, serve, check, screen, init, fetch, explain,
    reproduce, backtest, compare, monitor, sample, simulate, records, kit, publish_site,
)  # fmt: skip

app = typer.Typer(
    name="patrolcast",
    help="Advisory patrol guidance from citizen-reported incidents. A suggestion is about a place and a time, never "
    "about a person; a person decides.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for verb in VERBS:
    app.command()(verb)

evidence = typer.Typer(help="Checks whether stored screens and loop tests still hold.", no_args_is_help=True)
evidence.command()(verify)


@evidence.callback()
def _evidence() -> None:
    """Checks whether stored screens and loop tests still hold."""


app.add_typer(evidence, name="evidence")

decisions = typer.Typer(help="Decisions on record: list, import, dosage log, figures.", no_args_is_help=True)
decisions.command("list")(list_decisions)
decisions.command("import")(import_decisions)
decisions.command("log")(write_log)
decisions.command("figures")(show_figures)
app.add_typer(decisions, name="decisions")

trail = typer.Typer(help="Checks and reads the audit trail.", no_args_is_help=True)
trail.command("verify")(verify_entries)
trail.command("show")(show_entries)
trail.command("redact")(redact_text)
trail.command("prove")(prove_entry)
trail.command("key")(make_key)
app.add_typer(trail, name="trail")


governance = typer.Typer(help="The department's facts and texts.", no_args_is_help=True)
governance.command("init")(init_governance)


@governance.callback()
def _governance() -> None:
    """The department's facts and texts."""


app.add_typer(governance, name="governance")


feedback = typer.Typer(help="What people said, and what was decided.", no_args_is_help=True)
feedback.command("add")(add_feedback)
feedback.command("answer")(answer_feedback)
feedback.command("list")(list_feedback)
app.add_typer(feedback, name="feedback")


outcomes = typer.Typer(help="What became of people: questions, counts, report.", no_args_is_help=True)
outcomes.command("declare")(declare_measures)
outcomes.command("import")(import_outcomes)
outcomes.command("report")(report_outcomes)
app.add_typer(outcomes, name="outcomes")


def _print_version(wanted: bool) -> None:
    if wanted:
        from patrolcast import __version__

        typer.echo(f"patrolcast {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Advisory patrol guidance from citizen-reported incidents.

    A suggestion is about a place and a time, never about a person; a person decides.
    """
