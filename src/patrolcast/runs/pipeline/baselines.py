"""What the baselines expect of a window: the methods that the model must beat, at the city's level and its hours."""

from dataclasses import replace
from typing import Final

import numpy as np

from patrolcast.features import city_rate
from patrolcast.features.matrix import CategoryInputs, SharedInputs
from patrolcast.forecast import baseline
from patrolcast.forecast.validation import mean_deviance
from patrolcast.numerics.arrays import CountArray, FloatArray
from patrolcast.runs.pipeline.inputs import SpatialKernels
from patrolcast.runs.pipeline.windows import Window

EVERYWHERE: Final = np.ones((1, 1))
FLOORS = (city_rate.FLOOR, 0.03, 0.1, 0.2)


def expected_by_baselines(
    inputs: CategoryInputs,
    shared: SharedInputs,
    window: Window,
    kernels: SpatialKernels,
    exposed: FloatArray = EVERYWHERE,
) -> dict[str, FloatArray]:
    """What each baseline expects of every cell of a window, times ``exposed``, ``[n_shifts, n_cells]``."""
    days, back = np.unique(window.origins, return_inverse=True)
    weekday = shared.calendar["weekday"].to_numpy()[window.shifts]
    slot = shared.calendar["slot"].to_numpy()[window.shifts]
    per_shift = inputs.profile[window.origins, weekday, slot][:, None] / inputs.profile.shape[2]
    per_shift *= inputs.city.ahead[window.origins, shared.latest_origin[window.shifts] - window.origins][:, None]
    known, exposure = inputs.history.known, inputs.history.exposure
    rates = {
        "climatology": baseline.climatology(known, days, exposure),
        "moving_average": baseline.moving_average(known, days, exposure),
        "kernel_density": baseline.kernel_density(known, days, kernels.density, exposure),
    }
    city, floor = inputs.city.rate[days], inputs.baseline_floor
    return {
        name: city_rate.at_city_rate(rate, city, floor=floor)[back] * per_shift * exposed
        for name, rate in rates.items()
    }


def fit_baseline_floor(
    inputs: CategoryInputs,
    shared: SharedInputs,
    window: Window,
    kernels: SpatialKernels,
    observed: CountArray,
    exposed: FloatArray = EVERYWHERE,
) -> tuple[float, dict[str, FloatArray]]:
    """The floor with which the best baseline has the least deviance on a window that is over, and what all expect so.

    A count of nought is no rate of nought: how much a cell without any report may expect, as a share of the city's
    mean, differs between cities and categories. The floor moves no cell above it in the ranking. It is chosen for a
    baseline that has beaten the model without it: the best of four floors would win against an equal by chance.
    """
    tried = {
        floor: expected_by_baselines(replace(inputs, baseline_floor=floor), shared, window, kernels, exposed)
        for floor in FLOORS
    }
    best = min(FLOORS, key=lambda floor: min(mean_deviance(values, observed) for values in tried[floor].values()))
    return best, tried[best]
