"""Are call-source labels true? Citizen and officer-initiated records, before and after, on scene and not.

The forecast learns from what the call source calls "citizen". If officers' own records carry that label, patrol writes
the forecast. Three checks: difference-in-differences by call source, drift of the officer-initiated share, and
whether "citizen" reports arrive while an officer is on scene more often than chance would have it.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.audit.feedback.dosage_log import WEEK, LoggedRows, Records, count_within, row_at
from patrolcast.audit.feedback.e_process import weekly_dispersion
from patrolcast.numerics.arrays import BoolArray, IntArray

_LEAST = 20
"""Records in each of the four counts of a difference-in-differences."""


@dataclass(frozen=True)
class CallSourceChange:
    """Difference-in-differences of one call source: suggested against matched cells, before against since.

    Attributes
    ----------
    log_ratio, lower, upper : log of (since / before where suggested) / (since / before where matched), with 95 %.
    counts : suggested before, suggested since, matched before, matched since.
    """

    source: str
    log_ratio: float
    lower: float
    upper: float
    counts: tuple[int, int, int, int]


def change_by_source(rows: LoggedRows, citizen: Records, records: Records, *, source: str) -> CallSourceChange | None:
    """Log rate ratio of ``records`` in cells that were suggested against matched cells that the log never names.

    Cells are matched on citizen reports in the first half of the time before the log, and compared with the second
    half: matching and comparing on the same counts would mistake regression to the mean for an effect. Ranking selects
    what rose, so this describes and does not prove; the boundary band proves.

    Returns
    -------
    None with fewer than 20 records in one of the four counts.
    """
    span = rows.n_weeks * WEEK
    suggested = np.unique(rows.cell[rows.assigned])
    unlogged = np.setdiff1d(np.arange(rows.n_cells), np.unique(rows.cell))
    if not len(unlogged) or not len(suggested) or span == 0:
        return None
    early = _by_cell(citizen, rows.begin - 2 * span, rows.begin - span, rows.n_cells)
    matched = _nearest(early[suggested], early[unlogged])
    before = _by_cell(records, rows.begin - span, rows.begin, rows.n_cells)
    since = _by_cell(records, rows.begin, rows.finish, rows.n_cells)
    weight = np.bincount(matched, minlength=len(unlogged))
    counts = (
        int(before[suggested].sum()),
        int(since[suggested].sum()),
        int((before[unlogged] * weight).sum()),
        int((since[unlogged] * weight).sum()),
    )
    if min(counts) < _LEAST:
        return None
    phi = weekly_dispersion(_by_week(records, rows.begin - span, rows.n_weeks))
    reused = float((weight**2).sum() / weight.sum())  # a matched cell used twice is not two cells
    error = np.sqrt(phi * (1 / counts[0] + 1 / counts[1] + reused * (1 / counts[2] + 1 / counts[3])))
    value = float(np.log(counts[1] / counts[0]) - np.log(counts[3] / counts[2]))
    return CallSourceChange(source, value, value - 1.96 * float(error), value + 1.96 * float(error), counts)


@dataclass(frozen=True)
class ShareDrift:
    """Officer-initiated share of records where patrol was suggested, against the rest of the city.

    Attributes
    ----------
    suggested, elsewhere : share over all finished weeks, 0..1.
    slope, lower, upper : change of the log odds ratio per 26 weeks, with 95 %.
    """

    suggested: float
    elsewhere: float
    slope: float
    lower: float
    upper: float


def officer_share_drift(rows: LoggedRows, citizen: Records, officer: Records) -> ShareDrift | None:
    """Does the officer-initiated share rise faster where patrol was suggested? Weighted least squares over weeks.

    Returns
    -------
    None with fewer than eight weeks, or without records in both places.
    """
    n = rows.n_weeks
    inside = np.zeros(rows.n_cells, dtype=bool)
    inside[rows.cell[rows.assigned]] = True
    counts = np.array(
        [
            _by_week(_where(records, place), rows.begin, n)
            for place in (inside, ~inside)
            for records in (officer, citizen)
        ],
        dtype=np.float64,
    )
    if n < 8 or (counts.sum(axis=1) < _LEAST).any():
        return None
    smoothed = counts + 0.5  # Haldane & Anscombe: no week without a record has an infinite odds ratio
    log_odds = np.log(smoothed[0] * smoothed[3] / (smoothed[1] * smoothed[2]))
    weight = 1.0 / (1.0 / smoothed).sum(axis=0)
    time = np.arange(n) / 26.0
    middle = (weight * time).sum() / weight.sum()
    spread = (weight * (time - middle) ** 2).sum()
    slope = float((weight * (time - middle) * log_odds).sum() / spread)
    fitted = (weight * log_odds).sum() / weight.sum() + slope * (time - middle)
    excess = max(float((weight * (log_odds - fitted) ** 2).sum() / (n - 2)), 1.0)
    error = float(np.sqrt(excess / spread))
    total = counts.sum(axis=1)
    return ShareDrift(
        suggested=float(total[0] / (total[0] + total[1])),
        elsewhere=float(total[2] / (total[2] + total[3])),
        slope=slope,
        lower=slope - 1.96 * error,
        upper=slope + 1.96 * error,
    )


@dataclass(frozen=True)
class LabelAudit:
    """Reports labelled "citizen" that were made while an officer was on scene or minutes after.

    Attributes
    ----------
    observed, expected : such reports, and their mean when moments of visits are shuffled.
    p_value : share of shuffles with as many, one-sided.
    excess_share, lower, upper : (observed - expected) / citizen reports of visited cells and shifts; 95 % by shuffles.
    n_reports, n_visits : how many the result is based on.
    """

    observed: int
    expected: float
    p_value: float
    excess_share: float
    lower: float
    upper: float
    n_reports: int
    n_visits: int


def audit_labels(
    rows: LoggedRows,
    visits: tuple[IntArray, IntArray, IntArray],
    citizen: Records,
    *,
    near_minutes: float,
    permutations: int,
    rng: np.random.Generator,
) -> LabelAudit | None:
    """Do "citizen" reports come when an officer is on scene, more often than by chance?

    Moments of visits within their shift are shuffled among visits of shifts that begin at the same time of day; cell
    and night of every visit stay. So neither hot cells, nor hot nights, nor hot hours can look like a wrong label.

    Parameters
    ----------
    visits : cell (position), arrival and departure (microseconds) of each delivered visit.
    near_minutes : a report so long after the departure still counts as near.

    Returns
    -------
    None without visits in logged shifts, or without reports in them.
    """
    row = row_at(rows.cell, rows.start, rows.end, visits[0], visits[1])
    logged = row >= 0
    cell, row = visits[0][logged], row[logged]
    begin, end = rows.start[row], rows.end[row]
    offset, length = visits[1][logged] - begin, (visits[2] - visits[1])[logged] + int(near_minutes * 60e6)
    visited = np.unique(row)
    n_reports = int(count_within(citizen, rows.cell[visited], rows.start[visited], rows.end[visited]).sum())
    if not len(row) or n_reports < _LEAST:
        return None
    matters = np.flatnonzero(count_within(citizen, cell, begin, end + int(near_minutes * 60e6)) > 0)
    slot = (begin % (24 * 3_600_000_000)) // 3_600_000_000  # clock changes move a slot by an hour: two groups then

    def near(order_of: IntArray) -> int:
        at = begin[matters] + offset[order_of[matters]]
        return int(count_within(citizen, cell[matters], at, at + length[order_of[matters]]).sum())

    observed = near(np.arange(len(row)))
    shuffled_counts = np.array([near(_shuffled(slot, rng)) for _ in range(permutations)])
    expected = float(shuffled_counts.mean())
    low, high = np.quantile(shuffled_counts, [0.025, 0.975])
    return LabelAudit(
        observed=observed,
        expected=expected,
        p_value=float((1 + (shuffled_counts >= observed).sum()) / (1 + permutations)),
        excess_share=(observed - expected) / n_reports,
        lower=float(observed - high) / n_reports,
        upper=float(observed - low) / n_reports,
        n_reports=n_reports,
        n_visits=len(row),
    )


def _shuffled(group: IntArray, rng: np.random.Generator) -> IntArray:
    """A permutation that keeps every position within its group."""
    order = np.argsort(group, kind="stable")
    mixed = np.lexsort((rng.random(len(group)), group))
    order_of = np.empty(len(group), dtype=np.int64)
    order_of[order] = mixed
    return order_of


def _where(records: Records, place: BoolArray) -> Records:
    keep = (records.cell >= 0) & place[records.cell.clip(min=0)]
    return Records(records.moment[keep], records.cell[keep])


def _by_cell(records: Records, begin: int, end: int, n_cells: int) -> IntArray:
    return np.bincount(records.within(begin, end).cell, minlength=n_cells)


def _by_week(records: Records, begin: int, n_weeks: int) -> IntArray:
    chosen = records.within(begin, begin + n_weeks * WEEK)
    return np.bincount((chosen.moment - begin) // WEEK, minlength=n_weeks)


def _nearest(values: IntArray, others: IntArray) -> IntArray:
    """Position in ``others`` of the value nearest to each of ``values``; ties to the first."""
    return np.abs(values[:, None] - others[None, :]).argmin(axis=1)
