"""[patrol]: the budget, how it is allocated, and the levers on it. Every lever is off until it is named."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Count, Name, NotNegative, Positive, Section
from patrolcast.domain.settings.reasons import Reason


class Caps(Section):
    """[patrol.caps]: limits on how often the same cell is suggested. Absent: off."""

    most_nights: Count = Field(10, description="a cell is suggested on at most so many of of_nights nights")
    of_nights: Count = Field(14, description="the nights that most_nights is counted over")
    run_nights: Count = Field(5, description="after so many nights in a row a cell rests")
    rest_nights: Count = Field(2, description="how many nights it rests")
    past: Path | None = Field(
        None,
        description="CSV of past suggestions (cell, shift_start, visits), which `nightly` keeps from the runs that it "
        "published; absent: caps see no further back than the shifts of one run",
    )

    @model_validator(mode="after")
    def _can_bind(self) -> Caps:
        if self.most_nights > self.of_nights:
            raise ValueError("most_nights must not be more than of_nights: the cap would never bind")
        return self


class Exploration(Section):
    """[patrol.exploration]: a randomised band around the budget's end, and cells drawn at random from a district."""

    half_width: int = Field(
        0,
        ge=0,
        le=20,
        description="cells on each side of the ranking's end (the budget less the uniform cells) that are randomised",
    )
    uniform_cells: int = Field(0, ge=0, le=10, description="cells per district and shift drawn with equal chance")
    off: Reason | None = Field(
        None, description="why nothing is left to chance, in words: printed on every page; only where both are 0"
    )

    @model_validator(mode="after")
    def _on_or_off(self) -> Exploration:
        if self.off is not None and (self.half_width or self.uniform_cells):
            raise ValueError("off says why nothing is drawn, so half_width and uniform_cells must be 0 beside it")
        return self


class ExposureBounds(Section):
    """[patrol.bound]: exposure of one group kept in bounds. Uses counts of residents; marks the run. Absent: off."""

    group: Name = Field(description="whose exposure is bounded")
    against: Name | None = Field(None, description="the group it is compared with; absent: everyone else")
    floor: NotNegative = Field(0.0, description="least exposure ratio in every shift")
    ceiling: Positive = Field(description="greatest exposure ratio in every shift, e.g. 1.25 times the need ratio")

    @model_validator(mode="after")
    def _ordered(self) -> ExposureBounds:
        if self.floor > self.ceiling:
            raise ValueError("floor must not lie above ceiling")
        return self


class Patrol(Section):
    """[patrol]: the shift's budget of discretionary patrol, and how it is allocated."""

    minutes_per_district: Positive = Field(120.0, le=500_000.0, description="patrol minutes per district and shift")
    visit_minutes: float = Field(15.0, ge=10.0, le=15.0, description="length of one visit (Koper 1995: 10-15 minutes)")
    visits_per_cell: int = Field(2, ge=1, le=12, description="the most visits to one cell in one shift")
    weights: dict[Name, NotNegative] = Field(
        {}, description="category -> weight in the ranking; not named: 1; 0 leaves it out"
    )
    caps: Caps | None = None
    exploration: Exploration = Exploration()
    bound: ExposureBounds | None = None

    @model_validator(mode="after")
    def _pays_for_a_visit(self) -> Patrol:
        if self.minutes_per_district < self.visit_minutes:
            raise ValueError(f"minutes_per_district must pay for one visit of {self.visit_minutes:g} minutes")
        return self

    @model_validator(mode="after")
    def _bound_or_exploration(self) -> Patrol:
        explores = self.exploration.half_width or self.exploration.uniform_cells
        if self.bound is not None and explores:
            raise ValueError(
                "bound and exploration cannot be used together: a random cell could break the bound; set half_width "
                "and uniform_cells to 0"
            )
        return self
