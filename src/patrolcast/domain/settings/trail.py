"""[trail]: what becomes of the audit trail's checkpoints and texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from patrolcast.domain.settings.base import Section

LEAST_TEXT_DAYS = 183
"""Six months: what a deployer keeps its logs for at least (EU 2024/1689, Article 26(6))."""
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]


class AuditTrail(Section):
    """[trail]: the record of every run, refusal and decision (docs/trail.md); it cannot be switched off."""

    copies: list[Variable] = Field(
        [],
        description="names of environment variables, each holding the absolute path of a folder on another machine or "
        "disk: every signed checkpoint is copied there, and a run is not published where that fails",
    )
    signed: bool = Field(
        False, description="refuse to publish unless a key for checkpoints is named in the environment"
    )
    text_days: int = Field(
        1826,
        ge=LEAST_TEXT_DAYS,
        le=36_500,
        description="days after which texts that may be personal are removed; the entries themselves stay for good",
    )
