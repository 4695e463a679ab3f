"""Stored runs of a config: which of them is the run that a start would make, and whether somebody changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.records import GateVerdict
from patrolcast.domain.shifts import local_day
from patrolcast.io import run_identity
from patrolcast.io.encode import iso_utc
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_evidence import evidence_gates

STOPPING = {str(GateVerdict.FAIL), str(GateVerdict.NOT_MEASURED)}


@dataclass(frozen=True)
class Identity:
    """Everything that decides a run except the moment it is made for."""

    inputs: tuple[run_identity.InputFile, ...]
    code_sha256: str
    lock_sha256: str | None
    inputs_sha256: str


@dataclass(frozen=True)
class FinishedRun:
    """A complete run folder with its manifest.

    Attributes
    ----------
    reused : it existed before.
    computed : its files are, byte for byte, what this process has computed.
    """

    folder: Path
    manifest: dict[str, Any]
    reused: bool
    computed: bool = False

    @property
    def publishable(self) -> bool:
        """True when no gate stopped it: the manifest says so, and so do the gates that it lists."""
        return bool(self.manifest["publishable"]) and not self.stopped_by

    @property
    def stopped_by(self) -> list[str]:
        """Names of the gates that stop publication, missing ones too."""
        return stopping_gates(self.manifest["gates"])


def identify(config: ConfigFile) -> Identity:
    """Hashes of everything that decides a run of ``config``.

    Raises DataRefusedError: an input is missing, cannot be read, or is a pipe or a device, at which a run would wait.
    """
    run_identity.require_ordinary_files(config)
    inputs, code, lock = run_identity.input_files(config), run_identity.code_sha256(), run_identity.lock_sha256()
    digest = run_identity.inputs_sha256(config.sha256, inputs, code=code, lock=lock, versions=run_identity.versions())
    return Identity(inputs, code, lock, digest)


def find_identical(
    runs: Path, config: ConfigFile, identity: Identity, *, as_of: str, now: datetime
) -> FinishedRun | None:
    """A complete, verified run of the same identity, or None; no data is loaded for it."""
    if config.settings.incidents.database is not None:  # what a database holds is known only after reading it
        return None
    for folder in run_store.finished_runs(runs):
        if is_same(run_store.manifest_or_none(folder), identity, as_of=as_of, now=now) and (
            run := verified_run(folder, config)
        ):
            return run
    return None


def is_same(manifest: Mapping[str, Any] | None, identity: Identity, *, as_of: str, now: datetime) -> bool:
    """True when a manifest describes a run with this identity that was requested for the same moment."""
    if manifest is None or manifest.get("inputs_sha256") != identity.inputs_sha256:
        return False
    return manifest.get("as_of_asked") == as_of and (as_of != "now" or manifest.get("as_of") == iso_utc(now))


def stopping_gates(gates: list[Mapping[str, Any]]) -> list[str]:
    """Names of the gates of a manifest that stop publication, then of required gates that are missing."""
    from patrolcast.audit.gates import REQUIRED

    failed = [str(gate["name"]) for gate in gates if gate["stops"] and gate["verdict"] in STOPPING]
    return failed + sorted(REQUIRED - {str(gate["name"]) for gate in gates})


def verified_run(folder: Path, config: ConfigFile) -> FinishedRun | None:
    """The run in ``folder`` if nobody changed it; a changed one is made again."""
    manifest = run_store.manifest_or_none(folder)
    if manifest is None or faults_of_own_run(folder, manifest, config):
        return None
    return FinishedRun(folder, manifest, reused=True)


def faults_of_own_run(folder: Path, manifest: Mapping[str, Any], config: ConfigFile) -> tuple[str, ...]:
    """What in a stored run of this config, made from the present inputs, does not follow from its data or evidence."""
    from patrolcast.audit.waivers import apply_waivers
    from patrolcast.runs.forecast.rederive import evidence_faults, run_faults
    from patrolcast.runs.screen.evidence import enforce_screen

    if faults := run_faults(folder, manifest):
        return faults
    settings, inputs = in_canonical_order(config.settings), run_identity.input_files(config)
    moment = datetime.fromisoformat(manifest["as_of"])
    day = local_day(moment, settings.area.timezone)
    gates = (enforce_screen(config, inputs, day=day).gate, *evidence_gates(config, as_of=moment, inputs=inputs))
    waivers = [waiver for waiver in settings.waivers if waiver.gate in {gate.name for gate in gates}]
    return tuple(evidence_faults(manifest, apply_waivers(gates, waivers, day=day)))
