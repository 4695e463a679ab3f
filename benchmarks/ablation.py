"""What each ingredient of the forecast pays: one is taken out or changed at a time, all else stays.

    python -m benchmarks.ablation [--config configs/portland.toml] [--origins 52] [--write]

Weekly windows, one training before the first of them, fewer rows than a nightly run (so that a table of a dozen
trainings stays affordable). Hits of all categories at 1, 2 and 5 % of the land are compared with the full forecast's on
the same windows, with paired 95 % intervals: an ingredient pays where leaving it out gives a ratio below 1. Each window
is scored twice: by one ranking for the whole week, and by one ranking for each of its shifts (a night's list is of
shifts), hits summed over the week's shifts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.features.lags import hour_of_week_profile
from patrolcast.forecast import calibration, paired, skill
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray, Int32Array
from patrolcast.runs.backtest.model import by_shift, trained_fold
from patrolcast.runs.backtest.windows import RollingOrigins, plan_origins, reports_by
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid
from patrolcast.runs.pipeline.run import admit_features

SHARES = (0.01, 0.02, 0.05)
FULL = "full forecast"


@dataclass(frozen=True)
class Variant:
    """One change: features left out by pattern, or other values in [model]."""

    without: tuple[str, ...] = ()
    model: Mapping[str, Any] | None = None


VARIANTS: Mapping[str, Variant] = {
    FULL: Variant(),
    "no decayed histories": Variant(("decayed_*",)),
    "no calendar": Variant(("weekday", "slot", "season_*", "hour_of_week")),
    "no other categories": Variant(("any_*", "category")),
    "the start alone": Variant(model={"kind": "start"}),
    "trees followed in full": Variant(model={"kind": "boosted"}),
    "half as many trees": Variant(model={"rounds": 50}),
    "twice the learning rate": Variant(model={"learning_rate": 0.2}),
    "larger trees (31 leaves)": Variant(model={"leaves": 31}),
    "another seed": Variant(model={"seed": 8}),
}


def changed(settings: Settings, variant: Variant) -> Settings:
    """The settings with one change."""
    policy = settings.policy.model_copy(
        update={"excluded_features": [*settings.policy.excluded_features, *variant.without]}
    )
    model = settings.model.model_copy(update=dict(variant.model or {}))
    return settings.model_copy(update={"policy": policy, "model": model})


@dataclass(frozen=True)
class Scored:
    """Hits of all categories at each share, ``[n_shares, n_windows]``, and mean Poisson deviances of a cell."""

    week: FloatArray
    shifts: FloatArray
    week_deviance: float
    shift_deviance: float


def scored(rolling: RollingOrigins, grid: Grid, by_category: Iterable[FloatArray]) -> Scored:
    """One method's windows.

    Parameters
    ----------
    by_category : expected incidents of each category in turn, ``[n_windows, n_shifts, n_cells]``.
    """
    area, first = grid.cells["area_km2"].to_numpy(), [rolling.first_shift(int(origin)) for origin in rolling.origins]
    week, shifts = np.zeros((len(SHARES), len(first))), np.zeros((len(SHARES), len(first)))
    of_week, of_shift = [], []
    for code, expected in enumerate(by_category):
        n = expected.shape[1]
        occurred = rolling.panel.occurred(code)
        observed = np.stack([occurred[s : s + n] for s in first]).astype(np.int64)
        ties = skill.tie_orders(len(first), expected.shape[2], rng=np.random.default_rng([3, code]))

        def hits(predicted: FloatArray, came: npt.NDArray[np.int64], ties: Int32Array = ties) -> FloatArray:
            return skill.caught(predicted, came, area, ties=ties, shares=SHARES).hits

        week += hits(expected.sum(axis=1), observed.sum(axis=1))
        for k in range(n):
            shifts += hits(expected[:, k], observed[:, k])
        of_week.append(calibration.poisson_deviance(expected.sum(axis=1), observed.sum(axis=1)))
        of_shift.append(calibration.poisson_deviance(expected, observed))
    return Scored(week, shifts, float(np.mean(of_week)), float(np.mean(of_shift)))


def counting_by_shift(rolling: RollingOrigins) -> Iterator[FloatArray]:
    """All-history counts, a little above 0 everywhere, at the city's level and by its hours of the week."""
    weekday, slot = (rolling.panel.calendar[name].to_numpy() for name in ("weekday", "slot"))
    n = rolling.horizons["week"]
    for code in range(len(rolling.panel.categories)):
        profile = hour_of_week_profile(rolling.panel.known_by_hour_of_week(code, n_slots=rolling.n_slots))
        found = np.empty((len(rolling.origins), n, rolling.panel.n_cells))
        for i, origin in enumerate(rolling.origins):
            at = slice(rolling.first_shift(int(origin)), rolling.first_shift(int(origin)) + n)
            days = profile[origin, weekday[at], slot[at]] / rolling.n_slots
            reports = reports_by(rolling.panel, code, int(origin))
            counts = reports.weighted(np.ones_like(reports.age_days)) + 1e-3
            found[i] = days[:, None] * (counts / counts.sum() * reports.per_day(last_days=365))
        yield found


