"""What each ingredient of the forecast pays: one is taken out or changed at a time, all else stays.

    python -m benchmarks.ablation [--config configs/portland.toml] [--origins 52] [--write]

Weekly windows, one training before the first of them, fewer rows than a nightly run (so that a table of a dozen
trainings stays affordable). Hits of all categories at 1, 2 and 5 % of the land are compared with the full forecast's on
the same windows, with paired 95 % intervals: an ingredient pays where leaving it out gives a ratio below 1.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
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
from patrolcast.forecast import calibration, paired, skill
from patrolcast.io.settings_file import read_settings
from patrolcast.runs.backtest_model import FoldForecast, forecast_fold
from patrolcast.runs.backtest_windows import Rolling, outcomes, plan_rolling, reports_by
from patrolcast.runs.load import load_city
from patrolcast.runs.pipeline import Grid, admit_features, lay_grid

SHARES = (0.01, 0.02, 0.05)
FULL = "full forecast"
Hits = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """One change: features left out by pattern, or other values in [model]."""

    without: tuple[str, ...] = ()
    model: Mapping[str, Any] | None = None


VARIANTS: Mapping[str, Variant] = {
    FULL: Variant(),
    "no near repeats": Variant(("near_repeat_*",)),
    "no neighbours": Variant(("ring*", "any_ring1_365d", "days_since_ring1")),
    "no decayed histories": Variant(("decayed_*", "trend")),
    "no calendar": Variant(("weekday", "slot", "season_*", "hour_of_week")),
    "no other categories": Variant(("any_*", "category")),
    "no lesson on weeks": Variant(model={"weekly_rounds": 0}),
    "hardly a lesson on shifts (10 trees)": Variant(model={"rounds": 10}),
    "half as many trees": Variant(model={"rounds": 100, "weekly_rounds": 75}),
    "twice the learning rate": Variant(model={"learning_rate": 0.1}),
    "larger trees on shifts (31 leaves)": Variant(model={"leaves": 31}),
    "another seed": Variant(model={"seed": 8}),
}


def changed(settings: Settings, variant: Variant) -> Settings:
    """The settings with one change."""
    policy = settings.policy.model_copy(
        update={"excluded_features": [*settings.policy.excluded_features, *variant.without]}
    )
    model = settings.model.model_copy(update=dict(variant.model or {}))
    return settings.model_copy(update={"policy": policy, "model": model})


def hits_of(rolling: Rolling, grid: Grid, expected: npt.NDArray[np.float64]) -> tuple[Hits, float]:
    """Hits at each share, all categories, ``[n_shares, n_windows]``, and the mean Poisson deviance.

    Parameters
    ----------
    expected : ``[n_windows, n_categories, n_cells]``.
    """
    total, deviances = np.zeros((len(SHARES), len(expected))), []
    area = grid.cells["area_km2"].to_numpy()
    for code in range(len(rolling.panel.categories)):
        observed = outcomes(rolling, code)[0]["week"]
        ties = skill.tie_orders(*observed.shape, rng=np.random.default_rng([3, code]))
        total += skill.caught(expected[:, code], observed, area, ties=ties, shares=SHARES).hits
        deviances.append(calibration.poisson_deviance(expected[:, code], observed))
    return total, float(np.mean(deviances))


def counting(rolling: Rolling) -> npt.NDArray[np.float64]:
    """All-history counts, a little above 0 everywhere, at the city's level."""
    found = np.empty((len(rolling.origins), len(rolling.panel.categories), rolling.panel.n_cells))
    for i, origin in enumerate(rolling.origins):
        for code in range(len(rolling.panel.categories)):
            reports = reports_by(rolling.panel, code, int(origin))
            counts = reports.weighted(np.ones_like(reports.age_days)) + 1e-3
            found[i, code] = counts / counts.sum() * reports.per_day(last_days=365) * 7.0
    return found


def measured(
    settings: Settings, names: Sequence[str], *, origins: int, max_rows: int, now: datetime
) -> dict[str, tuple[Hits, float]]:
    """Hits and deviance of the named variants; beside them counting and the start without trees."""
    settings = settings.model_copy(
        update={"model": settings.model.model_copy(update={"max_rows": max_rows, "threads": 1})}
    )
    settings, rolling, grid = weekly_windows(settings, origins=origins, now=now)
    found = {"counting (all history)": hits_of(rolling, grid, counting(rolling))}
    for name in names:
        made = forecast_once(rolling, grid, changed(settings, VARIANTS[name]))
        if name == FULL:
            found["stacked counts, no trees"] = hits_of(rolling, grid, made.start[:, :, 0].astype(np.float64))
        found[name] = hits_of(rolling, grid, made.expected[:, :, 0].astype(np.float64))
        say(f"{name}: measured")
    return found


def weekly_windows(settings: Settings, *, origins: int, now: datetime) -> tuple[Settings, Rolling, Grid]:
    """The last weeks of a city with one training before them, and the settings that say so."""
    week = settings.backtest.model_copy(update={"origins": origins, "retrain_every": origins, "horizons": ["week"]})
    settings = settings.model_copy(update={"backtest": week})
    city = load_city(settings, as_of=None, now=now)
    grid = lay_grid(city.tables, settings)
    return settings, plan_rolling(city.tables, grid, settings, as_of=city.as_of), grid


def forecast_once(rolling: Rolling, grid: Grid, settings: Settings) -> FoldForecast:
    """The forecast of every window from that one training."""
    return forecast_fold(rolling, rolling.folds[0], grid, admit_features(settings), settings, progress=Progress())


def told(title: str, found: dict[str, tuple[Hits, float]], *, max_rows: int) -> str:
    """Ratios to the full forecast, with intervals, and the deviance."""
    full = found[FULL][0]
    draws = paired.window_draws(full.shape[1], rng=np.random.default_rng(9))
    rows = []
    for name, (hits, deviance) in found.items():
        ratios = [paired.hits_ratio(mine, theirs, draws) for mine, theirs in zip(hits, full, strict=True)]
        rows.append([name, *(f"{r.estimate:.3f} ({r.lower:.3f}-{r.upper:.3f})" for r in ratios), f"{deviance:.5f}"])
    note = f"{title}: {full.shape[1]} weekly windows, one training of {max_rows:,} rows; hits / the full forecast's."
    return note + "\n\n" + markdown_table(["variant", "1 %", "2 %", "5 %", "Poisson deviance"], rows)


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
    text = told(settings.title, found, max_rows=given.rows)
    say(text)
    if given.write:
        write_section(given.section, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
