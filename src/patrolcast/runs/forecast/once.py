"""One run: files in, pipeline, run folder out; what `forecast` and `nightly` call.

A run's identity is made of everything that decides it: the moment, the config, the bytes of every input, our code, the
lock file. The same identity is the same run: an existing one is verified and used again. The pipeline is imported only
when something is computed, so that a night that is already finished ends within seconds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.domain.records import GateVerdict, Progress, RunContext, RunResult, publishable
from patrolcast.domain.settings import refuse_comparison_only
from patrolcast.domain.settings.limits import chosen_limits
from patrolcast.domain.settings.waivers import refuse_long
from patrolcast.io import run_identity
from patrolcast.io.encode import iso_utc
from patrolcast.io.machine import Stopwatch, release_memory
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store import run_store
from patrolcast.runs.forecast.stored_evidence import evidence_gates
from patrolcast.runs.load.call_source import require_as_published

if TYPE_CHECKING:
    from patrolcast.runs.load.city import LoadedCity

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
    """A complete run folder with its manifest; ``reused`` when it existed before."""

    folder: Path
    manifest: dict[str, Any]
    reused: bool

    @property
    def publishable(self) -> bool:
        """True when no gate stopped it: the manifest says so, and so do the gates that it lists."""
        return bool(self.manifest["publishable"]) and not self.stopped_by

    @property
    def stopped_by(self) -> list[str]:
        """Names of the gates that stop publication, missing ones too."""
        return stopping_gates(self.manifest["gates"])


def run_once(
    config: ConfigFile,
    *,
    runs: Path | None = None,
    as_of: str | None = None,
    now: datetime,
    force: bool = False,
    progress: Progress | None = None,
) -> FinishedRun:
    """One run of ``config``; publishes nothing.

    Raises PatrolcastError: one line; a refused input leaves a receipt in `runs/CITY/refused/` and nothing else.

    Parameters
    ----------
    runs : the city's folder of runs; None: the config's.
    as_of : instead of the config's.
    now : what an ``as_of`` of "now" stands for, with zone; seconds are cut off.
    force : run also when the identical run is there; it gets the next number.
    """
    refuse_comparison_only(config.settings)
    runs, now = runs or config.settings.city_runs(), now.replace(second=0, microsecond=0)
    as_of = as_of or config.settings.as_of
    watch = Stopwatch()
    identity: Identity | None = None
    try:
        require_as_published(config.settings, runs)
        identity = identify(config)
        if not force and (known := find_identical(runs, config, identity, as_of=as_of, now=now)) is not None:
            return known
        result, context, more, city = compute_run(
            config, identity, as_of=as_of, now=now, progress=progress, watch=watch
        )
    except PatrolcastError as error:
        if error.exit_code in {13, 14}:
            _write_receipt(runs, config, identity, error, now)
        raise
    if not force and (known := _verified(runs / context.run_id, config)) is not None:
        return known
    context = dataclasses.replace(context, run_id=run_store.free_run_id(runs, context.run_id))
    from patrolcast.runs.forecast.run_folder import manifest_of, run_files

    with watch.stage("pages", progress):
        files = run_files(result, context, city.refused)
        manifest = manifest_of(result, context, config=config.raw, seed=config.settings.model.seed, more=more)
    with watch.stage("run folder", progress):
        folder = run_store.write_run(runs, manifest, files, timing=watch.timing())
    return FinishedRun(folder, run_store.read_manifest(folder), reused=False)


def identify(config: ConfigFile) -> Identity:
    """Hashes of everything that decides a run of ``config``."""
    inputs, code, lock = run_identity.input_files(config), run_identity.code_sha256(), run_identity.lock_sha256()
    digest = run_identity.inputs_sha256(config.sha256, inputs, code=code, lock=lock, versions=run_identity.versions())
    return Identity(inputs, code, lock, digest)


def compute_run(
    config: ConfigFile,
    identity: Identity,
    *,
    as_of: str,
    now: datetime,
    progress: Progress | None,
    watch: Stopwatch,
    run_id: str | None = None,
) -> tuple[RunResult, RunContext, dict[str, Any], LoadedCity]:
    """Loads the city and computes; writes nothing.

    Returns
    -------
    the result with every gate, its context, what else the manifest holds, and the city as loaded.
    """
    from patrolcast.audit.gates import REQUIRED, source_gates
    from patrolcast.audit.limits import limits_gate
    from patrolcast.audit.waivers import apply_waivers, exceptions_in_force, refuse_unwaivable
    from patrolcast.runs.load.city import load_city
    from patrolcast.runs.pipeline.run import run_pipeline
    from patrolcast.runs.screen.evidence import enforce_screen

    progress, settings = watch.timed(progress or Progress()), in_canonical_order(config.settings)
    with watch.stage("load"):
        city = load_city(settings, as_of=as_of, now=now, progress=progress)
        release_memory()
    _require_unchanged(city, identity)
    moment = city.as_of.astimezone(UTC)
    day = moment.astimezone(ZoneInfo(settings.area.timezone)).date()
    refuse_long(settings.waivers, day=day)
    refuse_unwaivable(settings.waivers)
    screen = enforce_screen(config, identity.inputs, day=day)
    with watch.stage("pipeline"):
        result = run_pipeline(
            city.tables, settings, as_of=moment, progress=progress,
            screened_out=screen.screened_out, screened_in=screen.screened_in,
            other_trainings=settings.audit.other_trainings and settings.residents is not None,
        )  # fmt: skip
    sources = tuple(city.sources)
    data_gates = source_gates(sources, newest_report=city.newest_report, as_of=moment, limits=settings.gates)
    stored = evidence_gates(config, as_of=moment, inputs=identity.inputs)
    limits = tuple(chosen_limits(settings))
    on_limits = limits_gate(limits, settings.waivers, day=day)
    gates = apply_waivers((*result.gates, *data_gates, screen.gate, *stored, on_limits), settings.waivers, day=day)
    result = dataclasses.replace(result, gates=gates)
    context = RunContext(
        run_id=run_id or _run_id(config, identity, city),
        name=settings.name,
        title=settings.title,
        timezone=settings.area.timezone,
        as_of=moment,
        newest_report=city.newest_report,
        expires_at=settings.publish.expires_at(moment, result.forecast["shift_end"].max().to_pydatetime()),
        sources=sources,
        versions=run_identity.versions(),
        config_sha256=config.sha256,
        notes=tuple(city.notes),
        screened=screen.measured,
        gate_limits=tuple(limit.row for limit in limits),
        exceptions=exceptions_in_force(gates, limits, settings.waivers, day=day),
        weights=dict(settings.patrol.weights),
        call_source=city.call_source,
        officer_worded=city.worded_in(result.forecast),
    )
    more = {
        "as_of_asked": as_of,
        "config_file": run_identity.portable_path(config.path, config),
        "inputs": [dataclasses.asdict(file) for file in identity.inputs],
        "inputs_sha256": identity.inputs_sha256,
        "code_sha256": identity.code_sha256,
        "lock_sha256": identity.lock_sha256,
        "publishable": publishable(result.gates, required=REQUIRED),
    }
    return result, context, more, city


def find_identical(
    runs: Path, config: ConfigFile, identity: Identity, *, as_of: str, now: datetime
) -> FinishedRun | None:
    """A complete, verified run of the same identity, or None; no data is loaded for it."""
    if config.settings.incidents.sql is not None:  # what a database holds is known only after reading it
        return None
    for folder in run_store.finished_runs(runs):
        if is_same(run_store.manifest_or_none(folder), identity, as_of=as_of, now=now) and (
            run := _verified(folder, config)
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


def _run_id(config: ConfigFile, identity: Identity, city: LoadedCity) -> str:
    read = [(source.name, source.sha256) for source in city.sources]
    return run_identity.run_id_of(city.as_of, config.settings.name, identity.inputs_sha256, read)


def _verified(folder: Path, config: ConfigFile) -> FinishedRun | None:
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
    day = moment.astimezone(ZoneInfo(settings.area.timezone)).date()
    gates = (enforce_screen(config, inputs, day=day).gate, *evidence_gates(config, as_of=moment, inputs=inputs))
    waivers = [waiver for waiver in settings.waivers if waiver.gate in {gate.name for gate in gates}]
    return tuple(evidence_faults(manifest, apply_waivers(gates, waivers, day=day)))


def _require_unchanged(city: LoadedCity, identity: Identity) -> None:
    """An export that is still being copied must not become a run.

    Raises DataRefusedError: a source was read with other bytes than those hashed before.
    """
    hashed = {Path(file.path).name: file.sha256 for file in identity.inputs}
    for source in city.sources:
        if source.name in hashed and hashed[source.name] != source.sha256:
            raise DataRefusedError(source.name, got="other bytes than a moment ago", cure="wait until it is copied")


def _write_receipt(
    runs: Path, config: ConfigFile, identity: Identity | None, error: PatrolcastError, now: datetime
) -> None:
    inputs = [] if identity is None else [dataclasses.asdict(file) for file in identity.inputs]
    receipt = {
        "at": iso_utc(now),
        "name": config.settings.name,
        "config_sha256": config.sha256,
        "exit_code": error.exit_code,
        "error": str(error),
        "inputs": inputs,
    }
    with suppress(PatrolcastError):  # what the user must see is the refusal itself, not that its receipt is not written
        run_store.write_receipt(runs, config.settings.name, receipt, now=now)
