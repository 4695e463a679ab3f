"""``patrolcast publish-site``."""

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import complain, say, say_json, shown_path
from patrolcast.cli.options import GOVERNANCE, Governance, Json, Quiet, Runs


def publish_site(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG...", help="config of each city that is shown")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="folder of the site; later releases go to the same one")
    ],
    governance: Governance = GOVERNANCE,
    runs: Runs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Writes the public audit site.

    For everybody: each run's checks, failed ones too, tests, registers, trail, and counts of which small ones are
    withheld. Static pages, each table also as CSV and JSON. An address that was there once stays. Exit 20 where a small
    count could be found out from all that was ever shown; then nothing is written.

    Example: patrolcast publish-site configs/sample.toml --out site
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.runs.site.publish import write_release

    site = write_release([read_settings(config) for config in configs], out, governance=governance, runs=runs)
    for warning in site.warnings:
        complain(f"warning: {warning}")
    if json:
        say_json(
            {
                "folder": str(out),
                "release": site.release,
                "changed": site.changed,
                "pages": site.n_pages,
                "files": site.n_files,
                "new_counts": site.new_tables,
                "warnings": site.warnings,
            }
        )
        return
    head = f"release {site.release}" if site.changed else f"nothing is new since release {site.release}"
    say([f"{head}: {site.n_pages} pages; {shown_path(out / 'index.html')}"], quiet=quiet)
