"""Where the records of a panel came in: which cells and days are learned from, and which a gap leaves out.

The panel counts what was reported. Whoever learns from it asks here for targets and exposure, so that a hole is neither
a quiet season nor a falling level.
"""

from dataclasses import replace

import numpy as np

from patrolcast.domain.errors import DataRefusedError
from patrolcast.grid.feed_series import FeedSeries
from patrolcast.grid.gaps import Gap, find_gaps
from patrolcast.grid.panel import Panel
from patrolcast.numerics.arrays import BoolArray, CountArray, FloatArray, Int32Array, IntArray
from patrolcast.numerics.exposure import WHOLE, ExposedPart, Exposure

NOTHING_EXPECTED = 1e-12


def with_gaps(panel: Panel) -> Panel:
    """The same panel, with the gaps that can be seen by its last origin."""
    labels, of_cell = np.unique(panel.district, return_inverse=True)
    day = panel.day_of_shift()[panel.shift]
    series = FeedSeries(
        first=panel.first_day,
        n_days=panel.n_days - 1 - panel.usual_delay_days,  # of the latest days too little is known
        day=day,
        category=panel.category,
        categories=panel.categories,
        district=of_cell[panel.cell] if len(labels) else np.full(len(panel.cell), -1),
        districts=[str(label) for label in labels],
    )
    return replace(panel, gaps=find_gaps(series, panel.gap_rule))


def exposed_days(panel: Panel, category: int | None) -> Exposure:
    """The origin days on which the records of each cell came in; ``category`` None is all categories together.

    What occurs on a day is known by the next origin or later, so that a gap of occurrences is a gap of what becomes
    known until its reports would have come in.
    """
    gaps = _left_out(panel, category)
    if not gaps:
        return WHOLE
    exposed = np.ones((panel.n_days, len(gaps)), dtype=bool)
    for k, gap in enumerate(gaps):
        first, last = _days(panel, gap)
        exposed[max(first, 0) : max(last + panel.usual_delay_days + 1, 0), k] = False
    # Cells in the same gaps share their exposed days.
    kinds, of_cell = np.unique(np.stack([_cells(panel, gap) for gap in gaps]), axis=1, return_inverse=True)
    return Exposure(
        tuple(
            ExposedPart(np.flatnonzero(of_cell.ravel() == k), np.asarray(exposed[:, kinds[:, k]].all(axis=1)))
            for k in range(kinds.shape[1])
        )
    )


def exposed_shifts(panel: Panel, category: int) -> BoolArray | None:
    """Whether the records of each shift and cell came in, ``[n_shifts, n_cells]``; None: all of them."""
    gaps = _left_out(panel, category)
    if not gaps:
        return None
    day = panel.day_of_shift()
    exposed = np.ones((panel.n_shifts, panel.n_cells), dtype=bool)
    for gap in gaps:
        first, last = _days(panel, gap)
        exposed[np.ix_((day >= first) & (day <= last), _cells(panel, gap))] = False
    return exposed


def exposed_share(panel: Panel, category: int, shifts: Int32Array) -> FloatArray:
    """1 where the records of some shifts came in and next to nothing elsewhere, ``[n_shifts, n_cells]``.

    A factor of expectations that are compared with :func:`targets`; not 0, for their ratios and logarithms are taken.
    ``[1, 1]`` where nothing is left out.
    """
    exposed = exposed_shifts(panel, category)
    return np.ones((1, 1)) if exposed is None else np.where(exposed[shifts], 1.0, NOTHING_EXPECTED)


def require_exposed(panel: Panel, shifts: Int32Array, *, what: str) -> None:
    """Raises DataRefusedError: no category has a record in some shifts that is learned from."""
    for category in range(len(panel.categories)):
        exposed = exposed_shifts(panel, category)
        if exposed is None or exposed[shifts].any():
            return
    cure = "wait until records have come in for some weeks, or lengthen [model] validation_days"
    raise DataRefusedError(what, got="only days that are left out", rule="some days with records are needed", cure=cure)


