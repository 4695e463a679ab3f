"""[audit], [screen], [backtest], [loop]: how a forecast is tested; every limit is fixed before anything is measured."""

from typing import Annotated, Literal

from pydantic import Field

from patrolcast.domain.residents import LEAST_RESIDENTS
from patrolcast.domain.settings.base import Name, Positive, Section, Share

Factor = Annotated[float, Field(gt=1.0, allow_inf_nan=False)]
ReportingRate = Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)]
HorizonName = Literal["shift", "day", "week", "month"]


class Audit(Section):
    """[audit]: who receives the patrol, and how uneven it may be. Limits are part of the config's hash."""

    reference: Name | None = Field(None, description="group that others are compared with; absent: everyone else")
    least_residents: Positive = Field(
        LEAST_RESIDENTS, description="a group with fewer residents on the grid is not measured"
    )
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


class Screen(Section):
    """[screen]: how closely a feature may go with a group's share. `docs/proxy-screen.md` explains each limit."""

    conditional_limit: Share = Field(
        0.20,
        description="of a correlation with a group's share given the citizen-report rate, where it is more than "
        "chance. A feature about places is excluded when what the rate does not explain of its whole correlation is "
        "above it, and is put under review when only |r| given the rate is; a feature of past reports is excluded when "
        "|r| given the rate is",
    )
    marginal_limit: Share = Field(0.30, description="|r| without regard to the report rate that calls for a review")
    adversary_limit: Share = Field(
        0.10,
        description="adversary's R2 on unseen blocks, for features about places: from what the report rate leaves of "
        "the feature, above it excludes (where r given the rate is more than chance); from the whole feature, above it "
        "calls for a review",
    )
    significance: Annotated[float, Field(gt=0.0, le=0.2)] = Field(
        0.05, description="p below which an association counts as more than chance"
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

    cities: int = Field(3, ge=2, le=100, description="simulated cities per scenario; two of them have at least 12")
    nights: int = Field(56, ge=14, le=1000, description="nights that patrol follows the suggestions")
    cadence_nights: int = Field(14, ge=1, le=31, description="nights between two plans, each with a model trained anew")
    rounds: int = Field(
        60, ge=10, le=1000, description="trees at most in a simulated city: fewer than in use, for time"
    )
    seed: int = Field(1, ge=0, description="seed of the first city; the next city has the next number")
