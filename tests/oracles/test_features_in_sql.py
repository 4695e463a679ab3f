"""Panel and history features computed a second time, in SQL, straight from the rows of the export.

Nothing of ours is used but the grid's cells and what is compared: cells come from H3 itself, local time from DuckDB's
own zone tables, and every sum from SQL.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb
import h3
import numpy as np
import pandas as pd
import pytest
from tests.runs.tiny_city import NOW, officer_records, records, write_city, write_rows

from patrolcast.domain.records import RunResult
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import build_grid, count_incidents
from patrolcast.runs.pipeline.run import run_pipeline

ZONE = "America/Chicago"
MOMENTS = {"the last night": "2026-03-01 05:00:00", "a night after the clock went back": "2025-12-02 05:00:00"}
CATEGORY = {"THEFT": "theft", "BURG": "burglary"}

SCHEMA = f"""
create table known as
  select *, timezone('{ZONE}', occurred_local) as occurred, timezone('{ZONE}', reported_local) as reported
  from raw where timezone('{ZONE}', reported_local) <= timezone('{ZONE}', as_of_local()) and source = 'CALL';
create table month as
  select date_trunc('month', occurred_local) as month, count(*) as n, min(occurred_local)::date as first_day
  from known group by 1;
create table history as
  select first_day from month where n >= 0.1 * (select median(n) from month) order by month limit 1;
create table days as
  select (row_number() over (order by day)) - 1 as i, day::date as day,
         timezone('{ZONE}', day::date + interval 5 hour) as origin
  from generate_series((select first_day from history), as_of_local()::date, interval 1 day) t(day);
create table counted as
  select k.category, k.cell, k.occurred_local,
    (select min(i) from days where origin >= k.reported) as known_day,
    case when hour(occurred_local) >= 22 then 2 when hour(occurred_local) >= 14 then 1
         when hour(occurred_local) >= 6 then 0 else 2 end as slot,
    case when hour(occurred_local) < 6 then occurred_local::date - 1 else occurred_local::date end as shift_day
  from known k join cells using (cell)
  where occurred_local >= (select first_day + interval 6 hour from history);
