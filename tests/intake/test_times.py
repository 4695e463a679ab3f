"""Times: exact calendar, one rule for unclear clocks, draws that stay in their range and depend on nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.domain.shifts import local_instant
from patrolcast.intake.times import NOT_A_TIME, draw_within, iso_instants, mix, parse_times, to_utc

AM_PM = "%m/%d/%Y %I:%M:%S %p"


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)), min_size=1))
def test_any_written_time_is_read_as_it_was_meant(moments: list[datetime]) -> None:
    whole = [moment.replace(microsecond=0) for moment in moments]
    parsed = parse_times(pa.array([moment.strftime(AM_PM) for moment in whole]), AM_PM)
    assert parsed.micros.tolist() == pd.DatetimeIndex(whole).as_unit("us").asi8.tolist()


@pytest.mark.parametrize(
    "text",
    ["02/30/2018 01:00:00 AM", "02/29/2019 01:00:00 AM", "04/31/2018 01:00:00 AM", "13/01/2018 01:00:00 AM",
     "01/01/2018 13:00:00 AM", "01/01/2018", "01/01/2018 01:00:00 AM x", "yesterday"],
)  # fmt: skip
def test_a_time_that_does_not_exist_is_not_moved_to_another_day(text: str) -> None:
    parsed = parse_times(pa.array([text, "02/29/2020 01:00:00 AM"]), AM_PM)
    assert parsed.micros[0] == NOT_A_TIME
    assert not parsed.missing[0]
    assert parsed.micros[1] == pd.Timestamp("2020-02-29 01:00").as_unit("us").value // 1000


@pytest.mark.parametrize("year", [2019, 2020])
def test_of_every_month_only_the_days_that_it_has_are_dates(year: int) -> None:
    days = [(month, day) for month in range(1, 13) for day in range(1, 32)]
    parsed = parse_times(pa.array([f"{month:02d}/{day:02d}/{year} 01:00:00 AM" for month, day in days]), AM_PM)
    read = [day for day, micros in zip(days, parsed.micros.tolist(), strict=True) if micros != NOT_A_TIME]
    assert read == [(day.month, day.day) for day in pd.date_range(f"{year}-01-01", f"{year}-12-31")]


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A format, and a text that is nearly or wholly written in it."""
    day = draw(st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%y", "%Y%m%d", "%d-%b-%Y", "%Y %j", "%m/%d/%y"]))
    clock = draw(st.sampled_from(["", "T%H:%M:%S", " %H:%M", " %I:%M %p", " %H%M", "%H%M%S", " %I:%M:%S%p", " %H.%M"]))
    years = st.sampled_from([1, 99, 1899, 1900, 1969, 1970, 2000, 2024, 2068, 2069, 2099, 2100, 2300, 9999])
    year = draw(years)
    moment = draw(st.datetimes(datetime(year, 1, 1), datetime(year, 12, 28))).replace(microsecond=0)
    text, at = moment.strftime(day + clock), draw(st.integers(0, 12))
    change = draw(st.sampled_from(["", "no zero", "another", "one more"]))
    if change == "no zero":
        text = text.replace("0", "", 1)
    elif change:
        text = text[:at] + draw(st.sampled_from("0123459 :/-APMx")) + text[at + (change == "another") :]
    return day + clock, text.strip()


@given(written())
def test_a_format_has_one_meaning_whichever_parser_reads_it(case: tuple[str, str]) -> None:
    time_format, text = case
    try:
        expected = int(np.datetime64(datetime.strptime(text, time_format), "us").astype(np.int64))
    except ValueError:
        expected = NOT_A_TIME
    # pandas reads a year of three digits with a sign, python none
    assert parse_times(pa.array([text]), time_format).micros[0] == expected or text.startswith("-")


def test_no_word_makes_a_time_of_the_clock_of_the_machine() -> None:
    parsed = parse_times(pa.array(["now", "Today", "2026-01-10"]), "%Y-%m-%d")
    assert (parsed.micros != NOT_A_TIME).tolist() == [False, False, True]
    assert iso_instants(["now", "today ", "2026-01-10T10:00:00Z"]).isna().tolist() == [True, True, False]


@pytest.mark.parametrize("word", ["NULL", "(null)", "N/A", "none", "NaN", "-", "\\N", "  ", "0000-00-00 00:00:00"])
def test_a_word_for_nothing_is_a_missing_time_and_no_unreadable_one(word: str) -> None:
    for time_format in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f", "epoch"):
        parsed = parse_times(pa.array([word]), time_format)
        assert (parsed.missing.tolist(), parsed.micros.tolist()) == ([True], [NOT_A_TIME])


def test_counted_times_are_read_as_text_and_as_numbers() -> None:
    day = pd.Timestamp("2024-06-01 00:00").as_unit("us").value // 1000
    for values in (
        pa.array([1717200000, None, 10**18]),
        pa.array(["1717200000", "", "x"]),
        pa.array([1.7172e9, None, np.inf]),
    ):
        parsed = parse_times(values, "epoch")
        assert parsed.micros.tolist() == [day, NOT_A_TIME, NOT_A_TIME]
        assert parsed.missing.tolist() == [False, True, False]
        assert parsed.is_instant
    assert parse_times(pa.array([1717200000123]), "epoch_ms").micros.tolist() == [day + 123_000]


def test_the_year_9999_is_read_with_parts_of_a_second_too() -> None:
    parsed = parse_times(pa.array(["9999-12-31 00:00:00.000"]), "%Y-%m-%d %H:%M:%S.%f")
    assert str(parsed.micros.view("datetime64[us]")[0]).startswith("9999-12-31")


def test_however_many_years_9999_there_are_each_is_read() -> None:
    ends = [f"9999-12-31 {i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}.5" for i in range(1_500)]
    parsed = parse_times(pa.array([*ends, "soon"]), "%Y-%m-%d %H:%M:%S.%f")
    assert (parsed.micros[:-1] > 0).all()
    assert parsed.micros[-1] == NOT_A_TIME


def test_a_written_zone_makes_an_instant() -> None:
    parsed = parse_times(pa.array(["2026-01-10T10:00:00-0600"]), "%Y-%m-%dT%H:%M:%S%z")
    assert parsed.is_instant
    assert pd.Timestamp(parsed.micros[0], unit="us") == pd.Timestamp("2026-01-10 16:00")


@pytest.mark.parametrize(
    ("kind", "far", "near"),
    [
        (pa.timestamp("ms"), (9223372036854776 + 1767225600000, 2**62, -(2**62)), 1767225600000),
        (pa.timestamp("s", "UTC"), (9223372036854 + 1767225600, 2**62, -(2**62)), 1767225600),
        (pa.date64(), (2**62 // 86_400_000 * 86_400_000,), 1767225600000),
        (pa.date32(), (2**31 - 1, -(2**31)), 20454),
    ],
)
def test_a_typed_time_beyond_all_reach_is_unreadable_and_not_some_other_day(
    kind: pa.DataType, far: tuple[int, ...], near: int
) -> None:
    """As microseconds it would begin anew: a date of the year 5,877,611 was one of the year 36,039."""
    width = pa.int32() if kind == pa.date32() else pa.int64()
    parsed = parse_times(pa.array([*far, near, None], width).cast(kind), None)
    assert parsed.micros.tolist() == [NOT_A_TIME] * len(far) + [1767225600000000, NOT_A_TIME]
    assert parsed.missing.tolist() == [False] * (len(far) + 1) + [True]
    assert parsed.only_dates == (kind != pa.timestamp("s", "UTC"))


def test_dates_and_timestamps_of_a_typed_table_need_no_format() -> None:
    dates = parse_times(pa.array([pd.Timestamp("2026-01-10").date(), None], pa.date32()), None)
    assert dates.only_dates
    assert dates.missing.tolist() == [False, True]
    nanoseconds = parse_times(pa.array([pd.Timestamp("2026-01-10 10:00")], pa.timestamp("ns")), None)
    assert not nanoseconds.only_dates


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)))
def test_local_times_follow_the_same_rule_as_shifts(moment: datetime) -> None:
    whole = moment.replace(second=0, microsecond=0)
    local = pd.DatetimeIndex([whole]).as_unit("us").asi8.astype(np.int64)
    instants, _ = to_utc(local, "America/Chicago", second=bool(whole.fold))
    expected = local_instant(whole.date(), whole.time(), ZoneInfo("America/Chicago"))
    assert pd.Timestamp(instants[0], unit="us", tz="UTC") == pd.Timestamp(expected)


