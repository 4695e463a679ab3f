"""The tests stored with a config, as a run and `check` ask of them: gates, and warnings before there is a run."""

from datetime import datetime

from patrolcast.domain.records import GateResult
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import FILES
from patrolcast.io.store.evidence import TITLES, has_evidence, read_evidence
from patrolcast.runs.monitor.evidence import monitor_gate
from patrolcast.runs.simulate.evidence import loop_fault, loop_gate


def evidence_gates(
    config: ConfigFile, *, as_of: datetime, inputs: tuple[run_identity.InputFile, ...] | None = None
) -> tuple[GateResult, ...]:
    """``loop_test`` and ``monitor``, as they stand for a run made for ``as_of``.

    Each is measured by its own verb, on another day than the run. (The screen, the third kind of stored evidence, also
    decides which features are admitted: `runs/screen/evidence`.) Evidence that is missing, stale or failed becomes a
    gate that stops publication, never an exception: the run's audit is still written.
    """
    return (loop_gate(config, inputs), monitor_gate(config, as_of=as_of, inputs=inputs))


def evidence_warnings(config: ConfigFile) -> list[str]:
    """What keeps every run of this config from being published, as far as config and stored evidence show it."""
    from patrolcast.runs.screen.evidence import screen_fault

    missing = [] if config.settings.residents else ["[residents] (gate group_audit)"]
    inputs, faults = run_identity.input_files(config, sections=FILES), []
    kinds = (("screen", "screen", "proxy_screen", screen_fault), ("loop", "simulate", "loop_test", loop_fault))
    for kind, verb, gate, fault_of in kinds:
        stored = read_evidence(config, kind)
        if not has_evidence(config, kind):
            missing.append(f"the result of `patrolcast {verb}` (gate {gate})")
        elif fault := "cannot be read" if stored is None else fault_of(config, stored, inputs):
            faults.append(f"the stored {TITLES[kind]} {fault}; run `patrolcast {verb}` on this config")
    without = [f"a run can start, but is not published without {', '.join(missing)}"] if missing else []
    return without + [f"a run can start, but is not published: {fault}" for fault in faults]
