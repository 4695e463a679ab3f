"""Skill of a ranking: area rule, ties, and the indices, against plain recomputation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolcast.forecast import skill


def _ties(n_windows, n_cells, seed=0):
    return skill.tie_orders(n_windows, n_cells, rng=np.random.default_rng(seed))


def _by_hand(predicted, observed, area, share, ties):
    """Walks down the ranking cell by cell, in plain Python."""
    total = 0.0
    for window in range(len(predicted)):
        place = {int(cell): k for k, cell in enumerate(ties[window])}
        cells = sorted(range(len(area)), key=lambda c: (-predicted[window][c], place[c]))
        left = share * sum(area)
        for cell in cells:
            part = min(max(left / area[cell], 0.0), 1.0)
            total += part * observed[window][cell]
            left -= area[cell]
            if left <= 0:
                break
    return total


@st.composite
def _windows(draw):
    n_windows, n_cells = draw(st.integers(1, 4)), draw(st.integers(2, 12))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    predicted = rng.integers(0, 4, (n_windows, n_cells)) / 2.0
    observed = rng.poisson(0.7, (n_windows, n_cells))
    return predicted, observed, rng.choice([0.3, 0.7, 1.0], n_cells), _ties(n_windows, n_cells, seed)


@given(_windows(), st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.0]))
def test_hits_equal_a_walk_down_the_ranking(windows, share):
    predicted, observed, area, ties = windows
    found = skill.caught(predicted, observed, area, ties=ties, shares=[share])
    assert found.hits.sum() == pytest.approx(_by_hand(predicted, observed, area, share, ties), abs=1e-9)


@given(_windows())
def test_more_area_never_catches_less_and_all_of_it_catches_all(windows):
    predicted, observed, area, ties = windows
    found = skill.caught(predicted, observed, area, ties=ties, shares=[0.1, 0.3, 0.6, 1.0])
    assert (np.diff(found.hits, axis=0) >= -1e-9).all()
    assert found.hits[-1] == pytest.approx(found.observed)


@given(_windows())
def test_no_ranking_beats_the_best_choice_of_the_same_area(windows):
    predicted, observed, area, ties = windows
    found = skill.caught(predicted, observed, area, ties=ties)
    assert (found.hits <= found.best + 1e-9).all()


@given(_windows(), st.sampled_from([0.05, 0.2, 0.5]))
def test_exactly_the_share_of_the_area_is_flagged(windows, share):
    predicted, _, area, ties = windows
    land = skill.flagged(skill.ranked(predicted, ties), area, share)
    assert land @ area == pytest.approx(np.full(len(land), share * area.sum()))


def test_the_last_cell_counts_in_part():
    predicted, observed = np.array([[3.0, 2.0, 1.0, 0.0]]), np.array([[4, 2, 8, 1]])
    found = skill.caught(predicted, observed, np.ones(4), ties=_ties(1, 4), shares=[0.625])
    assert found.hits[0, 0] == pytest.approx(4 + 2 + 0.5 * 8)


def test_ties_are_not_broken_by_cell_order():
    """A flat forecast over cells whose incidents all lie in the first: taking cells in order would catch all."""
    n = 100
    observed = np.zeros((400, n), dtype=int)
    observed[:, 0] = 1
    found = skill.caught(np.ones((400, n)), observed, np.ones(n), ties=_ties(400, n), shares=[0.05])
    assert skill.hit_rate(found)[0] == pytest.approx(0.05, abs=0.035)


@given(windows=_windows(), share=st.sampled_from([0.05, 0.2, 0.5, 0.75, 1.0]), n=st.integers(1, 5))
def test_several_orders_of_ties_are_averaged_over(windows, share, n):
    predicted, observed, area, _ = windows
    orders = skill.several_orders(*predicted.shape, rng=np.random.default_rng(n), n=n)
    one_by_one = [skill.caught(predicted, observed, area, ties=one, shares=[share]).hits for one in orders]
    found = skill.caught(predicted, observed, area, ties=orders, shares=[share])
    np.testing.assert_allclose(found.hits, np.mean(one_by_one, axis=0), atol=1e-9)


def test_many_orders_leave_little_of_the_luck_of_one():
    """One cell in ten is flagged of cells that all tie: the truth is a tenth of the incidents."""
    rng = np.random.default_rng(5)
    observed, flat = rng.poisson(0.1, (20, 100)), np.ones((20, 100))

    def misses(n):
        orders = (skill.several_orders(20, 100, rng=rng, n=n) for _ in range(30))
        found = [skill.caught(flat, observed, np.ones(100), ties=one, shares=[0.1]) for one in orders]
        return np.std([one.hits.sum() for one in found])

    assert misses(20) < 0.4 * misses(1)


def test_the_same_seed_orders_ties_alike_and_another_does_not():
    assert (_ties(3, 50) == _ties(3, 50)).all()
    assert (_ties(3, 50) != _ties(3, 50, seed=1)).any()


def test_pai_of_chance_is_one():
    rng = np.random.default_rng(3)
    observed, predicted = rng.poisson(0.5, (300, 200)), rng.random((300, 200))
    found = skill.caught(predicted, observed, np.ones(200), ties=_ties(300, 200), shares=[0.1])
    assert skill.pai(found)[0] == pytest.approx(1.0, abs=0.05)


def test_pei_warns_when_windows_are_sparse():
    observed = np.zeros((4, 50), dtype=int)
    observed[:, 7] = 2
    found = skill.caught(np.ones((4, 50)), observed, np.ones(50), ties=_ties(4, 50), shares=[0.1])
    assert skill.pei_warning(found) == (
        "PEI degenerates here: only 2.0 incidents a window; "
        "hindsight catches all of them at 10 % of the area, where PEI is just the hit rate"
    )
    assert skill.pei(found)[0] == pytest.approx(skill.hit_rate(found)[0])


def test_pei_does_not_warn_when_incidents_outnumber_the_flagged_cells():
    observed = np.random.default_rng(0).poisson(3.0, (5, 100))
    found = skill.caught(np.ones((5, 100)), observed, np.ones(100), ties=_ties(5, 100), shares=[0.05])
    assert skill.pei_warning(found) == ""


@pytest.mark.parametrize(("in_the_best_cell", "warned"), [(90, False), (98, False), (99, True), (100, True)])
def test_pei_warns_when_hindsight_catches_99_in_100_and_not_below(in_the_best_cell, warned):
    """100 incidents in 10 equal cells: a tenth of the area is the best cell."""
    observed = np.zeros((1, 10), dtype=int)
    observed[0, 3], observed[0, 7] = in_the_best_cell, 100 - in_the_best_cell
    result = skill.caught(np.ones((1, 10)), observed, np.ones(10), ties=_ties(1, 10), shares=[0.1])
    assert (skill.pei_warning(result) != "") == warned


def test_without_incidents_indices_are_not_defined():
    found = skill.caught(np.ones((2, 5)), np.zeros((2, 5), dtype=int), np.ones(5), ties=_ties(2, 5))
    assert np.isnan(skill.pai(found)).all()
    assert skill.pei_warning(found) == "PEI is not defined: no incident occurred"


def test_rri_is_one_when_nothing_moves_and_less_when_hot_cells_cool():
    order = skill.ranked(np.array([[9.0, 1.0, 1.0, 1.0]]), _ties(1, 4))
    earlier = np.array([[9, 1, 1, 1]])
    assert skill.rri(order, 2 * earlier, earlier, np.ones(4), share=0.25) == pytest.approx(1.0)
    cooler = np.array([[3, 3, 3, 3]])
    assert skill.rri(order, cooler, earlier, np.ones(4), share=0.25) == pytest.approx(3 / 9)


def test_rri_is_zero_where_nothing_came_back_and_undefined_where_nothing_was():
    order = skill.ranked(np.array([[9.0, 1.0, 1.0, 1.0]]), _ties(1, 4))
    before, none_before, after = np.array([[9, 1, 1, 1]]), np.array([[0, 1, 1, 1]]), np.array([[0, 4, 4, 4]])
    assert skill.rri(order, after, before, np.ones(4), share=0.25) == 0.0
    assert np.isnan(skill.rri(order, after, none_before, np.ones(4), share=0.25))
    assert np.isnan(skill.rri(order, 0 * after, before, np.ones(4), share=0.25))


@pytest.mark.parametrize(
    ("predicted", "area", "shares", "told"),
    [
        (
            np.ones((2, 3)),
            np.ones(4),
            [0.1],
            "needs two arrays [n_windows, n_cells] of the same shape, got (2, 3) and (2, 4)",
        ),
        (np.ones((2, 4)), np.array([1.0, 1.0, 0.0, 1.0]), [0.1], "area needs one value > 0 per cell"),
        (np.ones((2, 4)), np.ones(4), [0.0], "area shares must lie in 0..1, got (0.0,)"),
        (np.full((2, 4), np.nan), np.ones(4), [0.1], "a forecast holds values that are not finite"),
    ],
)
def test_wrong_input_is_refused_in_words(predicted, area, shares, told):
    with pytest.raises(ValueError) as error:
        skill.caught(predicted, np.ones((2, 4), dtype=int), area, ties=_ties(2, 4), shares=shares)
    assert str(error.value) == told


def test_hits_in_the_top_cells_by_hand():
    """Two shifts of 40 cells: the top 5 % are two cells; they hold 3 of 4 incidents, then 0 of 2."""
    expected, observed = np.zeros((2, 40)), np.zeros((2, 40), dtype=np.uint16)
    expected[:, [7, 9]] = [[3.0, 2.0], [3.0, 2.0]]
    observed[0, [7, 9, 20]] = [2, 1, 1]
    observed[1, 30] = 2
    ties = np.tile(np.arange(40, dtype=np.int32), (2, 1))
    assert skill.hits_in_top(expected, observed, ties=ties, share=0.05) == 3 / 6
    assert np.isnan(skill.hits_in_top(expected, np.zeros_like(observed), ties=ties, share=0.05))


def test_of_cells_of_equal_expectation_the_first_in_the_order_of_ties_are_hit():
    observed, flat, order = np.zeros((1, 40), dtype=np.uint16), np.ones((1, 40)), np.arange(40, dtype=np.int32)[None]
    observed[0, 39] = 1
    assert skill.hits_in_top(flat, observed, ties=order, share=0.05) == 0
    assert skill.hits_in_top(flat, observed, ties=order[:, ::-1], share=0.05) == 1


@given(_windows())
def test_hits_in_the_top_cells_are_the_hit_rate_of_equal_areas(windows):
    predicted, observed, area, ties = windows
    caught = skill.caught(predicted, observed, np.ones_like(area), ties=ties, shares=(0.05,))
    hits = skill.hits_in_top(predicted, observed, ties=ties, share=0.05)
    assert hits == pytest.approx(skill.hit_rate(caught)[0], nan_ok=True)
