"""Every variant through every fold, each result kept as a part.

Variants that differ only in how patrol is dealt out share one forecast. Variants that differ in what is admitted share
the rows and every feature that both admit: features are made once, and each variant is trained on its own columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from patrolcast.domain.records import Progress
from patrolcast.domain.shifts import to_instants
from patrolcast.io import hashing, run_identity
from patrolcast.io.store.checkpoint import Arrays, read_arrays, write_arrays
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.compare.nights import FoldResult, allocate_fold, fold_result
from patrolcast.runs.compare.prepare import PreparedComparison, PreparedVariant
from patrolcast.runs.compare.variants import VariantConfig
from patrolcast.runs.pipeline.allocation import build_allocator
from patrolcast.runs.pipeline.rolling_origin import Fold, fold_panel, fold_windows
from patrolcast.runs.pipeline.run import compare_panel

COMPUTING = ("audit", "domain", "features", "forecast", "grid", "intake", "io", "patrol", "runs")
"""Folders whose code decides a part; pages and verbs do not."""


def run_folds(
    chosen: Sequence[VariantConfig],
    prepared: PreparedComparison,
    *,
    seeds: Mapping[str, Sequence[int]],
    parts: Path,
    progress: Progress,
) -> dict[str, list[list[FoldResult]]]:
    """Tracks of each variant: one list per training seed, one track per fold in it.

    Parameters
    ----------
    seeds : variant name -> its training seeds.
    parts : folder of finished parts.
    """
    known = {one.name: part_key(one, prepared) for one in chosen}
    found: dict[str, list[list[FoldResult]]] = {one.name: [] for one in chosen}
    n_seeds = max(len(own) for own in seeds.values())
    total, done = n_seeds * len(prepared.folds) * len(chosen), 0
    for i in range(n_seeds):
        for one in chosen:
            found[one.name].append([])
        for k, fold in enumerate(prepared.folds):
            # Another seed in each fold, or the chance in one training would repeat itself in all batches.
            names = {one.name: f"{known[one.name]}-s{seeds[one.name][i] + k}-f{k}" for one in chosen}
            stored = {one.name: _stored(parts, names[one.name]) for one in chosen}
            due = {
                one.name: PendingFold(one, ready, seeds[one.name][i] + k)
                for one, ready in zip(chosen, prepared.ready, strict=True)
                if stored[one.name] is None
            }
            expected: dict[str, FloatArray] = {}
            for one in chosen:
                progress.step("nights", done, total)
                made = stored[one.name]
                if made is None:
                    mine = due[one.name]
                    if mine.forecast_key not in expected:
                        alike = [each for each in due.values() if each.inputs_key == mine.inputs_key]
                        expected |= _forecasts(alike, fold)
                    made = _made(mine, prepared, fold, expected[mine.forecast_key], found[one.name][i])
                    _keep(parts, names[one.name], made)
                found[one.name][i].append(made)
                done += 1
    progress.step("nights", total, total)
    return found


def part_key(one: VariantConfig, prepared: PreparedComparison) -> str:
    """Hash of all that decides a variant's tracks but the seed: config, inputs, code, nights, cells, admission."""
    code = [run_identity.code_sha256(run_identity.PACKAGE / folder) for folder in COMPUTING]
    inputs = run_identity.inputs_sha256(
        one.config.sha256,
        run_identity.input_files(one.config),
        code=hashing.digest(code),
        lock=run_identity.lock_sha256(),
        versions=run_identity.versions(),
    )
    ground = prepared.shared.cells["cell"].tolist()  # tracks lie on the finest cells of this comparison
    decided = (inputs, prepared.folds_sha256, ground, list(one.admission.names), one.settings.model.max_rows)
    return hashing.digest(*decided)[:16]


@dataclass(frozen=True)
class PendingFold:
    """A variant's fold that is still to be made, with the seed of its training."""

    one: VariantConfig
    ready: PreparedVariant
    seed: int

    @property
    def inputs_key(self) -> str:
        """Variants of the same key have the same rows and features: they differ at most in which they admit."""
        own = self.one.settings
        sections = (own.area.resolution, own.features, own.places, own.model, own.policy.comparison_counted)
        return hashing.digest(*map(str, sections), self.seed)

    @property
    def forecast_key(self) -> str:
        """Variants of the same key have the same forecast: they differ at most in how patrol is dealt out."""
        return hashing.digest(list(self.one.admission.names), self.inputs_key)


def _forecasts(due: Sequence[PendingFold], fold: Fold) -> dict[str, FloatArray]:
    """What each distinct forecast of a group of variants with the same inputs expects, by its key."""
    different = {each.forecast_key: each for each in due}
    first = due[0]
    seeded = first.one.settings.model.model_copy(update={"seed": first.seed})
    settings = first.one.settings.model_copy(update={"model": seeded})
    panel = fold_panel(first.ready.panel, fold)
    windows = fold_windows(first.ready.panel, fold, settings.model, n_slots=len(settings.shifts.starts))
    compared = next((each.ready.compared for each in due if each.ready.compared is not None), None)
    made = compare_panel(
        panel,
        first.ready.grid,
        windows,
        [each.one.admission for each in different.values()],
        settings,
        compared=None if compared is None else compared[: panel.n_days],
    )
    return {key: forecast.expected for key, forecast in zip(different, made, strict=True)}


def _made(
    mine: PendingFold, prepared: PreparedComparison, fold: Fold, expected: FloatArray, past: list[FoldResult]
) -> FoldResult:
    one, ready, shared = mine.one, mine.ready, prepared.shared
    chosen = np.isin(prepared.nights[shared.night], fold.nights)
    starts = to_instants(shared.panel.calendar["shift_start"].iloc[shared.shifts[chosen]])
    # Equal cells keep one order, whatever the training seed: it is no part of what a variant is.
    allocator = build_allocator(
        ready.grid.cells, ready.panel.categories, one.patrol, seed=one.settings.model.seed, bounds=ready.bounds
    )
    dealt = allocate_fold(expected, allocator, starts, shared.night[chosen], past)
    return fold_result(expected, dealt, ready.inside, shared, chosen)


def _stored(parts: Path, name: str) -> FoldResult | None:
    found = read_arrays(parts, name)
    if found is None or set(found) != {"minutes", "deviance", "suggested", "expected"}:
        return None
    return FoldResult(
        minutes=found["minutes"].astype(np.float32),
        deviance=found["deviance"].astype(np.float64),
        suggested=found["suggested"].astype(bool),
        expected=found["expected"].astype(np.float32),
    )


def _keep(parts: Path, name: str, made: FoldResult) -> None:
    if read_arrays(parts, name) is None:
        arrays: Arrays = {
            "minutes": made.minutes,
            "deviance": made.deviance,
            "suggested": made.suggested,
            "expected": made.expected,
        }
        write_arrays(parts, name, arrays)
