"""Exchanged days and months are found by where they come to lie; honest files are left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patrolcast.intake.clock.flipped import dates_of, exchanged_dates, misread_order
from patrolcast.intake.times import NOT_A_TIME


def dates(first: str, last: str, n: int = 4000) -> pd.DatetimeIndex:
    random_ = np.random.default_rng(1)
    days = (pd.Timestamp(last) - pd.Timestamp(first)).days
    return pd.DatetimeIndex(pd.Timestamp(first) + pd.to_timedelta(random_.integers(0, days, n), "D"))


def exchanged(moments: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The dates as a spreadsheet of the other country leaves them."""
    return pd.DatetimeIndex([t.replace(day=t.month, month=t.day) if t.day <= 12 else t for t in moments])


def micros(moments: pd.DatetimeIndex) -> np.ndarray:
    return np.append(moments.as_unit("us").asi8, NOT_A_TIME)


@pytest.mark.parametrize(
    "span", [("2024-07-06", "2025-06-01"), ("2021-01-01", "2024-06-10"), ("2024-03-01", "2024-06-01")]
)
def test_a_file_whose_early_days_were_exchanged_is_seen(span: tuple[str, str]) -> None:
    found = exchanged_dates(dates_of(micros(exchanged(dates(*span)))))
    assert found is not None
    assert 30 <= found[0] < found[1]


@pytest.mark.parametrize(
    "span", [("2024-07-06", "2025-06-01"), ("2021-01-01", "2024-06-10"), ("2024-03-01", "2024-06-12")]
)
def test_the_same_file_as_it_was_written_is_left_alone(span: tuple[str, str]) -> None:
    assert exchanged_dates(dates_of(micros(dates(*span)))) is None


def test_old_reports_and_dates_that_nobody_knew_are_no_exchange() -> None:
    late = dates("2024-01-01", "2025-01-01").append(dates("2015-01-01", "2024-01-01", 200))
    unknown = pd.DatetimeIndex([f"{year}-{month:02d}-01" for year in range(2010, 2024) for month in range(1, 13)])
    assert exchanged_dates(dates_of(micros(late.append(unknown)))) is None


def read_as(moments: pd.DatetimeIndex, written: str, read: str) -> np.ndarray:
    """The dates as they are read where another order is declared than they are written in."""
    return micros(pd.DatetimeIndex(pd.to_datetime(moments.strftime(written), format=read, errors="coerce").dropna()))


@pytest.mark.parametrize(
    ("first", "last"), [("2024-07-06", "2025-06-01"), ("2024-05-02", "2024-05-31"), ("2016-01-01", "2025-06-01"),
                        ("2003-01-01", "2025-06-01")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("written", "read"),
    [("%y-%m-%d", "%d-%m-%y"), ("%d%m%y", "%y%m%d"), ("%m/%d/%Y", "%d/%m/%Y"), ("%Y%d%m", "%Y%m%d")],
)
def test_dates_read_in_the_wrong_order_are_seen_whatever_they_span(
    first: str, last: str, written: str, read: str
) -> None:
    moments = dates(first, last, 6000)
    assert misread_order(dates_of(micros(moments))) is None
    of_first_days = moments[moments.day <= 12] if "Y" in written else moments
    assert misread_order(dates_of(read_as(of_first_days, written, read))) is not None


@pytest.mark.parametrize(
    ("first", "last", "n"), [("2026-01-02", "2026-01-12", 4000), ("2026-01-28", "2026-02-12", 400),
                             ("2001-01-01", "2026-01-01", 250), ("2024-01-01", "2026-01-01", 199)],
)  # fmt: skip
def test_a_few_days_and_few_incidents_in_many_years_are_no_wrong_order(first: str, last: str, n: int) -> None:
    assert misread_order(dates_of(micros(dates(first, last, n)))) is None


def test_dates_that_stand_for_their_month_are_no_wrong_order() -> None:
    moments = dates("2015-01-01", "2025-01-01")
    assert misread_order(dates_of(micros(pd.DatetimeIndex([moment.replace(day=1) for moment in moments])))) is None
