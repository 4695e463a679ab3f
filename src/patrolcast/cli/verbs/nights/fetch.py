"""``patrolcast fetch``."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patrolcast.cli.console import progress_bars, say, say_json, shown_path
from patrolcast.cli.options import Config, Json, Quiet


def fetch(
    config: Config,
    force: Annotated[bool, typer.Option("--force", help="replace a file that no fetch made")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Fills the records export from an open-data portal.

    Reads the whole dataset of [portal] into the file of [incidents] path, or leaves that file as it was. A fetch that
    was cut off goes on where it ended. Runs read the file and never the portal.

    Example: patrolcast fetch configs/mycity.toml
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.fetch.fetch import fetch_export

    with progress_bars(quiet=quiet) as progress:
        fetched = fetch_export(read_settings(config), now=datetime.now(UTC), force=force, progress=progress)
    receipt = fetched.receipt
    if json:
        say_json({"snapshot": str(fetched.snapshot), **receipt.document()})
        return
    say(
        [
            f"fetched {receipt.state.n_rows:,} rows of {receipt.state.dataset} into {shown_path(fetched.snapshot)}",
            *([f"left out: {', '.join(receipt.left_out)}"] if receipt.left_out else []),
        ],
        quiet=quiet,
    )
