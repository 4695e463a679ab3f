"""Files that are being written, cut off, or smaller than the last accepted ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from patrolcast.audit.feed.files import end_check, settled_check, size_check
from patrolcast.domain.feed.accepted import AcceptedFeed, FileFacts
from patrolcast.domain.records import GateVerdict

PASS, FAIL, NOT_MEASURED = GateVerdict.PASS, GateVerdict.FAIL, GateVerdict.NOT_MEASURED
FILE = FileFacts("export.csv", 3600.0, line_end=True)
LAST = AcceptedFeed("run", datetime(2026, 2, 27, tzinfo=UTC), 10_000, 1_000_000, line_end=True, trailer=False)


@pytest.mark.parametrize(("seconds", "verdict"), [(60.0, PASS), (59.9, FAIL), (0.0, FAIL), (-1.0, FAIL), (1e9, PASS)])
def test_a_file_rests_for_a_minute(seconds: float, verdict: GateVerdict) -> None:
    assert settled_check([FILE, replace(FILE, changed_seconds=seconds)]).verdict is verdict


def test_a_file_of_the_future_asks_for_the_clock() -> None:
    assert "is a clock wrong?" in settled_check([replace(FILE, changed_seconds=-90.0)]).detail


def test_a_database_has_no_file_to_rest() -> None:
    check = settled_check([])
    assert (check.verdict, check.stops) == (NOT_MEASURED, False)


def test_a_last_line_that_is_not_ended_stops_only_where_it_always_was() -> None:
    torn = [replace(FILE, line_end=False)]
    assert end_check(torn, 10_000, LAST).verdict is FAIL
    assert end_check(torn, 10_000, replace(LAST, line_end=False)).verdict is PASS
    assert end_check([FILE], 10_000, LAST).verdict is PASS


def test_a_trailer_that_is_gone_or_counts_other_rows_stops() -> None:
    counted = replace(FILE, trailer="Total 10,000", trailer_rows=10_000)
    with_trailer = replace(LAST, trailer=True)
    assert end_check([counted], 10_001, with_trailer).verdict is PASS
    assert end_check([counted], 9_000, with_trailer).verdict is FAIL
    assert end_check([counted], 9_000, None).detail == "the last lines count 10,000 rows and 9,000 were read"
    assert end_check([FILE], 10_000, with_trailer).detail == "export.csv has lost its last line, which counted the rows"


def test_without_a_night_before_or_a_count_an_end_is_not_measured() -> None:
    assert end_check([FILE], 10_000, None).verdict is NOT_MEASURED
    assert end_check([FILE], 10_000, replace(LAST, line_end=None, trailer=None)).verdict is NOT_MEASURED
    assert end_check([replace(FILE, trailer="Total 10", trailer_rows=10)], 10, None).verdict is PASS


def test_an_archive_has_no_line_to_end() -> None:
    check = end_check([replace(FILE, line_end=None)], 10_000, LAST)
    assert (check.verdict, check.stops) == (NOT_MEASURED, False)


@pytest.mark.parametrize(
    ("rows", "size", "verdict"),
    [
        (9_500, 950_000, PASS), (9_499, 1_000_000, FAIL), (9_990, 940_000, FAIL), (10_000, 500_000, PASS),
        (0, 0, FAIL), (20_000, 2_000_000, PASS), (9_600, 0, PASS),
    ],
)  # fmt: skip
def test_an_export_that_shrank_stops(rows: int, size: int, verdict: GateVerdict) -> None:
    assert size_check(rows, size, LAST).verdict is verdict


def test_the_first_night_has_nothing_to_compare_with() -> None:
    check = size_check(1, 1, None)
    assert (check.verdict, check.stops) == (NOT_MEASURED, False)
