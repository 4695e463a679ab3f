"""Patrol exposure: how much patrol the residents of a group live with, beside how much is reported where they live.

::

                       sum over cells  residents of the group in the cell * patrol minutes in the cell
    exposure of group = -----------------------------------------------------------------------------
                                       residents of the group in all cells

So exposure is the patrol minutes in the cell where a member of the group lives, on average. Need is the same mean of
what citizens reported there. Both are the same average over the same people: were patrol spread in proportion to
reports, the two ratios of any two groups would be equal, whatever the density of their cells, and the excess 0.

- exposure ratio: exposure of group B / exposure of A. Alone it hides under-service.
- need ratio: need of B / need of A. It inherits every difference in reporting.
- excess: log exposure ratio - log need ratio. Always shown beside the log exposure ratio.

Need can also be read per resident (:func:`need_per_resident`); `docs/decisions/0003-need.md` says why that stands
beside the headline and not in it.
"""

import numpy as np
import numpy.typing as npt

from patrolcast.numerics.arrays import FloatArray

LEAST_RESIDENTS_A_CELL = 20.0
"""Cells with fewer have no rate per resident."""


def exposure(amounts: npt.ArrayLike, residents: npt.ArrayLike) -> FloatArray:
    """Mean amount in the cell where a member of each group lives.

    Parameters
    ----------
    amounts : ``[n_nights, n_cells]``, patrol minutes (or incidents: then the result is need).
    residents : ``[n_groups, n_cells]``, not negative.

    Returns
    -------
    ``[n_nights, n_groups]`` in units of the amounts; NaN for a group without residents.
    """
    amount, people = np.asarray(amounts, dtype=np.float64), np.asarray(residents, dtype=np.float64)
    total = people.sum(axis=1)
    weighted = amount @ people.T
    return np.divide(weighted, total[None, :], out=np.full(weighted.shape, np.nan), where=total[None, :] > 0)


def need_per_resident(reported: npt.ArrayLike, residents: npt.ArrayLike, total: npt.ArrayLike) -> FloatArray:
    """Reported incidents per resident of the cell where a member of each group lives, on average.

    Parameters
    ----------
    reported : ``[n_nights, n_cells]``; ``residents`` ``[n_groups, n_cells]``; ``total`` all residents ``[n_cells]``.

    Returns
    -------
    ``[n_nights, n_groups]``, over cells with at least ``LEAST_RESIDENTS_A_CELL`` residents: a station or a mall with
    five would have hundreds of incidents per resident, and their group would be whoever the five are.
    """
    people, everyone = np.asarray(residents, dtype=np.float64), np.asarray(total, dtype=np.float64)
    lived_in = everyone >= LEAST_RESIDENTS_A_CELL
    rate = np.asarray(reported, dtype=np.float64)[:, lived_in] / everyone[lived_in]
    return exposure(rate, people[:, lived_in])


def log_ratio(of: npt.ArrayLike, to: npt.ArrayLike) -> float:
    """Log of (sum of ``of``) / (sum of ``to``); NaN unless both are above 0."""
    top, bottom = float(np.sum(of)), float(np.sum(to))
    return float(np.log(top / bottom)) if top > 0.0 and bottom > 0.0 else float("nan")


def log_exposure_ratio(amounts: npt.ArrayLike, residents_b: npt.ArrayLike, residents_a: npt.ArrayLike) -> float:
    """Log exposure ratio of group B to group A over all nights; 0 is parity.

    Parameters
    ----------
    amounts : patrol minutes (or weighted reports: then it is the log need ratio), ``[n_nights, n_cells]``.
    residents_b, residents_a : ``[n_cells]``.
    """
    both = exposure(amounts, np.stack([np.asarray(residents_b), np.asarray(residents_a)]))
    return log_ratio(both[:, 0], both[:, 1])


def excess(
    minutes: npt.ArrayLike, reported: npt.ArrayLike, residents_b: npt.ArrayLike, residents_a: npt.ArrayLike
) -> float:
    """Log exposure ratio minus log need ratio: above 0, B gets more patrol per reported incident than A.

    Parameters
    ----------
    minutes : patrol minutes; ``reported`` : citizen-reported incidents, weighted as the ranking weighs them; both
        ``[n_nights, n_cells]``.
    """
    need = log_exposure_ratio(reported, residents_b, residents_a)
    return log_exposure_ratio(minutes, residents_b, residents_a) - need
