"""A fault at one call after the other of a tiny city's night, each judged, and the start after it too; told as JSON.

    python -m tests.faults.sweep FOLDER PART PARTS EVERY FAULT...

Of the calls each ``EVERY``-th is tried; a limit of `tests/faults/limits.py` ("open files") at growing amounts. A
fault "ENOSPC" comes once, "ENOSPC..." from its call on until the night ends, as on a disk that is full.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.disk_calls import ERRORS, KILL, KILL_WITHIN, Disk
from tests.faults.limits import DISK, FILE_SIZE, LIMITS, MEMORY, OPEN_FILES, mount_disk, resize_disk, setter, spread
from tests.faults.nights import City, Ended
from tests.runs.tiny_city import NOW

from patrolcast.io.encode import iso_utc

PROMISED = {0, 73, 74, 77}
"""Exit codes of a night that met an error of the disk; one that was killed has none."""
ABORTED = {1, 127, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGALRM}
"""How a process ends that a library in C ends, or lets hang, for want of memory: killed, as far as a night goes."""


STEPS = 24
"""Amounts of each limit."""


@dataclass(frozen=True)
class Moment:
    """A fault at a call."""

    at: int
    """Number of the call; of a limit how much the night may take."""
    name: str
    fault: str
    lasting: bool = False

    @property
    def kills(self) -> bool:
        return self.fault in (KILL, KILL_WITHIN)


def moments(city: City, faults: list[str]) -> Iterator[Moment]:
    """Every call at which each fault can come: a write alone can be killed within, an error is one of its call's."""
    for given in (fault for fault in faults if fault not in LIMITS):
        fault, lasting = given.removesuffix("..."), given.endswith("...")
        names = {KILL_WITHIN: ("write",), **ERRORS}.get(fault)
        for at, (name, _) in enumerate(city.calls, 1):
            if names is None or name in names:
                yield Moment(at, name, fault, lasting)


