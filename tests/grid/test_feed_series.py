"""Series by hand: local days, categories, districts, and where the history begins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.grid.feed_series import FeedSeries, history_start, table_series


def test_the_history_starts_in_the_first_month_that_is_no_mere_trickle() -> None:
    old = np.array(["2015-03-05", "2018-07-01"], dtype="datetime64[D]")
    days = np.arange("2021-01-10", "2021-12-31", dtype="datetime64[D]").repeat(3)
    assert history_start(np.concatenate([old, days])) == date(2021, 1, 10)


def test_a_table_becomes_the_series_of_its_categories_and_districts() -> None:
    occurred = pd.DatetimeIndex(["2026-03-01T12:00Z", "2026-03-02T04:30Z", "2026-03-02T12:00Z"])
    table = pd.DataFrame({
        "occurred_at": occurred, "reported_at": occurred + pd.Timedelta(days=2), "category": ["b", "a", "b"],
        "longitude": [0.5, 1.5, 9.0], "latitude": [0.5, 0.5, 9.0],
    })  # fmt: skip
    squares = [shapely.box(x, 0, x + 1, 1) for x in (1, 0)]
    districts = gpd.GeoDataFrame({"district": ["east", "west"]}, geometry=squares, crs=4326)
    made = table_series(table, districts, as_of=datetime(2026, 3, 10, 12, tzinfo=UTC), timezone="America/Chicago")
    # 04:30 in UTC is the evening before in Chicago; reports take two days; the last three days are not looked at.
    assert (made.first, made.n_days) == (date(2026, 3, 1), 6)
    assert made.day.tolist() == [0, 0, 1]
    assert [made.categories[code] for code in made.category] == ["b", "a", "b"]
    assert [made.districts[code] if code >= 0 else None for code in made.district] == ["west", "east", None]


def test_days_before_the_history_and_days_that_are_hardly_known_are_not_counted() -> None:
    day, code = np.array([-3, 0, 0, 2, 5]), np.array([0, 0, 1, 1, 0])
    made = FeedSeries(date(2026, 3, 1), 4, day, code, ["a", "b"], np.full(5, -1), [])
    assert made.counts().tolist() == [2, 0, 1, 0]
    assert [(part.name, part.counts.tolist()) for part in made.parts("category")] == [
        ("a", [1, 0, 0, 0]), ("b", [1, 0, 1, 0])
    ]  # fmt: skip
    assert made.parts("district") == []
