"""A baseline grants empty cells what the validation window asks for, and moves no cell above that."""

from __future__ import annotations

import numpy as np
import pytest
from tests.runs.pipeline.test_forecasting import Made, made, settings

from patrolcast.forecast.validation import mean_deviance
from patrolcast.runs.pipeline.baselines import FLOORS, expected_by_baselines, fit_baseline_floor
from patrolcast.runs.pipeline.inputs import category_inputs, shared_inputs

__all__ = ["made", "settings"]


def test_the_floor_is_the_one_with_the_least_deviance(made: Made) -> None:
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    own, _ = category_inputs(0, panel, shared, grid.kernels, forecast.starts[0], plan)
    observed = panel.occurred(0)[plan.validation.shifts]
    floor, expected = fit_baseline_floor(own, shared, plan.validation, grid.kernels, observed)
    plain = expected_by_baselines(own, shared, plan.validation, grid.kernels)
    assert floor in FLOORS
    assert min(mean_deviance(e, observed) for e in expected.values()) <= min(
        mean_deviance(e, observed) for e in plain.values()
    )


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_reports_where_none_were_known_ask_for_a_higher_floor(made: Made, share: float) -> None:
    panel, grid, plan, forecast = made
    shared = shared_inputs(panel, grid.near, plan.first_day, by_shift={}, by_cell={})
    own, _ = category_inputs(0, panel, shared, grid.kernels, forecast.starts[0], plan)
    expected = expected_by_baselines(own, shared, plan.validation, grid.kernels)["climatology"]
    lowest = expected[0].argsort()[: panel.n_cells // 4]
    rng = np.random.default_rng(3)
    rate = expected.copy()
    rate[:, lowest] = share * expected.mean()
    floor, _ = fit_baseline_floor(own, shared, plan.validation, grid.kernels, rng.poisson(50 * rate).astype(np.uint16))
    assert (floor > min(FLOORS)) == (share > 0)
