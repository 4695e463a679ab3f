"""The audit's intervals hold every part that can be measured, at every level, and say which could not be."""

from __future__ import annotations

from math import exp, isnan, log

import pytest
from tests.runs.trained_halves import audited_run

from patrolcast.domain.measures import DisparityAudit
from patrolcast.grid.residents.spreading import BY_CENTRES, GAPS_FILLED, SMOOTH
from patrolcast.runs.pipeline.audited.intervals import BY_REPORTS


def audit(*, trainings: bool = True, gap: bool = False) -> DisparityAudit:
    found = audited_run(trainings=trainings, gap=gap).disparity
    assert found is not None
    return found


def test_every_part_widens_the_interval_of_every_group_and_district() -> None:
    found = audit()
    comparisons = [*found.groups, *(one for inside in found.districts.values() for one in inside)]
    assert len(comparisons) == 6
    for one in comparisons:
        for name, part in one.parts.items():
            interval = getattr(one, name)
            assert interval.upper - interval.estimate > max(part.nights, part.within_areas, part.spreading)
            assert isnan(part.census)  # this city's counts come without margins
        assert one.parts["excess"].trainings > 0
        assert one.parts["log_need_ratio"].trainings == pytest.approx(0.0)
        assert one.counted.upper - one.counted.lower < one.excess.upper - one.excess.lower


def test_every_other_way_of_spreading_lies_inside_the_interval() -> None:
    found = audit(gap=True)
    assert set(found.exposure_by_spreading["group_b"]) == {"by area", BY_CENTRES, SMOOTH, GAPS_FILLED, BY_REPORTS}
    for one in found.groups:
        interval, ways = one.log_exposure_ratio, found.exposure_by_spreading[one.group]
        assert ways["by area"] == pytest.approx(exp(interval.estimate))
        assert all(interval.lower < log(ratio) < interval.upper for ratio in ways.values())


def test_parts_say_how_they_were_measured_and_why_not() -> None:
    assert audit().interval_parts["trainings"] == "4 trainings on half of the weeks each, other seeds"
    found = audit(trainings=False)
    assert found.interval_parts["trainings"].startswith("not measured: no other training was made")
    assert found.interval_parts["census"] == "not measured: the counts come without margins of error"
    assert all(isnan(one.parts["excess"].trainings) for one in found.groups)


def test_other_trainings_change_no_estimate() -> None:
    with_them, without = audit().groups, audit(trainings=False).groups
    assert [one.excess.estimate for one in with_them] == [one.excess.estimate for one in without]


def test_per_resident_is_read_in_cells_only() -> None:
    found = audit()
    assert all(one.excess_per_resident.measured for one in found.groups)
    for level in found.levels.values():
        assert all(one.excess_per_resident.note == "need per resident is read in cells only" for one in level)
