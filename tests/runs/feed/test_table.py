"""A city's incidents as the feed checks see them."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from tests.runs.feed.hand_incidents import NEWEST, ZONE, incidents

from patrolcast.audit.feed.comparison import DAY_US
from patrolcast.runs.feed.table import WEEKS, feed_table, lost_days


def test_the_last_weeks_are_kept_rising_with_their_hour_and_twins() -> None:
    table = incidents(200)
    twin = table.iloc[[-5]].assign(reported_at=table["reported_at"].iloc[-1])
    feed = feed_table(pd.concat([table, twin], ignore_index=True), None, newest=NEWEST, timezone=ZONE)
    assert (np.diff(feed.known) >= 0).all()
    assert feed.end - feed.known[0] <= WEEKS * 7 * DAY_US
    assert len(feed.known) == int((table["reported_at"] > NEWEST - timedelta(weeks=WEEKS)).sum()) + 1
    assert feed.is_long_enough
    plain = feed_table(table, None, newest=NEWEST, timezone=ZONE)
    assert int(feed.again.sum()) == int(plain.again.sum()) + 1
    assert feed.hour[-2] in range(24)


def test_a_report_beyond_the_newest_that_can_be_believed_is_left_out() -> None:
    table = incidents(100)
    assert len(feed_table(table, None, newest=NEWEST - timedelta(days=3), timezone=ZONE).known) == int(
        (table["reported_at"] <= NEWEST - timedelta(days=3)).sum()
    )


def test_a_category_that_has_been_gone_for_months_is_still_a_category() -> None:
    table = incidents(300)
    old = table["reported_at"] < NEWEST - timedelta(days=200)
    feed = feed_table(table[old | (table["category"] == "theft")], None, newest=NEWEST, timezone=ZONE)
    assert feed.categories == ("burglary", "theft")


def test_each_incident_has_its_district_and_none_outside() -> None:
    districts = gpd.GeoDataFrame(
        {"district": ["1", "2"]},
        geometry=[shapely.box(-87.71, 41.7, -87.68, 42.0), shapely.box(-87.68, 41.7, -87.66, 42.0)], crs="EPSG:4326",
    )  # fmt: skip
    feed = feed_table(incidents(100), districts, newest=NEWEST, timezone=ZONE)
    assert feed.districts == ("1", "2")
    assert set(np.unique(feed.district)) == {-1, 0, 1}


def test_no_incident_is_a_table_without_rows() -> None:
    feed = feed_table(incidents(2).iloc[:0], None, newest=NEWEST, timezone=ZONE)
    assert (len(feed.known), feed.is_long_enough) == (0, False)


def test_a_hole_that_reaches_into_the_fortnight_is_found_with_its_days_and_an_older_one_is_not() -> None:
    table = incidents()
    day = table["occurred_at"].dt.tz_convert(ZONE).dt.date
    whole = lost_days(table, NEWEST, ZONE)
    recent = lost_days(table[~((day >= date(2026, 2, 20)) & (day <= date(2026, 2, 22)))], NEWEST, ZONE)
    older = lost_days(table[~((day >= date(2026, 1, 10)) & (day <= date(2026, 1, 12)))], NEWEST, ZONE)
    assert (whole, older) == ((), ())
    assert recent is not None
    assert [(one.first, one.last) for one in recent] == [(date(2026, 2, 20), date(2026, 2, 22))]


def test_records_of_a_few_weeks_cannot_be_looked_at() -> None:
    assert lost_days(incidents(60), NEWEST, ZONE) is None
    assert lost_days(incidents(2).iloc[:0], NEWEST, ZONE) is None
