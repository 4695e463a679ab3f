"""The city of a comparison, read once, and its grids and panels, one per cell size."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.domain.shifts import to_instants
from patrolcast.domain.tables import CityTables
from patrolcast.grid.cells import locate
from patrolcast.grid.overlay import overlay
from patrolcast.grid.panel import Panel, panel_with_records, set_aside_counts
from patrolcast.io.hashing import digest
from patrolcast.numerics.arrays import CountArray, Int32Array, IntArray
from patrolcast.patrol.allocation import ExposureBound
from patrolcast.runs.compare.nights import Shared
from patrolcast.runs.compare.variants import ENFORCEMENT, VariantConfig
from patrolcast.runs.load.city import LoadedCity, load_city
from patrolcast.runs.load.layers import load_layers
from patrolcast.runs.pipeline.counted import Grid, build_grid, count_incidents
from patrolcast.runs.pipeline.levers import exposure_bounds
from patrolcast.runs.pipeline.rolling_origin import Fold, last_nights, night_shifts, split_folds


@dataclass(frozen=True)
class PreparedVariant:
    """A variant's own grid and panel, and how it lies on the shared cells.

    Attributes
    ----------
    compared : officer-initiated records known by day and cell, where the variant uses them.
    bounds : on the exposure of groups, where the variant sets them.
    """

    grid: Grid
    panel: Panel
    inside: IntArray
    compared: CountArray | None
    bounds: tuple[ExposureBound, ...] = ()


@dataclass(frozen=True)
class PreparedComparison:
    """Everything before the first training."""

    city: LoadedCity
    shared: Shared
    nights: Int32Array
    folds: tuple[Fold, ...]
    folds_sha256: str
    ready: tuple[PreparedVariant, ...]


def prepare_comparison(
    chosen: Sequence[VariantConfig], *, n_nights: int, n_folds: int, now: datetime, progress: Progress
) -> PreparedComparison:
    """Reads the city once and lays every variant's grid.

    Raises
    ------
    DataRefusedError
        too short a history, or a variant of officer-initiated records in a city that has none.
    AssertionError
        the variants' folds differ: a defect, since :func:`require_comparable` let them through.
    """
    base = chosen[0].settings
    city = load_city(base, as_of=None, now=now, progress=progress, of_past_nights=True)
    with progress.stage("grids"):
        grids = _grids(city.tables, chosen)
        panels = _panels(city, grids, chosen)
    nights = last_nights(panels[0], n_nights=n_nights, maturity_days=base.model.maturity_days)
    folds = split_folds(nights, n_folds=n_folds)
    hashes = {folds_hash(panel, folds, city.tables) for panel in panels}
    if len(hashes) != 1:
        raise AssertionError("variants would be measured on different folds")
    finest = int(np.argmax([variant.settings.area.resolution for variant in chosen]))
    window = night_shifts(panels[finest], nights)
    night = np.searchsorted(nights, window.origins)
    shared = Shared(grids[finest].cells, panels[finest], window.shifts, night, len(nights))
    ready = tuple(
        _ready(variant, grid, panel, shared, city.tables)
        for variant, grid, panel in zip(chosen, grids, panels, strict=True)
    )
    return PreparedComparison(city, shared, nights, folds, hashes.pop(), ready)


def folds_hash(panel: Panel, folds: Sequence[Fold], tables: CityTables) -> str:
    """One hash of what a variant is measured on: origins, trainings, shifts, and every incident's time and category."""
    table = tables.incidents.table
    window = night_shifts(panel, np.concatenate([fold.nights for fold in folds]))
    starts = to_instants(panel.calendar["shift_start"].iloc[window.shifts])
    return digest(
        panel.origins[window.origins].tolist(),
        [panel.origins[fold.nights].tolist() for fold in folds],
        starts.tolist(),
        list(panel.categories),
        panel.n_known,
        int(to_instants(table["occurred_at"]).sum() % (1 << 60)),
        table["category"].astype(str).value_counts().sort_index().to_dict(),
    )


def _grids(tables: CityTables, chosen: Sequence[VariantConfig]) -> list[Grid]:
    """One grid per variant; variants of the same cell size and place layers share it."""
    base, by_key = chosen[0].settings, {}
    for variant in chosen:
        key = _grid_key(variant.settings)
        if key not in by_key:
            settings = variant.settings
            same = settings.places == base.places
            by_key[key] = build_grid(tables if same else replace(tables, places=load_layers(settings).places), settings)
    return [by_key[_grid_key(variant.settings)] for variant in chosen]


def _panels(city: LoadedCity, grids: Sequence[Grid], chosen: Sequence[VariantConfig]) -> list[Panel]:
    by_key: dict[tuple[int, int], Panel] = {}
    for variant, grid in zip(chosen, grids, strict=True):
        key = (variant.settings.area.resolution, variant.settings.model.horizon_days)
        if key not in by_key:
            by_key[key] = count_incidents(city.tables, grid, variant.settings, as_of=city.as_of)
    return [by_key[variant.settings.area.resolution, variant.settings.model.horizon_days] for variant in chosen]


def _grid_key(settings: Settings) -> str:
    return digest(settings.area.resolution, {name: str(layer) for name, layer in settings.places.items()})


def _ready(variant: VariantConfig, grid: Grid, panel: Panel, shared: Shared, tables: CityTables) -> PreparedVariant:
    inside = overlay(shared.cells, grid.cells)
    bounds = exposure_bounds(tables, variant.settings, grid.cells)
    if not variant.admission.comparison_only:
        return PreparedVariant(grid, panel, inside, None, bounds)
    table, aside = tables.set_aside.table, tables.set_aside
    where = table["longitude"].to_numpy(), table["latitude"].to_numpy()
    position = locate(*where, grid.cells["cell"], resolution=variant.settings.area.resolution)
    known = set_aside_counts(aside, position, panel, provenance=Provenance.OFFICER)
    if not known.any():
        cure = "leave this variant out: the city's records name no officer-initiated ones"
        raise DataRefusedError(
            f"variant {variant.name}", got="no officer-initiated record", rule="needs some", cure=cure
        )
    if variant.settings.policy.comparison_counted:
        panel = panel_with_records(aside, position, panel, provenance=Provenance.OFFICER, category=ENFORCEMENT)
    return PreparedVariant(grid, panel, inside, known, bounds)
