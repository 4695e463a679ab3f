"""Series by hand: local days, categories, districts, and where the history begins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolcast.domain.shifts import wall_times
from patrolcast.grid.feed_series import FeedSeries, _districts_of, history_start, late_reports_note, table_series


def test_the_history_starts_in_the_first_month_that_is_no_mere_trickle() -> None:
    old = np.array(["2015-03-05", "2018-07-01"], dtype="datetime64[D]")
    days = np.arange("2021-01-10", "2021-12-31", dtype="datetime64[D]").repeat(3)
    assert history_start(np.concatenate([old, days])) == date(2021, 1, 10)


def test_the_months_of_a_history_are_those_of_the_calendar() -> None:
    late_in_january = np.array(["2021-01-30", "2021-01-31"], dtype="datetime64[D]")
    days = np.arange("2021-02-02", "2021-12-31", dtype="datetime64[D]").repeat(3)
    assert history_start(np.concatenate([days, late_in_january])) == date(2021, 2, 2)


def cut_by_report(delay_days: float, begin: str = "2022-01-10") -> pd.DataFrame:
    """Ten incidents a day from 2019 on, of which only those reported since ``begin`` are exported."""
    occurred = pd.date_range("2019-01-01T12:00Z", "2023-12-31T12:00Z", freq="144min")
    delay = np.random.default_rng(5).exponential(delay_days, len(occurred))
    delay[::8] += 400.0  # an eighth is reported more than a year later
    table = pd.DataFrame({"occurred_at": occurred, "reported_at": occurred + pd.to_timedelta(delay, "D")})
    return table[table["reported_at"] >= begin].reset_index(drop=True)


def late_reports(table: pd.DataFrame) -> tuple[str, ...]:
    return late_reports_note((wall_times(table["occurred_at"], "UTC"), wall_times(table["reported_at"], "UTC")))


def test_an_export_that_is_cut_by_date_of_report_begins_with_its_reports_and_it_is_said() -> None:
    table = cut_by_report(1.0)
    days = [table[name].to_numpy().astype("datetime64[D]") for name in ("occurred_at", "reported_at")]
    assert history_start(days[0]) < date(2021, 3, 1)
    assert history_start(*days) == date(2022, 1, 10)
    n = int((table["occurred_at"] < "2022-01-10").sum())
    assert late_reports(table) == (
        f"reports begin on 2022-01-10: {n:,} incidents occurred before and were reported later; the history starts "
        'there ([incidents] first_day = "2022-01-10" sets them aside)',
    )


def test_an_export_that_is_cut_by_date_of_occurrence_begins_where_it_did_however_late_its_reports() -> None:
    table = cut_by_report(1.0, "2019-01-01")
    assert late_reports(table) == ()
    slow = table.assign(reported_at=table["occurred_at"] + pd.Timedelta(days=200))
    assert late_reports(slow) == ()
    assert late_reports(table[:0]) == ()


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


def test_each_point_is_of_the_last_district_that_contains_it() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.random(500), rng.random(500)
    x[:3], y[:3] = (0.2, 0.5, 0.9), (0.2, 0.5, 0.2)  # on corners and edges, which no district contains
    areas = [shapely.box(0.2, 0.2, 0.7, 0.7), shapely.Polygon(), shapely.Point(0.6, 0.6).buffer(0.3)]
    corners = shapely.MultiPolygon([shapely.box(0, 0, 0.1, 0.1), shapely.box(0.9, 0.9, 1, 1)])
    areas += [shapely.box(0.5, 0.0, 0.9, 0.5), corners]
    numbers = np.array([3, 0, 1, 2, 5])
    found = _districts_of(x, y, np.array(areas, dtype=object), numbers)
    points = shapely.points(x, y)
    expected = np.full(500, -1)
    for area, number in zip(areas, numbers, strict=True):
        expected[shapely.contains(area, points)] = number
    assert found.tolist() == expected.tolist()
    assert set(found.tolist()) == {-1, 1, 2, 3, 5}
