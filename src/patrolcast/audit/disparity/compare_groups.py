"""Who receives the patrol: each group's exposure, need and excess against everyone else, with intervals.

A group is compared with all other residents, or with one group that the config names. A group of fewer residents than
declared is not measured: a handful of people in one census area says nothing about patrol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from patrolcast.audit.batch_means import batch_statistic
from patrolcast.audit.disparity.exposure import exposure, log_ratio, need_per_resident
from patrolcast.domain.measures import EVERYONE_ELSE, GroupComparison, Interval, unmeasured
from patrolcast.numerics.arrays import FloatArray, IntArray


def compare_groups(
    dose: FloatArray,
    reported: FloatArray,
    residents: FloatArray,
    total: FloatArray,
    names: Sequence[str],
    *,
    reference: str | None = None,
    least_residents: float = 0.0,
) -> tuple[GroupComparison, ...]:
    """Exposure, need and excess of every group.

    Parameters
    ----------
    dose : patrol minutes per night and cell, ``[n_nights, n_cells]``.
    reported : citizen-reported incidents of the same nights and cells, weighted as the ranking weighs them.
    residents : ``[n_groups, n_cells]``, in the order of ``names``.
    total : all residents, ``[n_cells]``.
    reference : the group that the others are compared with; None: everyone else.
    least_residents : a side with fewer is not measured.

    Raises
    ------
    KeyError
        when the reference is no group.
    """
    at = {name: i for i, name in enumerate(names)}
    found = []
    for name in names:
        if name == reference:
            continue
        own = residents[at[name]]
        other = np.maximum(total - own, 0.0) if reference is None else residents[at[reference]]
        against = reference or EVERYONE_ELSE
        per_resident = need_per_resident(reported, np.stack([own, other]), total)
        one = _compare(dose, reported, own, other, name, against, least_residents)
        if one.excess.measured:
            by_resident = ratio_interval(per_resident[:, 0], per_resident[:, 1])
            one = replace(one, log_need_ratio_per_resident=by_resident)
        found.append(one)
    return tuple(found)


def ratio_interval(of: FloatArray, to: FloatArray) -> Interval:
    """Interval of the log ratio of two nightly series, ``[n_nights]``, each summed over its batch."""
    return batch_statistic(lambda nights: log_ratio(of[nights], to[nights]), len(of))


def excess_interval(dose: FloatArray, need: FloatArray) -> Interval:
    """Interval of the excess from nightly exposures and needs of (B, A), each ``[n_nights, 2]``."""

    def excess_of(nights: IntArray) -> float:
        return log_ratio(dose[nights, 0], dose[nights, 1]) - log_ratio(need[nights, 0], need[nights, 1])

    return batch_statistic(excess_of, len(dose))


def _compare(
    dose: FloatArray, reported: FloatArray, own: FloatArray, other: FloatArray, name: str, against: str, least: float
) -> GroupComparison:
    both = np.stack([own, other])
    exposed, need = exposure(dose, both), exposure(reported, both)
    few = min(float(own.sum()), float(other.sum()))
    if few < max(least, 1.0):
        why = unmeasured(f"fewer than {least:,.0f} residents" if least > 1 else "no residents", n=len(dose))
        return GroupComparison(name, against, float(own.sum()), *_means(exposed), why, why, why, enough=False)
    return GroupComparison(
        group=name,
        against=against,
        residents=float(own.sum()),
        exposure=float(exposed[:, 0].mean()),
        exposure_against=float(exposed[:, 1].mean()),
        log_exposure_ratio=ratio_interval(exposed[:, 0], exposed[:, 1]),
        log_need_ratio=ratio_interval(need[:, 0], need[:, 1]),
        excess=excess_interval(exposed, need),
    )


def _means(exposed: FloatArray) -> tuple[float, float]:
    return float(exposed[:, 0].mean()), float(exposed[:, 1].mean())
