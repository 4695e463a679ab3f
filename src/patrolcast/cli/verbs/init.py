"""``patrolcast init``."""

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json, shown_path
from patrolcast.cli.options import Json, Quiet


def init(
    export: Annotated[
        Path, typer.Argument(help="a records export: CSV, Parquet, GeoJSON, shapefile", metavar="EXPORT")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="the config to write; its codebook goes beside it")
    ] = Path("configs/mycity.toml"),
    offence: Annotated[
        str | None,
        typer.Option("--offence", metavar="COLUMN", help="the export's column of offence codes, where it is not found"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace files that are there")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Drafts config, codebook and objectives from a records export.

    Every guess stands beside its reason; what could not be decided is marked.

    Example: patrolcast init exports/calls.csv --out configs/mycity.toml
    """
    from patrolcast.runs.init.draft import init_city

    draft = init_city(export, out=out, overwrite=force, offence=offence)
    files = {"config": draft.config, "codebook": draft.codebook, "objectives": draft.objectives}
    if json:
        say_json({**{name: str(path) for name, path in files.items()}, "undecided": draft.undecided})
        return
    say((f"wrote {shown_path(path)}" for path in files.values()), quiet=quiet)
    say((f"decide: {question}" for question in draft.undecided), quiet=quiet)
