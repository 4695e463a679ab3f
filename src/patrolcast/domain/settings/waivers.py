"""[[waivers]]: a written, dated exception from one named gate, or from the screen for one named feature."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Day, Section


class Waiver(Section):
    """[[waivers]]: one exception each; it states its reason and the office that answers for it, and it ends."""

    gate: str | None = Field(None, description="the gate that is waived; or feature")
    feature: str | None = Field(None, description="the feature that the screen excluded; or gate")
    reason: str = Field(min_length=20, description="why; printed on every page that shows the waived finding")
    owner: str = Field(min_length=3, description="the office that answers for it, never a private person")
    expires: Day = Field(description="last day on which it holds, e.g. 2027-01-31")

    @model_validator(mode="after")
    def _one_subject(self) -> Waiver:
        if (self.gate is None) == (self.feature is None):
            raise ValueError("exactly one of gate and feature must be named")
        return self

    def holds_on(self, day: date) -> bool:
        """True until the end of its last day."""
        return day <= date.fromisoformat(self.expires)
