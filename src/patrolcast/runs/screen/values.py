"""What the proxy screen measures: each feature's value in each cell, beside the residents and the reports there."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from patrolcast.domain.matrix import Admission, FeatureSpec
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import Progress
from patrolcast.domain.settings import Settings
from patrolcast.domain.tables import CityTables
from patrolcast.features.matrix import category_matrices
from patrolcast.features.proxies.blocks import PlaceTable
from patrolcast.features.rows import dense_rows
from patrolcast.grid.cells import centres_xy_m
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import FloatArray
from patrolcast.runs.pipeline.inputs import category_inputs
from patrolcast.runs.pipeline.residents import residents_of_cells
from patrolcast.runs.pipeline.run import Grid, admit_features, build_grid, count_incidents, panel_inputs
from patrolcast.runs.pipeline.windows import plan_windows


def feature_values(tables: CityTables, settings: Settings, *, as_of: datetime, progress: Progress) -> PlaceTable | None:
    """Everything that the screen measures, cell by cell; None without residents.

    Every feature that the policy would admit and that varies over cells is included: those made from citizen reports as
    history, all others as context. A feature's value in a cell is its mean over the categories and the shifts of the
    horizon.
    """
    with progress.stage("grid"):
        grid = build_grid(tables, settings)
        residents = residents_of_cells(tables, settings, grid.cells)
    if residents is None or settings.residents is None:
        return None
    with progress.stage("panel"):
        panel = count_incidents(tables, grid, settings, as_of=as_of)
    admission = admit_features(settings)
    values = _values(panel, grid, admission, settings, as_of=as_of, progress=progress)
    specs = {decision.spec.name: decision.spec for decision in admission.admitted}
    return PlaceTable(
        xy=centres_xy_m(grid.cells),
        context={name: column for name, column in values.items() if not is_history(specs[name])},
        history={name: column for name, column in values.items() if is_history(specs[name])},
        residents={name: residents[name].to_numpy(dtype=np.float64) for name in settings.residents.groups},
        total=residents["total"].to_numpy(dtype=np.float64),
        counts=np.bincount(panel.cell, minlength=panel.n_cells).astype(np.float64),
        area=grid.cells["area_km2"].to_numpy(dtype=np.float64),
    )


def is_history(spec: FeatureSpec) -> bool:
    """True for what is made from citizen reports (tier 1)."""
    return spec.provenance == Provenance.CITIZEN


def _values(
    panel: Panel, grid: Grid, admission: Admission, settings: Settings, *, as_of: datetime, progress: Progress
) -> dict[str, FloatArray]:
    """Name -> ``[n_cells]`` for every admitted feature that varies over cells."""
    plan = plan_windows(panel, settings.model, as_of=as_of, n_slots=len(settings.shifts.starts))
    shared = panel_inputs(panel, grid, settings, first_day=plan.first_day)
    rows = dense_rows(plan.horizon.shifts, plan.horizon.origins, None, n_cells=panel.n_cells)
    summed = np.zeros((panel.n_cells, len(admission.admitted)))
    for code in range(len(panel.categories)):
        progress.step("features", code, len(panel.categories))
        category, _ = category_inputs(code, panel, shared, grid.kernels, None, plan)
        matrix = category_matrices(shared, category, admission, [rows])[0].values
        summed += matrix.reshape(-1, panel.n_cells, matrix.shape[1]).mean(axis=0, dtype=np.float64)
    progress.step("features", len(panel.categories), len(panel.categories))
    mean = summed / len(panel.categories)
    varies = np.nanstd(mean, axis=0) > 1e-9
    return {name: mean[:, i] for i, name in enumerate(admission.names) if varies[i]}
