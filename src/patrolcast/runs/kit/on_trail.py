"""What the audit trail says of a run, for somebody who may not read all of the trail.

The run's own entries stand in the kit as they are; of all others only the hash of the leaf, from which the root of any
checkpoint can be computed. So nobody's account, decision or visit leaves the department, and no entry can be exchanged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import (
    DataRefusedError,
    PatrolcastError,
    TrailBrokenError,
    TrailClockError,
    TrailIndexError,
    TrailSignatureError,
    TrailTruncatedError,
)
from patrolcast.domain.trail.events import KeyUsed, Published, RunFinished, WaiverUsed
from patrolcast.domain.trail.review_events import stated_manifest, withdrawing_pause
from patrolcast.io.handed_out.statement import known_keys
from patrolcast.io.trail.checkpoints import FOLDER, note_bytes, notes_in, sizes_claimed
from patrolcast.io.trail.entry import Entry
from patrolcast.io.trail.file import trail_folder
from patrolcast.io.trail.merkle import leaf_hash
from patrolcast.io.trail.note import VerifierKey
from patrolcast.io.trail.proof import make_proof, read_proof
from patrolcast.io.trail.scan import entries_with_lines
from patrolcast.runs.trail.find import CityTrail
from patrolcast.runs.trail.verify import verify_city_trail

OF_THE_RUN = frozenset({RunFinished.name, Published.name, WaiverUsed.name})
"""Events that the program writes of a run by itself. Decisions, visits and pauses name persons and stay out."""
_ERRORS: tuple[type[PatrolcastError], ...] = (
    TrailBrokenError,
    TrailTruncatedError,
    TrailSignatureError,
    TrailIndexError,
    TrailClockError,
)


@dataclass(frozen=True)
class OnTrail:
    """The trail's part of a kit.

    Attributes
    ----------
    files : name in the kit -> bytes.
    keys : those that the trail names.
    withdrawn_by : number of the entry by which a pause withdrew the run, or None.
    """

    files: dict[str, bytes]
    keys: list[VerifierKey]
    withdrawn_by: int | None


def trail_of_run(runs: Path, manifest: Mapping[str, Any], manifest_sha256: str) -> OnTrail:
    """The run's entries, the leaves of all, checkpoints and proofs.

    Raises TrailBrokenError, TrailTruncatedError, TrailSignatureError, TrailIndexError, TrailClockError: the trail does
    not verify. DataRefusedError: its entries do not state this manifest.

    Parameters
    ----------
    runs : the city's folder of runs.
    """
    folder, run_id = trail_folder(runs), str(manifest["run_id"])
    copies = tuple(map(str, manifest["config"].get("trail", {}).get("copies", ())))
    verified = verify_city_trail(CityTrail(str(manifest["name"]), folder, runs, copies))
    if verified.faults:
        first = verified.faults[0]
        error = next(error for error in _ERRORS if error.exit_code == verified.exit_code)
        rule, cure = "a kit is made of a trail that verifies", "read `patrolcast trail verify`"
        raise error("the audit trail", got=f"entry {first.seq}: {first.what}", rule=rule, cure=cure)
    read = list(islice(entries_with_lines(folder), verified.size))
    entries, lines = [entry for entry, _ in read], [line for _, line in read]
    mine = [entry for entry in entries if entry.subject.run == run_id]
    _require_stated(run_id, manifest_sha256, mine)
    chosen = [
        entry
        for entry in entries
        if entry.event == KeyUsed.name or (entry.subject.run == run_id and entry.event in OF_THE_RUN)
    ]
    notes = {next(iter(sizes_claimed([data]))): data for data in map(note_bytes, notes_in(folder / FOLDER))}
    n_signed = max(notes, default=0)
    proofs = {entry.seq: make_proof(folder, entry.seq) for entry in chosen if entry.seq <= n_signed}
    sizes = {n_signed} & set(notes) | {
        size for data in proofs.values() for size in sizes_claimed([read_proof(data).note])
    }
    files = {
        "trail/entries.jsonl": b"".join(lines[entry.seq - 1] + b"\n" for entry in chosen),
        "trail/leaves.txt": "".join(f"{leaf_hash(line).hex()}\n" for line in lines).encode(),
        **{f"trail/checkpoints/{size:012d}.note": notes[size] for size in sorted(sizes)},
        **{f"trail/proofs/{seq}.proof": data for seq, data in proofs.items()},
    }
    at = withdrawing_pause(entry.event for entry in mine)
    return OnTrail(files, known_keys(entries), None if at is None else mine[at].seq)


def _require_stated(run_id: str, manifest_sha256: str, entries: Iterable[Entry]) -> None:
    stated = stated_manifest(entry.body for entry in entries)
    if stated != manifest_sha256:
        got = "no entry of it on the audit trail" if stated is None else "another manifest than the audit trail states"
        cure = "run it again, so that it stands on the trail"
        raise DataRefusedError(f"run {run_id}", got=got, rule="a kit is of a run that is on record", cure=cure)
