"""A back-test: past nights forecast again as they would have been, beside every peer, and scored on what came.

Each fold of origins is a part on disk, named by the hash of everything that decides it (config, inputs, code, lock
file); a back-test that was broken off goes on after its last whole part.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from patrolcast.domain.matrix import Admission
from patrolcast.domain.records import Progress
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings import Settings, call_source_of, refuse_comparison_only
from patrolcast.forecast import skill
from patrolcast.forecast.peers import PEERS, SELF_EXCITING, Space
from patrolcast.grid.cells import centres_xy_m
from patrolcast.io import hashing, run_identity
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.settings.stored_config import in_canonical_order
from patrolcast.io.store.checkpoint import read_arrays, write_arrays
from patrolcast.numerics.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.backtest.hindsight import all_category_reports, hindsight_reference
from patrolcast.runs.backtest.model import forecast_fold
from patrolcast.runs.backtest.peers import TunedPeers, peer_rates, tune_peers
from patrolcast.runs.backtest.scoring import FORECAST, START, Windows, as_plain_values, by_group, by_part, score
from patrolcast.runs.backtest.windows import RollingOrigins, outcomes, plan_origins, window_days
from patrolcast.runs.forecast.stored_runs import identify
from patrolcast.runs.load.city import load_city
from patrolcast.runs.pipeline.counted import Grid, build_grid
from patrolcast.runs.pipeline.residents import residents_of_cells
from patrolcast.runs.pipeline.rolling_origin import Fold
from patrolcast.runs.pipeline.run import admit_features
from patrolcast.runs.screen.evidence import excluded_by_screen

PARTED = "week"
_AREA_RULE = "land of cells to which the census areas give residents; cells without any are left out"


@dataclass(frozen=True)
class Expected:
    """Everything that was forecast, before any score.

    Attributes
    ----------
    forecast, start : ``[n_origins, n_categories, n_horizons, n_cells]``, NaN where a horizon is not scored.
    peers : expected reports a mean day, ``[n_origins, n_peers, n_categories, n_cells]``.
    excited : the same by the self-exciting process over each horizon, ``[n_origins, n_categories, n_horizons,
        n_cells]``.
    shape : Gamma shapes of the rate over ``n_shifts`` shifts, ``[n_origins, n_categories, n_cells]``.
    growth : how they grow with the span, ``[n_origins, n_categories]``.
    methods : method of each category, by fold.
    rounds : trees, by fold.
    """

    forecast: Float32Array
    start: Float32Array
    peers: Float32Array
    excited: Float32Array
    shape: Float32Array
    growth: Float32Array
    n_shifts: int
    methods: tuple[tuple[str, ...], ...]
    rounds: tuple[int, ...]


@dataclass(frozen=True)
class BacktestForecasts:
    """A back-test's origins, cells and forecasts: what is scored, and what a benchmark may score anew."""

    settings: Settings
    rolling: RollingOrigins
    grid: Grid
    inhabited: BoolArray
    residents: dict[str, FloatArray]
    chosen: dict[str, TunedPeers]
    expected: Expected
    as_of: datetime


def run_backtest(config: ConfigFile, *, out: Path, now: datetime, progress: Progress) -> dict[str, Any]:
    """The whole back-test of a config as data (`backtest.json`); parts go to ``out/parts``.

    Raises PatrolcastError: one line.
    """
    tested = forecast_origins(config, out=out, now=now, progress=progress)
    return score_backtest(tested, config=config, progress=progress)


