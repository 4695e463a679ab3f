"""Every variant through every fold, each result stored as a part, so that a broken-off comparison goes on after it.

Variants that differ only in how patrol is allocated share one forecast. Variants that differ in what is admitted share
the rows and every feature that both admit: features are made once, and each variant is trained on its own columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from patrolcast.domain.records import Progress
from patrolcast.io import hashing, run_identity
from patrolcast.io.behaviour.files import PACKAGE
from patrolcast.io.store.checkpoint import read_arrays, write_arrays
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.compare.nights import FoldResult, allocate_fold, fold_result
from patrolcast.runs.compare.prepare import PreparedComparison, PreparedVariant
from patrolcast.runs.compare.variants import VariantConfig
from patrolcast.runs.pipeline.allocation import ShiftSchedule, build_allocator
from patrolcast.runs.pipeline.rolling_origin import Fold, fold_panel, fold_windows
from patrolcast.runs.pipeline.run import compare_panel

COMPUTING = ("audit", "domain", "features", "forecast", "grid", "intake", "io", "numerics", "patrol", "runs")
"""Folders whose code decides a part; pages and verbs do not."""


def run_folds(
    variants: Sequence[VariantConfig],
    prepared: PreparedComparison,
    *,
    seeds: Mapping[str, Sequence[int]],
    parts: Path,
    progress: Progress,
) -> dict[str, list[list[FoldResult]]]:
    """Results of each variant: one list per training seed, one result per fold in it.

    Parameters
    ----------
    seeds : variant name -> its training seeds.
    parts : folder of finished parts.
    """
    keys = {variant.name: part_key(variant, prepared) for variant in variants}
    results: dict[str, list[list[FoldResult]]] = {variant.name: [] for variant in variants}
    n_seeds = max(len(by_variant) for by_variant in seeds.values())
    total, n_done = n_seeds * len(prepared.folds) * len(variants), 0
    for i in range(n_seeds):
        for variant in variants:
            results[variant.name].append([])
        for k, fold in enumerate(prepared.folds):
            # Another seed in each fold, or the chance in one training would repeat itself in all batches.
            part = {name: f"{key}-s{seeds[name][i] + k}-f{k}" for name, key in keys.items()}
            stored = {name: _stored(parts, part[name]) for name in keys}
            pending = {
                variant.name: PendingFold(variant, ready, seeds[variant.name][i] + k)
                for variant, ready in zip(variants, prepared.ready, strict=True)
                if stored[variant.name] is None
            }
            expected: dict[str, FloatArray] = {}
            for name in keys:
                progress.step("batches of nights", n_done, total)
                result = stored[name]
                if result is None:
                    mine = pending[name]
                    if mine.forecast_key not in expected:
                        alike = [other for other in pending.values() if other.inputs_key == mine.inputs_key]
                        expected |= _forecasts(alike, fold)
                    result = _result(mine, prepared, fold, expected[mine.forecast_key], results[name][i])
                    write_arrays(parts, part[name], asdict(result))
                results[name][i].append(result)
                n_done += 1
    progress.step("batches of nights", total, total)
    return results


def part_key(variant: VariantConfig, prepared: PreparedComparison) -> str:
    """Hash of all that decides a variant's results but the seed: config, inputs, code, nights, cells, admission."""
    code = [run_identity.code_sha256(PACKAGE / folder) for folder in COMPUTING]
    inputs = run_identity.inputs_sha256(
        variant.config.sha256,
        run_identity.input_files(variant.config),
        code=hashing.digest(code),
        lock=run_identity.lock_sha256(),
        versions=run_identity.versions(),
    )
    cells = prepared.shared.cells["cell"].tolist()  # results lie on the finest cells of this comparison
    admitted, max_rows = list(variant.admission.names), variant.settings.model.max_rows
    return hashing.digest(inputs, prepared.folds_sha256, cells, admitted, max_rows)[:16]


@dataclass(frozen=True)
class PendingFold:
    """A variant's fold that is still to be made, with the seed of its training."""

    variant: VariantConfig
    ready: PreparedVariant
    seed: int

    @property
    def inputs_key(self) -> str:
        """Variants of the same key have the same rows and features: they differ at most in which they admit."""
        settings = self.variant.settings
        sections = (settings.area.resolution, settings.features, settings.places, settings.model)
        return hashing.digest(*map(str, sections), str(settings.policy.comparison_counted), self.seed)

    @property
    def forecast_key(self) -> str:
        """Variants of the same key have the same forecast: they differ at most in how patrol is allocated."""
        return hashing.digest(list(self.variant.admission.names), self.inputs_key)


def _forecasts(pending: Sequence[PendingFold], fold: Fold) -> dict[str, FloatArray]:
    """What each distinct forecast of a group of variants with the same inputs expects, by its key."""
    different = {each.forecast_key: each for each in pending}
    first = pending[0]
    seeded = first.variant.settings.model.model_copy(update={"seed": first.seed})
    settings = first.variant.settings.model_copy(update={"model": seeded})
    panel = fold_panel(first.ready.panel, fold)
    windows = fold_windows(first.ready.panel, fold, settings.model, n_slots=len(settings.shifts.starts))
    compared = next((each.ready.compared for each in pending if each.ready.compared is not None), None)
    forecasts = compare_panel(
        panel,
        first.ready.grid,
        windows,
        [each.variant.admission for each in different.values()],
        settings,
        compared=None if compared is None else compared[: panel.n_days],
    )
    return {key: forecast.expected for key, forecast in zip(different, forecasts, strict=True)}


def _result(
    pending: PendingFold, prepared: PreparedComparison, fold: Fold, expected: FloatArray, past: list[FoldResult]
) -> FoldResult:
    variant, ready, shared = pending.variant, pending.ready, prepared.shared
    in_fold = np.isin(prepared.nights[shared.night], fold.nights)
    schedule = ShiftSchedule.without_past(shared.panel, shared.shifts[in_fold])
    schedule = replace(schedule, night=shared.night[in_fold])  # a night lasts from its origin to the next
    # Equal cells keep one order, whatever the training seed: it is no part of what a variant is.
    allocator = build_allocator(
        ready.grid.cells,
        ready.panel.categories,
        variant.patrol,
        starts=variant.settings.shifts.starts,
        seed=variant.settings.model.seed,
        bounds=ready.bounds,
    )
    allocated = allocate_fold(expected, allocator, schedule, past)
    return fold_result(expected, allocated, ready.inside, shared, in_fold)


def _stored(parts: Path, name: str) -> FoldResult | None:
    """The result of an earlier start; None where there is none, or one of another version's fields."""
    arrays = read_arrays(parts, name)
    if arrays is None or set(arrays) != {field.name for field in fields(FoldResult)}:
        return None
    return FoldResult(**arrays)
