"""`reproduce`: makes a run again from what its manifest says and compares it byte for byte.

What it was made from is compared first (inputs, code, lock file, libraries), because a difference there explains every
difference that follows; then the run is computed again in memory and each file is compared. Nothing is written.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import parse_as_of
from patrolcast.io import hashing, run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.machine import Stopwatch
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import config_of_run
from patrolcast.io.sources.export import open_sources
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.once import compute_run
from patrolcast.runs.forecast.rederive import run_faults
from patrolcast.runs.forecast.run_folder import manifest_of, run_files
from patrolcast.runs.forecast.stored_runs import identify
from patrolcast.runs.load.as_of import known_at

_MADE_FROM = (
    "as_of", "as_of_asked", "config", "config_file", "inputs", "versions", "code_sha256", "lock_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Reproduction:
    """What making a run again showed.

    Attributes
    ----------
    inputs_changed : inputs that are missing or have other bytes than the manifest says; then nothing was computed.
    made_differently : what else differs from the manifest: code, lock file, versions.
    touched : files of the run folder that were changed since the run.
    faults : what in its manifest and audit does not follow from its own data, though every file has its hash.
    differ, same : outputs that came out differently, and equally.
    """

    run_id: str
    inputs_changed: tuple[str, ...] = ()
    made_differently: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        """True when every file is the same to the byte."""
        return not (self.inputs_changed or self.touched or self.differ or self.faults)

    @property
    def exit_code(self) -> int:
        """0; 13 when an input changed; 20 when a file differs."""
        return 0 if self.matches else 13 if self.inputs_changed else 20

    def lines(self) -> list[str]:
        """The finding as a person reads it."""
        lines = [f"input changed: {name}" for name in self.inputs_changed]
        lines += [f"made differently: {what}" for what in self.made_differently]
        lines += [f"changed in the run folder since: {name}" for name in self.touched]
        lines += [f"does not follow from the run's own data: {fault}" for fault in self.faults]
        lines += [f"came out differently: {name}" for name in self.differ]
        if self.matches:
            lines.append(f"{self.run_id}: reproduced, {len(self.same)} files the same byte for byte")
        else:
            computed = f"{len(self.same)} files the same" if self.same or self.differ else "not computed"
            lines.append(f"{self.run_id}: not reproduced; {computed}")
        return lines


def reproduce_run(folder: Path, *, config: ConfigFile | None = None, progress: Progress | None = None) -> Reproduction:
    """Makes a run again from its manifest and compares.

    Raises PatrolcastError: one line: no manifest, no project, an input that is refused.

    Parameters
    ----------
    config : says where the project and its data lie; its settings are not used. None: looked for beside the run.
    """
    manifest = run_store.read_manifest(folder)
    run_store.require_manifest_keys(folder, manifest, *_MADE_FROM)
    stored = config_of_run(folder, manifest, config)
    touched = tuple(run_store.changed_files(folder, manifest))
    faults = () if touched else run_faults(folder, manifest)
    changed = tuple(changed_inputs(stored, manifest)) or tuple(changed_rows(stored, manifest))
    made = tuple(made_differently(manifest))
    run_id = str(manifest["run_id"])
    if changed:
        return Reproduction(run_id, changed, made, touched, faults=faults)
    files = _made_again(stored, manifest, progress)
    expected: dict[str, str] = dict(manifest["outputs"])
    actual = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if not made:
        expected[run_store.MANIFEST] = hashing.file_sha256(folder / run_store.MANIFEST)
    else:
        actual.pop(run_store.MANIFEST)
    names = sorted(expected.keys() | actual.keys())
    differ = tuple(name for name in names if expected.get(name) != actual.get(name))
    same = tuple(name for name in names if expected.get(name) == actual.get(name))
    return Reproduction(run_id, (), made, touched, differ, same, faults)


def changed_inputs(config: ConfigFile, manifest: dict[str, Any]) -> list[str]:
    """Inputs of the manifest that are missing or have other bytes, by path and key."""
    recorded = {(file["key"], file["path"]): file["sha256"] for file in manifest["inputs"]}
    try:
        current = {(file.key, file.path): file.sha256 for file in run_identity.input_files(config)}
    except DataRefusedError as error:
        return [str(error)]
    return [
        f"{path} ([{key}]: {'missing' if (key, path) not in current else 'other bytes'})"
        for (key, path), sha256 in sorted(recorded.items())
        if current.get((key, path)) != sha256
    ]


def changed_rows(config: ConfigFile, manifest: dict[str, Any]) -> list[str]:
    """The database of the records, if it does not give the rows any more that the run was made from."""
    settings = config.settings
    if settings.incidents.database is None:
        return []
    moment = _moment(manifest)
    sources = open_sources(settings.incidents, known_at(settings, str(manifest["as_of"]), moment))
    recorded = {(source["name"], source["sha256"]) for source in manifest["sources"]}
    return [
        f"{source.name} (other rows than the run read)"
        for source in sources
        if (source.name, source.sha256) not in recorded
    ]


def made_differently(manifest: dict[str, Any]) -> list[str]:
    """What differs between the manifest's code, lock file and libraries and the present ones."""
    differences = []
    if manifest["code_sha256"] != run_identity.code_sha256():
        differences.append("patrolcast's own code")
    if manifest["lock_sha256"] != run_identity.lock_sha256():
        differences.append("the lock file")
    present = run_identity.versions()
    differences += [
        f"{name} {was}, now {present.get(name, 'absent')}"
        for name, was in sorted(manifest["versions"].items())
        if present.get(name) != was
    ]
    return differences


def _moment(manifest: dict[str, Any]) -> datetime:
    try:
        return parse_as_of(manifest["as_of"])
    except (TypeError, ValueError):
        what = f"run {shown(manifest['run_id'])[1:-1]}: {run_store.MANIFEST}: as_of"
        raise DataRefusedError(what, got=shown(manifest["as_of"]), rule="must be an ISO time with zone") from None


def _made_again(config: ConfigFile, manifest: dict[str, Any], progress: Progress | None) -> dict[str, bytes]:
    moment = _moment(manifest)
    result, context, more, city = compute_run(
        config,
        identify(config),
        as_of=manifest["as_of"],
        now=moment,
        progress=progress,
        watch=Stopwatch(),
        run_id=str(manifest["run_id"]),
    )
    files = run_files(result, context, city.refused)
    more |= {key: manifest[key] for key in ("as_of_asked", "config_file")}
    seed = config.settings.model.seed
    again = manifest_of(result, context, config=config.raw, seed=seed, more=more)
    return {**files, run_store.MANIFEST: json_bytes(run_store.with_outputs(again, files))}
