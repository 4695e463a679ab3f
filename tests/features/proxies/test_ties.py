"""Four ties, each against another way of computing it, and what each of them is blind to."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression

from patrolcast.features.proxies.association import rank_normal
from patrolcast.features.proxies.columns import columns_of
from patrolcast.features.proxies.family import in_units_of_chance
from patrolcast.features.proxies.surrogates import spectral_basis
from patrolcast.features.proxies.ties import Tie, TieKind, measure_ties

N = 240
RNG = np.random.default_rng(3)
XY = RNG.uniform(0, 5_000, (N, 2))
RATE = RNG.gamma(2.0, size=N)
SHARE = RNG.uniform(0.1, 0.9, N)
ALL = {"": np.ones(N, dtype=bool)}


def ties(values: np.ndarray, *, share: np.ndarray = SHARE, parts: dict[str, np.ndarray] | None = None) -> list[Tie]:
    chance = np.random.default_rng(4).permuted(np.tile(share, (60, 1)), axis=1).T
    shares = np.column_stack([share, chance])[:, None, :]
    return measure_ties(columns_of(values, "x"), shares, RATE, XY, ALL if parts is None else parts)


def of(found: list[Tie], kind: TieKind) -> Tie:
    return next(tie for tie in found if tie.kind == kind)


def less_rate(values: np.ndarray, rate: np.ndarray = RATE) -> np.ndarray:
    x = rank_normal(rate)[:, None]
    cubic = np.hstack([x, x**2, x**3])
    return np.asarray(values - LinearRegression().fit(cubic, values).predict(cubic))


def test_a_straight_tie_is_the_correlation_of_what_the_rate_leaves_and_its_size_in_units_of_the_whole() -> None:
    values = SHARE + 0.4 * RNG.standard_normal(N) + 0.5 * rank_normal(RATE)
    found = of(ties(values), TieKind.STRAIGHT)
    score = rank_normal(values)
    left, left_share = less_rate(score), less_rate(SHARE)
    r = stats.pearsonr(left, left_share).statistic
    assert found.statistic[0, 0] == pytest.approx(r)
    assert found.size[0] == pytest.approx(np.mean(left * left_share) / (score.std() * SHARE.std()))
    assert abs(found.size[0]) < abs(r)
    assert np.abs(found.statistic[0, 1:]).max() < abs(r)


def by_band(values: np.ndarray, share: np.ndarray) -> list[float]:
    """Correlations without a mean in the first 4 patterns of the places that are known, the next 8, 16 and 32."""
    known = ~np.isnan(values)
    patterns, rate = spectral_basis(XY[known]), RATE[known]
    column = patterns.T @ less_rate(rank_normal(values[known]), rate)
    other = patterns.T @ less_rate(share[known], rate)
    bands = (slice(0, 4), slice(4, 12), slice(12, 28), slice(28, 60))
    return [
        float(column[band] @ other[band] / np.sqrt((column[band] @ column[band]) * (other[band] @ other[band])))
        for band in bands
    ]


@pytest.mark.parametrize("n_gaps", [0, 60])
def test_scales_is_the_likelihood_of_one_slope_a_band_and_as_large_as_the_straight_tie(n_gaps: int) -> None:
    values = SHARE + 0.4 * np.random.default_rng(8).standard_normal(N)
    values[np.random.default_rng(9).permutation(N)[:n_gaps]] = np.nan
    measured = [tie for tie in ties(values) if tie.column == 0]
    scales, straight = of(measured, TieKind.SCALES), of(measured, TieKind.STRAIGHT)
    ratio = -sum(n * np.log(1.0 - r**2) for n, r in zip((4, 8, 16, 32), by_band(values, SHARE), strict=True))
    assert scales.evidence[0, 0] == pytest.approx(np.sqrt(ratio / 60))
    assert scales.statistic[0, 0] == pytest.approx(1.0 - np.exp(-ratio / 60))
    assert scales.size.tolist() == straight.size.tolist()


def test_under_rough_noise_the_broad_patterns_show_what_the_whole_correlation_hides() -> None:
    broad = spectral_basis(XY)[:, :4] @ np.array([2.0, -1.5, 1.0, 1.2])
    share = 0.5 + 0.25 * broad / np.abs(broad).max()
    values = share + 1.5 * share.std() * np.random.default_rng(11).standard_normal(N)
    chance = spectral_basis(XY)[:, :4] @ np.random.default_rng(12).standard_normal((4, 400))
    shares = np.column_stack([share, 0.5 + 0.25 * chance / np.abs(chance).max(axis=0)])[:, None, :]
    measured = measure_ties(columns_of(values, "x"), shares, RATE, XY, ALL)
    in_units = {tie.kind: in_units_of_chance(tie.evidence)[0, 0] for tie in measured}
    assert in_units[TieKind.STRAIGHT] > 1.0, "beyond the upper 5 % of chance"
    assert in_units[TieKind.SCALES] > 1.3 * in_units[TieKind.STRAIGHT], "further beyond, as one test among many must be"


def test_a_share_that_only_changes_places_within_a_band_has_no_slope_there() -> None:
    patterns = spectral_basis(XY)
    column, share = patterns[:, 5] + patterns[:, 20], patterns[:, 6] + patterns[:, 21]
    assert np.abs(by_band(column, share)).max() < 0.35
    scales = of(ties(column, share=share), TieKind.SCALES)
    assert scales.evidence[0, 0] < np.median(of(ties(column, share=column), TieKind.SCALES).evidence[0, 0]) / 3


def test_a_shuffled_code_tells_the_share_as_well_as_its_means_by_code_do() -> None:
    code = np.random.default_rng(6).permutation(8)[np.argsort(np.argsort(SHARE)) * 8 // N]
    found = ties(code.astype(float))
    predicts, straight = of(found, TieKind.PREDICTS), of(found, TieKind.STRAIGHT)
    steps = np.eye(8)[code]
    by_code = LinearRegression().fit(less_rate(steps), less_rate(SHARE))
    assert predicts.statistic[0, 0] == pytest.approx(by_code.score(less_rate(steps), less_rate(SHARE)), abs=0.02)
    assert predicts.size[0] > 0.85
    assert abs(straight.size[0]) < 0.6


def test_a_u_shape_follows_the_share_and_is_neither_straight_nor_tells_it() -> None:
    u = np.abs(np.argsort(np.argsort(SHARE)) - N / 2)
    found = ties(u)
    assert of(found, TieKind.FOLLOWS).size[0] > 0.8
    assert abs(of(found, TieKind.STRAIGHT).size[0]) < 0.15
    assert of(found, TieKind.PREDICTS).size[0] < 0.1


def test_what_follows_is_the_correlation_ratio_over_eighths_less_what_chance_gives() -> None:
    values = RNG.standard_normal(N)
    found = of(ties(values), TieKind.FOLLOWS)
    left = less_rate(rank_normal(values))
    eighth = np.argsort(np.argsort(SHARE)) * 8 // N
    between = sum((eighth == k).sum() * left[eighth == k].mean() ** 2 for k in range(8)) / (left**2).sum()
    assert found.statistic[0, 0] == pytest.approx(between)
    chance = found.statistic[0, 1:].mean()
    assert found.size[0] == pytest.approx((between - chance) / (1 - chance))
    assert chance == pytest.approx(7 / (N - 1), abs=0.006), "seven of 239 degrees of freedom"


def test_what_the_report_rate_explains_is_in_none_of_the_four() -> None:
    need = rank_normal(RATE)
    share = 0.5 + 0.1 * need - 0.03 * need**2 + 0.05 * RNG.standard_normal(N)
    values = need + 0.3 * RNG.standard_normal(N)
    assert abs(stats.spearmanr(values, share).statistic) > 0.7
    for tie in ties(values, share=share):
        assert abs(tie.size[0]) < 0.15, tie.kind


def test_a_column_with_gaps_is_measured_where_it_is_known_and_its_gaps_everywhere() -> None:
    gap = np.median(SHARE) < SHARE
    found = ties(np.where(gap, np.nan, RNG.standard_normal(N)))
    assert {tie.column for tie in found} == {0, 1}
    gaps = [tie for tie in found if tie.column == 1]
    assert of(gaps, TieKind.PREDICTS).size[0] == pytest.approx(0.75, abs=0.05), "a median split of a uniform share"
    values = [tie for tie in found if tie.column == 0]
    assert abs(of(values, TieKind.STRAIGHT).size[0]) < 0.2
    assert of(values, TieKind.PREDICTS).size[0] > 0.6, "the gaps are a step of the column as the trees see it"


def test_each_part_of_the_city_is_measured_by_itself_if_it_holds_32_known_places() -> None:
    west = XY[:, 0] < 2_500
    values = np.where(west, SHARE, RNG.uniform(0.1, 0.9, N))
    few = np.arange(N) < 31
    found = ties(values, parts={"": ALL[""], "west": west, "east": ~west, "few": few, "enough": np.arange(N) < 32})
    size = {tie.part: tie.size[0] for tie in found if tie.kind == TieKind.STRAIGHT}
    assert list(size) == ["", "west", "east", "enough"]
    assert size["west"] > 0.95
    assert size["east"] < 0.3


def test_a_column_that_is_the_same_all_over_a_part_says_nothing_there() -> None:
    west = XY[:, 0] < 2_500
    found = ties(np.where(west, 1.0, SHARE), parts={"west": west, "east": ~west})
    assert {tie.part for tie in found} == {"east"}


def test_evidence_grows_with_the_tie_whatever_its_sign() -> None:
    r = np.array([[-0.9, 0.5, 0.0]])
    straight = Tie(0, "", TieKind.STRAIGHT, r, r[:, 0]).evidence
    assert straight.tolist() == [np.arctanh([0.9, 0.5, 0.0]).tolist()]
    share = np.array([[0.81, 0.25, -0.1, 1.0]])
    predicts = Tie(0, "", TieKind.PREDICTS, share, share[:, 0]).evidence[0]
    assert predicts[:3] == pytest.approx(np.arctanh([0.9, 0.5, 0.0]))
    assert np.isfinite(predicts).all()


def test_only_the_kinds_that_are_asked_for_are_measured() -> None:
    shares = np.column_stack([SHARE, SHARE[::-1]])[:, None, :]
    found = measure_ties(columns_of(RATE * 2, "x"), shares, SHARE, XY, ALL, kinds=(TieKind.STRAIGHT,))
    assert {tie.kind for tie in found} == {TieKind.STRAIGHT}
