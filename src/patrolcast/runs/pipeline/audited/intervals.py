"""Intervals of the audit that hold more than nights: trainings, census margins, where residents live."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from patrolcast.audit.disparity.census_error import DRAWS as CENSUS_DRAWS
from patrolcast.audit.disparity.census_error import redraw_counts
from patrolcast.audit.disparity.error_parts import OtherVersions, part_widths, with_parts
from patrolcast.audit.disparity.ratio_draws import SidesOfCells, ratio_draws
from patrolcast.audit.disparity.within_areas import (
    DRAWS,
    LEAST_PAIRS,
    cells_to_an_area,
    measure_unevenness,
    place_anew,
    place_by_reports,
)
from patrolcast.domain.measures import ErrorParts, GroupComparison
from patrolcast.domain.settings import Audit
from patrolcast.numerics.arrays import FloatArray, IntArray
from patrolcast.runs.pipeline.audited.nights import AuditedNights
from patrolcast.runs.pipeline.residents import ResidentCounts, group_and_others

BY_REPORTS = "by reports, as between neighbouring areas"

Parts = dict[str, ErrorParts]


@dataclass(frozen=True)
class GroupErrors:
    """Half-widths of one group's log ratios: in the city, in each district by its code, at the level of districts.

    Attributes
    ----------
    exposure_by_spreading : way of spreading -> exposure ratio of the city.
    """

    city: Parts
    districts: list[Parts]
    district_means: Parts
    exposure_by_spreading: dict[str, float]


def measure_errors(
    nights: AuditedNights, people: ResidentCounts, limits: Audit, district: IntArray, n_districts: int
) -> dict[str, GroupErrors]:
    """Every group's errors but those over nights; groups of too few residents are left out.

    Parameters
    ----------
    district : code of each cell's district, ``[n_cells]``.
    """
    member = np.equal.outer(np.arange(n_districts), district).astype(np.float64)
    places = np.vstack([np.ones(len(district)), member])
    minutes, reported = nights.dose.sum(axis=0)[:, None], nights.need.sum(axis=0)[:, None]
    means = [(member / member.sum(axis=1, keepdims=True)).T @ (member @ values)
             for values in (minutes, reported, nights.other_minutes)]  # fmt: skip
    redrawn = dict(_redrawn(people, limits.reference))
    errors = {}
    for name in people.names:
        members, others = group_and_others(people, name, limits.reference)
        if name == limits.reference or min(members.sum(), others.sum()) < max(limits.least_residents, 1.0):
            continue
        sides = SidesOfCells(members[:, None], others[:, None], people.total[:, None])
        versions = _versions(nights, people, limits.reference, name, redrawn.get(name))
        city, *districts = part_widths(minutes, reported, sides, places, versions)
        of_means = replace(versions, other_minutes=means[2])
        [level] = part_widths(means[0], means[1], sides, places[:1], of_means)
        ways = {"by area": sides, **versions.spreadings}
        errors[name] = GroupErrors(
            city,
            districts,
            level,
            {way: float(np.exp(ratio_draws(minutes, reported, side, places[:1])["log_exposure_ratio"][0, 0]))
             for way, side in ways.items()},
        )  # fmt: skip
    return errors


def widened(comparisons: tuple[GroupComparison, ...], parts: Mapping[str, Parts]) -> tuple[GroupComparison, ...]:
    """Comparisons with the parts of their groups; a group that is not there keeps its intervals over nights."""
    return tuple(
        with_parts(comparison, parts[comparison.group]) if comparison.group in parts else comparison
        for comparison in comparisons
    )


def describe_parts(nights: AuditedNights, people: ResidentCounts) -> dict[str, str]:
    """Part of an interval -> how it was measured, or that it was not and why."""
    n_trained = nights.other_minutes.shape[1]
    not_trained = "not measured: no other training was made ([audit] other_trainings)"
    no_margins = "not measured: the counts come without margins of error"
    few_pairs = f"not measured: fewer than {LEAST_PAIRS} pairs of census areas touch"
    return {
        "nights": f"{len(nights.dose)} nights in six batches",
        "trainings": f"{n_trained} trainings on half of the weeks each, other seeds" if n_trained else not_trained,
        "census": no_margins
        if people.margins is None
        else f"{CENSUS_DRAWS} draws within the census's margins of error",
        "within_areas": few_pairs
        if len(people.neighbours) < LEAST_PAIRS
        else f"residents placed anew within their census areas, {DRAWS} times",
        "spreading": "the furthest of other ways to spread residents over cells: "
        + "; ".join([*people.spreadings, BY_REPORTS]),
    }


def versions_by_reports(
    nights: AuditedNights, people: ResidentCounts, reference: str | None, name: str
) -> SidesOfCells | None:
    """A group's residents placed within their areas as reports are; None where too few areas touch."""
    members, others, beside = _areas(people, reference, name)
    if len(people.neighbours) < LEAST_PAIRS:
        return None
    placed = place_by_reports(people.neighbours, people.weights, people.land, members, others, nights.predicted)
    return replace(placed, everyone=placed.everyone + beside)


def _versions(
    nights: AuditedNights, people: ResidentCounts, reference: str | None, name: str, census: SidesOfCells | None
) -> OtherVersions:
    at = people.names.index(name)
    spreadings = {way: _sides_of(counts, people, reference, at) for way, counts in people.spreadings.items()}
    if (by_reports := versions_by_reports(nights, people, reference, name)) is not None:
        spreadings[BY_REPORTS] = by_reports
    members, others, beside = _areas(people, reference, name)
    uneven = measure_unevenness(
        people.neighbours, people.land, members, others, cells_to_an_area=cells_to_an_area(people.weights)
    )
    within = None if uneven is None else place_anew(uneven, people.weights, members, others)
    within = None if within is None else replace(within, everyone=within.everyone + beside)
    return OtherVersions(nights.other_minutes, census, within, spreadings)


def _sides_of(counts: FloatArray, people: ResidentCounts, reference: str | None, at: int) -> SidesOfCells:
    """From counts by group and then all residents, ``[n_groups + 1, n]``."""
    members = counts[at]
    others = counts[-1] - members if reference is None else counts[people.names.index(reference)]
    return SidesOfCells(members[:, None], np.maximum(others, 0.0)[:, None], counts[-1][:, None])


def _areas(people: ResidentCounts, reference: str | None, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Residents of both sides in each area, and those of neither side in each cell, ``[n_cells, 1]``."""
    areas = _sides_of(np.vstack([people.by_tract, people.total_by_tract]), people, reference, people.names.index(name))
    members, others = areas.members[:, 0], areas.others[:, 0]
    rest = np.maximum(people.total_by_tract - members - others, 0.0)
    return members, others, np.asarray(people.weights @ rest)[:, None]


def _redrawn(people: ResidentCounts, reference: str | None) -> list[tuple[str, SidesOfCells]]:
    """Each group as the census may have missed it, on cells; nothing where it gives no margins of error."""
    if people.margins is None or not (people.margins > 0).any():
        return []
    draws = redraw_counts(
        people.by_tract, people.margins, people.total_by_tract, people.total_margin,
        reference=None if reference is None else people.names.index(reference),
    )  # fmt: skip
    return [
        (name, SidesOfCells(*(np.asarray(people.weights @ drawn.T) for drawn in sides)))
        for name, sides in zip(people.names, draws, strict=True)
    ]
