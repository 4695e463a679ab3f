"""Parts of intervals and ways of spreading as rows; what was not measured says so."""

from __future__ import annotations

from dataclasses import replace
from math import log

from tests.report.audit.test_disparity import EVEN, audit

from patrolcast.domain.measures import ErrorParts
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.interval_parts import part_rows, spreading_rows

PARTS = ErrorParts(log(1.01), log(1.03), float("nan"), log(1.25), log(1.1))


def test_each_part_is_what_it_could_raise_the_ratio_by() -> None:
    found = audit(EVEN)
    groups = tuple(replace(one, parts={"excess": PARTS}) for one in found.groups[:1])
    [row] = part_rows(replace(found, groups=groups), GroupNames())
    assert row == {
        "group": "group a",
        "ratio": "Patrol per reported incident",
        "parts": ["1.0 %", "3.0 %", "not measured", "25 %", "10 %"],
    }
    assert part_rows(found, GroupNames()) == []


def test_ways_of_spreading_are_rows_and_groups_columns() -> None:
    tried = {"a": {"by area": 1.473, "by centres": 1.496}, "b": {"by area": 0.8, "by centres": 0.79}}
    rows = spreading_rows(replace(audit(EVEN), exposure_by_spreading=tried))
    assert rows == [
        {"way": "By area", "ratios": ["1.47", "0.800"]},
        {"way": "By centres", "ratios": ["1.50", "0.790"]},
    ]
    assert spreading_rows(audit(EVEN)) == []
