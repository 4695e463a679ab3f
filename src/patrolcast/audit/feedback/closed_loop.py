"""What a pair of closed and open runs shows: does the forecast feed on the patrol that it caused?

The primary measure is the **reinforcement gain**: the log of the share of all expected incidents that the forecast puts
into the cells which the *open* run would suggest, closed over open. It is 0 when patrol cannot reach the forecast,
positive when patrol makes its own forecast come true, negative when it drives incidents (or reports) away. Distance to
the true rates does not measure a loop: it improves even while a naive loop locks in.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.audit.disparity.exposure import log_exposure_ratio
from patrolcast.audit.feedback.persistence import measure_persistence
from patrolcast.numerics.arrays import FloatArray


@dataclass(frozen=True)
class LoopOutcome:
    """One city in one scenario.

    Attributes
    ----------
    gain : reinforcement gain of the last plan, log scale.
    belief_difference : largest absolute difference of any expected value of any plan between closed and open.
    excess_closed, excess_open : log exposure ratio (group b over group a) of the suggested visits minus that of visits
        allocated by the true rates; second half of the nights.
    log_ratio_oracle : log exposure ratio of visits allocated by the true rates.
    distinct_closed, distinct_open : cells suggested at least once.
    kept_closed, kept_open : mean share of a night's cells that were suggested the night before, 0..1.
    """

    gain: float
    belief_difference: float
    excess_closed: float
    excess_open: float
    log_ratio_oracle: float
    distinct_closed: float
    distinct_open: float
    kept_closed: float
    kept_open: float


def reinforcement_gain(opened: FloatArray, closed: FloatArray, suggested_open: FloatArray) -> float:
    """Log of the belief share in the cells that the open run would suggest, closed over open.

    Raises ValueError when nothing is suggested or nothing is expected: there is no share to compare.

    Parameters
    ----------
    opened, closed : expected incidents of one plan, ``[n_shifts, n_cells]``.
    suggested_open : visits that the open run's plan suggests, same shape.
    """
    chosen = suggested_open > 0
    shares = [float(belief[chosen].sum() / belief.sum()) if belief.sum() > 0 else 0.0 for belief in (closed, opened)]
    if min(shares) <= 0:
        raise ValueError("no expected incidents in the suggested cells of one of the runs: the gain is not defined")
    return float(np.log(shares[0]) - np.log(shares[1]))


def summarise_pair(
    *,
    belief: tuple[FloatArray, FloatArray],
    planned_open: FloatArray,
    suggested: tuple[FloatArray, FloatArray],
    log_ratio_oracle: float,
    share_b: FloatArray,
    residents: FloatArray,
) -> LoopOutcome:
    """The outcome of one (open, closed) pair.

    Parameters
    ----------
    belief : expected incidents, each ``[n_plans, n_shifts, n_cells]``.
    planned_open : visits that the last open plan suggests, ``[n_shifts, n_cells]``.
    suggested : suggested visits by night, each ``[n_nights, n_slots, n_cells]``.
    share_b : group b's share of each cell's ``residents``, 0..1; the rest is group a.
    """
    opened, closed = belief
    late = [by_night[by_night.shape[0] // 2 :].sum(axis=(0, 1)) for by_night in suggested]
    in_b, in_a = share_b * residents, (1 - share_b) * residents
    excess = [log_exposure_ratio(visits[None], in_b, in_a) - log_ratio_oracle for visits in late]
    moves = [measure_persistence(by_night.max(axis=1) > 0) for by_night in suggested]
    return LoopOutcome(
        gain=reinforcement_gain(opened[-1], closed[-1], planned_open),
        belief_difference=float(np.abs(opened - closed).max()),
        excess_open=excess[0],
        excess_closed=excess[1],
        log_ratio_oracle=log_ratio_oracle,
        distinct_open=float(moves[0].distinct),
        distinct_closed=float(moves[1].distinct),
        kept_open=moves[0].kept,
        kept_closed=moves[1].kept,
    )
