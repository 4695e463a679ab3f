"""Which shifts are trained on, validated on and forecast, and from which nightly origin each is seen.

::

    history ------------------------------------------------------------------------------> as_of
              |-------- training targets --------|-- validation --|- maturity -|            |-- horizon --|

Targets younger than the maturity may still be unreported; they are features (what is known is known) but not targets.

For other trainings of the same model the training window is halved four times, each with a seed of its own. What patrol
would a model have suggested that had seen other weeks? Two-week blocks of the training window are paired,
and each training takes one block of every pair, by the columns of a Hadamard matrix, so that every block is used
equally often and the halves are orthogonal (balanced half-samples: McCarthy 1969, doi 10.2307/1402214)::

    blocks        1 2   3 4   5 6   7 8 ...
    training 1    x .   x .   x .   x .
    training 2    . x   x .   . x   . x
    training 3    x .   . x   . x   x .
    training 4    . x   . x   x .   . x

Rows of a half weigh double, so that the trees are regularised alike. The weights of the decayed counts are fitted to
the half's weeks, too. How strongly a place's share of the shift is drawn to the city's is that of the run itself, as is
the trees' feature `starting_level`.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError
from patrolcast.domain.settings import Model
from patrolcast.domain.shifts import MICROSECONDS_PER_HOUR, to_instants
from patrolcast.features.rows import draw_leads, latest_origin
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, Int32Array
from patrolcast.numerics.random_streams import Stream, random_stream

_LONGEST_WARM_UP_DAYS = 182
_LEAST_TRAINING_DAYS = 14
BLOCK_DAYS = 14
_FIRST_OF_PAIR = ((True, True, True), (False, True, False), (True, False, False), (False, False, True))
N_HALVES = len(_FIRST_OF_PAIR)


@dataclass(frozen=True)
class Window:
    """Shifts and, in parallel, the day index of the origin from which each is forecast."""

    shifts: Int32Array
    origins: Int32Array

    def __len__(self) -> int:
        return len(self.shifts)


@dataclass(frozen=True)
class TimeWindows:
    """Windows of one run; they never overlap, and each lies after the one before."""

    training: Window
    validation: Window
    horizon: Window

    @property
    def first_day(self) -> int:
        """Earliest origin day that any window looks from."""
        return int(min(window.origins.min() for window in (self.training, self.validation, self.horizon)))


def plan_windows(panel: Panel, model: Model, *, as_of: datetime, n_slots: int) -> TimeWindows:
    """Splits the panel's shifts for one run.

    Raises DataRefusedError when the history is too short to train and to validate.
    """
    day = 24 * MICROSECONDS_PER_HOUR
    start, end = to_instants(panel.calendar["shift_start"]), to_instants(panel.calendar["shift_end"])
    now = int(to_instants(pd.DatetimeIndex([as_of]))[0])
    mature = now - model.maturity_days * day
    validated = mature - model.validation_days * day
    warm_up = min(_LONGEST_WARM_UP_DAYS, panel.n_days // 3)
    latest = latest_origin(start, panel.origins)
    leads = draw_leads(len(start), horizon_days=model.horizon_days, rng=random_stream(model.seed, Stream.LEAD_DAYS))
    origin = latest - leads

    def window(chosen: BoolArray) -> Window:
        shifts = np.flatnonzero(chosen & (origin >= 0)).astype(np.int32)
        return Window(shifts, origin[shifts])

    trained = (end <= validated) & (start >= validated - model.training_days * day) & (origin >= warm_up)
    training = window(trained)
    validation = window((end <= mature) & (start >= validated))
    if len(training) < _LEAST_TRAINING_DAYS * n_slots or not len(validation):
        needed = warm_up + _LEAST_TRAINING_DAYS + model.validation_days + model.maturity_days + model.horizon_days
        cure = "use an earlier export, or lower [model] validation_days and maturity_days"
        raise DataRefusedError("incidents", got=f"{panel.n_days} days of history", rule=f"at least {needed}", cure=cure)
    ahead = np.flatnonzero(start >= now)[: model.horizon_days * n_slots].astype(np.int32)
    horizon = Window(ahead, np.full(len(ahead), panel.n_days - 1, dtype=np.int32))
    return TimeWindows(training, validation, horizon)


def in_half(shift: Int32Array, half: int, *, n_slots: int) -> BoolArray:
    """Which shifts (positions in the panel) belong to a half."""
    block = shift // (BLOCK_DAYS * n_slots)
    takes_first = np.array(_FIRST_OF_PAIR[half])[(block // 2) % 3]
    chosen: BoolArray = (block % 2 == 0) == takes_first
    return chosen
