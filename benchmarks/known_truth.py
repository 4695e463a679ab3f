"""How much of what the true rates would have caught does the forecast catch? On the sample city, whose truth is known.

    python -m benchmarks.known_truth [--nights 28] [--first 2026-06-30] [--write]

Each night is a run of its own: the records as known at 05:00 local, every part trained anew, one day of shifts
forecast. The model stands beside the baselines and the ranking by the true rates, on the same cells, shifts and ties.
"Expected" counts the true rates over the flagged land (what those shifts would give on average), "realised" the
incidents that were reported in the end. Both are shown as shares of what ranking by the true rates catches.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table, say, write_section
from patrolcast.domain.comparison import MODEL
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.forecast import gbm, skill
from patrolcast.grid.panel import Panel
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.numerics.arrays import FloatArray, Int32Array
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.baselines import expected_by_baselines
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.inputs import category_inputs, shared_inputs
from patrolcast.runs.pipeline.run import admit_features, forecast_panel
from patrolcast.runs.pipeline.windows import TimeWindows, plan_windows
from patrolcast.synthetic.truth import Truth, true_rate, truth_from_document

SHARES = (0.01, 0.02, 0.05)
TARGET = 0.90
BASELINES = ("climatology", "kernel_density", "moving_average")
METHODS = (MODEL, *BASELINES)
TRUTH = "true rates"


@dataclass(frozen=True)
class Night:
    """One held-out day, arrays ``[n_categories, n_shifts, n_cells]``: expected by method (and truth), and counted."""

    expected: dict[str, FloatArray]
    observed: FloatArray


def one_night(settings: Settings, moment: datetime, truth: Truth) -> tuple[Night, Grid]:
    """Loads, trains and forecasts as of ``moment``; what happened is filled in later."""
    asked = moment.isoformat()
    tables = load_city(settings, as_of=asked, now=moment).tables
    grid = build_grid(tables, settings)
    panel = count_incidents(tables, grid, settings, as_of=moment)
    plan = plan_windows(panel, settings.model, as_of=moment, n_slots=len(settings.shifts.starts))
    forecast = forecast_panel(panel, grid, plan, admit_features(settings), settings, progress=Progress())
    expected = {MODEL: _by_model(forecast, plan, panel), **_by_baselines(panel, grid, plan, forecast)}
    starts = panel.calendar["shift_start"].iloc[plan.horizon.shifts]
    rate = true_rate(truth, grid.cells["cell"].tolist(), starts)
    order = [truth.categories.index(name) for name in panel.categories]
    expected[TRUTH] = np.moveaxis(rate[:, :, order], 2, 0)
    return Night(expected, np.zeros_like(expected[TRUTH])), grid


def _by_model(forecast: Forecast, plan: TimeWindows, panel: Panel) -> FloatArray:
    shape = (len(plan.horizon), panel.n_cells)
    return np.array([gbm.predict(forecast.model, one, threads=2).reshape(shape) for one in forecast.matrices])


def _by_baselines(panel: Panel, grid: Grid, plan: TimeWindows, forecast: Forecast) -> dict[str, FloatArray]:
    last = panel.n_days - 1
    shared = shared_inputs(panel, grid.near, last, by_shift={}, by_cell={})
    found: dict[str, list[FloatArray]] = {name: [] for name in BASELINES}
    for code, start in enumerate(forecast.starts):
        own, _ = category_inputs(code, panel, shared, grid.kernels, start, plan)
        for name, rates in expected_by_baselines(own, shared, plan.horizon, grid.kernels).items():
            found[name].append(rates)
    return {name: np.array(rates) for name, rates in found.items()}


def outcome(settings: Settings, until: datetime, moments: list[datetime]) -> list[FloatArray]:
    """What was reported in the end for the shifts after each of ``moments``, ``[n_categories, n_shifts, n_cells]``."""
    tables = load_city(settings, as_of=until.isoformat(), now=until).tables
    panel = count_incidents(tables, build_grid(tables, settings), settings, as_of=until)
    start = panel.calendar["shift_start"]
    occurred = np.array([panel.occurred(code) for code in range(len(panel.categories))], dtype=np.float64)
    chosen = [np.flatnonzero((start >= moment) & (start < moment + timedelta(days=1))) for moment in moments]
    return [occurred[:, shifts] for shifts in chosen]


def table_of(nights: list[Night], area: npt.NDArray[np.float64], categories: tuple[str, ...]) -> dict[str, dict]:
    """Shares of the true rates' catch by method: expected and realised, per area share, pooled and by category."""
    observed = np.concatenate([night.observed for night in nights], axis=1)
    expected = {name: np.concatenate([night.expected[name] for night in nights], axis=1) for name in (*METHODS, TRUTH)}
    ties = skill.tie_orders(observed.shape[1], observed.shape[2], rng=np.random.default_rng(11))
    views = {"all categories": slice(None)} | {name: slice(k, k + 1) for k, name in enumerate(categories)}
    return {view: _view({m: e[part].sum(axis=0) for m, e in expected.items()}, observed[part].sum(axis=0), area, ties)
            for view, part in views.items()}  # fmt: skip