def test_the_gap_and_the_repeated_hour() -> None:
    local = pd.DatetimeIndex(["2025-03-09 02:30", "2025-11-02 01:30", "2025-06-01 12:00"]).as_unit("us").asi8
    first, doubtful = to_utc(local, "America/Chicago")
    second, _ = to_utc(local, "America/Chicago", second=True)
    texts = [str(moment) for moment in pd.DatetimeIndex(first.astype("datetime64[us]"))]
    assert texts == ["2025-03-09 08:00:00", "2025-11-02 06:30:00", "2025-06-01 17:00:00"]
    assert doubtful.tolist() == [True, True, False]
    assert ((second - first) / 3.6e9).tolist() == [0.0, 1.0, 0.0]


@given(st.integers(0, 10**15), st.integers(0, 10**13), st.integers(0, 2**64 - 1))
def test_a_draw_stays_within_its_range(start: int, width: int, bits: int) -> None:
    begin, end = np.array([start]), np.array([start + width])
    drawn = draw_within(begin, end, np.array([bits], dtype=np.uint64))[0]
    assert start <= drawn < start + max(width, 1)


def test_draws_over_many_records_are_uniform() -> None:
    n = 50_000
    bits = mix(np.full(n, 7, dtype=np.uint64), np.arange(n))
    hours = draw_within(np.zeros(n, dtype=np.int64), np.full(n, 24 * 3_600_000_000), bits) // 3_600_000_000
    counts = np.bincount(hours, minlength=24)
    chi_square = float(((counts - n / 24) ** 2 / (n / 24)).sum())
    assert chi_square < 49.7  # 0.999 quantile of chi-square with 23 degrees of freedom


