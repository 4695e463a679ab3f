"""The level of the city month by month, with the season and the days left out and without both: whole back-tests.

    python -m benchmarks.season chicago portland [--write]

"Without" is the level as it was before: the decayed mean alone, every day of the feed counted as it stands. Hits are
paired by window as in `benchmarks.ingredient`; months are those of the weekly windows.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from benchmarks.ingredient import rows_of, scored
from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.records import Progress
from patrolcast.features import city_rate
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.runs.backtest.backtest import BacktestForecasts, forecast_origins
from patrolcast.runs.backtest.windows import outcomes

_WITHOUT = tuple((half_life, 0.0) for half_life in (7.0, 14.0, 28.0, 56.0, 91.0))
_LEAST_WEEKS = 3
"""Of a month's windows that must lie in it for its ratio to be a month's."""


@contextmanager
def level_alone() -> Iterator[None]:
    """The level chosen among half-lives only, as before the season."""
    choices = city_rate.CHOICES
    city_rate.CHOICES = _WITHOUT  # type: ignore[misc]
    try:
        yield
    finally:
        city_rate.CHOICES = choices  # type: ignore[misc]


def counted_as_it_stands(config: ConfigFile) -> ConfigFile:
    """The config with no day left out."""
    incidents = config.settings.incidents.model_copy(update={"leave_out": []})
    return replace(config, settings=config.settings.model_copy(update={"incidents": incidents}))


def monthly(tested: BacktestForecasts) -> pd.DataFrame:
    """Expected and observed incidents of the weekly windows by month of their middle day and category."""
    rolling, rows = tested.rolling, []
    at, k = rolling.scored("week"), list(rolling.horizons).index("week")
    months = [
        pd.Timestamp(rolling.moment(int(o)) + pd.Timedelta(days=3)).strftime("%Y-%m") for o in rolling.origins[at]
    ]
    for code, category in enumerate(rolling.panel.categories):
        expected = tested.expected.forecast[at, code, k].sum(axis=1)
        observed = outcomes(rolling, code)[0]["week"][at].sum(axis=1)
        rows += list(zip([category] * len(months), months, expected, observed, strict=True))
    return pd.DataFrame(rows, columns=["category", "month", "expected", "observed"])


def within(table: pd.DataFrame, by: Sequence[str]) -> tuple[pd.Series, float]:
    """Expected / observed of each whole month, and the share of them within .95-1.05."""
    weeks = table[table["category"] == table["category"].iloc[0]].groupby("month").size()
    whole = table[table["month"].isin(weeks[weeks >= _LEAST_WEEKS].index)]
    sums = whole.groupby(list(by))[["expected", "observed"]].sum()
    ratio = sums["expected"] / sums["observed"]
    return ratio, float(((ratio >= 0.95) & (ratio <= 1.05)).mean())


def describe(name: str, tables: dict[str, pd.DataFrame]) -> str:
    """A table of months, and beside it how many lie within a twentieth."""
    ratios = {label: within(table, ["month"]) for label, table in tables.items()}
    months = next(iter(ratios.values()))[0].index
    rows = [[str(month), *(f"{ratio[month]:.3f}" for ratio, _ in ratios.values())] for month in months]
    shares = "; ".join(
        f"{label}: {share:.0%} of months, {within(tables[label], ['category', 'month'])[1]:.0%} of months by category"
        for label, (_, share) in ratios.items()
    )
    return f"{name}, within .95-1.05: {shares}.\n\n{markdown_table(['month', *ratios], rows)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cities", nargs="+")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    texts = []
    for city in given.cities:
        config, now = read_settings(Path("configs") / f"{city}.toml"), datetime.now(UTC)
        tested = forecast_origins(config, out=Path("backtests") / city, now=now, progress=Progress())
        with level_alone():
            out = Path("backtests") / f"{city}-without"
            without = forecast_origins(counted_as_it_stands(config), out=out, now=now, progress=Progress())
        rows = rows_of("week", scored(without, "week"), scored(tested, "week"))
        hits = markdown_table(["hits without / with", "1 %", "2 %", "5 %", "Poisson deviance"], rows)
        months = describe(config.settings.title, {"as shipped": monthly(tested), "without": monthly(without)})
        texts.append(f"{months}\n\n{hits}")
        say(texts[-1])
    if given.write:
        write_section("season", "\n\n".join(texts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