def amounts(city: City, faults: list[str], steps: int) -> Iterator[Moment]:
    """Each limit, from nothing to more than a night takes."""
    biggest = max(path.stat().st_size for path in city.kept.rglob("*") if path.is_file())
    most = {DISK: 2 * city.needs, FILE_SIZE: 2 * biggest, MEMORY: 256 * 2**20}
    for limit in (fault for fault in faults if fault in LIMITS):
        tried = range(steps) if limit == OPEN_FILES else spread(most[limit], steps // (2 if limit == MEMORY else 1))
        yield from (Moment(amount, limit, limit) for amount in tried)


def first_status(city: City) -> int:
    """The call by which the night says that it has begun."""
    return next(n for n, (name, what) in enumerate(city.calls, 1) if name == "rename" and what.endswith("/status.json"))


def wrong_after(city: City, moment: Moment, ended: Ended, seen: dict[str, Any]) -> Iterator[str]:
    """What is not as promised once the fault has come."""
    limited = moment.fault in LIMITS
    if not ended.fired and not limited:
        yield "the fault did not fire"
    elif ended.fired and ended.fired[0][0] != moment.name:
        yield f"it fired at {ended.fired[0]}"
    killed = moment.kills or (moment.fault == MEMORY and ended.code in ABORTED)
    promised = PROMISED | ({70, *ABORTED} if moment.fault == MEMORY else set())
    if ended.code not in ({-9} if moment.kills else promised):
        yield f"exit code {ended.code}: {ended.stderr[-300:]}"
    if "Traceback" in ended.stderr:
        yield "a traceback"
    if ended.code > 0 and not killed and not ended.stderr.splitlines()[-1].startswith("patrolcast: "):
        yield "it does not end in one line"
    torn = "an unfinished line" if moment.fault == KILL_WITHIN else "no such words"  # the next start sets it aside
    yield from wrong_for_readers(city, seen, killed_within=torn)
    last = seen["last"]
    if last is None:
        if killed or ended.code == 0:
            yield "no status"
        return
    tonight, code = last["at"] == iso_utc(NOW), last["exit_code"]
    if code == 0 and tonight:
        true = seen["current"] == seen["said"] == city.clean["current"] and (killed or ended.code == 0)
    elif not tonight:
        begun = ended.code not in ABORTED if limited else moment.at > first_status(city)
        true = not begun and seen["current"] == city.earlier["current"]
    else:
        true = code is None if killed else code == ended.code and seen["said"] == seen["current"]
    if not true:
        yield f"after {ended.code} the status says {last} and {seen['said']}; current is {seen['current']}"


def wrong_for_readers(city: City, seen: dict[str, Any], *, killed_within: str = "no such words") -> Iterator[str]:
    """What a reader must never see, whatever happened. ``killed_within``: what is said of the torn line of a trail."""
    if seen["torn"] or seen["halves"]:
        yield f"a torn run: {seen['current']}, {seen['halves']}"
    if seen["current"] not in (city.earlier["current"], city.clean["current"]):
        yield f"current is {seen['current']}"
    faults = [fault for fault in seen["faults"] if killed_within not in fault]
    if (seen["trail"] and (faults or not seen["faults"])) or seen["entries"] < city.earlier["entries"] or seen["lost"]:
        yield f"the trail: {seen['trail']}, {seen['entries']} entries, {seen['faults']}, lost {seen['lost']}"


def wrong_in_the_end(city: City, again: Ended, seen: dict[str, Any]) -> Iterator[str]:
    """What is not as promised after the next start."""
    if again.code:
        yield f"the next start: exit code {again.code}: {again.stderr[-300:]}"
    yield from wrong_for_readers(city, seen)
    for key in ("current", "said", "manifest", "aside", "files", "last"):
        if seen[key] != city.clean[key]:
            told = [sorted(set(seen[key]) ^ set(city.clean[key]))] if key == "files" else [seen[key]]
            yield f"the next start: {key}: {str(told)[:300]}"


def tried(city: City, moment: Moment) -> tuple[Ended, list[str]]:
    """One fault, and the start after it."""
    city.restore()
    if moment.fault == DISK:
        resize_disk(city.runs.parent, moment.at)
        ended = city.night()
        resize_disk(city.runs.parent, None)
    elif moment.fault in LIMITS:
        ended = city.night(limit=setter(moment.fault, moment.at))
    else:
        ended = city.night(Disk(moment.at, moment.fault, moment.lasting))
    wrong = list(wrong_after(city, moment, ended, city.state()))
    again = city.night()
    return ended, wrong + list(wrong_in_the_end(city, again, city.state()))


def main(root: Path, part: int, parts: int, every: int, faults: list[str]) -> dict[str, Any]:
    if DISK in faults:
        mount_disk(root / "runs")
    city = City(root)
    every_moment = list(moments(city, faults))
    unmet = 0
    fired, endings = Counter[str](), Counter[str]()
    failed = []
    limited = list(amounts(city, faults, STEPS))
    chosen = [*every_moment[::every], *limited][part::parts]
    for moment in chosen:
        ended, wrong = tried(city, moment)
        met = ended.code != 0 if moment.fault in LIMITS else bool(ended.fired)
        name = "" if moment.fault in LIMITS else f" {moment.name}"
        fired[f"{moment.fault}{'...' * moment.lasting}{name}"] += met
        endings[str(ended.code)] += 1
        unmet += moment.fault in LIMITS and not met  # there was enough of it
        if wrong:
            what = "" if moment.fault in LIMITS else city.calls[moment.at - 1][1]
            failed.append({"at": moment.at, "call": moment.name, "of": what, "fault": moment.fault, "wrong": wrong})
    return {
        "pid": city.pid, "calls": len(city.calls), "names": dict(Counter(name for name, _ in city.calls)),
        "possible": len(every_moment) + len(limited), "tried": len(chosen),
        "fired": dict(fired), "endings": dict(endings),
        "failed": failed, "unmet": unmet, "looks": city.looks, "torn": city.torn, "lost": city.lost,
    }  # fmt: skip


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:5]
    sys.stdout.write(json.dumps(main(Path(folder), *map(int, numbers), sys.argv[5:])))
