"""All that a document may cite: files of the run, its entries on the trail, the run before, the department's facts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError, GovernanceError
from patrolcast.domain.trail.events import Published
from patrolcast.domain.trail.review_events import stated_manifest
from patrolcast.io.governance.facts import place_of, read_facts
from patrolcast.io.governance.register import items_of, register_document
from patrolcast.io.handed_out.statement import known_keys
from patrolcast.io.hashing import file_sha256
from patrolcast.io.store import run_store
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.note import VerifierKey
from patrolcast.io.trail.scan import FILE, entries_if_begun
from patrolcast.report.records.cited.sources import Sources
from patrolcast.runs.trail.entries import public_facts

RUN_FILES = {
    "audit": "audit.json",
    "admission": "admission.json",
    "card": "model/card.json",
    "suggestions": "suggestions.geojson",
}
MANIFEST, TRAIL, FORMER = "manifest.json", f"trail/{FILE}", "former/manifest.json"
FEEDBACK = "feedback_register.json"


@dataclass(frozen=True)
class Gathered:
    """What documents are made of.

    Attributes
    ----------
    sources : by short name, for the documents.
    files : by file name, for whoever checks figures.
    keys : those that the audit trail names.
    """

    folder: Path
    sources: Sources
    files: Mapping[str, Any]
    keys: list[VerifierKey]


def gather(folder: Path, governance: Path, names: Iterable[str]) -> Gathered:
    """What a run left and what the department states, in the files ``names``.

    Raises
    ------
    DataRefusedError
        a file of the run is missing or was changed since, its manifest too where the trail states its hash.
    GovernanceError
        a fact of the department is missing, its review is overdue at the moment of the run, or its use begins later.
    """
    manifest = run_store.read_manifest(folder)
    run_store.require_manifest_keys(folder, manifest, "title", "timezone", "config", "sources", "gates", "code_sha256")
    if changed := run_store.changed_files(folder, manifest):
        raise DataRefusedError(
            f"run {folder.name}: {changed[0]}",
            got="other bytes than the manifest says",
            rule="a run is never changed",
            cure="run it again",
        )
    documents: dict[str, tuple[str, Any]] = {"manifest": (MANIFEST, manifest)}
    for name, file in RUN_FILES.items():
        documents[name] = (file, json.loads(run_store.read_verified(folder, manifest, file)))
    trail = list(entries_if_begun(trail_folder(folder.parent)))
    entries, former = _of_run(trail, str(manifest["run_id"]))
    if not _is_on_record(folder, entries.values()):
        raise DataRefusedError(
            f"run {folder.name}: {MANIFEST}",
            got="another manifest than the audit trail states",
            rule="a run is never changed",
            cure="read `patrolcast trail verify`, and run it again",
        )
    documents["trail"] = (TRAIL, entries)
    if former is not None:
        documents["earlier"] = (TRAIL, {"former": former})
        there = folder.parent / str(former["run"])
        if (before := run_store.manifest_or_none(there)) is not None and _is_on_record(there, [former]):
            documents["former"] = (FORMER, before)
    facts = read_facts(governance, names)
    documents |= {name: (f"governance/{name}.toml", content) for name, content in facts.items()}
    if "oversight" in facts:
        _require_reviewed(governance / "oversight.toml", facts["oversight"], str(manifest["as_of"])[:10])
    if "purpose" in facts:
        _require_begun(governance / "purpose.toml", facts["purpose"], str(manifest["as_of"])[:7])
    documents["feedback"] = (FEEDBACK, register_document(items_of(trail)))
    files = {file: content for file, content in documents.values() if file != TRAIL}
    files[TRAIL] = {**entries, **({"former": former} if former is not None else {})}
    return Gathered(folder, Sources(documents, str(manifest["timezone"])), files, known_keys(trail))


def _require_reviewed(path: Path, oversight: Mapping[str, Any], day: str) -> None:
    if str(oversight["next_review"]) < day:
        got, rule = f"a review that was due on {oversight['next_review']}", f"the run is of {day}"
        cure = "review the texts and facts, then state both dates anew"
        raise GovernanceError(f"{place_of(path)}, next_review", got=got, rule=rule, cure=cure)


def _require_begun(path: Path, purpose: Mapping[str, Any], month: str) -> None:
    if str(purpose["start"]) > month:
        got, rule = f"{purpose['phase']}, begun in {purpose['start']}", f"the run is of {month}"
        raise GovernanceError(f"{place_of(path)}, start", got=got, rule=rule, cure="state the month of the first use")


def _of_run(trail: Iterable[Entry], run_id: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Entries about the run by their number, and the last publication of another run before it; no account is named.

    Before it: before its own publication; a run that was never published stands where its first entry stands.
    """
    mine: dict[str, Any] = {}
    others: list[dict[str, Any]] = []
    for entry in trail:
        if entry.subject.run == run_id:
            mine[str(entry.seq)] = public_facts(entry)
        elif entry.event == Published.name:
            others.append(public_facts(entry))
    published = [entry["seq"] for entry in mine.values() if entry["event"] == Published.name]
    ends = published or [entry["seq"] for entry in mine.values()]
    return mine, next((entry for entry in reversed(others) if ends and entry["seq"] < ends[0]), None)


def _is_on_record(folder: Path, entries: Iterable[Mapping[str, Any]]) -> bool:
    """True where the latest entry that states a hash states that of the folder's manifest, or none states one."""
    stated = stated_manifest(entries)
    return stated is None or stated == file_sha256(folder / run_store.MANIFEST)
