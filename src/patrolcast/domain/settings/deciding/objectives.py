"""Objectives: what the tool is for, by which figure that is measured, what figure is wanted, until when, who answers.

They stand in a file of their own (`objectives` in the config), and each is reported against in every run. A tool whose
success nobody defined cannot fail, and cannot be stopped for failing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.settings.base import Day, Name, Section
from patrolcast.domain.settings.reasons import Owner, Reason

MET, NOT_MET, NOT_MEASURED = "met", "not met", "not measured"
Figure = Annotated[float, Field(allow_inf_nan=False)]


class Objective(Section):
    """[[objectives]]: one aim, with its figure."""

    id: Name = Field(description="short name, the same as long as the objective is")
    goal: Reason = Field(description="what is to get better, in words, for whom")
    measure: Name = Field(description="a check of the run by its name, or a figure of decisions (docs/objectives.md)")
    at_least: Figure | None = Field(None, description="the least value that meets it")
    at_most: Figure | None = Field(None, description="the greatest value that meets it")
    review: Day = Field(description="day by which somebody looks whether it is reached, and decides what follows")
    owner: Owner = Field(description="the office that answers for it, never a private person")

    @model_validator(mode="after")
    def _has_a_target(self) -> Objective:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least or at_most must say what is wanted")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not lie above at_most")
        return self

    @property
    def target(self) -> str:
        """What is wanted, as people read it: "at least 0.8 and at most 1.25"."""
        ends = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{words} {end:g}" for words, end in ends if end is not None)

    def met_by(self, value: float) -> bool:
        """True where the value lies within the target."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


class Objectives(Section):
    """A file of objectives."""

    objectives_version: Literal[1] = Field(description="the form of this file")
    objectives: list[Objective] = Field(min_length=1, max_length=20)

    @field_validator("objectives")
    @classmethod
    def _each_once(cls, objectives: list[Objective]) -> list[Objective]:
        name, n = Counter(objective.id for objective in objectives).most_common(1)[0]
        if n > 1:
            raise ValueError(f"{n} of them have the id {name}")
        return objectives


@dataclass(frozen=True)
class ObjectiveReport:
    """An objective as one run reports against it.

    Attributes
    ----------
    value : None where the run does not measure it.
    state : "met", "not met" or "not measured".
    """

    id: str
    goal: str
    measure: str
    target: str
    value: float | None
    state: str
    detail: str
    review: str
    owner: str
