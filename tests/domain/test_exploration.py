"""What is left to chance, as pages say it: on with its price, off with its reason, never silent."""

from __future__ import annotations

from patrolcast.domain.exploration import ExplorationPlan, exploration_dict


def test_on_states_what_is_drawn_and_its_price() -> None:
    plan = ExplorationPlan(2, 1, best=10.0, drawn=9.0, n_shifts=3)
    assert plan.on
    assert plan.price == 1.0
    assert plan.statement == (
        "Exploration: half of the 4 cells around the end of each district's list are chosen by a coin and 1 of each "
        "district's cells are drawn from all below it, so that what patrol does can be measured. Price: 1 of the 10 "
        "incidents expected in the suggested cells of 3 shifts (10.0 %), by the forecast."
    )


def test_without_a_forecast_the_price_is_that_of_past_counts_or_none() -> None:
    assert ExplorationPlan(1, best=4.0, drawn=3.0, n_shifts=1, from_counts=True).statement.endswith(
        "of 1 shift (25.0 %), by past counts."
    )
    assert "Price" not in ExplorationPlan(1).statement
    assert "Price" not in ExplorationPlan(1, best=0.0, drawn=0.0, n_shifts=1).statement


def test_off_says_that_nothing_can_be_measured_and_why() -> None:
    said = "No cell is left to chance (exploration is off), so what patrol does cannot be measured."
    assert ExplorationPlan().statement == f"{said} No reason was given."
    assert ExplorationPlan(off="the council asked for fixed plans.").statement == (
        f"{said} Reason given: the council asked for fixed plans."
    )


def test_the_document_holds_the_statement_and_the_figures() -> None:
    assert exploration_dict(ExplorationPlan(1, best=4.0, drawn=3.5, n_shifts=2)) == {
        "half_width": 1, "uniform_cells": 0, "off": None, "best": 4.0, "drawn": 3.5, "n_shifts": 2, "price": 0.5,
        "statement": ExplorationPlan(1, best=4.0, drawn=3.5, n_shifts=2).statement,
    }  # fmt: skip
