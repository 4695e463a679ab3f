"""What forecasting hands on to suggestions, audit and back-test: one record, in a file of its own below all of them."""

from dataclasses import dataclass
from typing import Any

from patrolcast.domain.matrix import AdmittedMatrix
from patrolcast.domain.records import IntervalCalibration, SkillComparison
from patrolcast.forecast.gbm import FittedModel
from patrolcast.forecast.shrinkage import Shrinkage
from patrolcast.forecast.stacked_rates import FittedStart
from patrolcast.numerics.arrays import Float32Array, FloatArray


@dataclass(frozen=True)
class Forecast:
    """Expected incidents of the horizon, ``[n_categories, n_shifts, n_cells]``, and how they were reached.

    Attributes
    ----------
    expected : by the method used for each category.
    shape : shape of the Gamma interval around each value, same shape as ``expected``; of the rate over a span as long
        as the validation window.
    matrices : features of the horizon's rows per category (shifts outer, cells inner), for explanation; none where
        no reasons are needed.
    starts : what was fitted of each category's start.
    shrinkages : how far the trees of each category are shrunk, and the level that makes them neutral.
    floors : what a baseline grants a cell at least, as a share of the city's mean, by category.
    validated : what the used method expected of the validation window, ``[n_categories, n_shifts, n_cells]``.
    validated_by_halves : the same by each training on half of the weeks; none where those were not made.
    model : the trained model; its text explains only categories whose ``skill.used`` is "model".
    """

    expected: FloatArray
    shape: FloatArray
    matrices: tuple[AdmittedMatrix, ...]
    model: FittedModel
    skill: tuple[SkillComparison, ...]
    intervals: tuple[IntervalCalibration, ...]
    training: dict[str, Any]
    starts: tuple[FittedStart, ...]
    shrinkages: tuple[Shrinkage, ...]
    floors: tuple[float, ...]
    validated: Float32Array
    validated_by_halves: tuple[Float32Array, ...] = ()
