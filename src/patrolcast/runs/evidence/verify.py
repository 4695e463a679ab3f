"""Is stored evidence what this code finds in these inputs, untouched? Its binding and seal are asked, then it is made
again.

A seal shows that nobody edited the file, a binding that it is of this city, config and code, consistency that it does
not contradict itself. None of them shows that it was ever measured: only measuring again does. It takes as long as the
evidence took.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.records import Progress
from patrolcast.io import run_identity
from patrolcast.io.behaviour.kept import measure_behaviour
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, FILES
from patrolcast.io.store.evidence import CONTENT, KINDS, SIGNATURE, TITLES, read_evidence, required_key, stored_name
from patrolcast.io.store.same_values import difference
from patrolcast.runs.monitor import evidence as of_monitor
from patrolcast.runs.monitor.evidence import look_fault, staleness
from patrolcast.runs.monitor.monitor import run_monitor
from patrolcast.runs.screen import evidence as of_screen
from patrolcast.runs.screen.evidence import screen_fault
from patrolcast.runs.screen.screen import measure_screen
from patrolcast.runs.simulate import evidence as of_loop
from patrolcast.runs.simulate.evidence import loop_binding, loop_fault
from patrolcast.runs.simulate.simulate import evidence_document, simulate
from patrolcast.synthetic.scenarios import SCENARIOS

_NOT_MEASURED = frozenset({CONTENT, SIGNATURE, "patrolcast", "findings"})
"""Keys that no measurement gives: the seal, the version in words, and what a look keeps out of its evidence."""


_CODE = {"loop": of_loop.CODE, "monitor": of_monitor.CODE, "screen": of_screen.CODE}


@dataclass(frozen=True)
class CheckedEvidence:
    """One kind of evidence: what was stored of it, and whether it holds.

    Attributes
    ----------
    fault : why it does not hold; empty where it does, or where none is needed.
    summary : in words, what was asked of it and what it says.
    """

    kind: str
    fault: str
    summary: str

    @property
    def line(self) -> str:
        """The finding as a person reads it."""
        return f"{TITLES[self.kind]}: {f'refused: it {self.fault}' if self.fault else self.summary}"


def verify_evidence(
    config: ConfigFile,
    *,
    now: datetime,
    parts: Path,
    kinds: tuple[str, ...] = KINDS,
    quick: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> tuple[CheckedEvidence, ...]:
    """Each kind of stored evidence, checked and, unless ``quick``, measured again and compared value by value.

    Raises PatrolcastError: one line: a file that evidence is bound to is missing, or the signing key cannot be used.

    Parameters
    ----------
    parts : an empty folder for the finished parts of the loop test: one stored before proves nothing.
    workers : processes of the loop test; never changes a result.
    """
    measure_code(kinds)
    inputs = run_identity.input_files(config, sections=FILES)
    signed = "its signature fits" if required_key(config) is not None else "no signing key is configured"
    checked = []
    for kind in kinds:
        stored = read_evidence(config, kind)
        if stored is None:
            checked.append(_absent(config, kind))
            continue
        fault = _fault(config, kind, stored, inputs)
        again = "" if fault or quick else _again(config, kind, stored, now=now, parts=parts, workers=workers,
                                                 inputs=inputs, progress=progress)  # fmt: skip
        repeated = "measured again, the same" if not quick else "not measured again"
        if not quick and kind == "screen" and stored_name(config, kind) != config.settings.name:
            repeated = f"not measured again: it is the screen of {stored_name(config, kind)}, verify that config"
        summary = f"{stored.get('verdict')}; bound to this code, config and city, whole, {signed}; {repeated}"
        checked.append(CheckedEvidence(kind, fault or again, summary))
    return tuple(checked)


def measure_code(kinds: tuple[str, ...] = KINDS) -> None:
    """Takes the hashes of the measuring code anew: what another process kept of them proves nothing here."""
    for kind in kinds:
        measure_behaviour(_CODE[kind])


def _absent(config: ConfigFile, kind: str) -> CheckedEvidence:
    """What is not stored: the loop test is always needed, the others where the config asks for them."""
    settings = config.settings
    needed = {"loop": True, "monitor": settings.monitor is not None, "screen": settings.residents is not None}[kind]
    return CheckedEvidence(kind, "is not stored" if needed else "", "none is stored, and this config needs none")


def _fault(config: ConfigFile, kind: str, stored: Mapping[str, Any], inputs: tuple[run_identity.InputFile, ...]) -> str:
    if kind == "loop":
        return loop_fault(config, stored, inputs)
    if kind == "screen":
        return screen_fault(config, stored, inputs)
    if fault := look_fault(config, stored):
        return fault
    moment = datetime.fromisoformat(str(stored["as_of"]))
    stale = staleness(stored, config, as_of=moment, inputs=inputs)
    return f"is stale: {stale}" if stale else ""


def _again(
    config: ConfigFile,
    kind: str,
    stored: Mapping[str, Any],
    *,
    now: datetime,
    parts: Path,
    workers: int,
    inputs: tuple[run_identity.InputFile, ...],
    progress: Progress | None,
) -> str:
    """How a new measurement differs from the stored one, or an empty text."""
    if kind == "loop":
        again = _loop_again(config, stored, parts=parts, workers=workers, progress=progress)
        again[BOUND_TO] = loop_binding(config, inputs)
    elif kind == "screen":
        if stored_name(config, kind) != config.settings.name:
            return ""
        then = config.settings.model_copy(update={"as_of": str(stored["as_of"])})
        again = measure_screen(dataclasses.replace(config, settings=then), now=now, progress=progress).document
    else:
        moment = datetime.fromisoformat(str(stored["as_of"]))
        look = run_monitor(config, as_of=moment.isoformat(), now=moment.astimezone(UTC), progress=progress)
        again = look.document
    where = difference(_measured(stored), _measured(again))
    return f"differs from what was measured again: {where}" if where else ""


def _loop_again(
    config: ConfigFile, stored: Mapping[str, Any], *, parts: Path, workers: int, progress: Progress | None
) -> dict[str, Any]:
    """The same test: as many cities and nights, and the scenarios that it holds."""
    decisive = {row.name for row in SCENARIOS if row.decides}
    test = simulate(
        config.settings,
        parts=parts,
        nights=int(stored["size"]["nights"]),
        cities=int(stored["size"]["cities"]),
        every=not set(stored["outcomes"]) <= decisive,
        workers=workers,
        progress=progress,
    )
    return evidence_document(test, config.settings)


def _measured(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _NOT_MEASURED}
