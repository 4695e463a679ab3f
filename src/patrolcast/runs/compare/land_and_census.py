"""Land and residents of the shared cells, by the overlay of a run's audit."""

from __future__ import annotations

import numpy as np

from patrolcast.audit.compare.land_and_census import LEAST_AREAS, Census, LandAndCensus, small_groups
from patrolcast.runs.compare.prepare import PreparedComparison
from patrolcast.runs.compare.variants import VariantConfig
from patrolcast.runs.pipeline.residents import count_residents


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


def census_notes(land: LandAndCensus) -> list[str]:
    """What could not be measured of groups, and why."""
    if not land.residents:
        return ["Groups were not measured: the config names no residents. That is not a pass."]
    notes = []
    if small := small_groups(land):
        notes.append(f"Not measured, too few residents: {', '.join(small)}.")
    if not land.has_areas:
        note = f"Who lives in the most patrolled census areas was not measured: there are fewer than {LEAST_AREAS}"
        notes.append(f"{note} areas, and 5 % of them are less than one.")
    return notes
