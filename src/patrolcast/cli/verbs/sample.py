"""``patrolcast sample``."""

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, shown_path
from patrolcast.cli.options import Quiet


def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="folder to write it to")] = Path("data/sample"),
    quiet: Quiet = False,
) -> None:
    """Rebuilds the sample city byte for byte from its seed.

    Example: patrolcast sample --out data/sample
    """
    from patrolcast.runs.sample import write_sample

    with progress_bars(quiet=quiet) as progress:
        write_sample(out, progress=progress)
    say([f"wrote {shown_path(out)}"], quiet=quiet)
