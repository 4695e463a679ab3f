"""Raw rows -> incidents, set-aside records, refused rows. One order of rules, and why it is this one:

1. rows whose bytes or times cannot be used are refused: without a time nothing can be said about when they were known;
2. what was reported after ``as_of`` is set aside *before* any other rule, so that no rule, share or version that
   reaches the forecast can depend on it;
3. codebook, place, duplicates; a share that refuses a whole file is taken over rows that are neither unknown yet nor
   officer-initiated, so that such rows can neither cause nor hide a refusal;
4. the rest is kept if a citizen reported it and its category is forecast.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from patrolcast.domain.errors import DataRefusedError, shown
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.shifts import from_instants
from patrolcast.intake.clock.rhythm import refuse_one_clock
from patrolcast.intake.codebook import (
    NO_CATEGORY,
    PROVENANCES,
    UNKNOWN_CODE,
    Codebook,
    Codes,
    combine_provenance,
    normalised_code,
)
from patrolcast.intake.coordinates import Places, check_places
from patrolcast.intake.corrections.batches import mark_batches
from patrolcast.intake.corrections.collect import collect_reports, content_of, mark_counts
from patrolcast.intake.corrections.declared import CorrectionRules
from patrolcast.intake.corrections.near_copies import near_copy_notes
from patrolcast.intake.corrections.resolve import NOT_YET_KNOWN, resolve_corrections
from patrolcast.intake.moments import Moments, TimeRules, mark_times, resolve_moments, resolve_updates
from patrolcast.intake.persons import code_as_shown, quoted
from patrolcast.intake.place_faults import mark_places
from patrolcast.intake.raw_rows import RawTable
from patrolcast.intake.row_status import RowStatus
from patrolcast.intake.times import draw_within
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, Int32Array, IntArray
from patrolcast.numerics.categories import categorical, ranks
from patrolcast.numerics.order import differs_from_previous, order_within, stable_order

_CITIZEN = PROVENANCES.index(Provenance.CITIZEN)
_OFFICER = PROVENANCES.index(Provenance.OFFICER)
DEFAULT_ADDRESS = "default address"


@dataclass(frozen=True)
class IntakeRules:
    """What the config says about rows.

    Attributes
    ----------
    file, codebook_file : their names, for messages.
    crs : reference system of the coordinates.
    land : shapely geometry of the jurisdiction, WGS84.
    max_unknown_share : more unknown codes than this share of rows refuses the file.
    excluded_offences : offence codes, normalised, that the policy excludes.
    first_day : instant (microseconds) before which records are set aside, or None.
    corrections : what the config says about record numbers and cancelled reports.
    default_places : finds default addresses in the incidents (``longitude``, ``latitude``, ``category``): which of them
        stand there and are set aside, and notes.
    """

    file: str
    times: TimeRules
    crs: str
    land: Any
    codebook: Codebook
    codebook_file: str
    max_unknown_share: float
    excluded_offences: frozenset[str]
    first_day: int | None
    corrections: CorrectionRules = field(default_factory=CorrectionRules)
    default_places: Callable[[pd.DataFrame], tuple[BoolArray, tuple[str, ...]]] | None = None

    @property
    def numbers_of(self) -> str:
        """The column of record numbers, for messages."""
        return f"{self.file} column {shown(self.times.headers.get('record_id', 'record_id'))}"


@dataclass(frozen=True)
class IntakeResult:
    """The rows of all files after all rules.

    Attributes
    ----------
    incidents, set_aside : tables of INCIDENT_COLUMNS; ``set_aside`` holds the records of other provenance only.
    moments : instants of every row, before one is drawn within a range.
    unknown_codes : "offence" or "call source" -> code that the codebook lacks -> rows.
    most_on_one_point : kept incidents on the point that has most of them.
    notes : what a reader should know about rows that correct others, and about default addresses.
    category : of every citizen-reported row, also a refused one: position in ``categories``; below 0 where it has none.
    point : number of the point on which each incident stands, ``[len(incidents)]``; equal ones stand on the same.
    """

    incidents: pd.DataFrame
    set_aside: pd.DataFrame
    status: RowStatus
    moments: Moments
    unknown_codes: dict[str, Counter[str]]
    most_on_one_point: int
    notes: tuple[str, ...]
    category: npt.NDArray[np.int16]
    categories: tuple[str, ...]
    point: Int32Array


def apply_intake_rules(raw: RawTable, rules: IntakeRules, *, as_of: int, bad_rows: dict[str, IntArray]) -> IntakeResult:
    """Decide about every row: keep it, set it aside or refuse it.

    Raises DataRefusedError when most rows fail the same rule, or too many codes are unknown: then the config is wrong,
    not the rows.

    Parameters
    ----------
    as_of : instant, microseconds; nothing reported later reaches anything.
    bad_rows : rule -> positions of rows that the source itself could not use.
    """
    status = RowStatus(raw.n_rows)
    for rule, rows in sorted(bad_rows.items()):
        status.mark(rows, "refused", rule)
    moments = resolve_moments(raw, rules.times, as_of=as_of)
    mark_times(raw, moments, rules.times, status, file=rules.file)
    status.mark(moments.reported > as_of, "set aside", NOT_YET_KNOWN)
    provenance, unknown = _mark_codes(raw, rules, status)
    by_citizens = status.open & (provenance != _OFFICER)
    mark_counts(raw, status, by_citizens, file=rules.file, header=rules.times.headers.get("count", "count"))
    places = check_places(raw.longitude, raw.latitude, crs=rules.crs, land=rules.land)
    mark_places(
        raw, status, places,
        file=rules.file, counted=status.open & (provenance != _OFFICER), crs=rules.crs, land=rules.land,
    )  # fmt: skip
    if rules.first_day is not None:
        status.mark(moments.start < rules.first_day, "set aside", "before first_day")
    bits = content_of(raw, moments)
    by_code = rules.codebook.category_of(raw.offence.texts)
    reports = collect_reports(
        raw, moments, places, bits, by_code[raw.offence.codes],
        officer=provenance == _OFFICER, updated=resolve_updates(raw, rules.times), rules=rules.corrections,
        unread=np.concatenate([np.zeros(0, dtype=np.int64), *bad_rows.values()]),
    )  # fmt: skip
    corrected = resolve_corrections(
        reports, rules.corrections, rules.codebook.categories, status, as_of=as_of, file=rules.numbers_of
    )
    names = rules.codebook.categories
    occurred = draw_within(moments.start, moments.end, bits)
    placed = _PlacedRows(raw, moments.reported, occurred, places, provenance, by_code, names, corrected.count)
    ordered, alike = placed.in_order(status.open)
    notes = corrected.notes + tuple(mark_batches(status, bits, moments.reported, alike, file=rules.file))
    del bits, reports, alike  # each as long as the export
    counts = status.open & (provenance == _CITIZEN) & (by_code != NO_CATEGORY)[raw.offence.codes]
    notes += near_copy_notes(raw, moments, places, counts, file=rules.file)
    excluded = np.array([normalised_code(text) in rules.excluded_offences for text in raw.offence.texts], dtype=bool)
    aside = status.open & (provenance != _CITIZEN)
    for code, name in enumerate(PROVENANCES):
        if code != _CITIZEN:
            reason = "officer-initiated" if code == _OFFICER else f"provenance {name}"
            status.mark(provenance == code, "set aside", reason)
    status.mark(excluded[raw.offence.codes], "set aside", "offence excluded by policy")
    status.mark((by_code == NO_CATEGORY)[raw.offence.codes], "set aside", "category not forecast")
    if not rules.times.whole_day_shifts:
        _refuse_one_clock(moments, status.open, rules)
    if rules.default_places is not None:
        rows = np.flatnonzero(status.open)
        point, codes = places.point[rows], raw.offence.codes[rows]
        at, sentences = rules.default_places(
            pd.DataFrame({
                "longitude": places.longitude[point], "latitude": places.latitude[point],
                "category": categorical(by_code, list(rules.codebook.categories), codes),
            })
        )  # fmt: skip
        status.mark(rows[at], "set aside", DEFAULT_ADDRESS)
        notes += sentences
    most = int(np.bincount(places.point[status.open], minlength=1).max())
    set_aside = placed.table(placed.each_counted(ordered[aside[ordered]]))
    ordered = placed.each_counted(ordered[status.open[ordered]])
    kept, point = placed.table(ordered), places.point[ordered]
    category = np.where(provenance == _CITIZEN, by_code[raw.offence.codes], NO_CATEGORY).astype(np.int16)
    return IntakeResult(kept, set_aside, status, moments, unknown, most, notes, category, tuple(names), point)


def _refuse_one_clock(moments: Moments, kept: BoolArray, rules: IntakeRules) -> None:
    times = rules.times
    refuse_one_clock(
        moments.start[kept],
        (moments.start == moments.end)[kept],
        zones=(times.area_zone, times.zone, "UTC"),
        header=times.headers.get("occurred_at", "occurred_at"),
        file=rules.file,
        clock=times.clock,
    )


def _mark_codes(raw: RawTable, rules: IntakeRules, status: RowStatus) -> tuple[Codes, dict[str, Counter[str]]]:
    by_offence = rules.codebook.offence_provenance(raw.offence.texts)[raw.offence.codes]
    by_source = None
    if raw.call_source is not None:
        by_source = rules.codebook.source_provenance(raw.call_source.texts)[raw.call_source.codes]
    provenance = combine_provenance(by_offence, by_source)
    counted = status.open & (provenance != _OFFICER)
    columns = [("offence", "offence", raw.offence, by_offence)]
    if by_source is not None and raw.call_source is not None:
        columns.append(("call_source", "call source", raw.call_source, by_source))
    unknown: dict[str, Counter[str]] = {}
    wrong = np.zeros(raw.n_rows, dtype=bool)
    for _, word, column, codes in columns:
        missed = counted & (codes == UNKNOWN_CODE)
        wrong |= missed
        counts = np.bincount(column.codes[missed], minlength=len(column.texts))
        for code in np.flatnonzero(counts):
            unknown.setdefault(word, Counter())[code_as_shown(column.texts[code])] += int(counts[code])
    _refuse_unknown(int(wrong.sum()), int(counted.sum()), unknown, rules)
    for role, word, _, codes in columns:
        status.mark(codes == UNKNOWN_CODE, "refused", f"{word} not in the codebook", role)
    return provenance, unknown


def _refuse_unknown(n: int, counted: int, unknown: dict[str, Counter[str]], rules: IntakeRules) -> None:
    if n > rules.max_unknown_share * counted:
        codes = sum(unknown.values(), Counter())
        raise DataRefusedError(
            rules.file,
            got=f"{n:,} of {counted:,} rows with codes that {rules.codebook_file} lacks: {list_codes(codes)}",
            rule=f"at most {rules.max_unknown_share:.1%}",
            cure=f"add them to {rules.codebook_file}, each with its reason; `patrolcast init` lists all codes",
        )


def list_codes(unknown: Mapping[str, int], most: int = 10) -> str:
    """Unknown codes and their rows as text, the most frequent first, at most ``most`` of them."""
    ranked = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(ranked) - most} more" if len(ranked) > most else ""
    return ", ".join(f"{quoted(code)} ({n:,})" for code, n in ranked[:most]) + more


@dataclass(frozen=True)
class _PlacedRows:
    raw: RawTable
    reported: IntArray
    occurred: IntArray
    places: Places
    provenance: Codes
    category: npt.NDArray[np.int16]
    categories: tuple[str, ...]
    count: IntArray | None

    def each_counted(self, at: AnyIntArray) -> AnyIntArray:
        """One that counts several incidents as many times."""
        return at if self.count is None else np.repeat(at, np.maximum(self.count[at], 0))

    def in_order(self, where: BoolArray) -> tuple[AnyIntArray, BoolArray]:
        """The rows of a mask in an order that is not the file's, and which of all rows may be equal to another of them.

        Rows of which everything that is read is equal are so in what decides about the order, and stand together.
        """
        at = np.flatnonzero(where).astype(np.int32)  # half the room, of columns as long as the export
        at = at[stable_order(self.occurred[at])]  # the rows of an export nearly stand so
        at = at[stable_order(self.reported[at])]
        apart = differs_from_previous(self.reported[at])
        apart |= differs_from_previous(self.occurred[at])
        rank = ranks(self.raw.offence.texts)
        last = self.places.point[at].astype(np.int64)
        last *= rank.size
        last += rank[self.raw.offence.codes[at]]
        last *= len(PROVENANCES)
        last += self.provenance[at]
        within = order_within(np.cumsum(apart, dtype=np.int32), last)
        same = ~(apart | differs_from_previous(last[within]))[1:]
        at, alike = at[within], np.zeros(where.size, dtype=bool)
        alike[at[1:][same]] = alike[at[:-1][same]] = True
        return at, alike

    def table(self, at: AnyIntArray) -> pd.DataFrame:
        """INCIDENT_COLUMNS of some rows."""
        point, codes = self.places.point[at], self.raw.offence.codes[at]
        provenances = [str(provenance) for provenance in PROVENANCES]
        rank = ranks(self.raw.offence.texts)
        return pd.DataFrame(
            {
                "occurred_at": from_instants(self.occurred[at]),
                "reported_at": from_instants(self.reported[at]),
                "longitude": self.places.longitude[point],
                "latitude": self.places.latitude[point],
                "offence": categorical(rank, sorted(self.raw.offence.texts), codes),
                "category": categorical(self.category, list(self.categories), codes),
                "provenance": categorical(np.arange(len(provenances)), provenances, self.provenance[at]),
            },
            copy=False,
        )
