"""``patrolcast kit``."""

from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import say, say_json, shown_path
from patrolcast.cli.options import GOVERNANCE, RUNS, Governance, Json, Quiet, Run, RunsOrDefault


def kit(
    run: Run,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="where the kit is written")],
    without_counts: Annotated[
        bool, typer.Option("--without-counts", help="leave out small counts of reports, and what needs them")
    ] = False,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="CONFIG", help="where the project lies; default: beside the run")
    ] = None,
    governance: Governance = GOVERNANCE,
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Packs what an outside expert needs to check a run.

    Manifest, audit with its tables, stored tests, records, trail proofs, verifiers that need Python alone, and a
    synthetic twin of the city. The zip checks itself: python3 -I -S FILE.zip. There is no kit of a run that was changed
    or is not on record (exit 13), nor of one whose trail does not verify (30 to 34).

    Example: patrolcast kit current --out kit.zip
    """
    from patrolcast.io.settings.settings_file import read_settings
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.io.store.run_store import read_manifest
    from patrolcast.runs.kit.make import make_kit

    folder = find_run(run, runs)
    stated = governance / str(read_manifest(folder).get("name", ""))
    project = None if config is None else read_settings(config)
    packed = make_kit(folder, stated, out=out, counts=not without_counts, config=project)
    if json:
        say_json(
            {
                "file": str(packed.path),
                "files": packed.n_files,
                "bytes": packed.n_bytes,
                "for_use": packed.for_use,
                "signed": packed.signed,
            }
        )
        return
    marked = "" if packed.for_use else "; it says that the run must not be used"
    signed = "signed" if packed.signed else "not signed: no trail key is in use"
    lines = [f"{packed.n_files} files, {packed.n_bytes / 1e6:.1f} MB, {signed}{marked}: {shown_path(packed.path)}"]
    say([*lines, f"check it anywhere: python3 -I -S {packed.path.name}"], quiet=quiet)
