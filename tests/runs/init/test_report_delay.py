"""How late reports come is measured by category, and the latest category decides."""

from __future__ import annotations

import pandas as pd
import pytest

from patrolcast.intake.guess_values import TimeGuess
from patrolcast.runs.init.report_delay import drafted_first_day, maturity_days, report_delays

BOOK = (
    "offence,call_source,category,provenance,ground\nT*,,theft,citizen,TODO\nB1,,burglary,citizen,x\nD1,,,officer,x\n"
)
COLUMNS = {"occurred_at": "from", "reported_at": "reported", "offence": "code"}
TEXT = TimeGuess("text", ("%Y-%m-%d %H:%M",))


def sample(write: str = "%Y-%m-%d %H:%M") -> pd.DataFrame:
    start = pd.Timestamp("2026-01-01")
    rows = [("T1", i, i + 1) for i in range(100)] + [("B1", i, i + (20 if i < 20 else 2)) for i in range(100)]
    rows += [("D1", i, i + 80) for i in range(100)] + [("T2", 5, 1)]
    when = [(code, start + pd.Timedelta(days=a), start + pd.Timedelta(days=b)) for code, a, b in rows]
    return pd.DataFrame(
        [(c, a.strftime(write), b.strftime(write)) for c, a, b in when], columns=["code", "from", "reported"]
    )


def test_the_delay_of_each_category_is_that_after_which_nearly_all_of_it_is_known() -> None:
    delays = report_delays(sample(), COLUMNS, TEXT, BOOK)
    assert delays == {"theft": pytest.approx(1.0), "burglary": pytest.approx(20.0)}
    assert maturity_days(delays) == 20


def test_times_that_the_file_types_or_counts_give_the_same() -> None:
    rows = sample()
    typed = rows.assign(**{name: pd.to_datetime(rows[name], utc=True) for name in ("from", "reported")})
    epoch = typed.assign(**{name: typed[name].map(pd.Timestamp.timestamp) for name in ("from", "reported")})
    want = report_delays(rows, COLUMNS, TEXT, BOOK)
    assert report_delays(typed, COLUMNS, TimeGuess("typed"), BOOK) == pytest.approx(want)
    assert report_delays(epoch, COLUMNS, TimeGuess("epoch"), BOOK) == pytest.approx(want)


def test_without_a_time_of_report_or_with_few_rows_nothing_is_measured() -> None:
    assert report_delays(sample(), {"occurred_at": "from", "offence": "code"}, TEXT, BOOK) == {}
    assert report_delays(sample().head(30), COLUMNS, TEXT, BOOK) == {}
    assert maturity_days({"theft": 400.0}) == 90


def test_an_export_that_is_cut_by_date_of_report_gets_its_first_day_drafted_and_another_gets_none() -> None:
    occurred = pd.date_range("2023-01-01", "2025-12-31", freq="8h")
    reported = occurred + pd.to_timedelta([400 if i % 8 == 0 else 1 for i in range(len(occurred))], "D")
    rows = pd.DataFrame({"from": occurred.strftime("%Y-%m-%d %H:%M"), "reported": reported.strftime("%Y-%m-%d %H:%M")})
    cut = rows[reported >= "2025-02-03"]
    assert drafted_first_day(cut, COLUMNS, TEXT) == "2025-02-03"
    assert drafted_first_day(rows, COLUMNS, TEXT) == ""
    assert drafted_first_day(cut.head(20), COLUMNS, TEXT) == ""
    assert drafted_first_day(cut, {"occurred_at": "from"}, TEXT) == ""
