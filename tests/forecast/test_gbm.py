"""The model: it finds what was planted, stops when nothing more is to be found, and is the same bytes twice."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

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
    return AdmittedMatrix(values, COLUMNS, offset, np.full(n, 0.2)), gbm.Target(count, np.ones(n, dtype=np.float32))


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


def test_lightgbm_is_loaded_without_scikit_learn_which_others_may_still_import() -> None:
    asked = "from patrolcast.forecast import gbm; gbm.load_lightgbm(); import sys; print('sklearn' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; import sklearn; print(sklearn.__name__)"], capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "sklearn"], done.stderr


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
    told = explain.reasons(columns, np.full(3, 7.0, dtype=np.float32), np.array([0.2, -0.5, 0.02, 0, 0, 0]),
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


def test_without_trees_the_forecast_is_the_start_and_its_two_parts_sum_to_it() -> None:
    matrix = AdmittedMatrix(np.zeros((40, 0), dtype=np.float32), (), np.full(40, np.log(0.3) - 0.2), np.full(40, 0.2))
    np.testing.assert_allclose(gbm.predict(gbm.NO_TREES, matrix, threads=1), 0.3)
    parts = explain.contributions(gbm.NO_TREES, matrix, threads=1)
    np.testing.assert_allclose(parts, np.tile([0.0, 0.2, np.log(0.3) - 0.2], (40, 1)))
    with pytest.raises(ProhibitedDataError, match="same names, same order"):
        gbm.predict(gbm.NO_TREES, drawn(4, effect=0.0)[0], threads=1)


def test_lightgbm_is_loaded_only_where_trees_are_made_or_read() -> None:
    code = (
        "import sys, numpy as np; from patrolcast.forecast import explain, gbm\n"
        "from patrolcast.domain.matrix import AdmittedMatrix\n"
        "start = AdmittedMatrix(np.zeros((1, 0), np.float32), (), np.zeros(1), np.zeros(1))\n"
        "gbm.predict(gbm.NO_TREES, start, threads=1); explain.contributions(gbm.NO_TREES, start, threads=1)\n"
        "sys.exit('lightgbm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0
