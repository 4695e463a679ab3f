"""Options that several verbs have, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Argument(help="config file of the city, e.g. configs/sample.toml", metavar="CONFIG")]
Run = Annotated[str, typer.Argument(help="a run folder, the id of a run, or 'current'", metavar="RUN")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="nothing known after T is used: a time with zone, now, or last-report"),
]
Runs = Annotated[
    Path | None, typer.Option("--runs", metavar="DIR", help="folder of run folders, instead of the config's")
]
RunsOrDefault = Annotated[Path, typer.Option("--runs", metavar="DIR", help="folder in which RUN is looked up")]
Force = Annotated[bool, typer.Option("--force", help="run also when the identical run is there; never overwrites")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document, for scripts")]
