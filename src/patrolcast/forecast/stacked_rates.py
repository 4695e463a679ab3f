"""Stacked counts: a forecast that is a sum of smoothed, decayed counts with weights that are never negative.

``expected[cell] = sum_k weight_k * component_k[cell]`` where each component is a count of past reports, decayed in time
and spread in space. The weights maximise the Poisson likelihood of the training windows; the problem is convex, and the
multiplicative update below climbs it without a step size (the EM algorithm of Dempster, Laird & Rubin 1977, doi
10.1111/j.2517-6161.1977.tb01600.x, in the form of Vardi, Shepp & Kaufman 1985, doi 10.1080/01621459.1985.10477119).
The idea of combining forecasts by non-negative weights: Breiman 1996, "Stacked regressions" (doi 10.1007/BF00117832).

Such a sum is smooth, cheap, and explains itself: a weight times its component is that memory's part.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.domain.errors import DataRefusedError
from patrolcast.numerics.arrays import FloatArray

MIN_SHARE = 1e-4


@dataclass(frozen=True)
class Stack:
    """Fitted weights, one per component, >= 0; ``share`` is each component's part of all expected incidents."""

    weight: FloatArray
    share: FloatArray


@dataclass(frozen=True)
class FittedStart:
    """What the training window decided of one category's start.

    Attributes
    ----------
    stack : weights of the decayed counts.
    share_strength : reports that stand for the city's hours in a place's share of a shift, and of the weekend in it.
    halves : weights fitted to halves of the training weeks, for the audit's intervals; none where not asked for.
    """

    stack: Stack
    share_strength: tuple[float, float]
    halves: tuple[Stack, ...] = ()


def fit_weights(
    components: npt.NDArray[np.floating], observed: npt.NDArray[np.number], *, iterations: int = 300
) -> Stack:
    """Weights that make the observed counts most likely.

    Raises DataRefusedError when no incident is left to fit.

    Parameters
    ----------
    components : ``[n_components, n_rows]``, each >= 0, in any unit; a row is a cell in a training window.
    observed : counts ``[n_rows]``; rows where every component is zero cannot be explained and are left out.
    iterations : multiplicative updates; the likelihood never falls from one to the next.

    Returns
    -------
    Weights of the raw components. Expected and observed totals agree on the rows fitted.
    """
    total = components.sum(axis=1, dtype=np.float64)
    usable = total > 0
    places = np.flatnonzero(observed)
    values = components[:, places].astype(np.float64)
    places, values = places[values.any(axis=0)], values[:, values.any(axis=0)]
    counts = observed[places].astype(np.float64)
    if not counts.size or not usable.any():
        raise DataRefusedError("stacked counts", got="no incident to fit", rule="at least one in the training windows")
    density = np.zeros_like(values)
    density[usable] = values[usable] / total[usable, None]
    mass = np.where(usable, counts.sum() / usable.sum(), 0.0)
    for _ in range(iterations):
        mass = mass * (density @ (counts / (mass @ density)))
    mass[mass < MIN_SHARE * mass.sum()] = 0.0
    mass *= counts.sum() / mass.sum()
    weight = np.zeros_like(mass)
    weight[usable] = mass[usable] / total[usable]
    return Stack(weight, mass / mass.sum())


def combined(stack: Stack, components: npt.NDArray[np.floating]) -> FloatArray:
    """Expected incidents ``[...]`` from components ``[n_components, ...]``."""
    if components.shape[0] != stack.weight.size:
        raise ValueError(f"{components.shape[0]} components for {stack.weight.size} weights")
    return np.tensordot(stack.weight, components, axes=1).astype(np.float64)