"""


@dataclass(frozen=True)
class Oracle:
    """One moment: what ours made, and a database that holds the same rows."""

    sql: duckdb.DuckDBPyConnection
    panel: Panel
    result: RunResult
    n_days: int

    def column(self, query: str) -> pd.Series:
        """A query that gives ``cell`` and ``v``: one value for each cell of the grid, 0 where it gives none."""
        found = dict(self.sql.execute(query).fetchall())
        return pd.Series({cell: float(found.get(cell, 0.0)) for cell in self.result.cells["cell"]})

    def ours(self, feature: str, category: str, slot: int = 0) -> pd.Series:
        """The column that the model was given for the first shift of a slot."""
        table = self.result.matrix
        start = table["shift_start"].unique()[slot]
        chosen = table[(table["category_name"] == category) & (table["shift_start"] == start)]
        return chosen.set_index("cell")[feature].astype(float)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityTables, Settings, Path]:
    root = tmp_path_factory.mktemp("sql")
    settings = read_settings(write_city(root)).settings
    write_rows(root / "data" / "incidents.csv", records() + officer_records())
    return load_city(settings, as_of=None, now=NOW).tables, settings, root / "data" / "incidents.csv"


@pytest.fixture(scope="module", params=MOMENTS.values(), ids=MOMENTS.keys())
def oracle(city: tuple[CityTables, Settings, Path], request: pytest.FixtureRequest) -> Oracle:
    tables, settings, export = city
    sql = duckdb.connect()
    sql.execute(f"create macro as_of_local() as timestamp '{request.param}'")
    moment = pd.Timestamp(request.param).tz_localize(ZONE).tz_convert("UTC").to_pydatetime()
    result = run_pipeline(tables, settings, as_of=moment)
    raw = _rows(export)  # noqa: F841  (DuckDB reads the local table by its name)
    cells = result.cells[["cell"]]  # noqa: F841
    sql.execute("create table raw as select * from raw; create table cells as select * from cells")
    sql.execute(SCHEMA)
    n_days = sql.execute("select count(*) from days").fetchone()
    assert n_days is not None
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=moment)
    return Oracle(sql, panel, result, int(n_days[0]))


def _rows(export: Path) -> pd.DataFrame:
    with export.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return pd.DataFrame(
        {
            "occurred_local": pd.to_datetime([row["occurred"] for row in rows]),
            "reported_local": pd.to_datetime([row["reported"] for row in rows]),
            "cell": [h3.latlng_to_cell(float(row["latitude"]), float(row["longitude"]), 8) for row in rows],
            "category": [CATEGORY.get(row["code"], "") for row in rows],
            "source": [row["source"] for row in rows],
        }
    )


def test_the_panel_holds_the_counts_of_a_group_by(oracle: Oracle) -> None:
    panel = oracle.panel
    assert panel.n_days == oracle.n_days
    wanted = oracle.sql.execute(
        "select category, cell, shift_day, slot, count(*) from counted group by all order by all"
    ).fetchall()
    found = []
    cells = oracle.result.cells["cell"].to_numpy()
    for k, category in enumerate(panel.categories):
        shift, cell = np.nonzero(panel.occurred(k))
        when = panel.calendar.iloc[shift]
        n = panel.occurred(k)[shift, cell]
        days = when["shift_day"].dt.date
        found += list(zip([category] * len(n), cells[cell], days, when["slot"], n, strict=True))
    assert [tuple(map(str, row)) for row in wanted] == [tuple(map(str, row)) for row in sorted(found)]


def test_what_each_night_knew_is_that_of_a_group_by(oracle: Oracle) -> None:
    wanted = oracle.sql.execute("select known_day, cell, count(*) from counted group by all order by all").fetchall()
    counts, cells = oracle.panel.known(None), oracle.result.cells["cell"].to_numpy()
    day, cell = np.nonzero(counts)
    found = list(zip(day.tolist(), cells[cell], counts[day, cell].tolist(), strict=True))
    assert wanted == found


def in_the_long_run(where: str = "true") -> str:
    """Reports per day of all nights so far."""
    return f"select cell, count(*) / (select count(*) from days) as v from counted where {where} group by cell"


def faded(half_life: float, where: str) -> str:
    """Reports weighted by age, over the weights of all nights so far."""
    return (
        f"select cell, sum(pow(0.5, ((select max(i) from days) - known_day) / {half_life}))"
        f" / (select sum(pow(0.5, ((select max(i) from days) - i) / {half_life})) from days) as v"
        f" from counted where {where} group by cell"
    )


def queries(category: str) -> dict[str, str]:
    own = f"category = '{category}'"
    return {"any_all": in_the_long_run()} | {f"decayed_{d}d": faded(d, own) for d in (7, 28, 91, 365)}


@pytest.mark.parametrize("feature", queries("theft"))
def test_a_history_feature_is_that_of_the_query(oracle: Oracle, feature: str) -> None:
    for category in ("burglary", "theft"):
        wanted = oracle.column(queries(category)[feature])
        ours = oracle.ours(feature, category)
        assert wanted.any(), "an oracle that finds nothing shows nothing"
        np.testing.assert_allclose(ours.loc[wanted.index], wanted, rtol=2e-5, atol=1e-7, err_msg=category)


def test_the_share_of_a_shift_leans_on_the_city_by_the_reports_that_were_chosen(oracle: Oracle) -> None:
    """By what was known on the first day of the week of the history; the city's share has the profile's 200 reports."""
    week = "known_day <= (select max(i) from days) - (select max(i) from days) % 7"
    base = f"select cell, count(*) from counted where category = 'theft' and {week}"
    strength = oracle.result.training["shift_share_strength"]["theft"]
    ends = pd.Timestamp(oracle.result.as_of).tz_convert(ZONE).normalize()
    for slot, ends_next_day in enumerate((0, 0, 1)):
        is_weekend = (ends + pd.Timedelta(days=ends_next_day)).day_of_week >= 5
        night = f"(isodow(shift_day) - 1 + {ends_next_day}) % 7"
        same = f"{'' if is_weekend else 'not '}({night} in (5, 6))"
        here = [oracle.column(f"{base} and slot = {other} group by 1") for other in range(3)]
        days = oracle.column(f"{base} and slot = {slot} and {same} group by 1")
        everything, total = sum(here), sum(column.sum() + 200 / 3 for column in here)
        city = (here[slot].sum() + 200 / 3) / total
        wanted = np.log((here[slot] + strength["shift"] * city) / (everything + strength["shift"]) / city)
        if strength["weekend"] is not None:
            share = (days.sum() + 200 / 3 * (2 if is_weekend else 5) / 7) / (here[slot].sum() + 200 / 3)
            m = strength["weekend"]
            wanted += np.log((days + m * share) / (here[slot] + m) / share)
        np.testing.assert_allclose(oracle.ours("share_of_shift", "theft", slot), wanted, rtol=2e-5, atol=1e-6)


def test_the_hour_of_week_is_the_relative_rate_with_200_reports_spread_evenly(oracle: Oracle) -> None:
    sql = "select isodow(shift_day) - 1, slot, count(*) from counted where category = 'theft' group by all"
    counts = np.full((7, 3), 200 / 21)
    for weekday, slot, n in oracle.sql.execute(sql).fetchall():
        counts[weekday, slot] += n
    weekday = pd.Timestamp(oracle.result.as_of).tz_convert(ZONE).day_of_week
    for slot in range(3):
        wanted = np.log(counts[weekday, slot] / counts.mean())
        np.testing.assert_allclose(oracle.ours("hour_of_week", "theft", slot), wanted, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("feature", "wrong"),
    [
        ("decayed_28d", faded(29, "category = 'theft'")),
        ("any_all", in_the_long_run("category = 'theft'")),
    ],
)
def test_a_query_for_something_else_is_reported_apart(oracle: Oracle, feature: str, wrong: str) -> None:
    assert not np.allclose(oracle.ours(feature, "theft"), oracle.column(wrong), rtol=2e-5, atol=1e-7)
