"""Groups and order as a plain sort gives them, whatever the size of the numbers."""

import numpy as np
import pytest

from patrolcast.numerics.order import order_within, rows_by, stable_order, whole_median


def test_every_row_stands_once_under_its_value_in_order() -> None:
    values = np.random.default_rng(1).integers(-3, 4, 500)
    of = rows_by(values)
    assert list(of) == sorted(set(values.tolist()))
    assert all((values[rows] == value).all() and (np.diff(rows) > 0).all() for value, rows in of.items())
    assert sum(rows.size for rows in of.values()) == values.size
    assert rows_by(values[:0]) == {}


@pytest.mark.parametrize("most", [5, 2**40, 2**62])
def test_the_order_within_groups_is_that_of_a_lexical_sort_however_large_the_values(most: int) -> None:
    rng = np.random.default_rng(2)
    group = np.cumsum((rng.random(2000) < 0.3).astype(np.int64))
    value = rng.integers(0, most, 2000)
    assert (order_within(group, value) == np.lexsort((value, group))).all()
    assert order_within(group[:0], value[:0]).size == 0


@pytest.mark.parametrize("unit", [1, 60_000_000, 1_000_003])
@pytest.mark.parametrize("most", [3, 900, 2**40])
def test_counting_out_gives_the_order_of_a_stable_sort_and_the_middle_of_a_median(unit: int, most: int) -> None:
    values = np.random.default_rng(3).integers(-most, most, 501) * unit
    assert (stable_order(values) == np.argsort(values, kind="stable")).all()
    assert whole_median(values) == np.median(values)
    assert whole_median(values[:500]) == np.median(values[:500])
    assert stable_order(values[:0]).size == 0


def test_times_of_which_few_are_whole_minutes_are_ordered_to_the_second() -> None:
    day = 86_400 * 1_000_000
    seconds = np.random.default_rng(4).integers(0, 60 * 86_400, 100_000) * 1_000_000 + 20_000 * day
    assert 0 < (seconds % 60_000_000 == 0).mean() < 0.1
    assert (stable_order(seconds) == np.argsort(seconds, kind="stable")).all()


@pytest.mark.parametrize("values", [[5], [1, 1, 2], [2, 1, 1], [-3, -3, -2, -4]])
def test_what_stands_in_order_already_stays_so_and_nothing_else_does(values: list[int]) -> None:
    assert stable_order(np.array(values)).tolist() == np.argsort(values, kind="stable").tolist()
