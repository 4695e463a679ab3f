"""A hand-made feed of 18 weeks for the feed checks: two categories, three districts, some points and codes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from patrolcast.audit.feed.comparison import DAY_US, FeedTable

DAYS, A_DAY = 18 * 7, 60


def steady(seed: int = 1) -> FeedTable:
    """About 60 incidents on every day, every share the same on each but for chance."""
    rng = np.random.default_rng(seed)
    n = DAYS * A_DAY
    return FeedTable(
        known=np.sort(rng.integers(1, DAYS * DAY_US, n)),
        hour=rng.integers(0, 24, n),
        category=(rng.random(n) < 0.3).astype(np.int64),
        categories=("theft", "vehicle_theft"),
        district=rng.integers(0, 3, n),
        districts=("1", "2", "3"),
        offence=rng.integers(0, 10, n),
        point=rng.integers(0, 400, n),
        again=(rng.random(n) < 0.02).astype(np.int64),
        end=DAYS * DAY_US,
    )


def recent(feed: FeedTable, days: float) -> np.ndarray:
    """Which rows became known in the last days."""
    return feed.known > feed.end - days * DAY_US


def kept(feed: FeedTable, rows: np.ndarray) -> FeedTable:
    """The feed with some of its rows."""
    names = ("known", "hour", "category", "district", "offence", "point", "again")
    return replace(feed, **{name: getattr(feed, name)[rows] for name in names})


def changed(feed: FeedTable, name: str, value: int, *, days: float, share: float) -> FeedTable:
    """The feed with another value in a share of the last days' rows."""
    at = recent(feed, days) & (np.random.default_rng(5).random(len(feed.known)) < share)
    return replace(feed, **{name: np.where(at, value, getattr(feed, name))})
