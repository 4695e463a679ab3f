"""`explain --for`: gathers what an officer, a resident or a court is given of a cell, and puts it in their words."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import UsageError
from patrolcast.domain.governance.audience import Audience
from patrolcast.domain.records import NOTICE
from patrolcast.domain.trail.events import Published
from patrolcast.io.governance.facts import read_facts
from patrolcast.io.hashing import file_sha256
from patrolcast.io.store.run_store import MANIFEST
from patrolcast.io.store.stored_run import StoredRun
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.proof import make_proof
from patrolcast.io.trail.scan import entries_if_begun
from patrolcast.report.explanation.voices import CellFacts, Lines, for_community, for_court, for_officer
from patrolcast.runs.forecast.explained.cell import explain_cell
from patrolcast.runs.trail.entries import public_facts


def explain_to(run: StoredRun, cell: str, reader: Audience, *, governance: Path, now: datetime) -> Lines:
    """Headings with lines; first why the run is not for use, where it is not.

    Raises GovernanceError: for a resident, where the department has not stated whom to write to.

    Parameters
    ----------
    governance : the city's folder of facts.
    now : with zone.
    """
    facts = gather_facts(run, cell, now=now)
    standing: Lines = {"Not for use": lines} if (lines := facts.standing) else {}
    if reader is Audience.OFFICER:
        answers = for_officer(facts)
    elif reader is Audience.COURT:
        return {**standing, **for_court(facts)}
    else:
        stated = read_facts(governance, ["organisation", "oversight"])
        keys = ("appeals", "board", "pause_owner")
        contact = {"email": stated["organisation"]["contact_email"]} | {key: stated["oversight"][key] for key in keys}
        answers = for_community(facts, contact)
    return {**standing, **answers, "Advisory": [NOTICE]}


def gather_facts(run: StoredRun, cell: str, *, now: datetime) -> CellFacts:
    """What the stored run and its trail say of a cell."""
    explained = json.loads(json.dumps(explain_cell(run, cell, now=now).as_dict()))
    by_cell = run.forecast.groupby(["shift_start", "cell"])["expected_incidents"].sum().unstack()
    mean = by_cell.mean(axis=1)
    times = {
        start.isoformat(): float(by_cell.loc[start, cell] / mean[start]) if mean[start] > 0 else None
        for start in by_cell.index
    }
    visited = run.suggestions[run.suggestions["visits"] > 0] if len(run.suggestions) else run.suggestions
    entries, proof = _on_record(run.folder.parent, str(run.manifest["run_id"]))
    return CellFacts(
        cell=explained,
        manifest=run.manifest,
        manifest_sha256=file_sha256(run.folder / MANIFEST),
        limits=run.audit["limits"],
        times_average=times,
        n_cells=int(run.forecast["cell"].nunique()),
        n_suggested=int(visited["cell"].nunique()) if len(visited) else 0,
        entries=entries,
        proof=proof,
        intervals={gate["name"]: gate["interval"] for gate in run.audit["gates"] if gate["interval"] is not None},
    )


def _on_record(city_runs: Path, run_id: str) -> tuple[list[Mapping[str, Any]], str]:
    folder = trail_folder(city_runs)
    mine = [entry for entry in entries_if_begun(folder) if entry.subject.run == run_id]
    rows: list[Mapping[str, Any]] = [public_facts(entry) for entry in mine]
    published = [entry.seq for entry in mine if entry.event == Published.name]
    try:
        return rows, make_proof(folder, published[-1]).decode() if published else ""
    except UsageError:  # no signed checkpoint covers it, which the lines say
        return rows, ""