@pytest.mark.parametrize(
    ("zone", "shown", "instant"),
    [
        ("America/Chicago", "2026-03-08T02:30", "2026-03-08T08:00"),
        ("America/Anchorage", "2026-03-08T02:30", "2026-03-08T11:00"),
        ("America/Adak", "2026-03-08T02:30", "2026-03-08T12:00"),
        ("Australia/Lord_Howe", "2025-10-05T02:10", "2025-10-04T15:30"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
    ],
)
def test_a_time_that_the_clock_skips_is_the_end_of_the_gap_in_every_zone(zone: str, shown: str, instant: str) -> None:
    """By hand, from the zone's offsets; pandas' own shift is an hour late in Anchorage and a day early in Apia."""
    local = np.array([shown, "2026-06-01T12:00"], dtype="datetime64[us]").astype(np.int64)
    instants, doubtful = to_utc(local, zone)
    assert str(instants.astype("datetime64[us]")[0])[:16] == instant
    assert doubtful.tolist() == [True, False]


def test_counted_times_that_a_spreadsheet_shortened_are_no_times() -> None:
    texts = pa.array(["1.76804E+12", "1.76804e+12", "1768039200000", "1.768039200E12"])
    read = parse_times(texts, "epoch_ms").micros
    assert (read == NOT_A_TIME).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    "zone",
    ["America/Chicago", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "Europe/Dublin"],
)
def test_the_clock_of_a_whole_table_is_read_as_that_of_each_of_its_times(zone: str) -> None:
    """Half hours, quarters, a day that was left out: each time beside what Python's own zones say of it."""
    days = pd.date_range("2009-12-20", "2013-03-20", freq="D")
    ten_minutes = np.arange(0, 24 * 60, 10)
    every = np.add.outer(days.as_unit("us").asi8, ten_minutes * 60_000_000 + 1).ravel()
    some = np.r_[every[np.random.default_rng(4).choice(every.size, 1500)], every[(every // 3_600_000_000) % 24 < 4]]
    found, doubtful = to_utc(np.r_[some, NOT_A_TIME], zone)
    assert (found[-1], doubtful[-1]) == (NOT_A_TIME, False)
    clock = ZoneInfo(zone)
    for local, instant, unclear in zip(
        some[::31].tolist(), found[:-1:31].tolist(), doubtful[:-1:31].tolist(), strict=True
    ):
        written = pd.Timestamp(local, unit="us").to_pydatetime()
        first, second = (written.replace(tzinfo=clock, fold=fold) for fold in (0, 1))
        assert unclear == (first.utcoffset() != second.utcoffset())
        if first.astimezone(UTC).astimezone(clock).replace(tzinfo=None) == written:
            assert instant == int(first.timestamp()) * 1_000_000 + 1


def test_a_long_column_is_mixed_as_each_of_its_rows_is() -> None:
    rng = np.random.default_rng(5)
    bits, more = rng.integers(0, 2**63, 70_001).astype(np.uint64), rng.normal(size=70_001)
    mixed, before = mix(bits, more), bits.copy()
    for row in (0, 1, 2**15 - 1, 2**15, 2**15 + 1, 2**16 - 1, 2**16, 70_000):
        assert mixed[row] == mix(bits[row : row + 1], more[row : row + 1])[0]
    assert (bits == before).all(), "what is mixed stays as it was"
    assert mix(bits[:0], more[:0]).size == 0