def forecast_origins(config: ConfigFile, *, out: Path, now: datetime, progress: Progress) -> BacktestForecasts:
    """Forecasts every origin by every method, from parts where they are there."""
    refuse_comparison_only(config.settings)
    settings = in_canonical_order(config.settings)
    key = hashing.digest(identify(config).inputs_sha256, settings.as_of)
    city = load_city(settings, as_of=None, now=now, progress=progress, of_past_nights=True)
    with threadpool_limits(limits=1, user_api="blas"):
        with progress.stage("grid"):
            grid = build_grid(city.tables, settings)
        inhabited, residents = _who_lives_where(residents_of_cells(city.tables, settings, grid.cells), settings, grid)
        rolling = plan_origins(city.tables, grid, settings, as_of=city.as_of)
        space = Space(centres_xy_m(grid.cells))
        with progress.stage("peers tuned"):
            chosen = tune_peers(
                rolling, space, grid.cells["area_km2"].to_numpy(), scored=inhabited,
                n_windows=settings.backtest.tuning_windows, maturity_days=settings.model.maturity_days,
                seed=settings.model.seed,
            )  # fmt: skip
        admission = admit_features(settings, excluded_by_screen(config))
        parts = []
        for number, fold in enumerate(rolling.folds):
            progress.step("origins", int(sum(len(f.nights) for f in rolling.folds[:number])), len(rolling.origins))
            name = hashing.digest(key, instant_of(rolling, fold), [int(night) for night in fold.nights])[:16]
            part = read_arrays(out / "parts", name)
            if part is None:
                part = _forecast_fold(rolling, fold, grid, space, chosen, admission, settings, progress)
                write_arrays(out / "parts", name, part)
            parts.append(part)
        progress.step("origins", len(rolling.origins), len(rolling.origins))
    return BacktestForecasts(settings, rolling, grid, inhabited, residents, chosen, _joined(parts, rolling), city.as_of)


def instant_of(rolling: RollingOrigins, fold: Fold) -> str:
    """When a fold is trained."""
    return rolling.moment(fold.trained_at).isoformat()


def _who_lives_where(
    table: pd.DataFrame | None, settings: Settings, grid: Grid
) -> tuple[BoolArray, dict[str, FloatArray]]:
    """Which cells are inhabited, and each group's share of each cell's residents."""
    if table is None or settings.residents is None:
        return np.ones(len(grid.cells), dtype=bool), {}
    total = table["total"].to_numpy(dtype=np.float64)
    counted = np.maximum(total, 1e-9)
    shares = {name: table[name].to_numpy(dtype=np.float64) / counted for name in sorted(settings.residents.groups)}
    return total > 0, shares


def _forecast_fold(
    rolling: RollingOrigins,
    fold: Fold,
    grid: Grid,
    space: Space,
    chosen: dict[str, TunedPeers],
    admission: Admission,
    settings: Settings,
    progress: Progress,
) -> dict[str, npt.NDArray[Any]]:
    with progress.stage("model of a training"):
        forecast = forecast_fold(rolling, fold, grid, admission, settings, progress=Progress())
    with progress.stage("peers of a training"):
        peers, excited = zip(*(peer_rates(rolling, space, chosen, int(night)) for night in fold.nights), strict=True)
    return {
        "forecast": forecast.expected,
        "start": forecast.start,
        "shape": np.repeat(forecast.shape[None], len(fold.nights), axis=0),
        "growth": np.repeat(forecast.growth[None], len(fold.nights), axis=0),
        "n_shifts": np.array(forecast.n_shifts),
        "peers": np.stack(peers),
        "excited": np.stack(excited),
        "used": np.array(forecast.methods),
        "rounds": np.array(forecast.rounds),
    }


def _joined(parts: list[dict[str, npt.NDArray[Any]]], rolling: RollingOrigins) -> Expected:
    names = ("forecast", "start", "peers", "excited", "shape", "growth")
    joined = {name: np.concatenate([part[name] for part in parts]) for name in names}
    methods = tuple(tuple(str(name) for name in part["used"]) for part in parts)
    span = int(parts[0]["n_shifts"])  # of every training: the same number of validation days
    return Expected(**joined, n_shifts=span, methods=methods, rounds=tuple(int(part["rounds"]) for part in parts))


def windows_of(tested: BacktestForecasts, code: int, horizon: str, observed: IntArray, earlier: IntArray) -> Windows:
    """One category and horizon, inhabited cells only; ``observed`` and ``earlier`` cover every origin and cell."""
    rolling, computed = tested.rolling, tested.expected
    k = list(rolling.horizons).index(horizon)
    at, here = rolling.scored(horizon), tested.inhabited
    days = window_days(rolling, code)[at, k]
    expected = {FORECAST: computed.forecast[at, code, k], START: computed.start[at, code, k]}
    expected |= {name: computed.peers[at, p, code] * days[:, None] for p, name in enumerate(PEERS)}
    expected[SELF_EXCITING] = computed.excited[at, code, k] * days[:, None]
    return Windows(
        {name: values[:, here].astype(np.float64) for name, values in expected.items()},
        observed[at][:, here],
        earlier[at][:, here],
        tested.grid.cells["area_km2"].to_numpy()[here],
        computed.shape[at, code][:, here].astype(np.float64),
        computed.growth[at, code].astype(np.float64),
        rolling.horizons[horizon] / computed.n_shifts,
        np.repeat(np.arange(len(rolling.folds)), [len(fold.nights) for fold in rolling.folds])[at],
    )


