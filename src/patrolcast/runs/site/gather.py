"""What the site shows of a city, read from its runs, its audit trail, its tests and the department's files."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError, GovernanceError, PatrolcastError
from patrolcast.domain.trail.events import KeyUsed, Published, RunFinished, RunRefused
from patrolcast.domain.trail.outcome_events import OutcomesReported
from patrolcast.domain.trail.review_events import stated_manifest, withdrawing_pause
from patrolcast.domain.trail.site_events import SitePublished
from patrolcast.io.governance.register import items_of
from patrolcast.io.governance.texts import TEXTS, text_states
from patrolcast.io.hashing import file_sha256
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.sources.byte_stream import is_there
from patrolcast.io.store import run_store
from patrolcast.io.store.evidence import KINDS, read_evidence, stored_document
from patrolcast.io.store.index_file import folder_of_test
from patrolcast.io.store.outcome_store import DOCUMENT, outcomes_folder, read_reported
from patrolcast.io.trail.checkpoints import FOLDER, note_bytes, notes_in
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.merkle import leaf_hash, tree_root
from patrolcast.io.trail.scan import entries_if_begun, has_trail, read_lines
from patrolcast.report.site.values import (
    IN_FORCE,
    PASSED,
    REMOVED,
    STOPPED,
    UNSOUND,
    RefusedStart,
    SiteItem,
    SiteRun,
    SiteText,
    StoredTest,
    TrailHead,
)
from patrolcast.runs.evidence.verify import verify_evidence
from patrolcast.runs.forecast.stored_runs import stopping_gates

_NEEDED = ("name", "title", "timezone", "as_of", "expires_at", "gates", "publishable")


def read_trail(runs: Path) -> list[Entry]:
    """Every entry of a city's trail. Raises TrailBrokenError: a line is not what was written there."""
    return list(entries_if_begun(trail_folder(runs)))


def site_runs(runs: Path, entries: Sequence[Entry], pages: Sequence[str]) -> tuple[SiteRun, ...]:
    """Every run, newest first: those that are kept, those that the trail names, and those that have a page already.

    Parameters
    ----------
    pages : ids of runs that an earlier release has a page of.
    """
    folders = {folder.name: folder for folder in run_store.finished_runs(runs)}
    of_run: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.subject.run:
            of_run[entry.subject.run].append(entry)
    finished = {name for name, about in of_run.items() if any(entry.event == RunFinished.name for entry in about)}
    current = run_store.current_run(runs)
    last = next((entry.subject.run for entry in reversed(entries) if entry.event == Published.name), None)
    in_force = current if current is not None and current.name == last else None
    shown = list[SiteRun]()
    for name in sorted({*folders, *finished, *pages}, reverse=True):
        about, has_page = of_run.get(name, []), name in pages
        sound = _sound(folders[name], about, in_force, has_page=has_page) if name in folders else None
        shown.append(sound or _not_shown(name, UNSOUND if name in folders else REMOVED, about, has_page=has_page))
    return tuple(shown)


def _sound(folder: Path, about: Sequence[Entry], in_force: Path | None, *, has_page: bool) -> SiteRun | None:
    """A run as its folder and the entries about it have it; None where they do not agree or cannot be read."""
    try:
        manifest = run_store.read_manifest(folder)
        run_store.require_manifest_keys(folder, manifest, *_NEEDED)
        on_record = stated_manifest(entry.body for entry in about) == file_sha256(folder / run_store.MANIFEST)
        if not on_record or manifest["run_id"] != folder.name or run_store.changed_files(folder, manifest):
            return None
        stopped_by = tuple(stopping_gates(manifest["gates"]))
        if bool(manifest["publishable"]) is bool(stopped_by):
            return None
        audit = {}
        if "audit.json" in manifest["outputs"]:
            audit = json.loads(run_store.read_verified(folder, manifest, "audit.json"))
        as_of = datetime.fromisoformat(manifest["as_of"])
        datetime.fromisoformat(manifest["expires_at"])
    except (DataRefusedError, OSError, ValueError, LookupError, TypeError):
        return None
    published, withdrawn = _was_published(about), _is_withdrawn(about)
    state = STOPPED if stopped_by else IN_FORCE if folder == in_force and not withdrawn else PASSED
    shown = _with_intervals(manifest, audit)
    return SiteRun(folder.name, as_of, state, published, stopped_by, shown, audit, has_page, withdrawn)


