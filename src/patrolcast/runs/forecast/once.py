"""One run: files in, pipeline, run folder out; what `forecast` and `nightly` call.

A run's identity is made of everything that decides it: the moment, the config, the bytes of every input, our code, the
lock file. The same identity is the same run: an existing one is verified and used again. One that is to be published
and never was is computed again and compared byte for byte, for whoever can edit a run folder can edit all of it. The
pipeline is imported only when something is computed, so that a night that is already finished ends within seconds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolcast.domain.errors import DataRefusedError, PatrolcastError
from patrolcast.domain.records import Progress, RunContext, RunResult, publishable
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import refuse_comparison_only
from patrolcast.domain.settings.limits import chosen_limits
from patrolcast.domain.settings.waivers import refuse_long
from patrolcast.domain.shifts import local_day
from patrolcast.domain.trail.events import OPERATOR
from patrolcast.io import run_identity
from patrolcast.io.encode import iso_utc
from patrolcast.io.hashing import digest
from patrolcast.io.machine import Stopwatch, release_memory
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store import run_store
from patrolcast.io.store.publications import publication_fault
from patrolcast.runs.forecast.objectives import finished_objectives
from patrolcast.runs.forecast.on_trail import trail_finish, trail_start
from patrolcast.runs.forecast.stored_evidence import evidence_gates
from patrolcast.runs.forecast.stored_runs import FinishedRun, Identity, find_identical, identify, verified_run
from patrolcast.runs.load.call_source import require_as_published
from patrolcast.runs.load.increment import store_folder
from patrolcast.runs.trail.pauses import require_not_paused

if TYPE_CHECKING:
    from patrolcast.runs.load.city import LoadedCity


def run_once(
    config: ConfigFile,
    *,
    runs: Path | None = None,
    as_of: str | None = None,
    now: datetime,
    force: bool = False,
    publishing: bool = False,
    role: str = OPERATOR,
    progress: Progress | None = None,
    inspect: Callable[[LoadedCity], None] | None = None,
) -> FinishedRun:
    """One run of ``config``; publishes nothing.

    Raises PatrolcastError: one line; a refused input leaves a receipt in `runs/CITY/refused/`, and its start stands on
    the audit trail.

    Parameters
    ----------
    runs : the city's folder of runs; None: the config's.
    as_of : instead of the config's.
    now : what an ``as_of`` of "now" stands for, with zone; seconds are cut off.
    force : run also when the identical run is there; it gets the next number.
    publishing : the run is to be published: one that was not published yet is computed again.
    role : of the account that starts it.
    inspect : looks at the city when it is loaded, before anything is computed; what it raises ends the run.
    """
    refuse_comparison_only(config.settings)
    runs, now = runs or config.settings.city_runs(), now.replace(second=0, microsecond=0)
    require_not_paused(runs, config.settings.name)
    as_of = as_of or config.settings.as_of
    watch, progress = Stopwatch(), progress or Progress()
    identity: Identity | None = None
    try:
        require_as_published(config.settings, runs)
        with watch.stage("identity", progress):
            identity = identify(config)
        known = None if force else find_identical(runs, config, identity, as_of=as_of, now=now)
        if known is not None and not (publishing and publication_fault(known.folder)):
            return known
        trail_start(config, runs, inputs_sha256=identity.inputs_sha256, as_of=as_of, role=role)
        result, context, more, city = compute_run(
            config, identity, as_of=as_of, now=now, progress=progress, watch=watch,
            store=store_folder(config.settings, runs), inspect=inspect,
        )  # fmt: skip
    except PatrolcastError as error:
        if error.exit_code in {13, 14}:
            _write_receipt(runs, config, identity, error, now)
        raise
    known = known or (None if force else verified_run(runs / context.run_id, config))
    if known is not None and not (publishing and publication_fault(known.folder)):
        return _finished(config, known, role=role)
    with watch.stage("libraries of the pages", progress):
        from patrolcast.runs.forecast.run_folder import manifest_of, run_files

    def pages(run_id: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        published_context = dataclasses.replace(context, run_id=run_id)
        with watch.stage("pages", progress):
            manifest = manifest_of(
                result, published_context, config=config.raw, seed=config.settings.model.seed, more=more
            )
            return manifest, run_files(result, published_context, city.refused)

    if known is not None and run_store.holds(known.folder, *pages(known.folder.name)):
        return _finished(config, dataclasses.replace(known, computed=True), role=role)
    manifest, files = pages(run_store.free_run_id(runs, context.run_id))  # one that somebody changed stays beside it
    with watch.stage("run folder", progress):
        folder = run_store.write_run(runs, manifest, files, timing=watch.timing())
    computed = run_store.holds(folder, manifest, files)
    finished = FinishedRun(folder, run_store.read_manifest(folder), reused=False, computed=computed)
    return _finished(config, finished, role=role)


def _finished(config: ConfigFile, run: FinishedRun, *, role: str) -> FinishedRun:
    """The run, once its end stands on the trail: also of one that was there, whose start may have been killed."""
    trail_finish(config, run, role=role)
    return run


def compute_run(
    config: ConfigFile,
    identity: Identity,
    *,
    as_of: str,
    now: datetime,
    progress: Progress | None,
    watch: Stopwatch,
    run_id: str | None = None,
    store: Path | None = None,
    inspect: Callable[[LoadedCity], None] | None = None,
) -> tuple[RunResult, RunContext, dict[str, Any], LoadedCity]:
    """Loads the city and computes; writes nothing but the incremental store.

    Parameters
    ----------
    inspect : as in :func:`run_once`.
    store : the folder of the incremental store; None: the whole export is read, as whoever checks a run does.

    Returns
    -------
    the result with every gate, its context, what else the manifest holds, and the city as loaded, without its records.
    """
    progress, settings = watch.timed(progress or Progress()), in_canonical_order(config.settings)
    progress.step("libraries", 0, 1)
    from patrolcast.audit.gates import REQUIRED, source_gates, unmade_gates
    from patrolcast.audit.limits import limits_gate
    from patrolcast.audit.objectives import reported, review_gate
    from patrolcast.audit.waivers import apply_waivers, exceptions_in_force, refuse_unwaivable
    from patrolcast.intake.words.worded_offences import with_expected
    from patrolcast.report.words import spaced
    from patrolcast.runs.forecast.for_readers import for_readers
    from patrolcast.runs.load.city import load_city
    from patrolcast.runs.load.increment.city import load_city_with_store
    from patrolcast.runs.pipeline.run import count_city, forecast_city
    from patrolcast.runs.screen.evidence import enforce_screen

    progress.step("libraries", 1, 1)
    with watch.stage("load"):
        if store is None:
            city = load_city(settings, as_of=as_of, now=now, progress=progress)
        else:
            city = load_city_with_store(
                settings, as_of=as_of, now=now, made_by=_reader(identity), folder=store, progress=progress
            )
        release_memory()
    with progress.stage("inputs unchanged"):
        _require_unchanged(city, identity, config)
    if inspect is not None:
        inspect(city)
    moment = city.as_of.astimezone(UTC)
    day = local_day(moment, settings.area.timezone)
    refuse_long(settings.waivers, day=day)
    refuse_unwaivable(settings.waivers)
    with progress.stage("stored evidence"):
        screen = enforce_screen(config, identity.inputs, day=day)
        stored = evidence_gates(config, as_of=moment, inputs=identity.inputs)
    with watch.stage("pipeline"):
        counted = count_city(
            city.tables, settings, as_of=moment, progress=progress,
            screened_out=screen.screened_out, screened_in=screen.screened_in,
        )  # fmt: skip
        worded = partial(with_expected, city.officer_worded, city.tables.incidents.table[["category"]])
        city = dataclasses.replace(city, tables=counted.tables)
        release_memory()  # a large export's rows are counted now: no room for them beside the features
        result = forecast_city(
            counted, settings, progress=progress,
            other_trainings=settings.audit.other_trainings and settings.residents is not None,
        )  # fmt: skip
    sources = tuple(dataclasses.replace(source, notes=tuple(map(spaced, source.notes))) for source in city.sources)
    data_gates = source_gates(sources, newest_report=city.newest_report, as_of=moment, limits=settings.gates)
    limits = tuple(chosen_limits(settings))
    on_limits = limits_gate(limits, settings.waivers, day=day)
    against = finished_objectives(settings, day=day)
    reviews = () if against is None else (review_gate(against, day=day),)
    made = (*result.gates, *data_gates, screen.gate, *stored, on_limits, *reviews)
    gates = (*apply_waivers(made, settings.waivers, day=day), *unmade_gates(made))
    called = GroupNames.of(settings.residents)
    result = for_readers(
        dataclasses.replace(result, gates=gates), called, city.gaps, drawn_times=city.drawn_moments > 0
    )
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
        notes=tuple(spaced(called.within(note)) for note in city.notes),
        screened=screen.measured,
        gate_limits=tuple(limit.row for limit in limits),
        exceptions=exceptions_in_force(gates, limits, settings.waivers, day=day),
        weights=dict(settings.patrol.weights),
        call_source=city.call_source,
        drawn_moments=city.drawn_moments,
        officer_worded=worded(result.forecast),
        group_names=called,
        excel_csv=settings.publish.excel_csv,
        objectives=() if against is None else reported(against, gates),
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


def _reader(identity: Identity) -> str:
    """What reads an export: another version of our code or of a library reads all of it again."""
    return digest(identity.code_sha256, run_identity.versions())


def _run_id(config: ConfigFile, identity: Identity, city: LoadedCity) -> str:
    read = [(source.name, source.sha256) for source in city.sources]
    return run_identity.run_id_of(city.as_of, config.settings.name, identity.inputs_sha256, read)


def _require_unchanged(city: LoadedCity, identity: Identity, config: ConfigFile) -> None:
    """An export that is still being copied must not become a run, nor a codebook that is being saved.

    Raises DataRefusedError: a source was read with other bytes than those hashed before, or an input has others now.
    """
    hashed: dict[str, set[str]] = {}
    for file in identity.inputs:
        hashed.setdefault(Path(file.path).name, set()).add(file.sha256)
    changed = [
        source.name for source in city.sources if source.name in hashed and source.sha256 not in hashed[source.name]
    ]
    changed += [Path(file.path).name for file in {*identity.inputs} - {*run_identity.input_files(config)}]
    if changed:
        raise DataRefusedError(changed[0], got="other bytes than a moment ago", cure="wait until it is copied")


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