def score_backtest(tested: BacktestForecasts, *, config: ConfigFile, progress: Progress) -> dict[str, Any]:
    """Every score as one document."""
    rolling, shares = tested.rolling, tested.settings.backtest.area_shares
    space, results = Space(centres_xy_m(tested.grid.cells)), []
    everything = all_category_reports(rolling) if PARTED in rolling.horizons else []
    for code, category in enumerate(rolling.panel.categories):
        progress.step("scores", code, len(rolling.panel.categories))
        after, before = outcomes(rolling, code)
        for number, horizon in enumerate(rolling.horizons):
            windows = windows_of(tested, code, horizon, after[horizon], before[horizon])
            rng = random_stream(tested.settings.model.seed, Stream.BACKTEST_SCORES, code, number)
            ties = skill.several_orders(*windows.observed.shape, rng=rng)
            scores = score(windows, shares=shares, ties=ties, rng=rng)
            if horizon == PARTED:
                with progress.stage("hindsight, districts, groups"):
                    scores |= _parts(
                        tested, code, windows, after[horizon], ties, rng, space=space, everything=everything
                    )
            results.append({"category": category, "horizon": horizon, **scores})
    progress.step("scores", len(rolling.panel.categories), len(rolling.panel.categories))
    return {**_head(tested, config), "results": results}


def _parts(
    tested: BacktestForecasts,
    code: int,
    windows: Windows,
    observed: IntArray,
    ties: Int32Array,
    rng: np.random.Generator,
    *,
    space: Space,
    everything: list[tuple[FloatArray, FloatArray]],
) -> dict[str, Any]:
    """Weekly windows alone: the hindsight smooth rate, districts, groups."""
    shares, here = tested.settings.backtest.area_shares, tested.inhabited
    district = tested.grid.cells["district"].to_numpy()[here]
    groups = {name: weight[here] for name, weight in tested.residents.items()}
    hindsight = hindsight_reference(
        tested.rolling, code, space, observed[tested.rolling.scored(PARTED)], everything, inhabited=here
    )
    return {
        "hindsight": as_plain_values(hindsight.scores(windows, shares=shares, ties=ties)) if hindsight else None,
        "districts": by_part(windows, district, shares=shares, seed=tested.settings.model.seed),
        "groups": by_group(windows, groups, shares=shares, ties=ties, rng=rng) if groups else None,
    }


def _head(tested: BacktestForecasts, config: ConfigFile) -> dict[str, Any]:
    rolling, cells = tested.rolling, tested.grid.cells
    identity = identify(config)
    return {
        "name": tested.settings.name,
        "title": tested.settings.title,
        "call_source": call_source_of(tested.settings).statement,
        "as_of": tested.as_of.isoformat(),
        "timezone": tested.settings.area.timezone,
        "group_names": GroupNames.of(tested.settings.residents).document,
        "inputs_sha256": identity.inputs_sha256,
        "code_sha256": identity.code_sha256,
        "patrolcast": run_identity.versions()["patrolcast"],
        "seed": tested.settings.model.seed,
        "origins": [rolling.moment(int(origin)).isoformat() for origin in rolling.origins],
        "trainings": [instant_of(rolling, fold) for fold in rolling.folds],
        "horizons": rolling.horizons,
        "area": {
            "km2": round(float(cells["area_km2"][tested.inhabited].sum()), 3),
            "cells": int(tested.inhabited.sum()),
            "cells_left_out": int((~tested.inhabited).sum()),
            "rule": _AREA_RULE if tested.settings.residents is not None else "all land: the config names no residents",
        },
        "categories": list(rolling.panel.categories),
        "categories_left_out": list(rolling.dropped),
        "peers": {name: {"source": peer.source} for name, peer in PEERS.items()},
        "tuned": as_plain_values({category: dict(parameters) for category, parameters in tested.chosen.items()}),
        "used": [dict(zip(rolling.panel.categories, methods, strict=True)) for methods in tested.expected.methods],
        "rounds": list(tested.expected.rounds),
    }
