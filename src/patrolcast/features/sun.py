"""Darkness: the share of a shift between sunset and sunrise, from the sun's position (astral; NOAA's formulas)."""

from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from astral import Observer
from astral.sun import elevation

_SUNSET_ELEVATION = -0.833
_SAMPLES = 9


def darkness(calendar: pd.DataFrame, *, longitude: float, latitude: float) -> npt.NDArray[np.float32]:
    """Share of each shift (0..1) with the sun below the horizon, sampled at nine moments.

    Computed once per day of the year and slot: within a city and across years it moves by minutes only.
    """
    observer = Observer(latitude=latitude, longitude=longitude)
    start = calendar["shift_start"]
    key = (
        calendar["shift_day"].dt.day_of_year.astype(str)
        + "/"
        + calendar["slot"].astype(str)
        + "/"
        + calendar["hours"].astype(str)
    )
    first = (~key.duplicated()).to_numpy()
    shares = {}
    for name, begin, hours in zip(key[first], start[first], calendar["hours"][first], strict=True):
        minutes = (np.arange(_SAMPLES) + 0.5) / _SAMPLES * hours * 60
        moments = [begin.to_pydatetime().astimezone(UTC) + timedelta(minutes=m) for m in minutes]
        shares[name] = np.mean(
            [elevation(observer, moment, with_refraction=False) < _SUNSET_ELEVATION for moment in moments]
        )
    return key.map(shares).to_numpy(dtype=np.float32)
