"""One variant's nights on shared cells, and what they sum to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from patrolcast.numerics.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Sums:
    """Sums over nights that measures of groups stand on, ``[n_cells]`` each: see :class:`Nights`."""

    minutes: FloatArray
    caught: FloatArray
    observed: FloatArray
    expected: FloatArray


@dataclass(frozen=True)
class Nights:
    """One variant's nights, or a batch of them, on shared cells; all arrays ``[n_nights, n_cells]`` but ``deviance``.

    Attributes
    ----------
    minutes : patrol minutes of the night.
    covered : share of the cell's shifts that are covered, 0..1.
    caught : incidents of the night in covered land.
    observed : all incidents of the night.
    deviance : Poisson deviance of the night's forecast, summed over categories, shifts and cells, ``[n_nights]``.
    expected : incidents that the forecast expected of the night, of the categories that are evaluated.
    """

    minutes: FloatArray
    covered: FloatArray
    caught: FloatArray
    observed: FloatArray
    deviance: FloatArray
    expected: FloatArray

    def __len__(self) -> int:
        return len(self.minutes)

    def part(self, chosen: IntArray) -> Nights:
        """Some of the nights."""
        return Nights(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @cached_property
    def sums(self) -> Sums:
        """Sums over all these nights."""
        return Sums(*(nightly.sum(axis=0) for nightly in (self.minutes, self.caught, self.observed, self.expected)))
