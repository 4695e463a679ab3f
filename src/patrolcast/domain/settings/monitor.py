"""[monitor]: where the dosage log and the delivered visits lie, and from when on feedback is watched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from patrolcast.domain.settings.base import Day, Positive, Section, TimeFormat
from patrolcast.domain.settings.limits import Usual


class VisitColumns(Section):
    """[monitor.visits.columns]: which column of the AVL or CAD extract is which; no other is read."""

    arrived_at: str = Field(description="when the car reached the place")
    left_at: str | None = Field(None, description="when it left; absent: minutes")
    minutes: str | None = Field(None, description="length of the visit in minutes; absent: left_at")
    cell: str | None = Field(None, description="H3 index of the cell; absent: longitude and latitude")
    longitude: str | None = Field(None, description="longitude in degrees (WGS84)")
    latitude: str | None = Field(None, description="latitude in degrees (WGS84)")

    @model_validator(mode="after")
    def _enough(self) -> VisitColumns:
        if (self.left_at is None) == (self.minutes is None):
            raise ValueError("exactly one of left_at and minutes must be mapped")
        placed = self.longitude is not None and self.latitude is not None
        if (self.cell is not None) == placed:
            raise ValueError("either cell, or longitude and latitude, must be mapped")
        return self


class VisitsExtract(Section):
    """[monitor.visits]: delivered visits from an AVL or CAD extract, one row per visit."""

    path: Path = Field(description="CSV (also gz, zip) of visits; a column about officers, units or cars refuses it")
    source: str = Field("avl", pattern=r"^[a-z][a-z0-9_]{0,39}$", description="which system it comes from, as a code")
    time_format: TimeFormat = Field(description="strptime format, e.g. %Y-%m-%d %H:%M:%S")
    time_zone: str = Field("local", description="'local' (the area's zone), 'UTC', or an IANA zone")
    delimiter: str = Field(",", min_length=1, max_length=1, description="declared, never guessed")
    columns: VisitColumns


class Monitor(Section):
    """[monitor]: checks on operational logs (`patrolcast monitor`). Never an input of a forecast."""

    log: Path | None = Field(None, description="dosage log (docs/dosage-log.md); absent: taken from the run folders")
    decisions: Path | None = Field(
        None,
        description="CSV of suggestion_id, decision, reason: what people decided about suggestions of the run folders",
    )
    visits: VisitsExtract | None = Field(None, description="delivered visits; absent: what the log itself says")
    since: Day | None = Field(None, description="first day watched: set it anew once the cause of an alarm is cured")
    near_visit_minutes: Positive = Field(
        15.0, ge=5.0, le=60.0, description="a report so soon after a visit counts as made near it"
    )
    permutations: int = Field(
        999, ge=999, le=99_999, description="shuffles that give the expectation of the label audit"
    )
    max_age_days: Annotated[int, Usual("the age of the last check of the logs, in days,", most=35)] = Field(
        35, ge=1, le=92, description="an older check of the logs stops publication"
    )
    longest_run_days: Annotated[int, Usual("days in a row on which one cell is suggested", most=28)] = Field(
        28, ge=1, le=92, description="a cell suggested on more days in a row is reported"
    )

    @model_validator(mode="after")
    def _decided_once(self) -> Monitor:
        if self.log is not None and self.decisions is not None:
            raise ValueError("log and decisions cannot both be named: a log holds the decisions itself")
        return self
