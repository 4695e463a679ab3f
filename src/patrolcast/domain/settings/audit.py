"""[audit]: which groups are compared, and the limits that are fixed before anything is measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from patrolcast.domain.settings.base import Name, Positive, Section, Share

Factor = Annotated[float, Field(gt=1.0, allow_inf_nan=False)]
ReportingRate = Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)]


class Audit(Section):
    """[audit]: who receives the patrol, and how uneven it may be. Limits are part of the config's hash."""

    reference: Name | None = Field(None, description="group that others are compared with; absent: everyone else")
    least_residents: Positive = Field(500.0, description="a group with fewer residents on the grid is not measured")
    max_excess_ratio: Factor = Field(
        2.0,
        description="patrol per reported incident: at most this many times, and at least one over this many times, "
        "that of those compared with; fails when the whole 95 % interval lies beyond",
    )
    max_calibration_ratio: Factor = Field(
        1.25, description="the same for predicted / reported incidents at matched deciles of the forecast"
    )
    max_opportunity_gap: Share = Field(
        0.15, description="difference in the share of incidents that lie in suggested cells; beyond it: a warning"
    )
    reporting_ratios: list[Positive] = Field(
        [0.67, 0.8, 1.0, 1.25, 1.5],
        description="assumed reporting of a group / of the others, for which the ranking is made anew",
    )
    survey_reporting: dict[Name, ReportingRate] = Field(
        {}, description="category -> share of incidents reported to police, from a survey; absent: no such row"
    )
    survey_source: str = Field("", description="which survey, and which year: printed beside that row")
