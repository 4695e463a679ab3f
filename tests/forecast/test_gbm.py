"""The model: it finds what was planted, stops when nothing more is to be found, and is the same bytes twice."""

from __future__ import annotations

import dataclasses

import lightgbm as lgb
import numpy as np
import pytest
from tests.report.city import spec

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix
from patrolcast.forecast import explain, gbm

COLUMNS = tuple(AdmittedFeature(spec(name), "screened") for name in ("reports_7d", "reports_28d", "noise"))
OPTIONS = {"rounds": 80, "learning_rate": 0.1, "leaves": 4, "seed": 7}


def drawn(seed: int, *, effect: float, n: int = 6000) -> tuple[AdmittedMatrix, gbm.Target]:
    """Counts whose log rate is the starting rate plus ``effect`` where the first feature is high."""
    rng = np.random.default_rng(seed)
    values = rng.random((n, 3), dtype=np.float32)
    offset = np.full(n, np.log(0.3))
    rate = np.exp(offset + effect * (values[:, 0] > 0.5))
    count = rng.poisson(rate).astype(np.float32)
    return AdmittedMatrix(values, COLUMNS, offset), gbm.Target(count, np.ones(n, dtype=np.float32))


def fitted(effect: float, *, threads: int = 1) -> gbm.FittedModel:
    return gbm.fit(*drawn(1, effect=effect), *drawn(2, effect=effect), **OPTIONS, threads=threads)


MODEL = fitted(1.0)


def test_most_of_a_planted_effect_is_found() -> None:
    """Shrinkage keeps the model from finding all of it: between 0.7 and 1.1 of a true log ratio of 1."""
    matrix, _ = drawn(3, effect=1.0)
    expected = gbm.predict(MODEL, matrix, threads=1)
    high = matrix.values[:, 0] > 0.5
    assert 0.7 < np.log(expected[high].mean() / expected[~high].mean()) < 1.1
    assert expected.min() > 0


def test_where_nothing_is_planted_few_trees_are_kept_and_the_starting_rate_stands() -> None:
    model = fitted(0.0)
    matrix, _ = drawn(3, effect=0.0)
    assert model.rounds < MODEL.rounds
    np.testing.assert_allclose(gbm.predict(model, matrix, threads=1), 0.3, rtol=0.15)


def test_early_stopping_keeps_the_round_with_the_lowest_loss() -> None:
    losses = MODEL.validation_deviance
    assert len(losses) == MODEL.rounds
    assert min(losses) == losses[-1]


def test_the_same_rows_give_the_same_text_with_any_number_of_threads() -> None:
    assert fitted(1.0).text == MODEL.text
    assert fitted(1.0, threads=2).text == MODEL.text
    assert "[num_threads:" not in MODEL.text


def test_a_prediction_is_the_starting_rate_times_the_trees_of_lightgbm_itself() -> None:
    matrix, _ = drawn(4, effect=1.0)
    trees = lgb.Booster(model_str=MODEL.text).predict(matrix.values, raw_score=True, num_threads=1)
    np.testing.assert_allclose(gbm.predict(MODEL, matrix, threads=1), np.exp(matrix.offset + trees), rtol=1e-12)


def test_contributions_sum_to_the_raw_score_and_the_planted_feature_leads() -> None:
    matrix, _ = drawn(5, effect=1.0, n=300)
    parts = explain.contributions(MODEL, matrix, threads=1)
    np.testing.assert_allclose(parts.sum(axis=1), gbm.raw_score(MODEL, matrix, threads=1), atol=1e-9)
    assert np.abs(parts[:, :3]).mean(axis=0).argmax() == 0
    table = explain.long_table([f"s{i}" for i in range(300)], "theft", matrix, parts)
    np.testing.assert_allclose(table.groupby("suggestion_id")["contribution"].sum(),
                               table.groupby("suggestion_id")["raw_score"].first(), atol=1e-9)  # fmt: skip


def test_reasons_name_the_strongest_of_each_family_and_nothing_below_three_percent() -> None:
    columns = tuple(dataclasses.replace(one, spec=dataclasses.replace(one.spec, family=family))  # type: ignore[arg-type]
                    for one, family in zip(COLUMNS, ("history", "history", "place"), strict=True))  # fmt: skip
    setting = explain.Setting("theft", "Friday", "evenings")
    told = explain.reasons(columns, np.full(3, 0.25, dtype=np.float32), np.array([0.2, -0.5, 0.02, 0, 0]),
                           level="the level", setting=setting)  # fmt: skip
    assert told == (["the level"], ["7 reported here (lowers it by 39 %)"])


def test_training_without_an_incident_is_refused() -> None:
    matrix, target = drawn(1, effect=0.0)
    none = gbm.Target(np.zeros_like(target.count), target.weight)
    with pytest.raises(DataRefusedError) as told:
        gbm.fit(matrix, none, matrix, target, **OPTIONS, threads=1)
    assert str(told.value) == "training: got no incident; at least one; lengthen [model] training_days"


