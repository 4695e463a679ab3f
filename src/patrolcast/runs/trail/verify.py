"""Is a trail whole, and how much is ruled out? What `trail verify` says, for people and for scripts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import ConfigError, PatrolcastError, UsageError, shown
from patrolcast.io.trail.checkpoints import copy_folders
from patrolcast.io.trail.note import NoteError, VerifierKey, read_verifier_key
from patrolcast.io.trail.proof import proof_fault
from patrolcast.io.trail.verify import Verified, verify_trail
from patrolcast.runs.trail.find import CityTrail


def verify_city_trail(
    trail: CityTrail,
    *,
    checkpoints: Sequence[Path] = (),
    since: Path | None = None,
    proof: Path | None = None,
    keys: Sequence[str] = (),
) -> Verified:
    """Everything that can be checked of a trail, with the copies that its config names and what the reader brings.

    Raises UsageError: what is named is not there, or is no key.
    """
    copies, known = list[Path](), public_keys(keys)
    absent = []
    for name in trail.copies:
        try:
            copies += [folder / trail.city for folder in copy_folders([name])]
        except ConfigError as error:  # a reader's machine need not have it; level 2 then says what it rests on
            absent.append(str(error))
    verified = verify_trail(trail.folder, copies=copies, given=checkpoints, since=since, keys=known)
    verified = replace(verified, notes=(*verified.notes, *absent))
    return verified if proof is None else _with_proof(verified, trail.folder, proof, known)


def _with_proof(verified: Verified, folder: Path, proof: Path, known: Sequence[VerifierKey]) -> Verified:
    """The finding with what a proof adds, also where there are other faults."""
    try:
        fault = proof_fault(folder, proof, known)
    except UsageError:
        raise
    except PatrolcastError:  # its fault is among those found
        return replace(verified, notes=(*verified.notes, "the proof: the trail cannot be read to its end"))
    faults = (*verified.faults, *([fault] if fault is not None else []))
    return replace(verified, faults=tuple(sorted(faults, key=lambda each: (each.code, each.seq or 0))))


def public_keys(texts: Iterable[str]) -> list[VerifierKey]:
    """Keys as the reader wrote them. Raises UsageError: one is none."""
    try:
        return [read_verifier_key(text) for text in texts]
    except NoteError as error:
        raise UsageError("--key", got=shown(str(error))[1:-1], rule="must be NAME+HASH+KEY") from None


def verified_lines(city: str, verified: Verified) -> list[str]:
    """The finding in words: faults first, then the three levels, then what was not looked at."""
    state = "whole" if not verified.faults else f"NOT as it must be (exit code {verified.exit_code})"
    first = f"audit trail of {city}: {verified.size:,} entries, {state}"
    faults = [
        f"fault {fault.code}{f', entry {fault.seq}' if fault.seq else ''}: {fault.what}" for fault in verified.faults
    ]
    signed = verified.here or verified.elsewhere or verified.given
    unsigned = [] if signed else ["no signed checkpoint holds: docs/trail.md says how to have them"]
    return [first, *faults, *verified.levels(), *unsigned, *(f"not looked at: {note}" for note in verified.notes)]


def verified_document(city: str, verified: Verified) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "city": city,
        "entries": verified.size,
        "head": verified.head,
        "exit_code": verified.exit_code,
        "faults": [vars(fault) for fault in verified.faults],
        "levels": verified.levels(),
        "checkpoints": {"beside": verified.here, "elsewhere": verified.elsewhere, "given": verified.given},
        "notes": list(verified.notes),
    }
