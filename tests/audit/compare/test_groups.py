"""Calibration and composition of a variant, by hand, against the audit of a run, and on planted faults with twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from patrolcast.audit.compare.groups import calibration_ratio, composition_ratio
from patrolcast.audit.compare.land_and_census import LEAST_AREAS, Census, LandAndCensus
from patrolcast.audit.compare.measures import all_measures
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.compare.pairs import paired_differences
from patrolcast.audit.compare.values import measure_variants
from patrolcast.audit.disparity.calibration import group_calibration
from patrolcast.audit.disparity.composition import TOP_WINDOW, compositions
from patrolcast.domain.comparison import Difference

N_NIGHTS, N_CELLS, N_AREAS = 180, 400, 80
RNG = np.random.default_rng(4)
B = RNG.integers(0, 300, N_AREAS).astype(float)
AREA_TOTAL = np.full(N_AREAS, 300.0)
WEIGHTS = sparse.csr_array(np.repeat(np.eye(N_AREAS), N_CELLS // N_AREAS, axis=0) / (N_CELLS // N_AREAS))
CENSUS = Census(("a", "b"), np.stack([AREA_TOTAL - B, B]), AREA_TOTAL, WEIGHTS)
GROUND = LandAndCensus(
    np.ones(N_CELLS), {"a": WEIGHTS @ (AREA_TOTAL - B), "b": WEIGHTS @ B}, WEIGHTS @ AREA_TOTAL, census=CENSUS
)
RATE = RNG.gamma(2.0, size=N_CELLS) / 10
OBSERVED = np.random.default_rng(5).poisson(RATE, (N_NIGHTS, N_CELLS)).astype(float)


def variant(seed: int, *, expected: np.ndarray = RATE, lean: np.ndarray | None = None) -> Nights:
    """Patrol on forty cells by a noisy score, and a forecast that strays a little from ``expected`` every night."""
    rng = np.random.default_rng(seed)
    score = RATE * (1 + 0.1 * rng.standard_normal((N_NIGHTS, N_CELLS)))
    score = score if lean is None else score * lean
    minutes = np.where(np.argsort(np.argsort(-score, axis=1), axis=1) < 40, 30.0, 0.0)
    covered = minutes / 30.0
    told = expected * np.exp(0.05 * rng.standard_normal((N_NIGHTS, N_CELLS)))
    return Nights(minutes, covered, covered * OBSERVED, OBSERVED, np.ones(N_NIGHTS), told)


def pair(first: Nights, second: Nights, ground: LandAndCensus = GROUND) -> dict[str, Difference]:
    measured = all_measures(ground)
    values = measure_variants(measured, {"first": [first], "second": [second]}, ground)
    found = paired_differences([measure for measure, _ in measured], values["first"], values["second"])
    return {one.measure: one for one in found}


def group() -> str:
    """The smaller of the two groups: the other mirrors it."""
    [name] = [m.group for m, _ in all_measures(GROUND) if m.name.startswith("log_calibration_ratio")]
    return str(name)


SHARE = GROUND.residents[group()] / GROUND.total


def test_a_forecast_doubled_where_a_group_lives_shows_in_its_calibration() -> None:
    found = pair(variant(1), variant(2, expected=RATE * (1 + SHARE)))[f"log_calibration_ratio_{group()}"]
    assert found.supported
    assert found.interval.estimate > 0.1
    turned = pair(variant(1, expected=RATE * (1 + SHARE)), variant(2))[f"log_calibration_ratio_{group()}"]
    assert turned.interval.estimate < -0.1, "second minus first"


def test_a_forecast_that_is_right_shows_nothing_in_its_calibration() -> None:
    name = f"log_calibration_ratio_{group()}"
    right = pair(variant(1), variant(2))[name]
    assert not right.supported
    assert abs(right.interval.estimate) < 0.02
    level = measure_variants(all_measures(GROUND), {"one": [variant(1)]}, GROUND)["one"][name].interval
    assert abs(level.estimate) < 0.1


def test_a_forecast_doubled_everywhere_is_wrong_for_everyone_and_no_disparity() -> None:
    found = pair(variant(1), variant(1, expected=2 * RATE))[f"log_calibration_ratio_{group()}"]
    assert found.interval.estimate == pytest.approx(0.0, abs=1e-9)


def test_a_forecast_too_high_in_busy_cells_only_is_no_disparity_though_one_group_lives_there() -> None:
    rate = np.sort(RATE)
    members = np.linspace(0, 60, N_CELLS)
    ground = LandAndCensus(np.ones(N_CELLS), {"b": members}, np.full(N_CELLS, 60.0))
    expected = np.tile(rate**2, (N_NIGHTS, 1))
    seen = np.tile(rate, (N_NIGHTS, 1))
    nights = Nights(seen, seen, seen, seen, np.ones(N_NIGHTS), expected)
    sides = ground.sides("b")
    wrong, right = rate**2, rate
    unmatched = np.log((wrong @ members) / (right @ members)) - np.log((wrong @ sides.others) / (right @ sides.others))
    assert unmatched > 0.3
    assert abs(float(calibration_ratio(nights.sums, sides))) < unmatched / 8


def test_over_the_whole_window_calibration_is_that_of_the_audit_of_a_run() -> None:
    nights, sides = variant(1, expected=RATE * (1 + 0.7 * SHARE**2)), GROUND.sides(group())
    expected, observed = nights.expected.sum(axis=0), OBSERVED.sum(axis=0)
    audited = group_calibration(
        expected,
        observed,
        sides.members,
        sides.others,
        block=np.arange(N_CELLS) // 40,
        names=(group(), "everyone else"),
    )
    assert float(calibration_ratio(nights.sums, sides)) == pytest.approx(audited.log_ratio_of_ratios.estimate)


def test_composition_is_that_of_the_audit_of_a_run() -> None:
    nights, at = variant(1), CENSUS.names.index(group())
    amounts = (nights.minutes.sum(axis=0) @ WEIGHTS.toarray()) / WEIGHTS.toarray().sum(axis=0)
    [top] = [
        one for one in compositions(amounts, CENSUS.counts, CENSUS.total, CENSUS.names) if one.window == TOP_WINDOW
    ]
    expected = np.log(top.shares[group()] / top.whole[group()])
    assert float(composition_ratio(nights.sums, GROUND.sides(group()))) == pytest.approx(expected)
    assert CENSUS.counts[at].sum() == pytest.approx(GROUND.residents[group()].sum())


def test_areas_that_lie_partly_off_the_grid_count_with_the_part_on_it() -> None:
    weights = sparse.csr_array(np.eye(N_AREAS)[:60] * 0.5)  # half of each of the first sixty areas, none of the others
    census = replace(CENSUS, weights=weights)
    assert census.reached.sum() == 60
    np.testing.assert_allclose(census.on_grid(B), B[:60] / 2)
    np.testing.assert_allclose(census.mean(np.arange(60.0)), np.arange(60.0))
    np.testing.assert_allclose(census.on_cells(np.stack([B, AREA_TOTAL]))[1], np.full(60, 150.0))


def test_patrol_that_leans_to_a_group_shows_in_who_lives_in_the_most_patrolled_areas() -> None:
    name = f"log_composition_ratio_{group()}"
    leaning = pair(variant(1), variant(2, lean=np.exp(2 * SHARE)))[name]
    assert leaning.supported
    assert leaning.interval.estimate > 0.2
    assert not pair(variant(1), variant(2))[name].supported


def test_without_census_areas_enough_composition_is_left_out_rather_than_made_up() -> None:
    few = LEAST_AREAS - 1
    rows = np.repeat(np.eye(few), 3, axis=0) / 3
    small = Census(("a", "b"), CENSUS.counts[:, :few], AREA_TOTAL[:few], sparse.csr_array(rows))
    for census, n_areas in ((None, 0), (small, few)):
        ground = replace(GROUND, census=census)
        assert not any("composition" in measure.name for measure, _ in all_measures(ground)), n_areas
    assert any("composition" in measure.name for measure, _ in all_measures(GROUND))


def test_composition_is_reported_against_the_share_of_all_residents_whoever_the_reference_is() -> None:
    told = {m.name: m for m, _ in all_measures(replace(GROUND, reference="a"))}
    assert told["log_composition_ratio_b"].against == "their share of all residents"
    assert told["log_calibration_ratio_b"].against == "a residents"


def test_other_seeds_show_no_winner_in_any_measure_of_a_group() -> None:
    claimed = [
        name
        for seed in range(20)
        for name, one in pair(variant(seed), variant(seed + 500)).items()
        if one.supported and name.startswith("log_")
    ]
    assert len(claimed) <= 2  # a family of 11 at 5 %: one or none in twenty is expected of four of its measures
