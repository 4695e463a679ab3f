"""What may be called a finding: of what was named beforehand, at the level of the look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.audit.planted_outcomes import declared, measure, planted

from patrolcast.audit.outcomes.contrasts import estimands_of, measured
from patrolcast.audit.outcomes.findings import ContrastFinding, contrast_findings, level_of_look
from patrolcast.audit.outcomes.series import Counts
from patrolcast.domain.outcomes.counts import OutcomeCounts
from patrolcast.domain.outcomes.declared import Declared
from patrolcast.domain.outcomes.verdicts import CHOSEN_AFTER, FELL, NO_CLEAR_CHANGE, NOT_MEASURED, ROSE, TOO_SMALL


def looked(
    counts: OutcomeCounts, asked: Declared | None = None, *, named: tuple[str, ...] = ("force",), look: int = 1
) -> list[ContrastFinding]:
    made = Counts(counts, asked or declared())
    contrasts = [measured(made, one) for each in made.declared.measures for one in estimands_of(made, each)]
    return contrast_findings(contrasts, beforehand=named, look=look)


def verdicts(rows: list[ContrastFinding]) -> set[str]:
    return {row.verdict for row in rows}


def test_looks_share_one_in_twenty_for_ever() -> None:
    assert sum(level_of_look(k) for k in range(1, 10_000)) == pytest.approx(0.05, abs=1e-5)
    assert level_of_look(2) < level_of_look(1) < 0.05


PLANTED = planted(11, mean=300.0, spread=0.05, times={("1", "b"): 1.6, ("2", "b"): 1.6})


def test_a_large_planted_change_is_a_finding_with_its_direction() -> None:
    rows = {(r.contrast.estimand.kind, r.contrast.estimand.group): r for r in looked(PLANTED)}
    assert rows["disparity", "Group B"].verdict == ROSE
    turned = looked(PLANTED, declared(reference="Group B"))
    assert [r.verdict for r in turned if r.contrast.estimand.kind == "disparity"] == [FELL]


def test_what_was_chosen_after_the_data_was_seen_is_never_a_finding() -> None:
    assert verdicts(looked(PLANTED, named=())) == {CHOSEN_AFTER}
    asked = declared(measures=[measure(), measure(id="late")])
    rows = looked(PLANTED, asked)
    assert {r.verdict for r in rows if r.contrast.estimand.measure.id == "late"} == {CHOSEN_AFTER}
    assert [r.adjusted for r in rows if r.contrast.estimand.measure.id == "late"] == [None] * 7
    assert [r.adjusted for r in rows if r.adjusted is not None] == [r.adjusted for r in looked(PLANTED)]


def test_each_further_question_and_each_further_look_asks_for_more() -> None:
    one = looked(PLANTED, declared(measures=[measure(contrasts=["disparity"])]))[0]
    many = next(r for r in looked(PLANTED) if r.contrast.estimand.kind == "disparity")
    later = looked(PLANTED, declared(measures=[measure(contrasts=["disparity"])]), look=5)[0]
    assert one.smallest is not None
    assert many.smallest is not None
    assert later.smallest is not None
    assert one.smallest < many.smallest
    assert one.smallest < later.smallest
    assert many.adjusted is not None
    assert many.adjusted >= (many.contrast.p or 0.0)


def test_questions_that_were_taken_away_count_as_tried() -> None:
    """Else whoever drops what did not move makes a finding of what is left."""
    (row,) = looked(PLANTED, declared(measures=[measure(contrasts=["disparity"])]))
    one = replace(row.contrast, p=0.02)
    (alone,) = contrast_findings([one], beforehand={"force"}, look=1)
    (among,) = contrast_findings([one], beforehand={"force"}, look=1, dropped=6)
    assert (alone.verdict, alone.adjusted) == (ROSE, 0.02)
    assert among.verdict != ROSE
    assert among.adjusted == pytest.approx(0.14)
    assert (among.smallest or 0.0) > (alone.smallest or 9.9)


def test_a_p_value_just_above_the_level_is_no_finding_and_at_it_is_one() -> None:
    (row,) = looked(PLANTED, declared(measures=[measure(contrasts=["disparity"])]))
    for p, verdict in ((0.025, ROSE), (0.0251, NO_CLEAR_CHANGE)):
        (found_row,) = contrast_findings([replace(row.contrast, p=p)], beforehand={"force"}, look=1)
        assert found_row.verdict == verdict
    (second,) = contrast_findings([replace(row.contrast, p=0.025)], beforehand={"force"}, look=2)
    assert second.verdict != ROSE


def test_too_small_to_tell_hangs_on_what_would_matter() -> None:
    few = planted(4, mean=3.0)
    assert verdicts(looked(few)) <= {TOO_SMALL, NO_CLEAR_CHANGE}
    assert TOO_SMALL in verdicts(looked(few))
    many = planted(4, mean=2000.0, spread=0.01)
    assert verdicts(looked(many)) == {NO_CLEAR_CHANGE}
    strict = declared(measures=[measure(matters=1.05)])
    assert TOO_SMALL in verdicts(looked(planted(4), strict))


def test_what_was_not_measured_shares_the_level_and_is_no_pass() -> None:
    rows = looked(planted(1, n_before=5))
    assert verdicts(rows) == {NOT_MEASURED}
    assert [(r.adjusted, r.smallest) for r in rows] == [(None, None)] * 7


def alarms(seeds: range, **made: float) -> int:
    """Null cities of which anything was called a finding."""
    return sum(bool(verdicts(looked(planted(seed, **made))) & {ROSE, FELL}) for seed in seeds)  # type: ignore[arg-type]


def test_few_null_cities_alarm() -> None:
    """30 cities: at a rate of 2.5 % more than 4 alarms come once in 600 times. The sweep is in `make check-long`."""
    assert alarms(range(30)) <= 4


@pytest.mark.long
@pytest.mark.parametrize(("mean", "spread"), [(8.0, 0.0), (40.0, 0.2), (40.0, 0.5)])
def test_at_most_one_null_city_in_twenty_alarms(mean: float, spread: float) -> None:
    assert alarms(range(1000, 1400), mean=mean, spread=spread) <= 0.05 * 400


def power(seeds: range, ratio: float, *, mean: float) -> float:
    """Share of cities with a planted disparity in which it is found."""
    asked = declared(measures=[measure(contrasts=["disparity"])])
    times = {("1", "b"): ratio, ("2", "b"): ratio}
    return sum(looked(planted(s, mean=mean, times=times), asked)[0].verdict == ROSE for s in seeds) / len(seeds)


def stated(seeds: range, *, mean: float) -> float:
    """The smallest ratio that null cities say they would find, in the middle."""
    asked = declared(measures=[measure(contrasts=["disparity"])])
    found_from = sorted(looked(planted(s, mean=mean), asked)[0].smallest or 9.9 for s in seeds)
    return found_from[len(found_from) // 2]


def test_a_planted_change_well_above_what_is_stated_is_found() -> None:
    assert power(range(12), 1.8, mean=40.0) >= 0.9


@pytest.mark.long
@pytest.mark.parametrize("mean", [15.0, 60.0])
def test_a_planted_change_is_found_at_its_stated_power(mean: float) -> None:
    """Four times in five; a sample of 300 may miss that by 7 points."""
    ratio = stated(range(3000, 3150), mean=mean)
    assert power(range(2000, 2300), ratio, mean=mean) >= 0.73
    assert power(range(2000, 2300), 1.0 + (ratio - 1.0) / 3.0, mean=mean) < 0.5, "the twin: a smaller one is found less"
