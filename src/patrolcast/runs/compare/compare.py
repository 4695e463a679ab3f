"""Variants side by side: the same incidents, nights and budget, one config each, and what their differences support.

Leaves comparison.json, comparison.csv and comparison.html. Everything that variants share is made once: the city is
read once, a grid and a panel per cell size, and one forecast for all variants that differ only in how patrol is
allocated. Each fold of each variant is stored as a part, so that a start after a cut goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from patrolcast.audit.batch_means import BATCHES, ENOUGH_NIGHTS
from patrolcast.audit.compare.land_and_census import LEAST_AREAS, Census, LandAndCensus, small_groups
from patrolcast.audit.compare.measures import all_measures
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.compare.pairs import paired_differences
from patrolcast.audit.compare.values import measure_need, measure_variants
from patrolcast.domain.comparison import Comparison, Pair, Variant
from patrolcast.domain.errors import UsageError
from patrolcast.domain.matrix import Admission
from patrolcast.domain.records import Progress
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.shifts import from_instants
from patrolcast.io.encode import csv_bytes, iso_utc, json_bytes
from patrolcast.io.safe_files import write_file
from patrolcast.numerics.arrays import FloatArray
from patrolcast.report.comparison.data import comparison_document, comparison_table
from patrolcast.report.comparison.page import comparison_page
from patrolcast.report.comparison.words import NULL
from patrolcast.runs.compare.fold_results import run_folds
from patrolcast.runs.compare.nights import nightly_results
from patrolcast.runs.compare.prepare import PreparedComparison, prepare_comparison
from patrolcast.runs.compare.variants import VariantConfig, read_variants
from patrolcast.runs.pipeline.residents import count_residents

_SEED_STEP = 1000
_SEEDS_APART = 10


def compare_variants(
    paths: Sequence[Path],
    *,
    parts: Path,
    now: datetime,
    n_nights: int = ENOUGH_NIGHTS,
    n_seeds: int = 1,
    max_rows: int | None = None,
    null: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Measures the variants on the same nights and compares each pair.

    Raises PatrolcastError: one line.

    Parameters
    ----------
    paths : configs; the first is the base that pages compare the others with.
    parts : folder of finished parts.
    n_nights : nights of suggestions, the latest that are mature.
    n_seeds : training seeds to average over.
    max_rows : training rows at most, instead of each config's; cheaper, and noted on the page.
    null : adds the base once more with other seeds: a pair in which nothing may be found.
    """
    if len(paths) + null < 2:
        raise UsageError("compare", got="one config", rule="needs two", cure="name two, or add --null")
    if n_nights < 2 * BATCHES:
        raise UsageError("--nights", got=str(n_nights), rule=f"at least {2 * BATCHES}", cure=f"{ENOUGH_NIGHTS} or more")
    progress = progress or Progress()
    # One BLAS thread: sums of another order would change the last digits with the number of cores.
    with threadpool_limits(limits=1, user_api="blas"):
        chosen = read_variants(paths, max_rows=max_rows)
        if null:
            chosen = (*chosen, replace(chosen[0], name=NULL))
        prepared = prepare_comparison(chosen, n_nights=n_nights, n_folds=BATCHES, now=now, progress=progress)
        seeds = {variant.name: _seeds(variant, n_seeds) for variant in chosen}
        results = run_folds(chosen, prepared, seeds=seeds, parts=parts, progress=progress)
        observed = prepared.shared.observed()
        patrol = chosen[0].settings.patrol
        whole = patrol.visit_minutes * patrol.visits_per_cell
        nights = {
            name: [nightly_results(folds, observed, prepared.shared, whole_minutes=whole) for folds in by_seed]
            for name, by_seed in results.items()
        }
    comparison = assemble(
        chosen, prepared, nights, prepared.shared.need(patrol, chosen[0].settings.shifts.starts), seeds=seeds
    )
    if max_rows is None:
        return comparison
    note = f"Each training used at most {max_rows:,} rows, fewer than the configs may ask for."
    return replace(comparison, notes=(*comparison.notes, note))


