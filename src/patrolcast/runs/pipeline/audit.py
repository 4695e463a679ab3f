"""Who would have received the patrol? Patrol of the latest nights that have an outcome, beside residents by group.

::

    forecast of the validation nights -> ranked and allocated as the run's own -> minutes per night and cell --+
    what citizens reported on those nights --------------------------------------------------------------------+-> audit
    residents by group ----------------------------------------------------------------------------------------+

Residents enter here, after forecast and suggestions are made, and nothing here flows back.
"""

from dataclasses import replace

import geopandas as gpd
import h3
import numpy as np
import pandas as pd

from patrolcast.audit.disparity import ascertainment
from patrolcast.audit.disparity.calibration import equal_opportunity, group_calibration
from patrolcast.audit.disparity.compare_groups import compare_groups
from patrolcast.audit.disparity.composition import compositions
from patrolcast.audit.disparity.concentration import concentration, concentration_gate
from patrolcast.audit.disparity.districts import find_in_districts
from patrolcast.audit.disparity.gates import broken_gate, disparity_gates
from patrolcast.domain.errors import ConfigError, PatrolcastError
from patrolcast.domain.measures import Ascertainment, DisparityAudit, GroupComparison, unmeasured
from patrolcast.domain.records import AuditTables, GateResult
from patrolcast.domain.settings import Audit, Settings
from patrolcast.domain.tables import CityTables
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.runs.pipeline.allocation import PatrolAllocator
from patrolcast.runs.pipeline.audited.caps_price import price_of_caps
from patrolcast.runs.pipeline.audited.intervals import describe_parts, measure_errors, widened
from patrolcast.runs.pipeline.audited.nights import AuditedNights, audited_nights
from patrolcast.runs.pipeline.audited.tables import audit_tables
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.residents import (
    ResidentCounts,
    count_residents,
    group_and_others,
    tract_means,
    with_spreadings,
)
from patrolcast.runs.pipeline.windows import TimeWindows

BLOCK_LEVELS = 2
"""Spatial blocks are the H3 parents so many resolutions up: 49 cells each."""

NO_RESIDENTS = "no count of residents: add [residents] to the config"
_TOO_FEW_NIGHTS = "records came in of less than half of the nights that the audit looks at"


def audit_run(
    tables: CityTables, settings: Settings, cells: gpd.GeoDataFrame, panel: Panel, windows: TimeWindows,
    forecast: Forecast, allocator: PatrolAllocator,
) -> tuple[DisparityAudit | None, tuple[GateResult, ...], AuditTables | None]:  # fmt: skip
    """The audit of a run, its gates, and what it was computed from.

    An audit that breaks is a gate that failed, never a run without an audit.

    Raises ConfigError when [audit] names a group or a category that does not exist.
    """
    groups = () if settings.residents is None else tuple(settings.residents.groups)
    _check_names(settings.audit, groups, panel.categories)
    try:
        nights = audited_nights(panel, windows, forecast, allocator)
        people = count_residents(tables, settings, cells)
        people = None if people is None else with_spreadings(people, tables, settings, cells)
        audit = measure_disparity(nights, people, settings, cells, allocator, panel.categories)
        declared = {} if settings.residents is None else settings.residents.not_measured
        measured = audit_tables(nights, people, cells, allocator, reference=settings.audit.reference)
        few = concentration_gate(audit.concentration, audit.caps, settings.audit)
        return audit, (*disparity_gates(audit, settings.audit, groups, declared), few), measured
    except PatrolcastError:
        raise
    except Exception as error:
        return None, (broken_gate(error, settings.audit),), None


