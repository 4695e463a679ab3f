"""Every variant through every fold: one forecast for all variants that share it, each result kept as a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from patrolcast.domain.records import Progress
from patrolcast.domain.shifts import to_instants
from patrolcast.io import hashing
from patrolcast.io.parts import Arrays, read_part, write_part
from patrolcast.runs.compare_load import Laid, Ready
from patrolcast.runs.compare_nights import Track, deal, track
from patrolcast.runs.compare_variants import Chosen
from patrolcast.runs.dealing import dealer_of
from patrolcast.runs.forecasting import Forecast
from patrolcast.runs.pipeline import forecast_panel
from patrolcast.runs.rolling import Fold, fold_panel, fold_plan

COMPUTING = ("audit", "domain", "features", "forecast", "grid", "intake", "io", "patrol", "runs")
"""Folders whose code decides a part; pages and verbs do not."""


def follow(
    chosen: Sequence[Chosen], laid: Laid, *, seeds: Mapping[str, Sequence[int]], parts: Path, progress: Progress
) -> dict[str, list[list[Track]]]:
    """Tracks of each variant: one list per training seed, one track per fold in it.

    Parameters
    ----------
    seeds : variant name -> its training seeds.
    parts : folder of finished parts.
    """
    known = {one.name: part_key(one, laid) for one in chosen}
    found: dict[str, list[list[Track]]] = {one.name: [] for one in chosen}
    n_seeds = max(len(own) for own in seeds.values())
    total, done = n_seeds * len(laid.folds) * len(chosen), 0
    for i in range(n_seeds):
        for one in chosen:
            found[one.name].append([])
        for k, fold in enumerate(laid.folds):
            forecasts: dict[str, Forecast] = {}
            for one, ready in zip(chosen, laid.ready, strict=True):
                progress.step("nights", done, total)
                # Another seed in each fold, or the chance in one training would repeat itself in all batches.
                seed = seeds[one.name][i] + k
                name = f"{known[one.name]}-s{seed}-f{k}"
                made = _stored(parts, name) or _made(one, ready, laid, fold, seed, forecasts, found[one.name][i])
                _keep(parts, name, made)
                found[one.name][i].append(made)
                done += 1
    progress.step("nights", total, total)
    return found


def part_key(one: Chosen, laid: Laid) -> str:
    """Hash of all that decides a variant's tracks but the seed: config, inputs, code, nights, what was admitted."""
    code = [hashing.code_sha256(hashing.PACKAGE / folder) for folder in COMPUTING]
    inputs = hashing.inputs_sha256(
        one.config.sha256,
        hashing.input_files(one.config),
        code=hashing.digest(code),
        lock=hashing.lock_sha256(),
        versions=hashing.versions(),
    )
    decided = (inputs, laid.folds_sha256, list(one.admission.names), one.settings.model.max_rows)
    return hashing.digest(*decided)[:16]


def forecast_key(one: Chosen, seed: int) -> str:
    """Variants of the same key have the same forecast: they differ at most in how patrol is dealt out."""
    own = one.settings
    sections = (own.area.resolution, str(own.features), str(own.places), str(own.model), str(own.policy))
    return hashing.digest(list(one.admission.names), *map(str, sections), seed)


def _made(
    one: Chosen,
    ready: Ready,
    laid: Laid,
    fold: Fold,
    seed: int,
    forecasts: dict[str, Forecast],
    past: list[Track],
) -> Track:
    key = forecast_key(one, seed)
    if key not in forecasts:
        forecasts[key] = _forecast(one, ready, fold, seed)
    expected, shared = forecasts[key].expected, laid.shared
    chosen = np.isin(laid.nights[shared.night], fold.nights)
    starts = to_instants(shared.panel.calendar["shift_start"].iloc[shared.shifts[chosen]])
    # Equal cells keep one order, whatever the training seed: it is no part of what a variant is.
    dealer = dealer_of(
        ready.grid.cells, ready.panel.categories, one.patrol, seed=one.settings.model.seed, bounds=ready.bounds
    )
    dealt = deal(expected, dealer, starts, shared.night[chosen], past)
    return track(expected, dealt, ready.inside, shared, chosen)


def _forecast(one: Chosen, ready: Ready, fold: Fold, seed: int) -> Forecast:
    settings = one.settings.model_copy(update={"model": one.settings.model.model_copy(update={"seed": seed})})
    panel = fold_panel(ready.panel, fold)
    plan = fold_plan(ready.panel, fold, settings.model, n_slots=len(settings.shifts.starts))
    compared = None if ready.compared is None else ready.compared[: panel.n_days]
    return forecast_panel(panel, ready.grid, plan, one.admission, settings, progress=Progress(), compared=compared)


def _stored(parts: Path, name: str) -> Track | None:
    found = read_part(parts, name)
    if found is None or set(found) != {"minutes", "deviance", "suggested"}:
        return None
    return Track(
        found["minutes"].astype(np.float32), found["deviance"].astype(np.float64), found["suggested"].astype(bool)
    )


def _keep(parts: Path, name: str, made: Track) -> None:
    if read_part(parts, name) is None:
        arrays: Arrays = {"minutes": made.minutes, "deviance": made.deviance, "suggested": made.suggested}
        write_part(parts, name, arrays)
