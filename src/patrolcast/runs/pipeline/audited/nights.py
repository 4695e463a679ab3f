"""The nights that the audit looks at: the latest with an outcome, with patrol allocated exactly as the run does it."""

from dataclasses import dataclass

import numpy as np

from patrolcast.grid.exposed import complete_shifts
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, Float32Array, FloatArray, IntArray
from patrolcast.runs.pipeline.allocation import PatrolAllocator, ShiftSchedule
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.windows import TimeWindows


@dataclass(frozen=True)
class AuditedNights:
    """What the audit looks at, nights in order.

    Where records are missing, patrol, reports and expectations are all left out: there they cannot be compared.

    Attributes
    ----------
    score, visits : of each shift, ``[n_shifts, n_cells]``.
    complete : whether the records of each shift and cell came in; elsewhere the amounts of the nights are 0.
    dose, need, counts, reached : per night, ``[n_nights, n_cells]``: minutes suggested; reported incidents weighted as
        the ranking weighs them; reported incidents; those of them in suggested cells and shifts.
    predicted : expected incidents of the whole window, ``[n_cells]``.
    expected : per category, shift and cell.
    days : of each night, "2026-06-30"; a night of which no record came in is none of them.
    n_window : nights of the window, with those of which no record came in.
    other_minutes : minutes of the whole window by other trainings, ``[n_cells, n_trainings]``.
    """

    score: FloatArray
    visits: FloatArray
    complete: BoolArray
    dose: FloatArray
    need: FloatArray
    counts: FloatArray
    reached: FloatArray
    predicted: FloatArray
    expected: Float32Array
    schedule: ShiftSchedule
    first: str
    last: str
    days: tuple[str, ...]
    n_window: int
    other_minutes: FloatArray

    @property
    def enough(self) -> bool:
        """Whether the records of at least half of the window's nights came in, if not of every place."""
        return 2 * len(self.days) >= self.n_window and len(self.days) > 0

    @property
    def left_out(self) -> str:
        """What of the window was left out, in a sentence; "" where nothing was."""
        if self.complete.all():
            return ""
        partly = int((~self.complete[self.complete.any(axis=1)]).any(axis=1).sum())
        places = f" and, in some places, {partly} shifts" if partly else ""
        return f"{self.n_window - len(self.days)} of {self.n_window} nights{places} are left out: records are missing"

    def share_complete(self) -> FloatArray:
        """Of the shifts of which any record came in, the share of which that of a cell did, ``[n_cells]``, 0..1."""
        share: FloatArray = self.complete[self.complete.any(axis=1)].mean(axis=0)
        return share


def audited_nights(panel: Panel, windows: TimeWindows, forecast: Forecast, allocator: PatrolAllocator) -> AuditedNights:
    """The validation window with the patrol that the run would have allocated and with what was reported."""
    shifts = windows.validation.shifts
    schedule = ShiftSchedule.without_past(panel, shifts)
    score = allocator.score(forecast.validated, schedule)
    visits = allocator.allocate(score, schedule).visits.astype(np.float64)
    complete = complete_shifts(panel, shifts)
    occurred = np.array([panel.occurred(code)[shifts] * complete for code in range(len(panel.categories))])
    counts = occurred.sum(axis=0, dtype=np.float64)
    days = panel.calendar["shift_day"].iloc[shifts]
    _, first = np.unique(days.to_numpy(), return_index=True)
    came_in = np.logical_or.reduceat(complete.any(axis=1), first)

    def nightly(values: FloatArray) -> FloatArray:
        summed: FloatArray = np.add.reduceat(values, first, axis=0)
        return summed[came_in]

    def minutes(visited: FloatArray | IntArray) -> FloatArray:
        spent: FloatArray = np.where(complete, visited * allocator.patrol.visit_minutes, 0.0)
        return spent

    return AuditedNights(
        score=score,
        visits=visits,
        complete=complete,
        dose=nightly(minutes(visits)),
        need=nightly(allocator.score(occurred, schedule)),
        counts=nightly(counts),
        reached=nightly(counts * (visits > 0)),
        predicted=(forecast.validated.sum(axis=0, dtype=np.float64) * complete).sum(axis=0),
        expected=forecast.validated,
        schedule=schedule,
        first=f"{days.iloc[0]:%Y-%m-%d}",
        last=f"{days.iloc[-1]:%Y-%m-%d}",
        days=tuple(f"{day:%Y-%m-%d}" for day in days.iloc[first[came_in]]),
        n_window=len(first),
        other_minutes=np.array(
            [
                minutes(allocator.allocate(allocator.score(validated, schedule), schedule).visits).sum(axis=0)
                for validated in forecast.validated_by_halves
            ],
            dtype=np.float64,
        )
        .reshape(-1, panel.n_cells)
        .T,
    )
