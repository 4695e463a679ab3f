"""The log ratios of one group in many places at once, for many versions of its residents or of the patrol.

What an interval must hold is found by doing the whole sum again: with residents spread in another way, with counts as
the census may have missed them, with the patrol of another training. A version is a column; a place (the city, a
district) is a row of ``places``.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.audit.disparity.exposure import LEAST_RESIDENTS_A_CELL
from patrolcast.numerics.arrays import FloatArray

MEASURES = (
    "log_exposure_ratio", "log_need_ratio", "excess", "log_need_ratio_per_resident", "excess_per_resident",
)  # fmt: skip
"""The log ratios of a comparison that carry an interval, by the names of their fields in `GroupComparison`."""


@dataclass(frozen=True)
class SidesOfCells:
    """Residents of a group, of those it is compared with, and all: ``[n_cells, n_versions]`` each, not negative."""

    members: FloatArray
    others: FloatArray
    everyone: FloatArray


def ratio_draws(
    minutes: FloatArray, reported: FloatArray, sides: SidesOfCells, places: FloatArray
) -> dict[str, FloatArray]:
    """Every measure of :data:`MEASURES` in every place and version.

    Parameters
    ----------
    minutes, reported : patrol minutes and weighted reports of the window, ``[n_cells, n_versions]``; one column or one
        row of residents stands for every version of the other.
    places : which cells belong to which place, 0 or 1, ``[n_places, n_cells]``.

    Returns
    -------
    Measure -> ``[n_places, n_versions]``; not finite where a side has no residents, no minute or no report there.
    """
    lived_in = sides.everyone >= LEAST_RESIDENTS_A_CELL
    rate = np.divide(reported, sides.everyone, out=np.zeros(np.broadcast_shapes(reported.shape, lived_in.shape)),
                     where=lived_in)  # fmt: skip
    means = []
    for people in (sides.members, sides.others):
        housed = np.where(lived_in, people, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            here = places @ people
            means.append(
                (places @ (people * minutes) / here, places @ (people * reported) / here,
                 places @ (housed * rate) / (places @ housed))
            )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        exposure, need, per_resident = (np.log(members / others) for members, others in zip(*means, strict=True))
    ratios = (exposure, need, exposure - need, per_resident, exposure - per_resident)
    return dict(zip(MEASURES, ratios, strict=True))
