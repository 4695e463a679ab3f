"""What the model can split on: values, gaps, and steps; worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.features.proxies.columns import Column, columns_of, in_places, together, why_unmeasured

NAN = np.nan


def kinds(values: list[float]) -> list[str]:
    return [column.kind for column in columns_of(np.array(values), "x")]


def test_a_feature_with_gaps_is_two_columns_and_one_that_says_nothing_is_none() -> None:
    assert kinds([1.0, 2.0, 3.0]) == ["values"]
    assert kinds([1.0, NAN, 3.0]) == ["values", "gaps"]
    assert kinds([7.0, NAN, 7.0]) == ["gaps"]
    assert kinds([7.0, 7.0, 7.0]) == []
    assert kinds([NAN, NAN, NAN]) == []
    assert kinds([1e-30, 2e-30, 1e-30]) == ["values"], "the trees' thresholds know no unit"


def test_gaps_are_ones_where_there_is_no_value_and_values_stay_as_they_are() -> None:
    values, gaps = columns_of(np.array([1.0, NAN, 3.0]), "x")
    assert values.known.tolist() == [True, False, True]
    assert gaps.values.tolist() == [0.0, 1.0, 0.0]
    assert gaps.known.all()


def test_infinite_values_lie_beyond_the_largest_and_are_no_gaps() -> None:
    (column,) = columns_of(np.array([1.0, np.inf, 3.0, -np.inf]), "x")
    assert column.values.tolist() == [1.0, 5.0, 3.0, -1.0]


def test_a_code_has_one_step_for_each_of_its_kinds_and_one_for_its_gaps() -> None:
    values, _ = columns_of(np.array([20.0, 10.0, NAN, 20.0]), "x")
    assert len(values.steps) == 1, "finer steps would say the same again"
    assert values.steps[0].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_many_values_are_seen_in_eight_in_24_and_in_63_steps_of_as_many_cells() -> None:
    (column,) = columns_of(np.random.default_rng(1).permutation(1008).astype(float), "x")
    assert [steps.shape[1] for steps in column.steps] == [8, 24, 63]
    for steps, size in zip(column.steps, (126, 42, 16), strict=True):
        assert (steps.sum(axis=1) == 1.0).all()
        assert set(steps.sum(axis=0)) == {float(size)}


def test_each_slot_of_a_feature_is_a_column() -> None:
    by_slot = np.array([[1.0, 1.0, 5.0], [1.0, 2.0, NAN]])
    assert [(column.kind, column.values.tolist()) for column in columns_of(by_slot, "x")][:2] == [
        ("values", [1.0, 2.0]), ("gaps", [0.0, 1.0]),
    ]  # fmt: skip


def test_places_hold_the_mean_of_the_known_values_and_the_part_in_each_step() -> None:
    place = np.array([0, 0, 1, 1])
    values, gaps = (in_places(column, place) for column in columns_of(np.array([2.0, NAN, 4.0, 6.0]), "x"))
    assert values.values.tolist() == [2.0, 5.0]
    assert values.steps[0].tolist() == [[0.5, 0.0, 0.0, 0.5], [0.0, 0.5, 0.5, 0.0]]
    assert gaps.values.tolist() == [0.5, 0.0]


def test_cells_that_are_their_own_places_stay_as_they_are() -> None:
    (column,) = columns_of(np.array([1.0, 2.0]), "x")
    assert in_places(column, np.arange(2)) is column


def test_a_place_of_gaps_only_has_no_value() -> None:
    values, _ = (in_places(one, np.array([0, 1, 1])) for one in columns_of(np.array([NAN, 4.0, 6.0]), "x"))
    assert np.isnan(values.values[0])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([7.0] * 40, "the same in every inhabited cell"),
        ([NAN] * 40, "no inhabited cell has a value"),
        ([1.0, 2.0] + [NAN] * 38, "only 2 of 40 inhabited cells have a value"),
        (list(range(31)) + [NAN] * 9, "only 31 of 40 inhabited cells have a value"),
        (list(range(32)) + [NAN] * 8, None),
        ([7.0] * 20 + [NAN] * 20, None),  # where it exists is all that it says, and that can be measured
    ],
)
def test_what_cannot_be_measured_says_why(values: list[float], why: str | None) -> None:
    assert why_unmeasured(np.array(values, dtype=float)) == why


def test_together_a_gap_holds_the_mean_beside_a_column_of_gaps_and_a_code_stands_as_steps_too() -> None:
    rough = np.arange(10, dtype=float)
    gappy = np.where(rough < 2, NAN, rough)
    code = rough % 3
    found = together({"rough": rough, "gappy": gappy, "code": code, "same": np.ones(10)}, np.arange(10))
    assert sorted(found) == ["code", "gappy", "rough"]
    assert found["rough"].tolist() == rough[:, None].tolist()
    assert found["gappy"][:, 0].tolist() == [5.5, 5.5, *range(2, 10)]
    assert found["gappy"][:, 1].tolist() == [1.0, 1.0] + [0.0] * 8
    assert found["code"].tolist() == [[c, *np.eye(3)[int(c)]] for c in code]


def test_a_column_names_its_feature() -> None:
    assert [(one.feature, type(one)) for one in columns_of(np.array([1.0, 2.0]), "bars")] == [("bars", Column)]
