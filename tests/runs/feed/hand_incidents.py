"""Incidents of 80 weeks made by hand: forty a day, each reported an hour after it happened."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd

NEWEST = datetime(2026, 3, 1, 6, tzinfo=UTC)
ZONE = "America/Chicago"


def incidents(n_days: int = 560, a_day: int = 40) -> pd.DataFrame:
    """In the form of `domain.tables.INCIDENT_COLUMNS`, rising by the time of report."""
    rng = np.random.default_rng(4)
    n = n_days * a_day
    back = np.sort(rng.random(n))[::-1] * n_days
    back[-1] = 0.0
    reported = pd.DatetimeIndex(pd.Timestamp(NEWEST) - pd.to_timedelta(back, unit="D")).floor("us")
    return pd.DataFrame({
        "occurred_at": reported - pd.Timedelta(hours=1),
        "reported_at": reported,
        "longitude": np.round(-87.7 + 0.05 * rng.random(n), 3),
        "latitude": np.round(41.8 + 0.05 * rng.random(n), 3),
        "offence": rng.choice(["0810", "0820"], n),
        "category": rng.choice(["theft", "burglary"], n, p=[0.7, 0.3]),
        "provenance": "citizen",
    })  # fmt: skip
