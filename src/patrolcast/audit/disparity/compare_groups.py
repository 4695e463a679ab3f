"""Who receives the patrol: each group's exposure, need and excess against everyone else, with intervals.

A group is compared with all other residents, or with one group that the config names. A group of fewer residents than
the config requires is not measured: a handful of people in one census area says nothing about patrol.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from patrolcast.audit.batch_means import batch_statistic
from patrolcast.audit.disparity.exposure import exposure, log_ratio, need_per_resident
from patrolcast.domain.measures import EVERYONE_ELSE, GroupComparison, Interval, unmeasured
from patrolcast.numerics.arrays import FloatArray, IntArray


def compare_groups(
    minutes: FloatArray,
    reported: FloatArray,
    residents: FloatArray,
    total: FloatArray,
    names: Sequence[str],
    *,
    reference: str | None = None,
    least_residents: float = 0.0,
) -> tuple[GroupComparison, ...]:
    """Exposure, need and excess of every group.

    Raises KeyError when the reference is no group.

    Parameters
    ----------
    minutes : patrol minutes per night and cell, ``[n_nights, n_cells]``.
    reported : citizen-reported incidents of the same nights and cells, weighted as the ranking weighs them.
    residents : ``[n_groups, n_cells]``, in the order of ``names``.
    total : all residents, ``[n_cells]``.
    reference : the group that the others are compared with; None: everyone else.
    least_residents : a side with fewer is not measured.
    """
    position = {name: i for i, name in enumerate(names)}
    comparisons = []
    for name in names:
        if name == reference:
            continue
        members = residents[position[name]]
        others = np.maximum(total - members, 0.0) if reference is None else residents[position[reference]]
        both = np.stack([members, others])
        exposures, need = exposure(minutes, both), exposure(reported, both)
        levels = float(exposures[:, 0].mean()), float(exposures[:, 1].mean())
        sides = name, reference or EVERYONE_ELSE, float(members.sum())
        if min(float(members.sum()), float(others.sum())) < max(least_residents, 1.0):
            few = f"fewer than {least_residents:,.0f} residents" if least_residents > 1 else "no residents"
            why = unmeasured(few, n=len(minutes))
            comparisons.append(GroupComparison(*sides, *levels, why, why, why, enough=False))
            continue
        ratios = ratio_interval(exposures[:, 0], exposures[:, 1]), ratio_interval(need[:, 0], need[:, 1])
        comparison = GroupComparison(*sides, *levels, *ratios, excess_interval(exposures, need))
        if comparison.excess.measured:
            per_resident = need_per_resident(reported, both, total)
            comparison = replace(
                comparison,
                log_need_ratio_per_resident=ratio_interval(per_resident[:, 0], per_resident[:, 1]),
                excess_per_resident=excess_interval(exposures, per_resident),
            )
        comparisons.append(comparison)
    return tuple(comparisons)


def ratio_interval(of: FloatArray, to: FloatArray) -> Interval:
    """Interval of the log ratio of two nightly series, ``[n_nights]``, each summed over its batch."""
    return batch_statistic(lambda nights: log_ratio(of[nights], to[nights]), len(of))


def excess_interval(minutes: FloatArray, need: FloatArray) -> Interval:
    """Interval of the excess from nightly exposures and needs of (B, A), each ``[n_nights, 2]``."""

    def excess_of(nights: IntArray) -> float:
        return log_ratio(minutes[nights, 0], minutes[nights, 1]) - log_ratio(need[nights, 0], need[nights, 1])

    return batch_statistic(excess_of, len(minutes))
