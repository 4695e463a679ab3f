"""[shifts], [features], [policy], [model]: what is forecast, from what, and how the model is trained."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.domain.settings.base import LocalTime, Positive, Section, Text
from patrolcast.domain.settings.limits import Usual


class Shifts(Section):
    """[shifts]: operational periods in local time; a shift ends where the next begins and may cross midnight."""

    starts: list[LocalTime] = Field(
        ["06:00", "14:00", "22:00"], min_length=1, max_length=24, description="local start times, rising"
    )

    @field_validator("starts")
    @classmethod
    def _ordered(cls, starts: list[str]) -> list[str]:
        if starts != sorted(set(starts)):
            raise ValueError("local start times must rise and not repeat, e.g. ['06:00', '14:00', '22:00']")
        return starts


class Features(Section):
    """[features]: which optional features are computed. The catalogue of all is in `features/catalogue`."""

    holidays: Text | None = Field(None, description="region of public holidays, e.g. US or US-IL; absent: none")
    paydays: list[Annotated[int, Field(ge=1, le=31)]] = Field([], description="days of the month on which pay arrives")
    darkness: bool = Field(True, description="share of the shift after sunset and before sunrise")


class Policy(Section):
    """[policy]: what may not reach the model, however much it would add to accuracy."""

    excluded_provenance: list[Provenance] = Field(
        [Provenance.OFFICER, Provenance.CENSUS, Provenance.UNKNOWN, Provenance.ADMINISTRATIVE],
        description="officer, census and unknown can never be taken out of this list",
    )
    excluded_features: list[str] = Field([], description="feature names, or patterns with *")
    excluded_offences: list[str] = Field([], description="offence codes that are not counted, beside the codebook's")
    reason: str = Field("declared by the agency", description="printed with every exclusion by name")
    comparison_only: bool = Field(
        False, description="officer-initiated records become features: only `compare` accepts such a config"
    )
    comparison_counted: bool = Field(
        False, description="they are also counted and forecast, as one more category; needs comparison_only"
    )

    @model_validator(mode="after")
    def _counted_only_in_comparison(self) -> Policy:
        if self.comparison_counted and not self.comparison_only:
            raise ValueError("comparison_counted needs comparison_only = true: no run counts officer-initiated records")
        return self

    @field_validator("excluded_provenance", mode="before")
    @classmethod
    def _provenances(cls, values: object) -> object:
        if isinstance(values, list):
            return [Provenance(v) if isinstance(v, str) and v in set(Provenance) else v for v in values]
        return values

    @field_validator("excluded_provenance")
    @classmethod
    def _never(cls, values: list[Provenance]) -> list[Provenance]:
        missing = sorted(NEVER_IN_MODEL - set(values))
        if missing:
            raise ValueError(f"must name {', '.join(missing)}: these can never reach a model that is published")
        if Provenance.CITIZEN in values:
            raise ValueError("cannot name citizen: the forecast is made of citizens' reports")
        return values


class Model(Section):
    """[model]: how the forecast is trained."""

    kind: Literal["start", "boosted", "auto"] = Field(
        "auto",
        description="start: weighted past reports and each place's hours; boosted: trees on top, followed in full; "
        "auto: trees as far as they proved right on the held-out days",
    )
    horizon_days: Annotated[int, Usual("the days for which one run may be used", most=7)] = Field(
        1, ge=1, le=31, description="days of shifts that one run forecasts; it may be used until the last one ends"
    )
    training_days: int = Field(730, ge=28, description="how far back training targets reach; history features see all")
    validation_days: int = Field(28, ge=7, le=180, description="newest days held out for early stopping, calibration")
    maturity_days: int = Field(
        7, ge=0, le=90, description="targets younger than this are not used: they may still be reported"
    )
    max_rows: int = Field(400_000, ge=10_000, description="most training rows; of more, a weighted sample is drawn")
    rounds: int = Field(100, ge=10, le=5000, description="trees at most; early stopping uses fewer")
    learning_rate: Positive = Field(0.1, description="weight of one tree")
    leaves: int = Field(8, ge=4, le=255, description="leaves of one tree")
    weekly_rounds: int | None = Field(None, ge=0, description="retired, no effect: trees have one stage; delete it")
    weekly_leaves: int | None = Field(None, ge=0, description="retired, no effect: trees have one stage; delete it")
    seed: int = Field(7, ge=0, description="the same seed gives the same bytes")
    threads: int = Field(2, ge=1, le=64, description="never changes a byte of the result")