@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
def test_trees_that_are_followed_in_part_explain_in_part(weight: float) -> None:
    matrix = dataclasses.replace(drawn(5, effect=1.0, n=40)[0], tree_weight=weight)
    parts = explain.contributions(MODEL, matrix, threads=1)
    raw = gbm.raw_score(MODEL, matrix, threads=1)
    np.testing.assert_allclose(parts.sum(axis=1), raw, atol=1e-9)
    whole = gbm.raw_score(MODEL, dataclasses.replace(matrix, tree_weight=1.0), threads=1)
    np.testing.assert_allclose(raw - matrix.offset, weight * (whole - matrix.offset), atol=1e-12)


def test_a_second_lesson_keeps_the_first_ones_trees_and_adds_what_they_could_not_know() -> None:
    """The first lesson sees only the first feature, the second also the second: each effect is found where it is."""
    rng = np.random.default_rng(11)
    values = rng.random((20_000, 3), dtype=np.float32)
    offset = np.full(len(values), np.log(0.3))
    place, hour = 1.0 * (values[:, 0] > 0.5), 0.8 * (values[:, 1] > 0.5)
    count = rng.poisson(np.exp(offset + place + hour)).astype(np.float32)
    blank = values.copy()
    blank[:, 1] = 0.0
    half = np.arange(len(values)) < 10_000
    ones = np.ones(10_000, dtype=np.float32)

    def lesson(seen: np.ndarray, first: gbm.FittedModel | None) -> gbm.FittedModel:
        now, later = (AdmittedMatrix(seen[part], COLUMNS, offset[part]) for part in (half, ~half))
        return gbm.fit(now, gbm.Target(count[half], ones), later, gbm.Target(count[~half], ones), **OPTIONS, threads=1,
                       first=first)  # fmt: skip

    first = lesson(blank, None)
    both = lesson(values, first)
    assert 0 < both.first_rounds <= first.rounds < both.rounds
    assert len(both.validation_deviance) == both.rounds - both.first_rounds
    n_first = lgb.Booster(model_str=both.text).predict(values, raw_score=True, num_iteration=both.first_rounds)
    np.testing.assert_allclose(n_first, lgb.Booster(model_str=first.text).predict(values, raw_score=True), atol=1e-9)
    matrix = AdmittedMatrix(values, COLUMNS, offset)
    expected = np.log(gbm.predict(both, matrix, threads=1))
    for feature, effect in ((0, 1.0), (1, 0.8)):
        high = values[:, feature] > 0.5
        assert 0.6 * effect < expected[high].mean() - expected[~high].mean() < 1.1 * effect
    parts = explain.contributions(both, matrix, threads=1)
    np.testing.assert_allclose(parts.sum(axis=1), gbm.raw_score(both, matrix, threads=1), atol=1e-9)
    assert lesson(values, first).text == both.text
    # Rows that differ only in what the first lesson never saw: asking its trees once for all of them changes no value.
    values[1::2, [0, 2]] = values[::2, [0, 2]]
    in_pairs = np.arange(len(values)) // 2 * 2
    np.testing.assert_array_equal(
        gbm.raw_score(both, matrix, threads=1, alike=in_pairs), gbm.raw_score(both, matrix, threads=1)
    )
    wrong = np.zeros(len(values), dtype=np.int64)
    assert (gbm.raw_score(both, matrix, threads=1, alike=wrong) != gbm.raw_score(both, matrix, threads=1)).any()


def test_a_second_lesson_with_nothing_before_it_learns_what_lightgbms_own_poisson_objective_learns() -> None:
    """The objective written here against the library's: after a first lesson of nothing, the same expectations."""
    matrix, target = drawn(1, effect=1.0)
    later, later_target = drawn(2, effect=1.0)
    flat = AdmittedMatrix(np.zeros_like(matrix.values), COLUMNS, matrix.offset)
    nothing = gbm.fit(flat, target, flat, target, **OPTIONS, threads=1)
    assert lgb.Booster(model_str=nothing.text).predict(matrix.values[:1], raw_score=True)[0] == pytest.approx(0.0)
    ours = gbm.fit(matrix, target, later, later_target, **OPTIONS, threads=1, first=nothing)
    high = matrix.values[:, 0] > 0.5
    for side in (high, ~high):  # rows and columns are drawn otherwise: not the same trees
        mean, wanted = (np.log(gbm.predict(model, matrix, threads=1)[side]).mean() for model in (ours, MODEL))
        assert mean == pytest.approx(wanted, abs=0.02)


def test_a_second_lesson_of_other_columns_is_refused() -> None:
    matrix, target = drawn(1, effect=1.0)
    turned = AdmittedMatrix(matrix.values, COLUMNS[::-1], matrix.offset)
    with pytest.raises(ProhibitedDataError, match="other columns than before"):
        gbm.fit(turned, target, turned, target, **OPTIONS, threads=1, first=MODEL)