def _view(
    expected: dict[str, FloatArray], observed: FloatArray, area: npt.NDArray[np.float64], ties: Int32Array
) -> dict:
    truth, found = expected[TRUTH], {}
    counted = observed.astype(np.int64)
    for name, rates in expected.items():
        land = [skill.flagged(skill.ranked(rates, ties), area, share) for share in SHARES]
        found[name] = {
            "expected": [float((part * truth).sum()) for part in land],
            "realised": skill.caught(rates, counted, area, ties=ties, shares=SHARES).hits.sum(axis=1).tolist(),
        }
    best = found[TRUTH]
    return {
        "incidents": int(counted.sum()),
        "hit_rate": {name: [h / counted.sum() for h in one["realised"]] for name, one in found.items()},
        "share": {
            name: {kind: [_part(h, b) for h, b in zip(one[kind], best[kind], strict=True)] for kind in one}
            for name, one in found.items()
        },
    }


def _part(caught: float, best: float) -> float:
    return caught / best if best else float("nan")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("configs/sample.toml"))
    parser.add_argument("--first", default="2026-06-30", help="local date of the first held-out night")
    parser.add_argument("--nights", type=int, default=28)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    settings = read_settings(given.config).settings
    truth = truth_from_document(json.loads(Path("data/sample/truth/rates.json").read_text(encoding="utf-8")))
    zone = ZoneInfo(settings.area.timezone)
    begin = datetime.fromisoformat(f"{given.first}T05:00:00").replace(tzinfo=zone)
    moments = [(begin + timedelta(days=n)).astimezone(UTC) for n in range(given.nights)]
    nights = []
    with threadpool_limits(limits=1, user_api="blas"):
        for moment in moments:
            night, grid = one_night(settings, moment, truth)
            nights.append(night)
            say(f"night {len(nights)} of {given.nights}")
        until = datetime.fromisoformat("2026-08-10T05:00:00").replace(tzinfo=zone).astimezone(UTC)
        counted = outcome(settings, until, moments)
    nights = [replace(night, observed=one) for night, one in zip(nights, counted, strict=True)]
    figures = table_of(nights, grid.cells["area_km2"].to_numpy(), truth.categories)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    text = summary(figures, given.nights, given.first)
    say(text)
    if given.write:
        write_section("known-truth", text)
    return 0 if reached(figures) else 1


def reached(figures: dict[str, dict]) -> bool:
    """The model's mean share is at least the target, and above every baseline's."""
    means = {name: float(np.mean(one["expected"])) for name, one in figures["all categories"]["share"].items()}
    return means[MODEL] >= TARGET and all(means[MODEL] > means[name] for name in BASELINES)


def summary(figures: dict[str, dict], nights: int, first: str) -> str:
    everything = figures["all categories"]
    rows = []
    for name in METHODS:
        share = everything["share"][name]
        cells = [f"{v:.3f}" for kind in ("expected", "realised") for v in (*share[kind], np.mean(share[kind]))]
        rows.append([name.replace("_", " "), *cells])
    head = ["method", "expected 1 %", "2 %", "5 %", "mean", "realised 1 %", "2 %", "5 %", "mean"]
    by_category = [
        [view.replace("_", " "), str(one["incidents"])]
        + [f"{np.mean(one['share'][name]['expected']):.3f}" for name in METHODS]
        + [f"{one['hit_rate'][MODEL][2]:.3f}", f"{one['hit_rate'][TRUTH][2]:.3f}"]
        for view, one in figures.items()
    ]
    names = [name.replace("_", " ") for name in METHODS]
    second = ["category", "incidents", *names, "model, hits at 5 %", "truth, hits at 5 %"]
    verdict = "reached" if reached(figures) else "NOT reached"
    return "\n".join(
        [
            f"{nights} held-out days from {first}, {everything['incidents']} incidents, each night trained anew.",
            "Hits as a share of what ranking by the true rates catches (1.000 is the truth itself):",
            "",
            markdown_table(head, rows),
            "",
            f"Target (model's mean at least {TARGET:.2f} and above every baseline): {verdict}.",
            "",
            "By category (expected hits, mean of 1, 2 and 5 %; last columns: share of all incidents caught in 5 %):",
            "",
            markdown_table(second, by_category),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
