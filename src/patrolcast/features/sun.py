"""Darkness: the share of a shift between sunset and sunrise, from the sun's position (astral; NOAA's formulas)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from astral import Observer
from astral.sun import elevation

from patrolcast.numerics.arrays import Float32Array

_SUNSET_ELEVATION = -0.833
_SAMPLES = 9


def darkness(calendar: pd.DataFrame, *, longitude: float, latitude: float) -> Float32Array:
    """Share of each shift (0..1) with the sun below the horizon, sampled at nine moments.

    Computed once per day of the year, start in UTC and length: within a city and across years the sun moves by minutes
    only. The local start would not do: the clock changes on another day each year.
    """
    start = calendar["shift_start"]
    key = (
        calendar["shift_day"].dt.day_of_year.astype(str)
        + "/"
        + start.dt.strftime("%H:%M")
        + "/"
        + calendar["hours"].astype(str)
    )
    first = (~key.duplicated()).to_numpy()
    shares = {}
    for name, begin, hours in zip(key[first], start[first], calendar["hours"][first], strict=True):
        shares[name] = _share_dark(begin.to_pydatetime().astimezone(UTC), float(hours), longitude, latitude)
    return key.map(shares).to_numpy(dtype=np.float32)


@lru_cache(maxsize=20_000)
def _share_dark(begin: datetime, hours: float, longitude: float, latitude: float) -> float:
    """Of one shift; kept, because a back-test and the closed loop ask for the same shifts again and again."""
    observer = Observer(latitude=latitude, longitude=longitude)
    moments = [begin + timedelta(minutes=m) for m in (np.arange(_SAMPLES) + 0.5) / _SAMPLES * hours * 60]
    dark = [elevation(observer, moment, with_refraction=False) < _SUNSET_ELEVATION for moment in moments]
    return float(np.mean(dark))
