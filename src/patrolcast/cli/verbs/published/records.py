"""``patrolcast records``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from patrolcast.cli.console import complain, say, say_json
from patrolcast.cli.options import GOVERNANCE, RUNS, Governance, Json, Quiet, Run, RunsOrDefault


class Profile(StrEnum):
    """Which documents are made."""

    ALL = "all"
    US_CCOPS = "us-ccops"
    UK_ATRS = "uk-atrs"
    EU = "eu"
    NL = "nl"
    CUSTOM = "custom"


def records(
    run: Run,
    profile: Annotated[
        Profile, typer.Option("--profile", help="which documents; custom: those of records.toml")
    ] = Profile.ALL,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="default: runs/CITY/records/RUN")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="write nothing; does each stored figure still equal its source?")
    ] = False,
    governance: Governance = GOVERNANCE,
    runs: RunsOrDefault = RUNS,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Writes the documents of a run for the public, or checks them.

    For residents, a council or a regulator. Every figure comes from the run, its trail, or the department's files in
    governance/CITY/, and says from where. What is missing there ends with exit 11, the file, the field and an example.
    With --check: exit 20 where a document is stale.

    Example: patrolcast records current --profile us-ccops
    """
    from patrolcast.domain.errors import GateRefusedError
    from patrolcast.io.store.city_folders import find_run
    from patrolcast.io.store.run_store import read_manifest
    from patrolcast.runs.records.make import make_records
    from patrolcast.runs.records.verify import verify_records

    folder = find_run(run, runs)
    stated = governance / str(read_manifest(folder).get("name", ""))
    if check:
        verified = verify_records(folder, stated, out=out)
        if json:
            say_json(
                {
                    "documents": verified.documents,
                    "figures": verified.n_figures,
                    "signed": verified.signed,
                    "stale": verified.stale,
                    "faults": verified.faults,
                }
            )
        else:
            signed = "signed" if verified.signed else "not signed: no trail key is in use"
            n_faults = len(verified.faults)
            say(
                [f"{len(verified.documents)} documents, {verified.n_figures:,} figures, {n_faults} faults; {signed}"],
                quiet=quiet,
            )
        for fault in verified.faults:
            complain(fault)
        return GateRefusedError.exit_code if verified.faults else 0
    written = make_records(folder, stated, profile=str(profile), out=out)
    if json:
        say_json(
            {
                "folder": str(written.folder),
                "documents": written.documents,
                "figures": written.n_figures,
                "published": written.published,
                "signed": written.signed,
            }
        )
        return 0
    marked = "" if written.published else "; each says that the run must not be used"
    head = f"{len(written.documents)} documents with {written.n_figures:,} figures{marked}"
    say([f"{head}: {written.folder / 'index.html'}"], quiet=quiet)
    return 0