def complete_shifts(panel: Panel, shifts: Int32Array) -> BoolArray:
    """Whether the records of all categories came in, ``[len(shifts), n_cells]``; one that began late is no gap here.

    Whoever compares patrol with what was reported leaves out both where they did not: minutes beside no report would
    look like patrol without need.
    """
    day = panel.day_of_shift()[shifts]
    complete = np.ones((len(shifts), panel.n_cells), dtype=bool)
    for gap in _left_out(panel, None):
        first, last = _days(panel, gap)
        complete[np.ix_((day >= first) & (day <= last), _cells(panel, gap))] = False
    return complete


def without_gaps(panel: Panel) -> Panel:
    """The panel without what occurred in a gap of its category: what is learned from."""
    day, lost = panel.day_of_shift()[panel.shift], np.zeros(len(panel.cell), dtype=bool)
    for gap in panel.gaps:
        if gap.left_out:
            first, last = _days(panel, gap)
            theirs = (day >= first) & (day <= last) & _cells(panel, gap)[panel.cell]
            if gap.category is not None:
                theirs &= np.array([name == gap.category for name in panel.categories], dtype=bool)[panel.category]
            lost |= theirs
    return panel.only(~lost) if lost.any() else panel


def targets(panel: Panel, category: int) -> CountArray:
    """What occurred, and 0 in the gaps, whose rows are never drawn, ``[n_shifts, n_cells]``."""
    return without_gaps(panel.of(category)).occurred(category)


def targets_by(panel: Panel, category: int, row_of_shift: IntArray, *, n_rows: int) -> IntArray:
    """:func:`targets`, summed over the shifts of each row, ``[n_rows, n_cells]``.

    Parameters
    ----------
    row_of_shift : ``[n_shifts]``; a shift below 0 is in no row.
    """
    learned = without_gaps(panel.of(category)).known_targets()
    row = row_of_shift[learned.shift]
    at = row[row >= 0] * panel.n_cells + learned.cell[row >= 0]
    return np.bincount(at, minlength=n_rows * panel.n_cells).reshape(n_rows, panel.n_cells)


def categories_with_targets(panel: Panel, shifts: Int32Array) -> set[int]:
    """Codes of the categories of which anything in some shifts is learned from."""
    learned = without_gaps(panel)
    chosen = np.isin(learned.shift, shifts)
    if learned.targets_known_by is not None:
        chosen &= learned.known_day <= learned.targets_known_by
    return {int(code) for code in np.unique(learned.category[chosen])}


def exposed_hours_of_week(panel: Panel, category: int, *, n_slots: int) -> IntArray:
    """`Panel.known_by_hour_of_week` without what occurred in a gap: one night of unrest makes no busy weekday."""
    return without_gaps(panel.of(category)).known_by_hour_of_week(category, n_slots=n_slots)


def shifts_in_holes(panel: Panel) -> BoolArray:
    """Shifts of which records are missing somewhere, ``[n_shifts]``: no forecast is scored on them.

    An event is real, and a forecast that missed it is scored so.
    """
    day, within = panel.day_of_shift(), np.zeros(panel.n_shifts, dtype=bool)
    for gap in panel.gaps:
        if gap.left_out and gap.kind in ("hole", "declared"):
            first, last = _days(panel, gap)
            within |= (day >= first) & (day <= last)
    return within


def _left_out(panel: Panel, category: int | None) -> list[Gap]:
    """Gaps of a category and of all incidents; of all categories together all but those that began late."""
    if category is None:
        return [gap for gap in panel.gaps if gap.left_out and gap.kind != "late start"]
    return [gap for gap in panel.gaps if gap.left_out and gap.category in (None, panel.categories[category])]


def _days(panel: Panel, gap: Gap) -> tuple[int, int]:
    return (gap.first - panel.first_day).days, (gap.last - panel.first_day).days


def _cells(panel: Panel, gap: Gap) -> BoolArray:
    if gap.district is None:
        return np.ones(panel.n_cells, dtype=bool)
    if not len(panel.district):
        raise ValueError(f"a gap in district {gap.district}, but the panel does not say which cell lies in which")
    return np.asarray(panel.district == gap.district)
