"""A small trail with every kind of thing in it, ways to tamper with it, and what both verifiers say of the result."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tools import verify_trail as alone

from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import Published, RunFinished, RunRefused, RunStarted
from patrolcast.io.trail.entry import FIRST_PREV, read_entry, with_hash
from patrolcast.io.trail.verify import Verified, verify_trail
from patrolcast.io.trail.writer import Trail

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ACTOR = Actor(id="analyst", role="operator", auth="operating system")
STARTED = RunStarted(city="tiny", as_of="now", config_sha256="aa", inputs_sha256="bb")
REFUSED = RunRefused(run="r1", exit_code=20, text="Officer Müller said no \U0001f6a8")
FINISHED = RunFinished(run="r1", manifest_sha256="cc", publishable=True, gates={"skill": "pass"}, stopped_by=())
PUBLISHED = Published(
    run="r1", manifest_sha256="cc", suggestions_sha256="dd", as_of="x", expires_at="y", former=None, forced=False
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def opened(folder: Path, *, key: Ed25519PrivateKey | None = KEY, **more: object) -> Trail:
    return Trail(folder, city="tiny", actor=ACTOR, key=key, **more)  # type: ignore[arg-type]


def small_trail(folder: Path, *, key: Ed25519PrivateKey | None = KEY, **more: object) -> Path:
    """Six entries (with a key): start, refused (with a text), finish, published, key, and one behind the checkpoint."""
    with opened(folder, key=key, **more) as trail:
        for event in (STARTED, REFUSED, FINISHED, PUBLISHED):
            trail.append(event)
        trail.checkpoint()
        trail.append(STARTED)
    return folder


def lines(folder: Path) -> list[bytes]:
    return (folder / "trail.jsonl").read_bytes().splitlines(keepends=True)


def write_lines(folder: Path, changed: list[bytes]) -> None:
    (folder / "trail.jsonl").write_bytes(b"".join(changed))


def rewritten(folder: Path, number: int, **changes: object) -> None:
    """Changes fields of an entry and makes every hash from there on anew, as somebody would who knows the format."""
    prev, done = FIRST_PREV, []
    former = FIRST_PREV
    for seq, line in enumerate(lines(folder), start=1):
        entry = read_entry(line[:-1], seq=seq, prev=former)
        former = entry.hash
        entry = with_hash(dataclasses.replace(entry, prev=prev, **(changes if seq == number else {})))
        done.append(entry.line() + b"\n")
        prev = entry.hash
    write_lines(folder, done)


def flipped_bytes(path: Path, bit: int) -> Iterator[int]:
    """Each byte of a file in turn, flipped where it lies while the caller looks."""
    data = path.read_bytes()
    with path.open("r+b", buffering=0) as file:
        for at in range(len(data)):
            for value in (data[at] ^ bit, data[at]):
                file.seek(at)
                file.write(bytes([value]))
                if value != data[at]:
                    yield at


def verdict(folder: Path, *brought: Path) -> int:
    """The exit code on which `trail verify` and the stand-alone verifier agree."""
    ours = verify_trail(folder, given=brought)
    theirs, size, held = alone.check(folder, brought)
    code = min((code for code, _ in theirs), default=0)
    assert (code, size) == (ours.exit_code, ours.size), (theirs, ours.faults)
    assert held == ours.given or code in {30, 31}
    return code


def found(folder: Path, *brought: Path) -> Verified:
    return verify_trail(folder, given=brought)
