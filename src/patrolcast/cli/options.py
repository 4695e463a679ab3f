"""Arguments and options that several verbs share, declared once."""

from pathlib import Path
from typing import Annotated

import typer

RUNS = Path("runs")
GOVERNANCE = Path("governance")


def require_as_of(text: str | None) -> str | None:
    """The text of ``--as-of``, checked before anything is read.

    Raises UsageError: it is neither "now" nor "last-report" nor a time with zone.
    """
    if text is not None and text not in {"now", "last-report"}:
        from patrolcast.domain.errors import UsageError, shown
        from patrolcast.domain.settings import parse_as_of

        try:
            parse_as_of(text)
        except ValueError as error:
            raise UsageError("--as-of", got=shown(text), rule=str(error)) from None
    return text


Config = Annotated[Path, typer.Argument(help="config file of the city, e.g. configs/sample.toml", metavar="CONFIG")]
Run = Annotated[str, typer.Argument(help="a run folder, the id of a run, or 'current'", metavar="RUN")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        callback=require_as_of,
        help="nothing known after T is used: a time with zone, now, or last-report",
    ),
]
Runs = Annotated[Path | None, typer.Option("--runs", metavar="DIR", help="folder of runs, instead of the config's")]
RunsOrDefault = Annotated[Path, typer.Option("--runs", metavar="DIR", help="folder in which RUN is looked up")]
Governance = Annotated[
    Path,
    typer.Option("--governance", metavar="DIR", help="the department's facts and texts, one folder a city"),
]
Force = Annotated[bool, typer.Option("--force", help="run also when the identical run is there; never overwrites")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document, for scripts")]
