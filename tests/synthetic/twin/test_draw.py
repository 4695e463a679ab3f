"""Drawn records follow the marginals, lie in their cells, and are reported after they occurred."""

from __future__ import annotations

import h3
import numpy as np
import pandas as pd
import shapely
from tests.synthetic.twin.city import CALENDAR, CELLS, LAND, drawn, marginals

from patrolcast.synthetic.twin.draw import month_numbers, shift_chances


def test_the_records_follow_each_marginal() -> None:
    table = drawn(n=3000.0)
    shares = table["cell"].value_counts(normalize=True)
    assert shares[CELLS[0]] > 0.97
    local = table["occurred_at"].dt.tz_convert("America/Chicago")
    assert abs((local.dt.month == 2).mean() - 0.8) < 0.04
    monday_night = ((local - pd.Timedelta(hours=6)).dt.day_of_week == 0) & ~local.dt.hour.between(6, 21)
    assert abs(monday_night.mean() - 0.8) < 0.04
    assert abs((table["code"] == "A").mean() - 0.75) < 0.04
    delay = (table["reported_at"] - table["occurred_at"]).dt.total_seconds() / 3600
    assert delay.between(0, 1).all()


def test_each_lies_on_land_in_its_own_cell() -> None:
    table = drawn()
    found = [h3.latlng_to_cell(lat, lon, 8) for lat, lon in zip(table["latitude"], table["longitude"], strict=True)]
    assert found == table["cell"].tolist()
    assert shapely.contains_xy(LAND, table["longitude"].to_numpy(), table["latitude"].to_numpy()).all()


def test_the_same_secret_draws_the_same_and_another_draw_is_another() -> None:
    pd.testing.assert_frame_equal(drawn(), drawn())
    places = {(one["longitude"], one["latitude"]) for one in drawn().to_dict("records")}
    others = [*drawn(1).to_dict("records"), *drawn(seed=6).to_dict("records")]
    assert not any((one["longitude"], one["latitude"]) in places for one in others)


def test_a_month_without_a_weekly_pattern_gets_no_chance_and_no_error() -> None:
    chances = shift_chances(np.array([1.0, 1.0, 1.0]), np.zeros(21), CALENDAR)
    assert chances.sum() == 0
    even = shift_chances(marginals().month[0], np.ones(21), CALENDAR)
    assert np.allclose(np.bincount(month_numbers(CALENDAR), weights=even), [1, 8, 1])
