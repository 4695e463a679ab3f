"""What corrections look at, from the rows as they were read: signed counts, statuses, numbers, places in metres."""

import numpy as np
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.intake.coordinates import GOOD, OUTSIDE, Places
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.corrections.report_rows import ReportRows
from patrolcast.intake.corrections.statuses import cancelling, status_key
from patrolcast.intake.moments import Moments
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.row_status import WHOLE_FILE_SHARE, RowStatus
from patrolcast.intake.times import Bits, mix
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, IntArray

_METRES_PER_DEGREE = 111_195.0
MOST_COUNTED = 1_000
WRONG_COUNT = f"count is not a whole number from -{MOST_COUNTED:,} to {MOST_COUNTED:,}"


def mark_counts(raw: RawTable, status: RowStatus, counted: BoolArray, *, file: str, header: str) -> None:
    """Refuse rows whose count is no whole number of incidents.

    Raises DataRefusedError when most of ``counted`` are none: then another column is meant.
    """
    if raw.count is None:
        return
    wrong = ~(np.abs(np.nan_to_num(raw.count, nan=np.inf)) <= MOST_COUNTED) | (raw.count != np.floor(raw.count))
    n, known = int((wrong & counted).sum()), int(counted.sum())
    if n > WHOLE_FILE_SHARE * known:
        got = f"{n:,} of {known:,} rows without a whole number from -{MOST_COUNTED:,} to {MOST_COUNTED:,}"
        cure = "leave [incidents.columns] count out where each row is one report"
        rule = "count is 1 for a report, -1 for a row that takes one back"
        raise DataRefusedError(f"{file} column {shown(header)}", got=got, rule=rule, cure=cure)
    status.mark(wrong, "refused", WRONG_COUNT, "count")


def content_of(raw: RawTable, moments: Moments) -> Bits:
    """64 bits of everything that is read of a record, except its number."""
    bits = np.full(raw.n_rows, 0x5DEECE66D, dtype=np.uint64)
    for part in (moments.start, moments.end, moments.reported, raw.longitude, raw.latitude):
        bits = mix(bits, part)
    for column in (raw.offence, raw.call_source):
        if column is not None:
            texts = pd.util.hash_array(np.array([*column.texts, ""], dtype=object), categorize=False)
            bits = mix(bits, texts[column.codes])
    return bits


def collect_reports(
    raw: RawTable, moments: Moments, places: Places, bits: Bits, category: AnyIntArray, *,
    officer: BoolArray, updated: IntArray | None, rules: CorrectionRules, unread: IntArray,
) -> ReportRows | None:  # fmt: skip
    """The rows as corrections look at them, None where the config maps nothing that corrects; rows of another count or
    status are no copies of each other.

    Parameters
    ----------
    bits : hash of what is read of each row, without number, count and status.
    unread : positions of rows that the source could not use: what stands there is no record number.
    """
    if raw.numbers is None and raw.count is None and raw.status is None:
        return None
    content, cancelled, count = bits, None, None
    if raw.status is not None:
        values = [status_key(text) for text in raw.status.texts]
        cancelled = cancelling(raw.status.texts, rules.cancelled_values)[raw.status.codes]
        content = mix(content, pd.util.hash_array(np.array(values, dtype=object), categorize=False)[raw.status.codes])
    if raw.count is not None:
        count = np.nan_to_num(np.clip(raw.count, -MOST_COUNTED, MOST_COUNTED)).astype(np.int64)
        content = mix(content, count)
    if (
        raw.supersedes is not None
    ):  # else a row that names what it replaces would be set aside as a copy of one that does not
        content = mix(content, raw.supersedes.bits)
    placed = np.isin(places.fault, (GOOD, OUTSIDE))
    east, north = np.where(placed, places.longitude, np.nan), np.where(placed, places.latitude, np.nan)
    stated = np.repeat(north, np.bincount(places.point, minlength=north.size))
    stated = stated[np.isfinite(stated)]
    narrower = float(np.cos(np.radians(np.median(stated)))) if stated.size else 1.0
    number = None if raw.numbers is None else raw.numbers.bits
    if number is not None and unread.size:
        number = number.copy()
        number[unread] = 0
    return ReportRows(
        officer=officer,
        content=content,
        start=moments.start,
        reported=moments.reported,
        written=raw.times["occurred_at"].micros,
        point=places.point,
        east_m=east * _METRES_PER_DEGREE * narrower,
        north_m=north * _METRES_PER_DEGREE,
        offence=raw.offence.codes,
        category=category,
        number=number,
        number_kind=None if raw.numbers is None else raw.numbers.kind,
        updated=updated,
        count=count,
        cancelled=cancelled,
        status=raw.status,
        supersedes=None if raw.supersedes is None else raw.supersedes.bits,
    )