def measure_disparity(
    nights: AuditedNights,
    people: ResidentCounts | None,
    settings: Settings,
    cells: gpd.GeoDataFrame,
    allocator: PatrolAllocator,
    categories: tuple[str, ...],
) -> DisparityAudit:
    """Everything that `audit/` measures, on one window."""
    base = DisparityAudit(
        why_not=NO_RESIDENTS if people is None else "" if nights.enough else _TOO_FEW_NIGHTS,
        left_out=nights.left_out,
        dosage="suggested",
        n_nights=len(nights.dose),
        first_night=nights.first,
        last_night=nights.last,
        vintage="" if settings.residents is None else settings.residents.vintage,
        concentration=concentration(nights.dose),
        caps=price_of_caps(nights, allocator),
    )
    if people is None or not nights.enough:
        return base
    limits = settings.audit
    errors = measure_errors(nights, people, limits, allocator.district, len(allocator.names))
    groups = widened(
        _compare(nights.dose, nights.need, people.by_cell, people.total, people, limits),
        {name: error.city for name, error in errors.items()},
    )
    level = widened(
        _by_cell_only(_by_district(nights, people, allocator, limits)),
        {name: error.district_means for name, error in errors.items()},
    )
    districts = {
        str(name): widened(inside, {group: error.districts[code] for group, error in errors.items()})
        for code, (name, inside) in enumerate(_within_districts(nights, people, allocator, limits).items())
    }
    tract_dose, tract_people, tract_total = tract_means(nights.dose, people)
    tract_need, _, _ = tract_means(nights.need, people)
    return DisparityAudit(
        **{
            **vars(base),
            "coverage": people.coverage,
            "measured_shares": _measured_shares(nights, people),
            "groups": groups,
            "levels": {
                "district": level,
                "census area": _by_cell_only(
                    _compare(tract_dose, tract_need, tract_people, tract_total, people, limits)
                ),
            },
            "districts": districts,
            "in_districts": find_in_districts(districts, limit=limits.max_excess_ratio),
            "interval_parts": describe_parts(nights, people),
            "exposure_by_spreading": {name: error.exposure_by_spreading for name, error in errors.items()},
            "composition": compositions(tract_dose.sum(axis=0), tract_people, tract_total, people.names),
            **_by_group(nights, people, groups, settings, cells, allocator, categories),
        }
    )


def _measured_shares(nights: AuditedNights, people: ResidentCounts) -> dict[str, float]:
    """Of each group and of everybody, the share that the audit saw: counted where they live, on nights with records."""
    complete = nights.share_complete()
    counts = dict(zip((*people.names, "total"), (*people.by_cell, people.total), strict=True))
    return {
        name: share * (float(complete @ counts[name] / counts[name].sum()) if counts[name].sum() > 0 else 1.0)
        for name, share in people.measured_shares.items()
    }


def _by_group(
    nights: AuditedNights,
    people: ResidentCounts,
    groups: tuple[GroupComparison, ...],
    settings: Settings,
    cells: gpd.GeoDataFrame,
    allocator: PatrolAllocator,
    categories: tuple[str, ...],
) -> dict[str, tuple[object, ...]]:
    """Calibration, equal opportunity and ascertainment of every group that was measured."""
    block = spatial_blocks(cells)
    calibration, opportunity, uneven = [], [], []
    for comparison in groups:
        if not comparison.excess.measured:
            continue
        members, others = group_and_others(people, comparison.group, settings.audit.reference)
        names = (comparison.group, comparison.against)
        calibration.append(
            group_calibration(nights.predicted, nights.counts.sum(axis=0), members, others, block=block, names=names)
        )
        opportunity.append(equal_opportunity(nights.reached, nights.counts, members, others, people.total, names=names))
        uneven.append(_uneven(nights, members, others, people.total, settings.audit, allocator, categories, names))
    return {"calibration": tuple(calibration), "opportunity": tuple(opportunity), "ascertainment": tuple(uneven)}


