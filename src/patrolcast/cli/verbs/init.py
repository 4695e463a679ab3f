"""``patrolcast init``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json, shown_path
from patrolcast.cli.options import Json, Quiet


def init(
    export: Annotated[
        str,
        typer.Argument(
            help="a records export: CSV, Parquet, GeoJSON, shapefile; or a dataset: socrata:HOST/ID, "
            "arcgis:HOST/.../FeatureServer/0, ckan:HOST/UUID",
            metavar="EXPORT",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="the config to write; its codebook goes beside it")
    ] = Path("configs/mycity.toml"),
    offence: Annotated[
        str | None,
        typer.Option("--offence", metavar="COLUMN", help="the export's column of offence codes, where it is not found"),
    ] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="TEXT", help="which rows of a dataset, in the words of its portal")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace files that are there")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Drafts config, codebook and objectives from a records export.

    Every guess stands beside its reason; what could not be decided is marked.

    A dataset of an open-data portal is fetched first, beside the config.

    Example: patrolcast init exports/calls.csv --out configs/mycity.toml
    """
    from patrolcast.domain.errors import UsageError
    from patrolcast.domain.settings.outside import is_dataset
    from patrolcast.runs.fetch.draft import init_from_portal
    from patrolcast.runs.init.draft import init_city

    if is_dataset(export):
        with progress_bars(quiet=quiet) as progress:
            draft = init_from_portal(
                export, where=where, out=out, overwrite=force, offence=offence, now=datetime.now(UTC), progress=progress
            )
    elif where is not None:
        raise UsageError("--where", got="a file", rule="it says which rows of a dataset on a portal are fetched")
    else:
        draft = init_city(Path(export), out=out, overwrite=force, offence=offence)
    files = {"config": draft.config, "codebook": draft.codebook, "objectives": draft.objectives}
    if json:
        say_json({**{name: str(path) for name, path in files.items()}, "undecided": draft.undecided})
        return
    say((f"wrote {shown_path(path)}" for path in files.values()), quiet=quiet)
    say((f"decide: {question}" for question in draft.undecided), quiet=quiet)
