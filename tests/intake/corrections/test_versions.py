"""Versions: among rows of one number the newest stands, by its time, then by its place in the file."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.intake.corrections.declared import Meaning
from patrolcast.intake.corrections.versions import (
    COPY,
    ONLY,
    SUPERSEDED,
    choose_offences,
    find_replaced,
    find_versions,
    part_other_incidents,
    rows_of_shared_numbers,
)
from patrolcast.intake.times import DAY, NOT_A_TIME

Rows = list[tuple[int, int, int]]


def _find(rows: Rows) -> np.ndarray:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return find_versions(columns[0].astype(np.uint64), columns[1].astype(np.uint64), columns[2].astype(np.int64))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_exactly_one_version_of_each_number_stands_and_it_is_the_latest(rows: Rows) -> None:
    rows = [(number, content * 10 + reported, reported) for number, content, reported in rows]  # content holds the time
    versions = _find(rows)
    for number in {row[0] for row in rows if row[0]}:
        mine = [(row, version) for row, version in zip(rows, versions, strict=True) if row[0] == number]
        standing = [row for row, version in mine if version == ONLY]
        assert len(standing) == 1
        assert standing[0][2] == max(row[2] for row, _ in mine)
        assert sum(verdict != COPY for _, verdict in mine) == len({row[1] for row, _ in mine})
    assert all(version == ONLY for row, version in zip(rows, versions, strict=True) if row[0] == 0)


def test_of_versions_reported_at_one_moment_the_later_row_of_the_file_stands_whatever_they_hold() -> None:
    for contents in ([5, 6], [6, 5], [9, 1]):
        assert _find([(1, content, 3) for content in contents]).tolist() == [SUPERSEDED, ONLY]
    assert _find([(1, 5, 3), (1, 6, 2)]).tolist() == [ONLY, SUPERSEDED]


def test_a_later_copy_of_the_first_content_makes_that_content_stand() -> None:
    assert _find([(1, 5, 3), (1, 6, 3), (1, 5, 3)]).tolist() == [ONLY, SUPERSEDED, COPY]


def _parted(
    days: list[int], metres: list[float], categories: list[int], means: Meaning | None = None
) -> tuple[list[bool], list[bool]]:
    n = len(days)
    start, zero = np.array([NOT_A_TIME if day < 0 else day * DAY for day in days]), np.zeros(n)
    identity, other, heaped = part_other_incidents(
        np.ones(n, dtype=np.uint64), np.arange(n), start, np.array(metres), zero, np.array(categories), means=means
    )
    assert len(set(identity[other].tolist()) & set(identity[~other & ~heaped].tolist())) == 0
    return other.tolist(), heaped.tolist()


def test_a_correction_of_time_place_or_category_alone_is_a_version() -> None:
    assert _parted([0, 366], [0, 0], [1, 1])[0] == [False, False]
    assert _parted([0, 1], [0, 5000], [1, 1])[0] == [False, False]
    assert _parted([0, 1], [0, 0], [1, 2])[0] == [False, False]


def test_rows_months_apart_at_another_place_or_of_another_category_are_no_versions() -> None:
    assert _parted([0, 40], [0, 300], [1, 1])[0] == [True, False]
    assert _parted([0, 40], [0, 0], [1, 2])[0] == [True, False]
    assert _parted([0, 1], [0, 5000], [1, 2])[0] == [True, False]
    assert _parted([0, 1], [0, 5000], [1, 2], means="offence")[0] == [False, False]


def test_rows_of_one_moment_are_versions_where_the_config_says_so_though_place_and_category_were_corrected() -> None:
    assert _parted([0, 0], [0, 5000], [1, 2])[0] == [True, False]
    assert _parted([0, 0], [0, 5000], [1, 2], means="versions")[0] == [False, False]
    assert _parted([0, 1], [0, 5000], [1, 2], means="versions")[0] == [True, False]


def test_a_version_without_a_time_or_a_place_is_no_other_incident() -> None:
    assert _parted([0, -1], [0, 300], [1, 1])[0] == [False, False]
    assert _parted([0, 40], [0, np.nan], [1, 1])[0] == [False, False]


def test_versions_of_an_incident_that_shares_its_number_stay_versions_of_each_other() -> None:
    n = 4
    identity, other, _ = part_other_incidents(
        np.ones(n, dtype=np.uint64), np.arange(n), np.array([0, 0, 400, 400]) * DAY,
        np.array([0.0, 0.0, 900.0, 900.0]), np.zeros(n), np.array([1, 1, 1, 1]),
    )  # fmt: skip
    assert other.tolist() == [True, True, False, False]
    assert identity[0] == identity[1] != identity[2] == identity[3]


def test_a_number_on_twenty_incidents_is_a_placeholder_and_on_nineteen_it_is_not() -> None:
    many = [40 * i for i in range(21)]
    assert _parted(many, [300.0 * i for i in range(21)], [1] * 21)[1] == [True] * 21
    assert _parted(many[:20], [300.0 * i for i in range(20)], [1] * 20)[1] == [False] * 20


def test_a_record_that_another_one_replaces_is_gone_and_of_two_that_replace_each_other_the_newer_stands() -> None:
    numbers, none = np.array([1, 2, 3], dtype=np.uint64), 0
    chain = find_replaced(numbers, np.array([none, 1, 2], dtype=np.uint64), np.array([1, 1, 1]))
    assert (chain[0].tolist(), chain[1]) == ([True, True, False], 0)
    mutual = find_replaced(numbers, np.array([2, 1, 3], dtype=np.uint64), np.array([5, 1, 1]))
    assert mutual[0].tolist() == [False, True, False]


def test_of_several_offences_the_most_serious_counts_or_the_first_reported() -> None:
    number = np.array([1, 1, 1, 0, 0], dtype=np.uint64)
    rank, reported = np.array([2, 0, 1, 9, 9]), np.array([1, 2, 3, 4, 5])
    assert choose_offences(number, rank, reported, most_serious=True).tolist() == [False, True, False, True, True]
    assert choose_offences(number, rank, reported, most_serious=False).tolist() == [True, False, False, True, True]


def test_a_copy_is_one_thing_and_an_older_version_another() -> None:
    assert _find([(1, 5, 1), (1, 5, 1), (1, 6, 2), (0, 7, 3), (0, 7, 3)]).tolist() == [
        SUPERSEDED,
        COPY,
        ONLY,
        ONLY,
        ONLY,
    ]


def test_numbers_that_end_alike_are_not_the_same() -> None:
    alike = np.array([7, 7 + 2**16, 5, 7, 7 + 2**40, 0, 0], dtype=np.uint64)
    assert rows_of_shared_numbers(alike).tolist() == [0, 3]
    assert rows_of_shared_numbers(alike[1:3]).size == 0