def measured(
    settings: Settings, names: Sequence[str], *, origins: int, max_rows: int, now: datetime
) -> dict[str, Scored]:
    """Hits and deviance of the named variants; beside them counting and the start without trees."""
    settings = settings.model_copy(
        update={"model": settings.model.model_copy(update={"max_rows": max_rows, "threads": 1})}
    )
    settings, rolling, grid = weekly_windows(settings, origins=origins, now=now)
    found = {"counting (all history)": scored(rolling, grid, counting_by_shift(rolling))}
    for name in names:
        by_model, start = _both(rolling, grid, changed(settings, VARIANTS[name]))
        if name == FULL:
            found["stacked counts, no trees"] = scored(rolling, grid, start)
        found[name] = scored(rolling, grid, by_model)
        say(f"{name}: measured")
    return found


def _both(rolling: RollingOrigins, grid: Grid, settings: Settings) -> tuple[list[FloatArray], list[FloatArray]]:
    """The forecast and the start without trees, each by category ``[n_windows, n_shifts, n_cells]``."""
    at = trained_fold(rolling, rolling.folds[0], grid, admit_features(settings), settings, progress=Progress())
    shape = (len(rolling.origins), rolling.horizons["week"], rolling.panel.n_cells)
    made = [by_shift(code, at, grid) for code in range(len(rolling.panel.categories))]
    return [one.reshape(shape) for one, _ in made], [start.reshape(shape) for _, start in made]


def weekly_windows(settings: Settings, *, origins: int, now: datetime) -> tuple[Settings, RollingOrigins, Grid]:
    """The last weeks of a city with one training before them, and the settings that say so."""
    week = settings.backtest.model_copy(update={"origins": origins, "retrain_every": origins, "horizons": ["week"]})
    settings = settings.model_copy(update={"backtest": week})
    city = load_city(settings, as_of=None, now=now)
    grid = build_grid(city.tables, settings)
    return settings, plan_origins(city.tables, grid, settings, as_of=city.as_of), grid


def ratio_cells(mine: FloatArray, theirs: FloatArray, draws: FloatArray) -> list[str]:
    """Ratios of hits ``[n_shares, n_windows]`` at each share, with intervals."""
    ratios = [paired.hits_ratio(a, b, draws) for a, b in zip(mine, theirs, strict=True)]
    return [f"{r.estimate:.3f} ({r.lower:.3f}-{r.upper:.3f})" for r in ratios]


def summary(title: str, found: dict[str, Scored], *, max_rows: int) -> str:
    """Ratios to the full forecast, with intervals, and the deviance: by the week, then by the shift."""
    full = found[FULL]
    draws = paired.window_draws(full.week.shape[1], rng=np.random.default_rng(9))

    def table(mine: Callable[[Scored], tuple[FloatArray, float]]) -> str:
        rows = []
        for name, one in found.items():
            hits, deviance = mine(one)
            rows.append([name, *ratio_cells(hits, mine(full)[0], draws), f"{deviance:.6f}"])
        return markdown_table(["variant", "1 %", "2 %", "5 %", "Poisson deviance"], rows)

    head = f"{full.week.shape[1]} weekly windows, one training of {max_rows:,} rows; hits / the full forecast's."
    return "\n\n".join(
        [
            f"{title}: {head}",
            "One ranking for each week:",
            table(lambda one: (one.week, one.week_deviance)),
            "One ranking for each shift of it:",
            table(lambda one: (one.shifts, one.shift_deviance)),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("configs/portland.toml"))
    parser.add_argument("--origins", type=int, default=52)
    parser.add_argument("--rows", type=int, default=120_000)
    parser.add_argument("--only", nargs="+", default=list(VARIANTS), choices=list(VARIANTS), help="rows of the table")
    parser.add_argument("--section", default="ablation", help="of docs/benchmarks.md")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    settings = read_settings(given.config).settings
    with threadpool_limits(limits=1, user_api="blas"):
        names = [FULL, *(name for name in given.only if name != FULL)]
        found = measured(settings, names, origins=given.origins, max_rows=given.rows, now=datetime.now(UTC))
    text = summary(settings.title, found, max_rows=given.rows)
    say(text)
    if given.write:
        write_section(given.section, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
