"""What may be claimed of two variants: nothing where nothing differs, the planted difference where one does."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.audit.compare.land_and_census import LandAndCensus
from patrolcast.audit.compare.measures import all_measures
from patrolcast.audit.compare.nights import Nights
from patrolcast.audit.compare.pairs import is_supported, paired_differences
from patrolcast.audit.compare.values import Values, measure_variants
from patrolcast.domain.comparison import LEAST_LOG_RATIO, Difference, Measure
from patrolcast.domain.measures import Interval

N_NIGHTS, N_CELLS = 180, 60
GROUND = LandAndCensus(
    area_km2=np.ones(N_CELLS),
    residents={"a": np.linspace(90, 10, N_CELLS), "b": np.linspace(10, 90, N_CELLS)},
    total=np.full(N_CELLS, 100.0),
)


def variant(seed: int, *, busy: np.ndarray, towards_b: float = 0.0) -> Nights:
    """Twelve cells a night, drawn by a score that is the same for both but for noise and a planted lean."""
    rng = np.random.default_rng(seed)
    score = np.sin(np.arange(N_CELLS))[None, :] + 0.4 * rng.standard_normal((N_NIGHTS, N_CELLS))
    score += towards_b * np.linspace(-1, 1, N_CELLS)
    minutes = np.where(np.argsort(np.argsort(-score, axis=1), axis=1) < 12, 30.0, 0.0)
    covered = minutes / 30.0
    expected = 0.3 * np.exp(score)
    return Nights(minutes, covered, covered * busy, busy, rng.normal(300, 5, N_NIGHTS), expected)


@pytest.fixture(scope="module")
def busy() -> np.ndarray:
    rate = 0.3 * np.exp(np.sin(np.arange(N_CELLS)))
    return np.random.default_rng(0).poisson(rate, (N_NIGHTS, N_CELLS)).astype(float)


def pair(first: Nights, second: Nights, *, ground: LandAndCensus = GROUND) -> dict[str, Difference]:
    measured = all_measures(ground)
    values = measure_variants(measured, {"first": [first], "second": [second]}, ground)
    found = paired_differences([measure for measure, _ in measured], values["first"], values["second"])
    return {one.measure: one for one in found}


def supported(first: Nights, second: Nights) -> set[str]:
    return {name for name, one in pair(first, second).items() if one.supported}


def test_the_same_config_with_other_seeds_shows_no_winner(busy: np.ndarray) -> None:
    claimed = [bool(supported(variant(seed, busy=busy), variant(seed + 500, busy=busy))) for seed in range(60)]
    # A family of seven measures at 5 %: four or more claims in sixty would happen with less than 30 % chance at 5 %,
    # eleven or more with one in 10,000.
    assert sum(claimed) <= 10


def test_a_planted_winner_is_found_and_named_the_right_way(busy: np.ndarray) -> None:
    found = [supported(variant(s, busy=busy), variant(s + 500, busy=busy, towards_b=0.8)) for s in range(20)]
    assert all("log_exposure_ratio_a" in names for names in found)
    one = pair(variant(1, busy=busy), variant(2, busy=busy, towards_b=0.8))["log_exposure_ratio_a"]
    assert one.interval.estimate < -LEAST_LOG_RATIO


def test_more_seeds_narrow_the_interval(busy: np.ndarray) -> None:
    seeds = [variant(s, busy=busy) for s in range(1, 6)]
    values = measure_variants(all_measures(GROUND), {"one": seeds[:1], "many": seeds}, GROUND)
    one, many = (values[name]["gini"].interval for name in ("one", "many"))
    assert many.upper - many.lower < one.upper - one.lower


def test_a_sure_but_small_difference_between_groups_is_not_claimed() -> None:
    sure = Interval(0.04, 0.03, 0.05, N_NIGHTS, p_value=1e-6)
    assert not is_supported(sure, 1e-5, least=LEAST_LOG_RATIO)
    assert is_supported(Interval(0.06, 0.05, 0.07, N_NIGHTS, p_value=1e-6), 1e-5, least=LEAST_LOG_RATIO)


def test_what_the_correction_or_the_interval_does_not_support_is_not_claimed() -> None:
    wide = Interval(0.2, -0.01, 0.41, N_NIGHTS, p_value=0.06)
    assert not is_supported(wide, 0.04, least=0.0)
    assert not is_supported(Interval(0.2, 0.01, 0.39, N_NIGHTS, p_value=0.04), 0.2, least=0.0)


def test_a_difference_that_could_not_be_measured_is_not_claimed(busy: np.ndarray) -> None:
    first, second = variant(1, busy=0 * busy), variant(2, busy=0 * busy)
    found = pair(first, second)
    assert not found["hits"].interval.measured
    assert not found["hits"].supported


def test_other_nights_are_refused(busy: np.ndarray) -> None:
    short = variant(1, busy=busy).part(np.arange(100))
    with pytest.raises(ValueError, match="need the same nights"):
        pair(variant(1, busy=busy), short)


def certain(estimate: float) -> Values:
    """A value whose batches scarcely differ: any difference of two is far beyond chance."""
    return Values(estimate, estimate + np.array([1.0, -1.0, 0.5, -0.5, 0.2, -0.2]) * 1e-4, 180)


@pytest.mark.parametrize(("difference", "supported"), [(0.049, False), (-0.049, False), (0.051, True), (-0.051, True)])
def test_a_difference_below_the_least_of_its_measure_is_never_claimed_however_certain(
    difference: float, supported: bool
) -> None:
    measure = Measure("log_exposure_ratio_b", "disparity", "patrol", "ratio", is_log=True, least=0.05, group="b")
    (found,) = paired_differences([measure], {measure.name: certain(0.3)}, {measure.name: certain(0.3 + difference)})
    assert found.interval.estimate == pytest.approx(difference)
    assert found.interval.excludes_zero
    assert found.p_holm < 0.001
    assert found.supported is supported


def test_a_measure_without_a_least_difference_claims_any_that_is_certain() -> None:
    measure = Measure("hits", "accuracy", "incidents caught", "share")
    (found,) = paired_differences([measure], {"hits": certain(0.3)}, {"hits": certain(0.302)})
    assert found.supported


def test_a_p_value_that_holm_lifts_over_5_percent_is_not_claimed() -> None:
    interval = Interval(0.3, 0.01, 0.59, 180, p_value=0.04)
    assert is_supported(interval, 0.04, least=0.05)
    assert not is_supported(interval, 0.051, least=0.05)
    assert not is_supported(Interval(0.3, -0.01, 0.61, 180, p_value=0.04), 0.04, least=0.05)
