"""Do stored records still hold? Each file has its bytes, each figure it shows is listed and is what its source says.

Where the audit trail has a key, `records.json` is signed with it, and with it every file that it lists. Without one,
whoever can write there can forge words around the figures, never a figure on a page or in a JSON file; Markdown is held
by its hash alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.governance.texts import text_states
from patrolcast.io.handed_out import statement
from patrolcast.io.handed_out.records_store import (
    RECORDS,
    SIGNATURE,
    changed_records,
    read_records,
    record_text,
    stored_tree,
    strange_files,
)
from patrolcast.io.handed_out.statement import statement_fault
from patrolcast.io.hashing import file_sha256
from patrolcast.io.store.run_store import read_or_none
from patrolcast.report.records.catalogue import DOCUMENTS, needed
from patrolcast.report.records.cited.shown import absent_from_tree, unlisted_on_page
from patrolcast.report.records.cited.stale import disagreements
from patrolcast.runs.records.gather import Gathered, gather


@dataclass(frozen=True)
class RecordsVerified:
    """What was found; ``faults`` is empty where all holds, ``stale`` names the documents that do not.

    A text of the department that was changed since is a fault of no document: they state its hash, not its words.
    """

    documents: tuple[str, ...]
    n_figures: int
    faults: tuple[str, ...]
    stale: tuple[str, ...]
    signed: bool = False


def verify_records(run: Path, governance: Path, *, out: Path | None = None) -> RecordsVerified:
    """Compares stored records with the run and with the department's facts; writes nothing.

    Raises DataRefusedError: there are none, or the run was changed. GovernanceError: a fact is gone.
    """
    folder = out or run.parent / "records" / run.name
    stored = read_records(folder)
    names = tuple(stored["documents"])
    strange = [name for name in names if name not in DOCUMENTS]
    if strange:
        rule = "made by another patrolcast"
        raise DataRefusedError(
            f"records of run {run.name}", got=f"a document {strange[0]}", rule=rule, cure="make them anew"
        )
    gathered = gather(run, governance, needed(names))
    wrong = disagreements(stored["figures"], gathered.files, gathered.sources.zone)
    changed = changed_records(folder, stored)
    owners = {file: name for name, files in stored["documents"].items() for file in files}
    shown = [
        (owners[file], f"{file} {line}")
        for file in owners
        if file not in changed
        for line in _misshown(folder, file, owners[file], stored)
    ]
    stale = {disagreement.document for disagreement in wrong} | {owners[file] for file in changed if file in owners}
    stale |= {document for document, _ in shown}
    faults = [f"{file} is missing or was changed" for file in changed] + [disagreement.line for disagreement in wrong]
    faults += [line for _, line in shown]
    faults += [f"{file} is in the folder and in no list" for file in strange_files(folder, stored)]
    texts = {state.name: state.sha256 for state in text_states(governance)}
    faults += [f"{name}.md is another text now" for name in texts if stored["texts"].get(name) != texts[name]]
    note = read_or_none(folder / SIGNATURE)
    if unsigned := _signature_fault(folder, gathered, note):
        faults, stale = [f"{RECORDS} {unsigned}", *faults], {*names}
    stale_names = tuple(name for name in names if name in stale)
    return RecordsVerified(names, len(stored["figures"]), tuple(faults), stale_names, note is not None)


def _signature_fault(folder: Path, gathered: Gathered, note: bytes | None) -> str:
    manifest = gathered.files["manifest.json"]
    facts = {"city": str(manifest["name"]), "kind": statement.RECORDS, "run_id": str(manifest["run_id"])}
    return statement_fault(note, gathered.keys, sha256=file_sha256(folder / RECORDS), **facts)


def _misshown(folder: Path, file: str, document: str, stored: Mapping[str, Any]) -> Iterator[str]:
    """What a file shows and `records.json` does not list, or the other way round."""
    mine = [row for row in stored["figures"] if row.get("document") == document]
    if file.endswith(".html"):
        yield from unlisted_on_page(record_text(folder, file), mine)
    elif file.endswith(".json"):
        yield from absent_from_tree(stored_tree(folder, file), mine)