def _uneven(
    nights: AuditedNights,
    members: FloatArray,
    others: FloatArray,
    total: FloatArray,
    limits: Audit,
    allocator: PatrolAllocator,
    categories: tuple[str, ...],
    names: tuple[str, str],
) -> Ascertainment:
    survey = {}
    if limits.survey_reporting:
        rates = np.array([limits.survey_reporting.get(name, 1.0) for name in categories])
        label = f"each category at its survey rate ({limits.survey_source or 'source not named'})"
        occurred = nights.expected.astype(np.float64) / rates[:, None, None]  # reported / share that is reported
        survey[label] = allocator.score(occurred, nights.schedule)
    # Under a bound the table is about the ranking without it: hundreds of integer programmes would add nothing.
    free = replace(allocator, bounds=())

    def allocate(score: FloatArray) -> FloatArray:
        return np.where(nights.complete, free.allocate(score, nights.schedule).visits, 0.0)

    visits = allocate(nights.score) if allocator.bounds else nights.visits * nights.complete
    return ascertainment.under_reporting_ratios(
        nights.score,
        visits,
        nights.need.sum(axis=0),
        members,
        others,
        total,
        allocate=allocate,
        ratios=limits.reporting_ratios,
        other_scores=survey,
        names=names,
    )


def _compare(
    dose: FloatArray, need: FloatArray, residents: FloatArray, total: FloatArray, people: ResidentCounts, limits: Audit
) -> tuple[GroupComparison, ...]:
    return compare_groups(
        dose, need, residents, total, people.names,
        reference=limits.reference, least_residents=limits.least_residents,
    )  # fmt: skip


def _by_district(
    nights: AuditedNights, people: ResidentCounts, allocator: PatrolAllocator, limits: Audit
) -> tuple[GroupComparison, ...]:
    member = np.equal.outer(np.arange(len(allocator.names)), allocator.district).astype(np.float64)
    mean = (member / member.sum(axis=1, keepdims=True)).T
    return _compare(
        nights.dose @ mean, nights.need @ mean, people.by_cell @ member.T, member @ people.total, people, limits
    )


def _by_cell_only(comparisons: tuple[GroupComparison, ...]) -> tuple[GroupComparison, ...]:
    """Need per resident is read in cells; the mean need of many cells for each resident of all of them is no rate."""
    why = unmeasured("need per resident is read in cells only")
    return tuple(
        replace(comparison, log_need_ratio_per_resident=why, excess_per_resident=why) for comparison in comparisons
    )


def _within_districts(
    nights: AuditedNights, people: ResidentCounts, allocator: PatrolAllocator, limits: Audit
) -> dict[str, tuple[GroupComparison, ...]]:
    by_district = {}
    for code, name in enumerate(allocator.names):
        inside = allocator.district == code
        by_district[str(name)] = _compare(
            nights.dose[:, inside], nights.need[:, inside], people.by_cell[:, inside], people.total[inside], people,
            limits,
        )  # fmt: skip
    return by_district


def spatial_blocks(cells: gpd.GeoDataFrame) -> IntArray:
    """Number of the spatial block of each cell, ``[n_cells]``: cells of one block err together."""
    names = cells["cell"]
    level = h3.get_resolution(names.iloc[0]) - BLOCK_LEVELS
    parents = [h3.cell_to_parent(cell, level) for cell in names]
    codes: IntArray = pd.factorize(pd.Index(parents), sort=True)[0].astype(np.int64)
    return codes


def _check_names(limits: Audit, groups: tuple[str, ...], categories: tuple[str, ...]) -> None:
    if limits.reference is not None and groups and limits.reference not in groups:
        cure = f"groups here: {', '.join(groups)}"
        raise ConfigError("[audit] reference", got=repr(limits.reference), rule="must be a group", cure=cure)
    unknown = sorted(set(limits.survey_reporting) - set(categories))
    if unknown:
        cure = f"categories here: {', '.join(categories)}"
        rule = "must be a category of the codebook"
        raise ConfigError("[audit] survey_reporting", got=repr(unknown[0]), rule=rule, cure=cure)
