"""[backtest]: which past nights are forecast again, and on what shares of the area they are scored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from patrolcast.domain.settings.base import Section, Share

HorizonName = Literal["shift", "day", "week", "month"]


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
