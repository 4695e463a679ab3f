"""The census's error in a comparison: as wide as the audit's, shared by both of a pair, nothing where none is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from patrolcast.audit.compare.land_and_census import Census, LandAndCensus
from patrolcast.audit.compare.measures import all_measures
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.compare.pairs import paired_differences
from patrolcast.audit.compare.values import Values, measure_need, measure_variants
from patrolcast.audit.disparity.census_error import DRAWS, redraw_counts, widen_interval
from patrolcast.audit.disparity.error_parts import Z_95, OtherVersions, part_widths
from patrolcast.audit.disparity.exposure import excess, log_exposure_ratio
from patrolcast.audit.disparity.ratio_draws import SidesOfCells
from patrolcast.domain.comparison import Difference
from patrolcast.domain.measures import Interval

N_NIGHTS, N_CELLS, N_AREAS = 60, 300, 100
WEIGHTS = sparse.csr_array(np.repeat(np.eye(N_AREAS), 3, axis=0) / 3)
B = np.random.default_rng(1).integers(20, 120, N_AREAS).astype(float)
TOTAL = np.full(N_AREAS, 300.0)
COUNTS = np.stack([TOTAL - B, B])
PER_CELL = np.random.default_rng(2).gamma(2.0, size=N_CELLS)
OBSERVED = np.random.default_rng(3).poisson(PER_CELL, (N_NIGHTS, N_CELLS)).astype(float)
NEED = OBSERVED
GROUP_MEASURES = tuple(f"log_{name}_ratio_b" for name in ("exposure", "opportunity", "calibration", "composition"))


def ground(margins: np.ndarray | None, *, total_margin: np.ndarray | None = None) -> LandAndCensus:
    census = Census(("a", "b"), COUNTS, TOTAL, WEIGHTS, margins, total_margin)
    return LandAndCensus(np.ones(N_CELLS), {"a": WEIGHTS @ COUNTS[0], "b": WEIGHTS @ B}, WEIGHTS @ TOTAL, census=census)


def wide(size: float = 60.0) -> np.ndarray:
    return np.full((2, N_AREAS), size)


def variant(seed: int, *, towards_b: float = 0.0) -> Nights:
    rng = np.random.default_rng(seed)
    share = (WEIGHTS @ B) / (WEIGHTS @ TOTAL)
    score = PER_CELL * np.exp(towards_b * share) * (1 + 0.5 * rng.standard_normal((N_NIGHTS, N_CELLS)))
    minutes = np.where(np.argsort(np.argsort(-score, axis=1), axis=1) < 40, 30.0, 0.0)
    covered = minutes / 30.0
    return Nights(minutes, covered, covered * OBSERVED, OBSERVED, np.ones(N_NIGHTS), np.maximum(score, 0.01))


def values(on: LandAndCensus, **variants: Nights) -> dict[str, dict[str, Values]]:
    return measure_variants(all_measures(on), {name: [one] for name, one in variants.items()}, on)


def pair(first: Nights, second: Nights, on: LandAndCensus) -> dict[str, Difference]:
    found = values(on, first=first, second=second)
    told = paired_differences([measure for measure, _ in all_measures(on)], found["first"], found["second"])
    return {one.measure: one for one in told}


def width(found: Interval) -> float:
    return found.upper - found.lower


def test_margins_widen_every_level_of_a_group_and_leave_its_estimate_and_all_else() -> None:
    one = variant(1)
    plain, with_margins = values(ground(None), one=one)["one"], values(ground(wide()), one=one)["one"]
    for name, before in plain.items():
        after = with_margins[name]
        assert after.whole == before.whole
        if name in GROUP_MEASURES:
            assert width(after.interval) > 1.05 * width(before.interval), name
        else:
            assert after.interval == before.interval, name
    assert set(GROUP_MEASURES) < set(plain)


def test_margins_of_zero_change_no_byte() -> None:
    one, two = variant(1), variant(2, towards_b=2.0)
    nothing = ground(np.zeros((2, N_AREAS)), total_margin=np.zeros(N_AREAS))
    found = pair(one, two, nothing)
    assert all(each.interval.measured for each in found.values())
    assert found == pair(one, two, ground(None))
    assert not nothing.census.inexact  # type: ignore[union-attr]
    assert measure_need(NEED, nothing)["b"].interval == measure_need(NEED, ground(None))["b"].interval


def test_permuted_margins_are_other_margins() -> None:
    """Errors belong to their areas: where the patrol is, they matter more."""
    one = variant(1)
    margins = np.tile(np.where(np.arange(N_AREAS) < N_AREAS // 2, 120.0, 1.0), (2, 1))
    permuted = np.random.default_rng(8).permutation(margins, axis=1)
    found, others = (values(ground(each), one=one)["one"]["log_exposure_ratio_b"] for each in (margins, permuted))
    assert found.whole == others.whole
    assert abs(width(found.interval) / width(others.interval) - 1) > 0.01


def test_the_error_of_a_level_is_that_of_the_audit_of_a_run() -> None:
    on, one = ground(wide()), variant(1)
    drawn = list(redraw_counts(COUNTS, wide(), TOTAL, None, reference=None))[1]
    counted = SidesOfCells(*(np.asarray(WEIGHTS @ each)[:, None] for each in (B, TOTAL - B, TOTAL)))
    redrawn = SidesOfCells(*(np.asarray(WEIGHTS @ each.T) for each in drawn))
    others = OtherVersions(np.zeros((N_CELLS, 0)), redrawn, None, {})
    minutes, need_of_cells = one.minutes.sum(axis=0)[:, None], NEED.sum(axis=0)[:, None]
    [audited] = part_widths(minutes, need_of_cells, counted, np.ones((1, N_CELLS)), others)
    exposed, need = values(on, one=one)["one"]["log_exposure_ratio_b"], measure_need(NEED, on)["b"]
    found = (exposed, need, exposed - need)
    for measure, name in zip(found, ("log_exposure_ratio", "log_need_ratio", "excess"), strict=True):
        assert np.std(measure.redrawn) == pytest.approx(audited[name].census / Z_95)


def test_what_two_variants_share_cancels() -> None:
    on, one = ground(wide()), variant(1)
    found = values(on, one=one, again=variant(1), other=variant(2))
    same = (found["again"]["log_exposure_ratio_b"] - found["one"]["log_exposure_ratio_b"]).redrawn
    np.testing.assert_array_equal(same, np.zeros(DRAWS))
    by = found["other"]["log_exposure_ratio_b"] - found["one"]["log_exposure_ratio_b"]
    apart = np.hypot(*(np.std(found[name]["log_exposure_ratio_b"].redrawn) for name in ("one", "other")))
    assert 0 < np.std(by.redrawn) < apart / 2


def test_need_and_excess_are_those_of_the_audit() -> None:
    on, one = ground(None), variant(1)
    sides = on.sides("b")
    need, exposed = measure_need(NEED, on)["b"], values(on, one=one)["one"]["log_exposure_ratio_b"]
    assert need.whole == pytest.approx(log_exposure_ratio(NEED, sides.members, sides.others))
    assert (exposed - need).whole == pytest.approx(excess(one.minutes, NEED, sides.members, sides.others))


def test_a_difference_that_the_census_cannot_tell_is_not_claimed() -> None:
    first, second = variant(1), variant(2, towards_b=0.7)
    name = "log_exposure_ratio_b"
    sure = pair(first, second, ground(None))[name]
    assert sure.supported
    unsure = pair(first, second, ground(wide(400.0)))[name]
    assert unsure.interval.estimate == sure.interval.estimate
    assert unsure.interval.p_value > sure.interval.p_value
    assert not unsure.supported


def test_other_seeds_show_no_winner_with_margins_either() -> None:
    claimed = [
        one.measure
        for seed in range(12)
        for one in pair(variant(seed), variant(seed + 500), ground(wide())).values()
        if one.supported and one.measure in GROUP_MEASURES
    ]
    assert len(claimed) <= 2


def test_a_group_that_may_not_be_there_at_all_is_not_measured_rather_than_sure() -> None:
    """Its whole count in the most patrolled areas lies within the margin: some draws leave nobody."""
    counts = COUNTS.copy()
    one = variant(1)
    census = Census(("a", "b"), counts, TOTAL, WEIGHTS, wide(2.0))
    top = np.argsort(-census.mean(one.minutes.sum(axis=0)))[:10]
    counts[1, top] = 0.02
    on = LandAndCensus(
        np.ones(N_CELLS), {"a": WEIGHTS @ counts[0], "b": WEIGHTS @ counts[1]}, WEIGHTS @ TOTAL, census=census
    )
    found = values(on, one=one)["one"]["log_composition_ratio_b"].interval
    assert not found.measured
    assert found.note == "within the census's margins of error nobody may live there"


def test_with_a_reference_all_residents_are_both_sides_and_the_rest() -> None:
    counts, margins = COUNTS * 0.4, wide(5.0)
    for given in (None, np.full(N_AREAS, 20.0)):
        [_, (members, others, total)] = redraw_counts(counts, margins, TOTAL, given, reference=0)
        rest = total - members - others
        assert rest.mean() == pytest.approx((TOTAL - counts.sum(axis=0)).mean(), rel=0.01)
        spread = rest.std(axis=0).mean() * 1.645
        assert spread == pytest.approx(0.0 if given is None else np.sqrt(20.0**2 - 2 * 5.0**2), rel=0.1, abs=1e-9)


def test_a_pair_with_a_reference_is_measured_with_margins_too() -> None:
    on = replace(ground(wide()), reference="a")
    found = pair(variant(1), variant(2, towards_b=2.0), on)
    assert {name for name in found if name.startswith("log_")} == set(GROUP_MEASURES)
    assert all(found[name].interval.measured for name in GROUP_MEASURES)


@pytest.mark.parametrize("error", [0.01, 0.1, 1.0])
def test_the_p_value_and_the_interval_are_one_statement(error: float) -> None:
    for estimate in np.linspace(-3, 3, 61):
        half = 0.5
        found = widen_interval(Interval(estimate, estimate - half, estimate + half, 180, p_value=0.5), error)
        if abs(found.p_value - 0.05) > 1e-4:
            assert (found.p_value < 0.05) == found.excludes_zero, estimate


def test_the_p_value_without_a_census_error_is_that_of_the_batches_and_rises_with_one() -> None:
    one = Values(0.3, np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.3]), 180).interval
    assert widen_interval(one, 0.0) == one
    p_values = [widen_interval(one, error).p_value for error in (1e-6, 0.02, 0.1, 0.4)]
    assert p_values[0] == pytest.approx(one.p_value, rel=1e-6)
    assert p_values == sorted(p_values)


def test_where_the_nights_say_nothing_of_error_the_census_alone_does() -> None:
    found = widen_interval(Interval(0.3, 0.3, 0.3, 180, p_value=0.0), 0.1)
    assert (found.lower, found.upper) == pytest.approx((0.3 - 0.196, 0.3 + 0.196))
    assert found.p_value == pytest.approx(0.0026998, rel=1e-3)


def test_intervals_of_both_errors_cover_at_least_what_they_say() -> None:
    rng = np.random.default_rng(11)
    for census in (0.2, 1.0, 3.0):
        missed = 0
        for _ in range(1500):
            batches = rng.standard_normal(6) * np.sqrt(6) + census * rng.standard_normal()
            missed += widen_interval(Values(float(batches.mean()), batches, 180).interval, census).excludes_zero
        assert 0.01 < missed / 1500 < 0.065, census
