"""[incidents] leave_out and [[incidents.gaps]]: which days of the feed nothing is learned from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Day, Section
from patrolcast.domain.settings.reasons import Reason

LeftOut = Literal["hole", "event", "late start", "default address"]


class IncidentGap(Section):
    """[[incidents.gaps]]: days on which the department knows better than what is found in the records."""

    first: Day = Field(description="first local day")
    last: Day = Field(description="last local day")
    category: str | None = Field(None, description="category of the codebook; absent: all")
    district: str | None = Field(None, description="district; absent: all")
    leave_out: bool = Field(
        True, description="true: nothing is learned from these days; false: they are counted, whatever is found there"
    )
    reason: Reason = Field(description="why, for the audit: what happened to the records, or why they are right")

    @model_validator(mode="after")
    def _in_order(self) -> IncidentGap:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self
