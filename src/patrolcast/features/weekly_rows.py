"""Whole weeks as rows: the trees' first stage, where a place's rate goes, before the second, when in the week.

A shift in a cell of a tenth of a square kilometre holds an incident once in hundreds: trees that see single shifts
learn little but noise. The same reports summed over a week say the same of the place with twenty times the incidents
per row. A weekly row stands for a cell and the seven days after an origin; it knows what was known at the origin. What
speaks of a single shift (the hour, the weekday, a holiday) has no value there and is held at one constant, which no
tree can split.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.domain.matrix import Admission, AdmittedMatrix, FeatureSpec
from patrolcast.features.matrix import CategoryInputs, SharedInputs, category_matrices
from patrolcast.features.rows import Rows
from patrolcast.numerics.arrays import BoolArray, CountArray, Float32Array, FloatArray, Int32Array, IntArray

DAYS = 7
_SEASON = ("season_sin", "season_cos")
_OF_SHIFT_FAMILIES = ("calendar", "climatology")


@dataclass(frozen=True)
class Weeks:
    """Weeks that do not overlap, oldest first, all of their shifts in one window.

    Attributes
    ----------
    origins : day index of the origin before each week, ``[n_weeks]``.
    first_shift : the first shift of each.
    counts : incidents, ``[n_weeks, n_cells]``.
    exposed : whether the records of every shift of the week came in, ``[n_weeks, n_cells]``; None: always.
    """

    origins: Int32Array
    first_shift: Int32Array
    counts: CountArray
    exposed: BoolArray | None = None

    def __len__(self) -> int:
        return len(self.origins)


def whole_weeks(
    shifts: Int32Array, day: Int32Array, occurred: CountArray, exposed: BoolArray | None = None, *, n_slots: int
) -> Weeks:
    """The weeks of a window, counted back from its last whole day; what is left at its beginning is not used.

    Parameters
    ----------
    shifts : shifts of the window, in order; ``day`` the last origin at or before each.
    occurred : incidents of all shifts, ``[n_shifts, n_cells]``.
    exposed : whether the records of each shift and cell came in, the same shape; None: all of them.
    n_slots : shifts of a day.
    """
    days, per_day = np.unique(day, return_counts=True)
    whole = days[per_day == n_slots]
    last = int(whole.max()) if whole.size else int(day.min(initial=0)) - 1
    back = (last - day) // DAYS
    full = [k for k in range(int(back.max(initial=-1)), -1, -1) if np.count_nonzero(back == k) == DAYS * n_slots]
    chosen = [shifts[back == k] for k in full]
    counts = [occurred[own].sum(axis=0, dtype=np.uint16) for own in chosen]
    came = None
    if exposed is not None:
        came = np.array([exposed[own].all(axis=0) for own in chosen], dtype=bool).reshape(len(full), -1)
        counts = [of_week * whole for of_week, whole in zip(counts, came, strict=True)]
    return Weeks(
        origins=np.array([last - DAYS * (k + 1) + 1 for k in full], dtype=np.int32),
        first_shift=np.array([own[0] for own in chosen], dtype=np.int32),
        counts=np.array(counts, dtype=np.uint16).reshape(len(full), occurred.shape[1]),
        exposed=came,
    )


def expected_in(weeks: Weeks, shared: SharedInputs, own: CategoryInputs) -> Float32Array:
    """The starting rate over each week, ``[n_weeks, n_cells]``: the hour-of-week profile has mean 1 over a week."""
    rate = own.start[weeks.origins - shared.first_day] * _season(own, weeks.origins).astype(np.float32)[:, None]
    return np.asarray(DAYS * rate if weeks.exposed is None else DAYS * rate * weeks.exposed, dtype=np.float32)


def weekly_matrices(
    shared: SharedInputs, own: CategoryInputs, admission: Admission, row_sets: tuple[Rows, ...]
) -> list[AdmittedMatrix]:
    """One matrix per set of weekly rows: all admitted columns, those of single shifts constant 0."""
    columns = admission.admitted
    kept = [position for position, column in enumerate(columns) if speaks_of_a_week(column.spec)]
    narrow = Admission(tuple(columns[position] for position in kept), admission.excluded)
    found = []
    for rows, made in zip(row_sets, category_matrices(shared, own, narrow, row_sets), strict=True):
        values = np.zeros((len(rows), len(columns)), dtype=np.float32)
        values[:, kept] = made.values
        rate = own.start[rows.origin - shared.first_day, rows.cell].astype(np.float64)
        found.append(AdmittedMatrix(values, columns, np.log(DAYS * rate * _season(own, rows.origin))))
    return found


def _season(own: CategoryInputs, origins: Int32Array) -> FloatArray:
    """What the season makes of the rate over the week after each origin, on average."""
    return own.city.ahead[origins, :DAYS].mean(axis=1)


def first_alike(shared: SharedInputs, shifts: Int32Array, origins: Int32Array, *, n_cells: int) -> IntArray:
    """For each dense row (shifts outer, cells inner) the first row that no weekly feature distinguishes from it.

    Rows of a cell are alike where they have one origin and one season: the trees of the first stage give them one sum.
    """
    seasons = [shared.by_shift[name][shifts] for name in _SEASON if name in shared.by_shift]
    _, first, group = np.unique(np.stack([origins, *seasons]), axis=1, return_index=True, return_inverse=True)
    return (first[group].astype(np.int64)[:, None] * n_cells + np.arange(n_cells)).reshape(-1)


def speaks_of_a_week(spec: FeatureSpec) -> bool:
    """Whether a feature is the same for every shift that is forecast from one origin, or nearly so (the season)."""
    of_shift = spec.family in _OF_SHIFT_FAMILIES or spec.name.startswith("same_shift_")
    return spec.name in _SEASON or not of_shift
