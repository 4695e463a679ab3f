"""Do stored records still hold? Each file has its bytes, each figure is what its source says now."""

from dataclasses import dataclass
from pathlib import Path

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.store.records_store import changed_records, read_records
from patrolcast.report.records.catalogue import DOCUMENTS, needed
from patrolcast.report.records.cited.stale import disagreements
from patrolcast.runs.records.gather import gather


@dataclass(frozen=True)
class RecordsVerified:
    """What was found; ``faults`` is empty where all holds, ``stale`` names the documents that do not."""

    documents: tuple[str, ...]
    n_figures: int
    faults: tuple[str, ...]
    stale: tuple[str, ...]


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
    stale = {one.document for one in wrong} | {owners[file] for file in changed if file in owners}
    faults = [f"{file} is missing or was changed" for file in changed] + [one.line for one in wrong]
    return RecordsVerified(names, len(stored["figures"]), tuple(faults), tuple(n for n in names if n in stale))
