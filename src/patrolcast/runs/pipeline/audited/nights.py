"""The nights that the audit looks at: the latest with an outcome, with patrol allocated exactly as the run does it."""

from dataclasses import dataclass

import numpy as np

from patrolcast.grid.exposed import targets
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import Float32Array, FloatArray
from patrolcast.runs.pipeline.allocation import PatrolAllocator, ShiftSchedule
from patrolcast.runs.pipeline.forecast import Forecast
from patrolcast.runs.pipeline.windows import TimeWindows


@dataclass(frozen=True)
class AuditedNights:
    """What the audit looks at, nights in order.

    Attributes
    ----------
    score, visits : of each shift, ``[n_shifts, n_cells]``.
    dose, need, counts, reached : per night, ``[n_nights, n_cells]``: minutes suggested; reported incidents weighted as
        the ranking weighs them; reported incidents; those of them in suggested cells and shifts.
    predicted : expected incidents of the whole window, ``[n_cells]``.
    expected : per category, shift and cell.
    days : of each night, "2026-06-30".
    other_minutes : minutes of the whole window by other trainings, ``[n_cells, n_trainings]``.
    """

    score: FloatArray
    visits: FloatArray
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
    other_minutes: FloatArray


def audited_nights(panel: Panel, windows: TimeWindows, forecast: Forecast, allocator: PatrolAllocator) -> AuditedNights:
    """The validation window with the patrol that the run would have allocated and with what was reported."""
    shifts = windows.validation.shifts
    schedule = ShiftSchedule.without_past(panel, shifts)
    score = allocator.score(forecast.validated, schedule)
    visits = allocator.allocate(score, schedule).visits.astype(np.float64)
    occurred = np.array([targets(panel, code)[shifts] for code in range(len(panel.categories))])
    counts = occurred.sum(axis=0, dtype=np.float64)
    days = panel.calendar["shift_day"].iloc[shifts]
    _, first = np.unique(days.to_numpy(), return_index=True)

    def nightly(values: FloatArray) -> FloatArray:
        summed: FloatArray = np.add.reduceat(values, first, axis=0)
        return summed

    return AuditedNights(
        score=score,
        visits=visits,
        dose=nightly(visits * allocator.patrol.visit_minutes),
        need=nightly(allocator.score(occurred, schedule)),
        counts=nightly(counts),
        reached=nightly(counts * (visits > 0)),
        predicted=forecast.validated.sum(axis=(0, 1), dtype=np.float64),
        expected=forecast.validated,
        schedule=schedule,
        first=f"{days.iloc[0]:%Y-%m-%d}",
        last=f"{days.iloc[-1]:%Y-%m-%d}",
        days=tuple(f"{day:%Y-%m-%d}" for day in days.iloc[first]),
        other_minutes=_other_minutes(forecast, allocator, schedule, panel.n_cells),
    )


def _other_minutes(forecast: Forecast, allocator: PatrolAllocator, schedule: ShiftSchedule, n_cells: int) -> FloatArray:
    minutes = [
        allocator.allocate(allocator.score(validated, schedule), schedule).visits.sum(axis=0)
        * allocator.patrol.visit_minutes
        for validated in forecast.validated_by_halves
    ]
    return np.array(minutes, dtype=np.float64).reshape(-1, n_cells).T
