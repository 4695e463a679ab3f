"""One run as a reviewer's kit: what goes in, and when there is none."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError, UsageError
from patrolcast.io.encode import json_bytes
from patrolcast.io.handed_out import statement
from patrolcast.io.handed_out.archive import verifiers, zip_bytes
from patrolcast.io.handed_out.code_list import code_files
from patrolcast.io.handed_out.inputs import inputs_of_run
from patrolcast.io.handed_out.records_store import RECORDS, records_files
from patrolcast.io.handed_out.statement import signed_statement
from patrolcast.io.safe_files import write_file
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import config_of_run
from patrolcast.io.store import run_store
from patrolcast.io.trail.file import trail_folder
from patrolcast.report.kit.readme import readme
from patrolcast.runs.forecast.rederive import run_faults
from patrolcast.runs.forecast.stored_runs import stopping_gates
from patrolcast.runs.kit.audit import COUNTS, audit_tables_of
from patrolcast.runs.kit.on_trail import OnTrail, trail_of_run
from patrolcast.runs.kit.twin import Twin, make_twin
from patrolcast.runs.records.verify import verify_records

VERSION = 1
KIT, NOTE = "kit.json", f"kit.json{statement.SUFFIX}"
RUN_FILES = ("audit.json", "admission.json", "model/card.json")
MAIN = b"""# Checks the kit that this file lies in: python3 -I -S KIT.zip
import os
import sys

import verify

sys.exit(verify.main(here=os.path.dirname(os.path.abspath(__file__))))
"""
_PEOPLE = "the decisions, visits and pauses of this run, which name persons: ask the department"


@dataclass(frozen=True)
class KitMade:
    """What was written: ``for_use`` is False where a check stopped the run or a pause withdrew it."""

    path: Path
    n_files: int
    n_bytes: int
    for_use: bool
    signed: bool


def make_kit(
    run: Path, governance: Path, *, out: Path, counts: bool = True, config: ConfigFile | None = None
) -> KitMade:
    """Writes the kit of a run; the same run, trail and records give the same bytes.

    Raises
    ------
    UsageError
        ``out`` lies in the run or its trail.
    ConfigError
        the trail has a key, and it is not the one in use: the kit could not be signed.
    DataRefusedError
        the run is not whole or was changed, is not on record, its records do not hold, or its inputs are gone.
    TrailBrokenError, TrailTruncatedError, TrailSignatureError, TrailIndexError, TrailClockError
        the audit trail does not verify.
    GateRefusedError
        the twin would lie nearer to real records than chance has it.

    Parameters
    ----------
    run : its folder.
    governance : the department's facts, by which published records are checked.
    counts : False leaves out what holds small counts of reports.
    config : says where the project lies; None: it is looked for beside the run.
    """
    if out.resolve().is_relative_to(run.resolve()) or out.resolve().is_relative_to(trail_folder(run.parent).resolve()):
        rule, cure = "a run folder and a trail are never added to", "name a file elsewhere"
        raise UsageError("--out", got="a file in the run or its trail", rule=rule, cure=cure)
    manifest = run_store.read_manifest(run)
    if faults := run_faults(run, manifest):
        cure = "run it again; `patrolcast reproduce` says what differs"
        raise DataRefusedError(
            f"run {run.name}", got=faults[0], rule="a kit is of a run that nobody changed", cure=cure
        )
    data = run_store.read_or_none(run / run_store.MANIFEST) or b""
    on_trail = trail_of_run(run.parent, manifest, hashlib.sha256(data).hexdigest())
    files = {f"run/{name}": run_store.read_verified(run, manifest, name) for name in RUN_FILES}
    audit = json.loads(files["run/audit.json"])
    files |= {f"run/{run_store.MANIFEST}": data, **on_trail.files}
    files |= audit_tables_of(run, manifest, audit, counts=counts)
    files |= _records(run, governance)
    stored = config_of_run(run, manifest, config)
    evidence = inputs_of_run(stored, manifest, lambda key: key.startswith("evidence."))
    copies = {f"evidence/{Path(path).name}": path for path in evidence}
    files |= {f"evidence/{Path(path).name}": content for path, (_, content) in evidence.items()}
    files["code/code.json"] = _code(manifest)
    twin = make_twin(run, manifest, stored)
    left_out = _left_out(files, counts=counts)
    files |= {**twin.files, **verifiers(), "__main__.py": MAIN}
    return _write(run, manifest, files, on_trail, twin, left_out, copies | twin.copies, out)


def _write(
    run: Path,
    manifest: Mapping[str, Any],
    files: dict[str, bytes],
    on_trail: OnTrail,
    twin: Twin,
    left_out: dict[str, str],
    copies: dict[str, str],
    out: Path,
) -> KitMade:
    city, run_id = str(manifest["name"]), str(manifest["run_id"])
    stopped = stopping_gates(manifest["gates"])
    not_for_use = bool(stopped) or not manifest["publishable"] or on_trail.withdrawn_by is not None
    about: dict[str, Any] = {
        "kit_version": VERSION,
        "run_id": run_id,
        "city": city,
        "not_for_use": not_for_use,
        "withdrawn_by_entry": on_trail.withdrawn_by,
        "copies_of_inputs": copies,
        "left_out": left_out,
        "twin": twin.facts,
    }
    why = f"these checks stopped it: {', '.join(stopped)}" if stopped else "a pause withdrew it"
    state = (
        f"**not for use**, {why}"
        if not_for_use
        else f"no check stopped it; not to be used after {manifest['expires_at']}"
    )
    named = list(dict.fromkeys(map(str, on_trail.keys)))
    files["VERIFY.md"] = readme(about, title=str(manifest["title"]), state=state, keys=named).encode()
    about["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    files[KIT] = json_bytes(about)
    digest = hashlib.sha256(files[KIT]).hexdigest()
    note = signed_statement(run.parent, on_trail.keys, city=city, kind=statement.KIT, run_id=run_id, sha256=digest)
    if note is not None:
        files[NOTE] = note
    packed = zip_bytes(files)
    return KitMade(write_file(out, packed), len(files), len(packed), not not_for_use, note is not None)


def _records(run: Path, governance: Path) -> dict[str, bytes]:
    """The published records; none where none were made. Raises DataRefusedError: they do not hold any more."""
    folder = run.parent / "records" / run.name
    records = records_files(folder)
    if not records:
        return {}
    if faults := verify_records(run, governance).faults:
        cure = "make them anew with `patrolcast records RUN`"
        raise DataRefusedError(f"records of run {run.name}", got=faults[0], rule="records in a kit hold", cure=cure)
    return {f"records/{name}": content for name, content in records.items()}


def _code(manifest: Mapping[str, Any]) -> bytes:
    files = code_files(str(manifest["code_sha256"]))
    return json_bytes(
        {
            "code_sha256": manifest["code_sha256"],
            "lock_sha256": manifest["lock_sha256"],
            "versions": manifest["versions"],
            "files": files,
            "note": "" if files else "the kit was made by other code than the run, so the run's files are not listed",
        }
    )


def _left_out(files: Mapping[str, bytes], *, counts: bool) -> dict[str, str]:
    reasons = {"trail/": _PEOPLE}
    if not any(name.startswith("tables/") for name in files):
        reasons["tables/"] = "the run compared no groups"
    elif not counts:
        reasons[COUNTS] = "small counts of reports, which whoever made this kit did not hand out"
    if not any(name.startswith("records/") for name in files):
        reasons[f"records/{RECORDS}"] = "no records were made of this run"
    return reasons
