"""[gates], [[waivers]], [publish]: when a run may be published, where it goes, and how long it may be used."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.settings.base import IN_PROJECT, Day, Positive, Section, Share


class Gates(Section):
    """[gates]: thresholds that are fixed before a run; a failed gate stops publication."""

    max_refused_share: Share = Field(0.10, description="refused rows / rows in, of the incidents' own files")
    min_incidents: int = Field(1000, ge=0, description="fewer counted incidents refuse the run")
    max_report_age_hours: Positive = Field(72.0, description="as_of minus the newest report")
    calibration: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(
        [0.8, 1.25], description="allowed predicted / observed incidents on the validation window"
    )

    @field_validator("calibration")
    @classmethod
    def _rises(cls, limits: list[float]) -> list[float]:
        if not limits[0] < 1.0 < limits[1]:
            raise ValueError("needs [low, high] with low < 1 < high")
        return limits


class Publish(Section):
    """[publish]: where runs go and how long one may be used."""

    runs: Annotated[Path, IN_PROJECT] = Field(
        Path("runs"), description="folder of run folders, in the project; `current` points at the last published one"
    )
    expires_hours: Positive = Field(
        36.0, le=8760.0, description="after this the last good run is withdrawn, never silently reused"
    )
    keep_days: int = Field(183, ge=1, le=36_500, description="run folders older than this may be removed")
    signed_evidence: bool = Field(
        False, description="refuse evidence unless a signing key is named in the environment and has signed it"
    )


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
