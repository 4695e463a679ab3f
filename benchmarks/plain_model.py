"""The floor: a boosted model of one screen, weekly and untuned, on the same windows and cells as the forecast.

    python -m benchmarks.plain_model [--config configs/chicago.toml] [--origins 44] [--write]

The floor that the project was given, on windows and cells of its own (Chicago 2018, 5,008 cells), is 1.07 / 1.08 / 1.10
times counting for burglary, 1.05 / 1.04 / 1.05 for robbery, 1.12 / 1.13 / 1.10 for vehicle theft and 1.01 / 1.03 / 1.02
for theft at 1 / 2 / 5 % of the cells; here the same kind of model stands on the forecast's own windows and cells (all
land, where a back-test flags inhabited land only).

Anybody with LightGBM writes this first: counts of a cell over the last weeks, of its rings, of the other categories;
one Poisson model per category, trained once before the first window. A forecast that does not reach it is not worth its
code. Policy, screen, shifts, reasons and calibration are what it does not have.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks.ablation import SHARES, counting_by_shift, weekly_windows
from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.forecast import paired, skill
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.backtest.model import forecast_fold
from patrolcast.runs.backtest.windows import RollingOrigins, outcomes
from patrolcast.runs.pipeline.counted import Grid
from patrolcast.runs.pipeline.run import admit_features

FLOOR = {
    "burglary": (1.07, 1.08, 1.10), "robbery": (1.05, 1.04, 1.05), "vehicle_theft": (1.12, 1.13, 1.10),
    "theft": (1.01, 1.03, 1.02),
}  # fmt: skip
"""Given floor over counting at 1, 2 and 5 % of the cells, measured elsewhere."""
TRAINING_WEEKS = 104
WEEKS = (1, 2, 4, 8, 13, 26, 52, 104)
RING_WEEKS = (2, 4, 13, 52)
PARAMETERS = {
    "objective": "poisson", "learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 200, "lambda_l2": 10.0,
    "feature_fraction": 0.5, "bagging_fraction": 0.5, "bagging_freq": 1, "seed": 7, "num_threads": 2, "verbosity": -1,
}  # fmt: skip
ROUNDS = 200


def plain(rolling: RollingOrigins, grid: Grid) -> FloatArray:
    """What the plain model expects of the week after each origin, ``[n_origins, n_categories, n_cells]``."""
    running = [_running(rolling, code) for code in range(len(rolling.panel.categories))]
    weeks = int(rolling.origins[0]) - 7 * np.arange(TRAINING_WEEKS + 1, 1, -1)
    found = np.empty((len(rolling.origins), len(running), rolling.panel.n_cells))
    for code in range(len(running)):
        columns = np.concatenate([_features(code, running, grid.near, int(day)) for day in weeks])
        counts = np.concatenate([_came(rolling, code, int(day)) for day in weeks])
        trees = lightgbm.train(PARAMETERS, lightgbm.Dataset(columns, counts), num_boost_round=ROUNDS)
        for i, origin in enumerate(rolling.origins):
            found[i, code] = trees.predict(_features(code, running, grid.near, int(origin)))
        say(f"{rolling.panel.categories[code]}: the plain model is trained")
    return found


def _running(rolling: RollingOrigins, code: int) -> npt.NDArray[np.float32]:
    """Reports known by each origin day since the beginning, ``[n_days + 1, n_cells]``."""
    known = rolling.panel.known(code)
    return np.concatenate([np.zeros((1, known.shape[1]), np.float32), known.cumsum(axis=0, dtype=np.float32)])


def _features(
    code: int, running: list[npt.NDArray[np.float32]], near: list[sparse.csr_array], day: int
) -> npt.NDArray[np.float32]:
    def last(weeks: int, of: int = code) -> npt.NDArray[np.float32]:
        return running[of][day + 1] - running[of][max(day + 1 - 7 * weeks, 0)]

    def whole(of: int = code) -> npt.NDArray[np.float32]:
        return running[of][day + 1] / np.float32(day + 1)

    columns = [whole(), *(last(weeks) for weeks in WEEKS)]
    columns += [ring @ own for ring in near for own in (whole(), *(last(weeks) for weeks in RING_WEEKS))]
    others = [of for of in range(len(running)) if of != code]
    columns += [own for of in others for own in (whole(of), last(26, of), near[0] @ whole(of))]
    return np.stack(columns, axis=1).astype(np.float32)


def _came(rolling: RollingOrigins, code: int, day: int) -> npt.NDArray[np.float32]:
    first = rolling.first_shift(day)
    week = slice(first, first + 7 * rolling.n_slots)
    return rolling.panel.occurred(code)[week].sum(axis=0, dtype=np.float32)


def measured(settings: Settings, *, origins: int, now: datetime) -> str:
    """Hits of the plain model and of the forecast over counting's, paired by window, as a table."""
    settings, rolling, grid = weekly_windows(settings, origins=origins, now=now)
    by_plain = plain(rolling, grid)
    counted = np.stack([one.sum(axis=1) for one in counting_by_shift(rolling)], axis=1)
    made = forecast_fold(rolling, rolling.folds[0], grid, admit_features(settings), settings, progress=Progress())
    methods = (counted, by_plain, made.start[:, :, 0].astype(float), made.expected[:, :, 0].astype(float))
    draws = paired.window_draws(len(rolling.origins), rng=np.random.default_rng(9))
    area, rows, above, below = grid.cells["area_km2"].to_numpy(), [], 0, 0
    for code, name in enumerate(rolling.panel.categories):
        observed = outcomes(rolling, code)[0]["week"]
        ties = skill.several_orders(*observed.shape, rng=np.random.default_rng([3, code]))
        base, *others = hits = [
            skill.caught(one[:, code], observed, area, ties=ties, shares=SHARES).hits for one in methods
        ]
        beside = _ratios(hits[3], hits[1], draws)
        parts = [_cell_of(_ratios(own, base, draws)) for own in others] + [_cell_of(beside)]
        above += sum(one.lower > 1.0 for one in beside)
        below += sum(one.upper < 1.0 for one in beside)
        parts += ["<br>".join(f"{value:.2f}" for value in FLOOR[name]) if name in FLOOR else "none"]
        rows.append([name.replace("_", " "), f"{int(observed.sum()):,}", *parts])
    head = ["category", "incidents", "plain model / counting", "stacked counts / counting", "forecast / counting",
            "forecast / plain model", "floor given"]  # fmt: skip
    verdict = (
        f"Of {len(rows) * len(SHARES)} paired ratios of the forecast to the plain model {above} lie above 1 with their "
        f"whole interval, {below} below."
    )
    first, last = (rolling.moment(int(rolling.origins[k])) for k in (0, -1))
    note = (
        f"{settings.title}: {len(rolling.origins)} weekly windows from {first:%Y-%m-%d} to {last:%Y-%m-%d}, each "
        "method trained once before the first; hits at 1, 2 and 5 % of the land over counting's (95 % intervals)."
    )
    return f"{note}\n\n{markdown_table(head, rows)}\n\n{verdict}"


def _ratios(mine: FloatArray, theirs: FloatArray, draws: FloatArray) -> list[paired.PairedRatio]:
    """Hits of one method over another's, at each share of the land; both ``[n_shares, n_windows]``."""
    return [paired.hits_ratio(own, other, draws) for own, other in zip(mine, theirs, strict=True)]


def _cell_of(ratios: list[paired.PairedRatio]) -> str:
    return "<br>".join(f"{one.estimate:.2f} ({one.lower:.2f}-{one.upper:.2f})" for one in ratios)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("configs/chicago.toml"))
    parser.add_argument("--origins", type=int, default=44)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    with threadpool_limits(limits=1, user_api="blas"):
        text = measured(read_settings(given.config).settings, origins=given.origins, now=datetime.now(UTC))
    say(text)
    if given.write:
        write_section("plain-model", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
