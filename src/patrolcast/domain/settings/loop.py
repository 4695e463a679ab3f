"""[loop]: how large the closed-loop test of a config is. Its result is stored with the config (docs/closed-loop.md)."""

from __future__ import annotations

from pydantic import Field

from patrolcast.domain.settings.base import Section


class Loop(Section):
    """[loop]: the size of `patrolcast simulate`; more cities and nights see smaller leaks and take longer."""

    cities: int = Field(3, ge=2, le=100, description="simulated cities per scenario; two of them have at least 12")
    nights: int = Field(56, ge=14, le=1000, description="nights that patrol follows the suggestions")
    cadence_nights: int = Field(14, ge=1, le=31, description="nights between two plans, each with a model trained anew")
    rounds: int = Field(
        60, ge=10, le=1000, description="trees at most in a simulated city: fewer than in use, for time"
    )
    seed: int = Field(1, ge=0, description="seed of the first city; the next city has the next number")
