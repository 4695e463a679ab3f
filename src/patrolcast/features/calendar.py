"""Calendar features: one value per shift, known long before it."""

from collections.abc import Sequence
from typing import Any

import holidays as public_holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.errors import ConfigError, shown
from patrolcast.domain.settings import Features
from patrolcast.features.sun import darkness as share_dark
from patrolcast.numerics.arrays import Float32Array, IntArray

ByShift = dict[str, Float32Array]


def calendar_features(
    calendar: pd.DataFrame, switches: Features, *, longitude: float, latitude: float, seasons: bool = True
) -> ByShift:
    """Feature name -> float32 ``[n_shifts]`` for every calendar feature that the settings switch on.

    ``seasons`` False leaves the time of year 0 throughout, so that nothing can be learnt from it and no reason can name
    it: in records of less than a year the date is but another name for the trend.
    """
    day = calendar["shift_day"]
    angle = 2 * np.pi * day.dt.day_of_year.to_numpy() / 365.25
    columns: dict[str, npt.NDArray[Any]] = {
        "weekday": calendar["weekday"].to_numpy(),
        "slot": calendar["slot"].to_numpy(),
        "season_sin": np.sin(angle) * seasons,
        "season_cos": np.cos(angle) * seasons,
    }
    if switches.holidays:
        free = _holiday_dates(switches.holidays, years=range(day.dt.year.min(), day.dt.year.max() + 2))
        columns["holiday"] = day.isin(free).to_numpy()
        columns["eve_of_holiday"] = (day + pd.Timedelta(days=1)).isin(free).to_numpy()
    if switches.paydays:
        columns["days_after_payday"] = _days_after(day, switches.paydays)
    if switches.darkness:
        columns["darkness"] = share_dark(calendar, longitude=longitude, latitude=latitude)
    return {name: np.asarray(values, dtype=np.float32) for name, values in columns.items()}


def refuse_unknown_region(region: str | None) -> None:
    """Raises ConfigError: no public holidays are known of ``region``; nothing is refused where none is named."""
    if region is None:
        return
    country, _, part = region.partition("-")
    parts = public_holidays.list_supported_countries(include_aliases=True)
    if country not in parts or (part and part not in parts[country]):  # the library looks any name up in itself
        cure = "use a country or country-region code, e.g. US or US-IL"
        raise ConfigError("[features] holidays", got=shown(region), rule="no such region", cure=cure)


def _holiday_dates(region: str, *, years: range) -> pd.DatetimeIndex:
    refuse_unknown_region(region)
    country, _, part = region.partition("-")
    dates = public_holidays.country_holidays(country, subdiv=part or None, years=years)
    return pd.DatetimeIndex(sorted(dates)).as_unit("us")


def _days_after(day: pd.Series, paydays: Sequence[int]) -> IntArray:
    """Days since the latest payday; a payday beyond the month's end falls on its last day."""
    of_month, length = day.dt.day.to_numpy(), day.dt.days_in_month.to_numpy()
    length_before = (day - pd.to_timedelta(of_month, unit="D")).dt.day.to_numpy()
    passed = [of_month - np.minimum(payday, length) for payday in paydays]
    passed += [of_month + length_before - np.minimum(payday, length_before) for payday in paydays]
    return np.min([np.where(days >= 0, days, 99) for days in passed], axis=0)