def assemble(
    chosen: Sequence[VariantConfig],
    prepared: PreparedComparison,
    nights: Mapping[str, Sequence[Nights]],
    need: FloatArray,
    *,
    seeds: Mapping[str, Sequence[int]],
) -> Comparison:
    """The comparison from what every variant came to.

    Parameters
    ----------
    need : reported incidents as the base weighs them, ``[n_nights, n_cells]``: one need for all variants.
    """
    land = land_and_census_of(chosen[0], prepared)
    measured = all_measures(land)
    listed = tuple(measure for measure, _ in measured)
    values = measure_variants(measured, nights, land)
    needs = measure_need(need, land)
    variants = tuple(
        Variant(
            name=variant.name,
            changes="the base, trained again with other seeds" if variant.name == NULL else variant.change_summary,
            config=variant.config.path.name,
            config_sha256=variant.config.sha256,
            publishable=not variant.admission.comparison_only,
            resolution=variant.settings.area.resolution,
            horizon_days=variant.settings.model.horizon_days,
            admitted=variant.admission.names,
            excluded={feature.spec.name: feature.reason for feature in variant.admission.excluded},
            measured={name: value.interval for name, value in values[variant.name].items()},
            minutes=np.mean([of_seed.minutes.mean(axis=0) for of_seed in nights[variant.name]], axis=0),
            seeds=tuple(seeds[variant.name]),
            excess={
                group: (values[variant.name][f"log_exposure_ratio_{group}"] - of_group).interval
                for group, of_group in needs.items()
            },
            bound_by=variant.bound_by,
        )
        for variant in chosen
    )
    admissions = {variant.name: variant.admission for variant in chosen}
    pairs = tuple(
        Pair(
            first.name,
            second.name,
            paired_differences(listed, values[first.name], values[second.name]),
            _only(admissions[first.name], admissions[second.name]),
            _only(admissions[second.name], admissions[first.name]),
        )
        for first, second in combinations(variants, 2)
    )
    all_nights, called = nights[chosen[0].name][0], GroupNames.of(chosen[0].settings.residents)
    zone = chosen[0].settings.area.timezone
    first, last = (
        from_instants(prepared.shared.panel.origins[prepared.nights[[k]]])[0].tz_convert(zone) for k in (0, -1)
    )
    return Comparison(
        title=chosen[0].settings.title,
        timezone=zone,
        as_of=iso_utc(prepared.city.as_of),
        first_night=f"{first:%Y-%m-%d}",
        last_night=f"{last:%Y-%m-%d}",
        n_nights=len(prepared.nights),
        n_folds=len(prepared.folds),
        n_incidents=int(all_nights.observed.sum()),
        folds_sha256=prepared.folds_sha256,
        measures=listed,
        variants=variants,
        pairs=pairs,
        need_ratio={group: of_group.interval for group, of_group in needs.items()},
        cells=prepared.shared.cells,
        notes=tuple(_notes(land, prepared, called)),
        census_margins=None if land.census is None else land.census.inexact,
        call_source=prepared.city.call_source,
        group_names=called,
    )


def _only(admission: Admission, other: Admission) -> dict[str, str]:
    """Features that only ``admission`` uses, with the reason why the other does not."""
    reasons = {feature.spec.name: f"{feature.rule}: {feature.reason}" for feature in other.excluded}
    return {name: reasons.get(name, "not declared there") for name in admission.names if name not in set(other.names)}


def _notes(land: LandAndCensus, prepared: PreparedComparison, called: GroupNames) -> list[str]:
    notes = census_notes(land, called)
    if len(prepared.nights) < ENOUGH_NIGHTS:
        notes.append(
            f"Only {len(prepared.nights)} nights were compared. With fewer than {ENOUGH_NIGHTS}, intervals are too "
            f"narrow, "
            "and a difference may be claimed that is only chance."
        )
    return notes


def _seeds(variant: VariantConfig, n_seeds: int) -> list[int]:
    first = variant.settings.model.seed + (_SEED_STEP if variant.name == NULL else 0)
    return [first + _SEEDS_APART * i for i in range(n_seeds)]


def land_and_census_of(base: VariantConfig, prepared: PreparedComparison) -> LandAndCensus:
    """Land, residents and census areas of the shared cells; no residents where the config names none."""
    area = prepared.shared.area_km2
    people = count_residents(prepared.city.tables, base.settings, prepared.shared.cells)
    if people is None:
        return LandAndCensus(area, {}, np.zeros(len(area)))
    limits = base.settings.audit
    return LandAndCensus(
        area,
        dict(zip(people.names, people.by_cell, strict=True)),
        people.total,
        least_residents=limits.least_residents,
        reference=limits.reference,
        census=Census(
            people.names, people.by_tract, people.total_by_tract, people.weights, people.margins, people.total_margin
        ),
    )


def census_notes(land: LandAndCensus, called: GroupNames) -> list[str]:
    """What could not be measured of groups, and why."""
    if not land.residents:
        return ["Groups of residents were not compared: the config names no residents. That is not a pass."]
    notes = []
    if small := small_groups(land):
        names = ", ".join(called(name) for name in small)
        notes.append(f"Groups with too few residents to be measured: {names}.")
    if not land.has_areas:
        note = "Who lives in the most patrolled census areas was not measured"
        notes.append(f"{note}: with fewer than {LEAST_AREAS} areas, the top 5 % is less than one area.")
    return notes


FOLDER = Path("comparisons")


def write_comparison(
    configs: Sequence[Path],
    *,
    out: Path | None,
    now: datetime,
    n_nights: int = ENOUGH_NIGHTS,
    n_seeds: int = 1,
    max_rows: int | None = None,
    null: bool = False,
    progress: Progress | None = None,
) -> tuple[Comparison, dict[str, Any], tuple[Path, ...]]:
    """Runs or resumes a comparison (:func:`compare_variants`) and writes its files.

    Parameters
    ----------
    out : folder of the result and of the finished parts; None: ``comparisons/<first config>`` in the working folder.

    Returns
    -------
    The comparison, the document of `comparison.json`, and the paths written.
    """
    out = out or FOLDER / configs[0].stem
    comparison = compare_variants(
        configs,
        parts=out / "parts",
        now=now,
        n_nights=n_nights,
        n_seeds=n_seeds,
        max_rows=max_rows,
        null=null,
        progress=progress,
    )
    document = comparison_document(comparison)
    files = {
        "comparison.json": json_bytes(document),
        "comparison.csv": csv_bytes(comparison_table(comparison)),
        "comparison.html": comparison_page(comparison).encode(),
    }
    return comparison, document, tuple(write_file(out / name, data) for name, data in files.items())
