"""responses.toml: what people outside the department found, and what it answered; shown on the public site."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Day, Section
from patrolcast.domain.settings.reasons import Owner, Reason

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class Finding(Section):
    """[[findings]]: one finding of somebody outside, with the answer to it."""

    id: Key = Field(description="its name, for good: it is part of the address", examples=["2026-harbor-coalition-1"])
    by: Owner = Field(description="who found it: an organisation or an office", examples=["Harbor Street Coalition"])
    day: Day = Field(description="when it was received", examples=["2026-05-04"])
    finding: Reason = Field(
        description="what was found", examples=["Two streets are suggested every night of a month."]
    )
    answer: Literal["adopted", "partly adopted", "declined", "open"] = Field(
        description="what was decided", examples=["adopted"]
    )
    response: Reason | None = Field(
        None,
        description="what was done, or why not; left out while open",
        examples=["A cap on nights in a row is set."],
    )
    answered: Day | None = Field(None, description="when it was answered", examples=["2026-06-01"])

    @model_validator(mode="after")
    def _is_whole(self) -> "Finding":
        if (self.answer == "open") == (self.response is not None) or (self.response is None) != (self.answered is None):
            raise ValueError("an open finding has no response and no answered; any other has both")
        if self.answered is not None and self.answered < self.day:
            raise ValueError(f"answered {self.answered} lies before the day {self.day} it was received")
        return self


class Responses(Section):
    """responses.toml as a whole."""

    findings: list[Finding] = Field([], description="one block for each finding", examples=[[]])

    @model_validator(mode="after")
    def _differ(self) -> "Responses":
        names = [finding.id for finding in self.findings]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two findings have the id {twice}")
        return self
