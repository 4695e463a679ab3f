"""One ingredient of the forecast at full size: the back-test with it and without, paired by window.

    python -m benchmarks.ingredient chicago --set kind=start [--section ingredient-start --write]

The tables of `benchmarks.ablation` train once, on few rows; effects of half a percent can turn round on the rows of a
nightly run. Here both are whole back-tests of the same config, trained on as many rows as it says; parts of the one
without are kept below ``backtests/<city>-without``, parts of the other are those of `patrolcast backtest`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ablation import SHARES, ratio_cells
from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Model
from patrolcast.forecast import calibration, paired, skill
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.backtest.backtest import BacktestForecasts, forecast_origins
from patrolcast.runs.backtest.windows import outcomes


@dataclass(frozen=True)
class Scored:
    """Hits of one category and horizon at each share, ``[n_shares, n_windows]``, and the mean Poisson deviance."""

    hits: FloatArray
    deviance: float


def changed(config: ConfigFile, values: Mapping[str, Any]) -> ConfigFile:
    """The config with other values in [model], checked as those of a file are."""
    model = Model.model_validate({**config.settings.model.model_dump(), **values})
    return replace(config, settings=config.settings.model_copy(update={"model": model}))


def scored(tested: BacktestForecasts, horizon: str) -> dict[str, Scored]:
    """Every category of one horizon; ties are broken alike for whatever is compared."""
    rolling, area = tested.rolling, tested.grid.cells["area_km2"].to_numpy()
    k, at, found = list(rolling.horizons).index(horizon), rolling.scored(horizon), {}
    for code, category in enumerate(rolling.panel.categories):
        observed = outcomes(rolling, code)[0][horizon][at]
        expected = tested.expected.forecast[at, code, k].astype(np.float64)
        ties = skill.tie_orders(len(observed), observed.shape[1], rng=np.random.default_rng([3, code]))
        hits = skill.caught(expected, observed, area, ties=ties, shares=SHARES).hits
        found[category] = Scored(hits, calibration.poisson_deviance(expected, observed))
    return found


def rows_of(horizon: str, without: Mapping[str, Scored], whole: Mapping[str, Scored]) -> list[list[str]]:
    """Ratios of hits without / with the ingredient, of all categories and of each; the deviance's ratio last."""
    rows = []
    parts = {"all categories": list(whole), **{name: [name] for name in whole}}
    for lines, names in parts.items():
        mine, theirs = (np.sum([one[name].hits for name in names], axis=0) for one in (without, whole))
        draws = paired.window_draws(mine.shape[1], rng=np.random.default_rng(9))
        deviance = sum(without[name].deviance for name in names) / sum(whole[name].deviance for name in names)
        rows.append([f"{horizon}, {lines.replace('_', ' ')}", *ratio_cells(mine, theirs, draws), f"{deviance:.5f}"])
    return rows


def _value(text: str) -> Any:
    """A number of [model], or a word."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("city")
    parser.add_argument("--set", action="append", required=True, metavar="KEY=VALUE", help="of [model]")
    parser.add_argument("--section", default="ingredient-start", help="of docs/benchmarks.md")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    pairs = [text.partition("=") for text in given.set]
    config = read_settings(Path("configs") / f"{given.city}.toml")
    other = changed(config, {key: _value(text) for key, _, text in pairs})
    whole, without = (
        forecast_origins(one, out=Path("backtests") / name, now=datetime.now(UTC), progress=Progress())
        for one, name in ((config, given.city), (other, f"{given.city}-without"))
    )
    rows = [row for h in whole.rolling.horizons for row in rows_of(h, scored(without, h), scored(whole, h))]
    lines = f"{config.settings.title}, {len(whole.rolling.origins)} origins: with {', '.join(given.set)} / as shipped."
    text = f"{lines}\n\n{markdown_table(['horizon, category', '1 %', '2 %', '5 %', 'Poisson deviance'], rows)}"
    say(text)
    if given.write:
        write_section(given.section, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
