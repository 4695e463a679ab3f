"""How long it takes to check an audit trail, by `trail verify` and by the stand-alone verifier, and to append to it.

    python -m benchmarks.trail [--entries 1000000] [--write]

The trail has the writer's form and a hundred signed checkpoints, but no sync for each line (that would take hours).
Each verifier runs in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.trail import Actor
from patrolcast.domain.trail.events import KeyUsed, RunFinished, RunStarted
from patrolcast.io.trail.checkpoints import write_checkpoint
from patrolcast.io.trail.entry import FIRST_PREV, VERSION
from patrolcast.io.trail.machine import boot_id, time_text
from patrolcast.io.trail.merkle import GrowingTree, leaf_hash
from patrolcast.io.trail.note import Checkpoint, signed_note, verifier_key
from patrolcast.io.trail.writer import Trail

ACTOR = Actor("nightly", "unattended", "operating system")
CITY = "bench"
APPENDS = 200
CHECKPOINTS = 100


def make(folder: Path, n: int) -> None:
    """A trail of ``n`` entries: start after finish after start, with the verdicts of twenty gates."""
    key, tree, prev = Ed25519PrivateKey.generate(), GrowingTree(), FIRST_PREV
    gates = {f"gate_{number}": "pass" for number in range(20)}
    start, boot = datetime(2026, 1, 1, tzinfo=UTC).timestamp(), boot_id()
    named = KeyUsed(key=str(verifier_key(key, f"patrolcast/{CITY}")), former=None)
    folder.mkdir(parents=True)
    with (folder / "trail.jsonl").open("wb") as file:
        for seq in range(1, n + 1):
            run = f"20260101T0900Z-{CITY}-{seq:08x}"
            finish = RunFinished(run, "c" * 64, True, gates, ())
            event = named if seq == 1 else RunStarted(CITY, "now", "a" * 64, "b" * 64) if seq % 2 else finish
            document = {
                "v": VERSION, "seq": seq, "ts_utc": time_text(datetime.fromtimestamp(start + seq, UTC)),
                "mono_ns": str(seq * 10**9), "boot_id": boot, "actor": vars(ACTOR), "event": event.name,
                "subject": {"run": run, "cell": None, "suggestion": None}, "body": event.body, "body_digest": None,
                "prev": prev,
            }  # fmt: skip
            prev = hashlib.sha256(spelled(document)).hexdigest()
            line = spelled({**document, "hash": prev})
            file.write(line + b"\n")
            tree.add(leaf_hash(line))
            if seq % max(1, n // CHECKPOINTS) == 0:
                checkpoint = Checkpoint(f"patrolcast/{CITY}", seq, tree.root())
                write_checkpoint(folder, checkpoint, signed_note(checkpoint, key), ())


def spelled(document: dict[str, object]) -> bytes:
    """Canonical for what is ASCII and has no fractions, ten times as fast as RFC 8785 in general."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def timed(*command: object) -> tuple[float, float, float]:
    """Seconds by the clock, of the processor, and the peak in MiB, of a command that must succeed."""
    begun = time.monotonic()
    process = subprocess.Popen([str(one) for one in command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[-2:]} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / CITY / "trail"
        make(folder, given.entries)
        mib = (folder / "trail.jsonl").stat().st_size / 2**20
        rows = []
        for name, command in (
            ("`patrolcast trail verify`", (sys.executable, "-m", "patrolcast", "trail", "verify", folder)),
            ("`tools/verify_trail.py`", (sys.executable, "-I", "-S", "tools/verify_trail.py", folder)),
        ):
            wall, cpu, peak = timed(*command)
            rows.append([name, f"{wall:,.0f}", f"{cpu:,.0f}", f"{cpu / given.entries * 1e6:,.0f}", f"{peak:,.0f}"])
        with Trail(Path(root) / "small" / "trail", city=CITY, actor=ACTOR) as trail:
            begun = time.monotonic()
            for _ in range(APPENDS):
                trail.append(RunStarted(CITY, "now", "a" * 64, "b" * 64))
            milliseconds = (time.monotonic() - begun) / APPENDS * 1000
    text = (
        f"{given.entries:,} entries, {mib:,.0f} MiB.\n\n"
        + markdown_table(
            ["verifier", "s by the clock", "s of the processor", "microseconds an entry", "peak MiB"], rows
        )
        + f"\n\nOne append with its sync: {milliseconds:.1f} ms (mean of {APPENDS})."
    )
    say(text)
    if given.write:
        write_section("trail", text)


if __name__ == "__main__":
    main()
