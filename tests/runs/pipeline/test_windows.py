"""Time windows of a run by the calendar: training, then validation, then what is too young to use, then the horizon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from tests.runs.trained_halves import trained_city

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Model
from patrolcast.domain.shifts import daily_origins, shift_calendar
from patrolcast.grid.panel import Panel
from patrolcast.runs.pipeline.windows import N_HALVES, TimeWindows, in_half, plan_windows

ZONE = ZoneInfo("America/Chicago")
AS_OF = datetime(2026, 6, 1, 5, tzinfo=ZONE)
STARTS = ["06:00", "14:00", "22:00"]
MODEL = Model(training_days=100, validation_days=14, maturity_days=7, horizon_days=1)
NOTHING = np.zeros(0, dtype=np.int32)


def panel(n_days: int) -> Panel:
    """A history of so many days without an incident: windows depend on the calendar alone."""
    calendar = shift_calendar(
        STARTS, timezone=str(ZONE), first_day=AS_OF.date() - timedelta(days=n_days), last_day=date(2026, 6, 3)
    )
    origins = daily_origins(AS_OF, timezone=str(ZONE), n_days=n_days)
    return Panel(calendar, origins, ("theft",), 3, NOTHING, NOTHING.astype(np.int8), NOTHING, NOTHING, 0, {})


def planned(n_days: int = 300, model: Model = MODEL) -> tuple[pd.DataFrame, TimeWindows]:
    history = panel(n_days)
    return history.calendar, plan_windows(history, model, as_of=AS_OF, n_slots=3)


def test_each_window_ends_where_the_next_begins_and_none_overlap() -> None:
    calendar, windows = planned()
    start, end = calendar["shift_start"], calendar["shift_end"]
    mature, validated = AS_OF - timedelta(days=7), AS_OF - timedelta(days=21)
    assert end.iloc[windows.training.shifts].max() <= validated
    assert start.iloc[windows.training.shifts].min() >= validated - timedelta(days=100)
    assert start.iloc[windows.validation.shifts].min() >= validated
    assert end.iloc[windows.validation.shifts].max() <= mature
    assert (len(windows.validation), len(windows.horizon)) == (14 * 3 - 1, 3)
    assert start.iloc[windows.horizon.shifts].min() >= AS_OF


def test_no_shift_is_forecast_from_an_origin_after_its_start() -> None:
    history = panel(300)
    windows = plan_windows(history, replace_horizon(7), as_of=AS_OF, n_slots=3)
    start = history.calendar["shift_start"].to_numpy()
    origins = pd.to_datetime(history.origins, unit="us", utc=True)
    for window in (windows.training, windows.validation):
        lead = pd.DatetimeIndex(start[window.shifts]).tz_convert("UTC") - origins[window.origins]
        assert lead.min() >= pd.Timedelta(0)
        assert lead.max() < pd.Timedelta(days=7, hours=24)
    assert set(windows.horizon.origins) == {history.n_days - 1}


def replace_horizon(days: int) -> Model:
    return MODEL.model_copy(update={"horizon_days": days})


def test_the_first_third_of_a_short_history_only_warms_the_counts_up() -> None:
    _, windows = planned(120)
    assert windows.training.origins.min() == 40
    assert windows.first_day == 40


def test_the_warm_up_of_a_long_history_is_half_a_year() -> None:
    _, windows = planned(700, MODEL.model_copy(update={"training_days": 700}))
    assert windows.training.origins.min() == 182


def test_the_first_day_is_the_earliest_that_any_window_looks_from() -> None:
    _, windows = planned()
    early = replace(windows, validation=replace(windows.validation, origins=windows.validation.origins - 10**3))
    assert early.first_day == int(early.validation.origins.min())


def test_a_history_too_short_says_how_long_it_must_be() -> None:
    with pytest.raises(DataRefusedError) as caught:
        planned(40)
    assert str(caught.value) == (
        "incidents: got 40 days of history; at least 49; use an earlier export, or lower [model] validation_days and "
        "maturity_days"
    )


SHIFTS = np.arange(12 * 14 * 3, dtype=np.int32)  # twelve blocks of two weeks, three shifts a day
KEPT = np.array([in_half(SHIFTS, half, n_slots=3) for half in range(N_HALVES)])


def test_every_half_holds_one_block_of_each_pair() -> None:
    blocks = KEPT.reshape(N_HALVES, 12, 42)
    assert (blocks.all(axis=2) | ~blocks.any(axis=2)).all()  # a block is in or out as a whole
    pairs = blocks[:, :, 0].reshape(N_HALVES, 6, 2)
    assert (pairs.sum(axis=2) == 1).all()


def test_halves_are_balanced_and_orthogonal() -> None:
    first = np.where(KEPT.reshape(N_HALVES, 12, 42)[:, ::2, 0], 1, -1)
    assert (first[:, :3].sum(axis=0) == 0).all()
    np.testing.assert_array_equal(first[:, :3].T @ first[:, :3], N_HALVES * np.eye(3))


def test_rows_of_a_half_weigh_double_and_nothing_else_changes() -> None:
    forecast, by_category = trained_city()
    for rows in by_category:
        kept = in_half(rows.shift, 1, n_slots=3)
        assert 0 < kept.sum() < len(kept)
        half = rows.half(1, n_slots=3)
        np.testing.assert_array_equal(half.train.values, rows.train.values[kept])
        np.testing.assert_allclose(half.target.weight, 2 * rows.target.weight[kept])
        assert half.later is rows.later
    assert len(forecast.validated_by_halves) == N_HALVES


def test_every_half_expects_something_else_of_the_same_size() -> None:
    forecast, _ = trained_city()
    whole = forecast.validated.sum()
    sums = [made.sum() for made in forecast.validated_by_halves]
    assert all(made.shape == forecast.validated.shape for made in forecast.validated_by_halves)
    assert sums == pytest.approx([whole] * N_HALVES, rel=0.1)
    distances = [np.abs(made - forecast.validated).max() for made in forecast.validated_by_halves]
    assert min(distances) > 0
