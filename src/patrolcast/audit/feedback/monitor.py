"""Does it feed on itself in use? Every check on the operational logs of one city; `gates` turns them into verdicts.

Two kinds may stop publication: the sequential tests on the boundary band, where a coin decided and only chance or an
effect can make a difference, and the call-source labels. The others describe. What a loop would do to the forecast is
measured before use, by the closed-loop simulation.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.audit.feedback.call_sources import (
    CallSourceChange,
    LabelAudit,
    ShareDrift,
    audit_labels,
    change_by_source,
    officer_share_drift,
)
from patrolcast.audit.feedback.dosage_log import LoggedRows, Records, count_within
from patrolcast.audit.feedback.e_process import SequentialTest, coin_e_process, sequential_test
from patrolcast.audit.feedback.persistence import Persistence, measure_persistence
from patrolcast.audit.feedback.randomised_band import Contrast, hajek_contrast
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream

DAY = 24 * 3_600_000_000


@dataclass(frozen=True)
class LogFindings:
    """What the logs of one city show; None: could not be measured.

    Attributes
    ----------
    n_weeks, n_rows, n_drawn : finished weeks, rows of the log, rows that a coin decided.
    weekly : citizen reports per finished week where the coin suggested, and where it held back.
    reports : the sequential test on those.
    reports_band : citizen reports per cell and shift, suggested against held back.
    score_band : log change of the score over 28 days, suggested against held back.
    score_e_values : its e-values by week.
    moments_of_visits : whether any were known; without them labels cannot be audited.
    """

    n_weeks: int
    n_rows: int
    n_drawn: int
    weekly: tuple[tuple[int, int], ...]
    reports: SequentialTest | None
    reports_band: Contrast | None
    score_band: Contrast | None
    score_e_values: tuple[float, ...]
    citizen_change: CallSourceChange | None
    officer_change: CallSourceChange | None
    drift: ShareDrift | None
    labels: LabelAudit | None
    persistence: Persistence | None
    moments_of_visits: bool


def check_logs(
    rows: LoggedRows,
    citizen: Records,
    officer: Records,
    visits: tuple[IntArray, IntArray, IntArray] | None,
    *,
    near_visit_minutes: float,
    permutations: int,
    seed: int,
) -> LogFindings:
    """Every check on one city's logs and the records since.

    Parameters
    ----------
    rows : the log over the city's cells.
    citizen, officer : records labelled so, by the moment they became known.
    visits : cell, arrival, departure of delivered visits; None: no moments are known.
    """
    finished = rows.week >= 0
    drawn = rows.drawn & finished
    counts = count_within(citizen, rows.cell, rows.start, rows.end)
    reports, weekly = monitor_reports(rows, counts, drawn)
    later = drawn & np.isfinite(rows.later) & (rows.score > 0) & (rows.later > 0)
    log_change = np.log(rows.later[later] / rows.score[later])
    score_e = coin_e_process(log_change, rows.assigned[later], rows.chance[later], rows.week[later])
    rng = random_stream(seed, Stream.LABEL_PERMUTATIONS)
    labels = None
    if visits is not None:
        labels = audit_labels(
            rows, visits, citizen, near_minutes=near_visit_minutes, permutations=permutations, rng=rng
        )
    return LogFindings(
        n_weeks=rows.n_weeks,
        n_rows=len(rows.cell),
        n_drawn=int(drawn.sum()),
        weekly=weekly,
        reports=reports,
        reports_band=_band(counts[drawn].astype(np.float64), rows, drawn),
        score_band=_band(log_change, rows, later),
        score_e_values=tuple(float(e) for e in score_e),
        citizen_change=change_by_source(rows, citizen, citizen, source="citizen"),
        officer_change=change_by_source(rows, citizen, officer, source="officer"),
        drift=officer_share_drift(rows, citizen, officer),
        labels=labels,
        persistence=_persistence(rows),
        moments_of_visits=visits is not None,
    )


def monitor_reports(
    rows: LoggedRows, counts: IntArray, drawn: BoolArray
) -> tuple[SequentialTest | None, tuple[tuple[int, int], ...]]:
    """The weekly e-process on reports in drawn cells.

    Without an effect the reports are where they are and only the coins are random. Where every row had the same
    chance, the week's share of rows that were suggested is the share of reports to expect, and the count varies as a
    draw without replacement does (Neyman 1923); with unequal chances it is the reports' mean chance, and a cell and
    shift with several reports counts as one coin: ``sum n^2 / sum n``.
    """
    if not drawn.any() or rows.n_weeks == 0:
        return None, ()
    n, week = counts[drawn].astype(np.float64), rows.week[drawn]
    assigned, chance = rows.assigned[drawn].astype(np.float64), rows.chance[drawn]

    def per_week(values: FloatArray) -> FloatArray:
        return np.bincount(week, weights=values, minlength=rows.n_weeks).astype(np.float64)

    treated, total, size = per_week(n * assigned), per_week(n), per_week(np.ones(len(n)))
    equal = float(np.ptp(chance)) < 1e-9
    top, under = (per_week(assigned), size) if equal else (per_week(n * chance), total)
    both = (top > 0) & (top < under)  # a week with one arm only, or without reports, is no evidence
    share = np.divide(top, under, out=np.full(rows.n_weeks, float(chance.mean())), where=both)
    treated, total = np.where(both, treated, 0.0), np.where(both, total, 0.0)
    centre = np.divide(total, size, out=np.zeros(rows.n_weeks), where=size > 0)[week] if equal else 0.0
    spread = float(((n - centre) ** 2).sum() / n.sum()) if n.sum() else 1.0
    test = sequential_test(treated, total - treated, exposure_share=share, dispersion=spread)
    return test, tuple((int(a), int(b)) for a, b in zip(treated, total - treated, strict=True))


def _band(outcome: FloatArray, rows: LoggedRows, chosen: BoolArray) -> Contrast | None:
    return hajek_contrast(outcome, rows.assigned[chosen], rows.chance[chosen], cluster=rows.cell[chosen])


def _persistence(rows: LoggedRows) -> Persistence | None:
    if not rows.assigned.any():
        return None
    day = (rows.start - rows.begin) // DAY
    nights = np.zeros((int(day.max()) + 1, rows.n_cells), dtype=bool)
    nights[day[rows.assigned], rows.cell[rows.assigned]] = True
    return measure_persistence(nights)
