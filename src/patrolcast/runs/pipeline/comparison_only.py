"""A config that is there to be compared only stops at every other door, before anything is read."""

from __future__ import annotations

from patrolcast.domain.errors import GateRefusedError
from patrolcast.domain.settings import Settings


def refuse_comparison_only(settings: Settings) -> None:
    """Stops before anything is read: a config with enforcement features is never run, whatever its gates would say.

    Raises
    ------
    GateRefusedError
        for a config with ``[policy] comparison_only = true``.
    """
    if settings.policy.comparison_only:
        raise GateRefusedError(
            f"config {settings.name}",
            got="[policy] comparison_only = true",
            rule="features of officer-initiated records are compared, never run or published",
            cure="patrolcast compare",
        )