def _with_intervals(manifest: Mapping[str, Any], audit: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest, whose gates carry no interval, with those of the audit."""
    intervals = {str(gate["name"]): gate.get("interval") for gate in audit.get("gates", ())}
    return {**manifest, "gates": [{**gate, "interval": intervals.get(str(gate["name"]))} for gate in manifest["gates"]]}


def _not_shown(name: str, state: str, about: Sequence[Entry], *, has_page: bool) -> SiteRun:
    """A run of which nothing is shown: that it failed still is, as the entries about it say."""
    finished = (entry for entry in about if entry.event == RunFinished.name)
    stopped = tuple(dict.fromkeys(str(check) for entry in finished for check in entry.body.get("stopped_by", ())))
    published, withdrawn = _was_published(about), _is_withdrawn(about)
    return SiteRun(name, moment_of(name), state, published, stopped, has_page=has_page, withdrawn=withdrawn)


def _was_published(about: Sequence[Entry]) -> bool:
    return any(entry.event == Published.name for entry in about)


def _is_withdrawn(about: Sequence[Entry]) -> bool:
    return withdrawing_pause(entry.event for entry in about) is not None


def moment_of(run_id: str) -> datetime | None:
    """The moment in the id of a run.

    >>> moment_of("20260630T1000Z-sample-6c69e173").isoformat()
    '2026-06-30T10:00:00+00:00'
    """
    try:
        return datetime.strptime(f"{run_id.partition('-')[0]}+0000", "%Y%m%dT%H%MZ%z")
    except ValueError:
        return None


def refused_starts(entries: Sequence[Entry]) -> tuple[RefusedStart, ...]:
    """Starts that the trail says were refused, newest first; never what their message said."""
    starts = [
        RefusedStart(entry.seq, datetime.fromisoformat(entry.ts_utc), int(entry.body["exit_code"]), entry.subject.run)
        for entry in entries
        if entry.event == RunRefused.name
    ]
    return tuple(reversed(starts))


def trail_head(runs: Path, entries: Sequence[Entry]) -> TrailHead:
    """The trail up to its last entry that is no publication of this site: else each release would change the next."""
    size = max((entry.seq for entry in entries if entry.event != SitePublished.name), default=0)
    folder = trail_folder(runs)
    if not size or not has_trail(folder):
        return TrailHead()
    last = entries[size - 1]
    notes = [
        (path.name, note_bytes(path))
        for path in notes_in(folder / FOLDER)
        if path.stem.isdigit() and int(path.stem) <= size
    ]
    return TrailHead(
        entries=size,
        root=tree_root([leaf_hash(line) for line in read_lines(folder, size)]).hex(),
        last_hash=last.hash,
        last_at=last.ts_utc,
        keys=tuple(dict.fromkeys(str(entry.body["key"]) for entry in entries[:size] if entry.event == KeyUsed.name)),
        notes=tuple(notes),
    )


def site_items(entries: Sequence[Entry]) -> tuple[SiteItem, ...]:
    """The feedback register."""
    return tuple(
        SiteItem(item.number, item.day, item.topic, item.disposition, item.reply) for item in items_of(entries)
    )


def site_texts(folder: Path) -> tuple[SiteText, ...]:
    """The state of each governance text; all count as missing where one is."""
    try:
        states = text_states(folder)
    except GovernanceError:
        return tuple(SiteText(name, "missing", "") for name in TEXTS)
    return tuple(SiteText(text.name, "template" if text.still else "own words", text.sha256) for text in states)


def site_tests(config: ConfigFile, as_of: datetime) -> dict[str, StoredTest]:
    """Loop test, look at the dosage log and screen as they are stored, and whether they hold."""
    try:
        checked = verify_evidence(config, now=as_of, parts=Path(), quick=True)
    except PatrolcastError as error:
        why = f"could not be checked (exit code {error.exit_code})"
        return {kind: StoredTest(None, why) for kind in KINDS}
    return {evidence.kind: StoredTest(read_evidence(config, evidence.kind), evidence.fault) for evidence in checked}


def comparison_of(runs: Path) -> Mapping[str, Any] | None:
    """The comparison of variants, in its default folder beside the folder of runs."""
    return stored_document(folder_of_test(runs, "comparison.html") / "comparison.json")


def outcomes_of(runs: Path, entries: Sequence[Entry]) -> tuple[Mapping[str, Any] | None, bool]:
    """The newest report of outcomes, and whether one lies there that is not the one on the trail (then None of it)."""
    folder = outcomes_folder(runs)
    if not is_there(folder / DOCUMENT):
        return None, False
    reported = [str(entry.body["document_sha256"]) for entry in entries if entry.event == OutcomesReported.name]
    data = read_reported(folder, DOCUMENT, reported[-1]) if reported else None
    return (None, True) if data is None else (json.loads(data), False)
