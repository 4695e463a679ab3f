"""The gates on evidence that is stored with the config: the loop test and the monitor.

Each is measured by its own verb, on another day than the run; a run only reads the result. (The screen, the third kind,
also decides which features are admitted: `runs/screen/evidence`.) Evidence that is missing, stale or failed becomes a
gate that stops publication, never an exception: the run's audit is still written.
"""

from __future__ import annotations

from datetime import datetime

from patrolcast.domain.records import GateResult
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.runs.monitor.evidence import monitor_gate
from patrolcast.runs.simulate.evidence import loop_gate


def evidence_gates(config: ConfigFile, *, as_of: datetime) -> tuple[GateResult, ...]:
    """``loop_test`` and ``monitor``, as they stand for a run made for ``as_of``."""
    return (loop_gate(config), monitor_gate(config, as_of=as_of))
