"""[audit], [screen], [backtest], [loop]: how a forecast is tested; every limit is fixed before anything is measured."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from patrolcast.domain.residents import LEAST_MEASURED_SHARE, LEAST_RESIDENTS
from patrolcast.domain.settings.base import Name, NotNegative, Section, Share
from patrolcast.domain.settings.limits import Usual

Factor = Annotated[float, Field(gt=1.0, allow_inf_nan=False)]
ReportingRate = Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)]
HorizonName = Literal["shift", "day", "week", "month"]


class Audit(Section):
    """[audit]: who receives the patrol, and how uneven it may be. Limits are part of the config's hash."""

    reference: Name | None = Field(None, description="group that others are compared with; absent: everyone else")
    least_residents: Annotated[
        float, Usual("residents below which a group is not measured", least=100.0, most=1200.0)
    ] = Field(
        LEAST_RESIDENTS, ge=50.0, le=4000.0, description="a group with fewer residents on the grid is not measured"
    )
    least_measured_share: Annotated[float, Usual("residents who are measured, as a share,", least=0.9)] = Field(
        LEAST_MEASURED_SHARE,
        ge=0.8,
        le=1.0,
        description="of each group's residents, and of the city's census areas, that must have counts on the grid",
    )
    max_excess_ratio: Annotated[
        Factor,
        Usual(
            "patrol per reported incident, times that of others,",
            most=2.0,
            yardstick="four fifths to five quarters is the usual US yardstick",
        ),
    ] = Field(
        2.0,
        le=3.0,
        description="patrol per reported incident: at most this many times, and at least one over this many times, "
        "that of those compared with; fails when the whole 95 % interval lies beyond",
    )
    max_calibration_ratio: Annotated[
        Factor, Usual("predicted / reported incidents, times that of others,", most=1.5)
    ] = Field(
        1.25, le=2.0, description="the same for predicted / reported incidents at matched deciles of the forecast"
    )
    max_opportunity_gap: Annotated[
        NotNegative, Usual("the difference between groups in incidents that lie in suggested cells", most=0.25)
    ] = Field(
        0.15,
        le=0.5,
        description="difference in the share of incidents that lie in suggested cells; beyond it: a warning",
    )
    max_run_nights: Annotated[int, Usual("nights in a row on which one cell is suggested", most=14)] = Field(
        14,
        ge=5,
        le=28,
        description="a cell suggested more nights in a row than this is warned of; docs/disparity.md says why 14",
    )
    least_turnover: Annotated[float, Usual("cells ever suggested for each cell of an average night", least=1.4)] = (
        Field(
            1.4,
            ge=1.1,
            le=10.0,
            description="cells ever suggested for each cell of an average night; fewer are warned of",
        )
    )
    other_trainings: bool = Field(
        True,
        description="train four more times, on halves of the weeks, so that intervals hold what another training "
        "would have suggested; about twice a training's time more, none without residents; false: the page says that "
        "it was not measured",
    )
    reporting_ratios: list[Annotated[float, Field(ge=0.1, le=10.0, allow_inf_nan=False)]] = Field(
        [0.67, 0.8, 1.0, 1.25, 1.5],
        description="assumed reporting of a group / of the others, for which the ranking is made anew",
    )
    survey_reporting: dict[Name, ReportingRate] = Field(
        {}, description="category -> share of incidents reported to police, from a survey; absent: no such row"
    )
    survey_source: str = Field("", description="which survey, and which year: printed beside that row")

    @field_validator("reporting_ratios")
    @classmethod
    def _on_both_sides(cls, ratios: list[float]) -> list[float]:
        if not (ratios and min(ratios) <= 0.8 and max(ratios) >= 1.25):
            raise ValueError("needs a ratio of 0.8 or less and one of 1.25 or more: a group may report less, or more")
        return ratios


class Screen(Section):
    """[screen]: how closely a feature may go with a group's share. `docs/proxy-screen.md` explains each limit."""

    conditional_limit: Annotated[
        NotNegative, Usual("a feature's correlation with a group's share, given the report rate,", most=0.25)
    ] = Field(
        0.20,
        le=0.4,
        description="of a correlation with a group's share given the citizen-report rate, where it is more than "
        "chance among all tests. A feature about places is excluded when what the rate does not explain of its whole "
        "correlation is above it, and is put under review when only |r| given the rate is; a feature of past reports "
        "is excluded when |r| given the rate is",
    )
    marginal_limit: Annotated[NotNegative, Usual("a feature's plain correlation with a group's share", most=0.40)] = (
        Field(0.30, le=0.5, description="|r| without regard to the report rate that calls for a review")
    )
    adversary_limit: Annotated[
        NotNegative, Usual("what an adversary may tell of a group's share from a feature (R2)", most=0.15)
    ] = Field(
        0.10,
        le=0.25,
        description="R2 of a tie of any shape, for features about places: what an adversary predicts of the share on "
        "unseen blocks, or what the share explains of the feature beyond chance, both given the report rate; above it "
        "excludes where that is more than chance among all tests, else an adversary above it calls for a review",
    )
    significance: Annotated[float, Usual("chance in the screen (p)", least=0.05)] = Field(
        0.05, ge=0.01, le=0.2, description="p below which an association counts as more than chance"
    )
    surrogates: Annotated[int, Field(ge=99, le=9999)] = Field(
        199, description="surrogates of the shares that stand for chance"
    )
    seed: Annotated[int, Field(ge=0)] = Field(7, description="of the surrogates: the same seed, the same verdicts")
    stored_for: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="name of the config whose stored screen is used for this one too; absent: its own. Features, "
        "residents and limits must be the same",
    )

    @model_validator(mode="after")
    def _chance_can_be_seen(self) -> Screen:
        least = math.ceil(5 / self.significance) - 1
        if self.surrogates < least:
            raise ValueError(f"surrogates must be at least {least} for a significance of {self.significance:g}")
        return self


class Backtest(Section):
    """[backtest]: rolling origins for `patrolcast backtest`."""

    origins: int = Field(52, ge=4, le=520, description="past nights that are forecast, the latest with known outcomes")
    every_days: int = Field(7, ge=1, le=28, description="days between them")
    retrain_every: int = Field(8, ge=1, le=52, description="origins that share a training; features are never shared")
    horizons: Annotated[list[HorizonName], Field(min_length=1)] = Field(
        ["shift", "day", "week", "month"], description="how far ahead; a month is 28 days, scored without overlap"
    )
    area_shares: Annotated[list[Annotated[Share, Field(gt=0.0)]], Field(min_length=1)] = Field(
        [0.005, 0.01, 0.02, 0.05, 0.10], description="shares of the inhabited land that are flagged, 0 < share <= 1"
    )
    tuning_windows: int = Field(12, ge=2, le=104, description="weeks before the first origin on which peers are tuned")


class Loop(Section):
    """[loop]: the size of `patrolcast simulate`; more cities and nights see smaller leaks and take longer."""

    cities: int = Field(
        12, ge=2, le=100, description="simulated cities per scenario; with fewer than 12 a leak is not measured"
    )
    nights: int = Field(56, ge=14, le=1000, description="nights that patrol follows the suggestions")
    cadence_nights: int = Field(14, ge=1, le=31, description="nights between two plans, each with a model trained anew")
    rounds: int = Field(
        60, ge=10, le=1000, description="trees at most in a simulated city: fewer than in use, for time"
    )
    seed: int = Field(1, ge=0, description="seed of the first city; the next city has the next number")
