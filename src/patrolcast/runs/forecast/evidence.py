"""Evidence stored with the config that a run must show before it may be published: screen, loop test, monitor.

Each is measured by a verb of its own, on another day than the run; a run only reads what was found. Evidence that is
missing, stale or failed becomes a gate that stops publication, never an exception: the run's own audit is still
written.
"""

from __future__ import annotations

from datetime import datetime

from patrolcast.domain.records import GateResult
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.runs.monitor.evidence import monitor_gate
from patrolcast.runs.simulate.evidence import loop_gate


def evidence_gates(config: ConfigFile, *, as_of: datetime) -> tuple[GateResult, ...]:
    """Gates on what was measured beforehand."""
    return (loop_gate(config), monitor_gate(config, as_of=as_of))
