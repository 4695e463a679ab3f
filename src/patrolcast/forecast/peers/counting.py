"""Peers that count and smooth: all history, trailing windows, decay in time, Gaussian kernels in space.

Counting is the method to beat; kernels are the hot-spot maps of most crime analysts.
"""

import numpy as np

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.decay import daily_factor


def all_history(reports: Reports, space: Space) -> FloatArray:
    """Count of every report known, by cell."""
    return reports.weighted(np.ones_like(reports.age_days))


def trailing(reports: Reports, space: Space, *, days: int) -> FloatArray:
    """Count of the reports of the last ``days``."""
    return reports.weighted((reports.age_days < days).astype(np.float64))


def smoothed_count(reports: Reports, space: Space, *, bandwidth_m: float) -> FloatArray:
    """All-history count spread over neighbouring cells by a Gaussian of ``bandwidth_m``."""
    return space.smooth(all_history(reports, space), bandwidth_m)


def peer_kernel_density(reports: Reports, space: Space, *, bandwidth_m: float, half_life_days: float) -> FloatArray:
    """Kernel density whose reports halve in weight every ``half_life_days``.

    Kernel density of incidents as a hot-spot map: Chainey, Tompson & Uhlig 2008 (doi 10.1057/palgrave.sj.8350066).
    Approximation: incidents stand at the centre of their cell.
    """
    return space.smooth(reports.weighted(daily_factor(half_life_days) ** reports.age_days), bandwidth_m)
