"""Weights of categories and what they do to a ranking; budgets and ranks themselves are in tests/properties."""

from __future__ import annotations

import numpy as np
import pytest

from patrolcast.domain.errors import ConfigError
from patrolcast.patrol.ranking import category_weights, rank_within_districts, weighted_score

CATEGORIES = ("assault", "theft")


def test_without_weights_each_category_counts_once() -> None:
    assert category_weights(CATEGORIES, {}).tolist() == [1, 1]


def test_a_category_that_is_not_named_counts_once_and_only_a_zero_leaves_one_out() -> None:
    assert category_weights(CATEGORIES, {"assault": 3.0}).tolist() == [3, 1]
    assert category_weights(CATEGORIES, {"theft": 0.0}).tolist() == [1, 0]


def test_a_weight_for_a_category_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConfigError) as error:
        category_weights(CATEGORIES, {"arson": 1.0})
    assert str(error.value) == (
        "[patrol] weights: got 'arson'; must be a category of the codebook; categories here: assault, theft"
    )


def test_only_zeros_are_refused() -> None:
    with pytest.raises(ConfigError) as error:
        category_weights(CATEGORIES, {"assault": 0.0, "theft": 0.0})
    assert str(error.value) == "[patrol] weights: got only zeros; at least one category needs a weight above 0"


def test_weights_turn_a_ranking_around() -> None:
    """Two cells, one shift: the first expects more theft, the second more assault."""
    expected = np.array([[[0.1, 0.3]], [[0.5, 0.2]]])
    district, ties = np.zeros(2, dtype=np.int64), np.arange(2)
    for weights, wanted in (({}, [1, 2]), ({"assault": 5.0, "theft": 1.0}, [2, 1])):
        score = weighted_score(expected, category_weights(CATEGORIES, weights)[:, None])
        assert rank_within_districts(score, district, ties).tolist() == [wanted]


def test_ranks_start_at_1_in_each_district_and_equal_scores_keep_the_tie_order() -> None:
    score = np.array([[0.2, 0.9, 0.2, 0.5, 0.1], [0.0, 0.0, 0.0, 0.0, 0.0]])
    district, ties = np.array([0, 0, 0, 1, 1]), np.array([3, 1, 0, 2, 4])
    assert rank_within_districts(score, district, ties).tolist() == [[3, 1, 2, 1, 2], [3, 2, 1, 1, 2]]


def test_a_cell_that_may_not_be_suggested_ranks_last_in_its_district() -> None:
    score, zeros = np.array([[-np.inf, 0.1, 0.0]]), np.zeros(3, dtype=np.int64)
    assert rank_within_districts(score, zeros, np.arange(3)).tolist() == [[3, 1, 2]]
