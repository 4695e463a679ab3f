"""What the shared cells of a comparison hold: land, residents by group, and the census areas they were counted in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from patrolcast.audit.disparity.census_error import redraw_counts
from patrolcast.domain.measures import EVERYONE_ELSE
from patrolcast.numerics.arrays import BoolArray, FloatArray

LEAST_AREAS = 20
"""Census areas below which "the 5 % of them with most patrol" is less than one, and is not measured."""


@dataclass(frozen=True)
class Census:
    """Counts of the census areas, and how each area's residents lie on the shared cells.

    Attributes
    ----------
    counts, margins : residents by group and their 90 % margins of error, ``[n_groups, n_areas]``; None: none given.
    total, total_margin : of all residents, ``[n_areas]``.
    weights : share of each area's residents in each cell, ``[n_cells, n_areas]``.
    """

    names: tuple[str, ...]
    counts: FloatArray
    total: FloatArray
    weights: sparse.csr_array
    margins: FloatArray | None = None
    total_margin: FloatArray | None = None

    @property
    def inexact(self) -> bool:
        """True when the census gives a margin of error above 0 for any count."""
        if self.margins is None:
            return False
        of_total = self.total_margin is not None and bool((self.total_margin > 0).any())
        return of_total or bool((self.margins > 0).any())

    @cached_property
    def reached(self) -> BoolArray:
        """Areas with any resident on the grid, ``[n_areas]``."""
        return self._on_grid > 0

    def on_cells(self, counts: FloatArray) -> FloatArray:
        """Counts of areas ``[..., n_areas]`` spread over cells, ``[..., n_cells]``."""
        return np.asarray((self.weights @ counts.T).T)

    def on_grid(self, counts: FloatArray) -> FloatArray:
        """The part of counts ``[..., n_areas]`` that lives on the grid, of the areas that reach it."""
        return np.asarray((counts * self._on_grid)[..., self.reached])

    def mean(self, values: FloatArray) -> FloatArray:
        """Values of cells ``[n_cells]`` where a resident of each area that reaches the grid lives, on average."""
        return np.asarray((self.weights.T @ values)[self.reached] / self._on_grid[self.reached])

    @cached_property
    def _on_grid(self) -> FloatArray:
        return np.asarray(self.weights.sum(axis=0), dtype=np.float64)


@dataclass(frozen=True)
class Sides:
    """Residents of a group, of those it is compared with, and all; once, or once for each draw of the census.

    Attributes
    ----------
    members, others, total : ``[n_cells]`` or ``[n_draws, n_cells]``.
    member_areas, total_areas : of the census areas that reach the grid, ``[..., n_areas]``; empty without a census.
    """

    members: FloatArray
    others: FloatArray
    total: FloatArray
    member_areas: FloatArray
    total_areas: FloatArray
    census: Census | None


@dataclass(frozen=True)
class LandAndCensus:
    """Land in km2, residents by group and all residents of the shared cells; ``[n_cells]`` each.

    Attributes
    ----------
    least_residents : a group with fewer is not measured.
    reference : group that the others are compared with; None: everyone else.
    census : the areas in which residents were counted; None: measures of areas, and errors of counts, are left out.
    """

    area_km2: FloatArray
    residents: Mapping[str, FloatArray]
    total: FloatArray
    least_residents: float = 1.0
    reference: str | None = None
    census: Census | None = None

    def others(self, group: str) -> FloatArray:
        """Residents whom the group is compared with."""
        if self.reference is not None:
            return self.residents[self.reference]
        return np.maximum(self.total - self.residents[group], 0.0)

    @property
    def against(self) -> str:
        """Whom groups are compared with, in words."""
        return EVERYONE_ELSE if self.reference is None else f"{self.reference} residents"

    @property
    def has_areas(self) -> bool:
        """True when there are enough census areas for "the most patrolled 5 %" to be at least one."""
        return self.census is not None and int(self.census.reached.sum()) >= LEAST_AREAS

    def sides(self, group: str) -> Sides:
        """A group beside those it is compared with, as counted."""
        members, others = self.residents[group], self.others(group)
        if self.census is None:
            return Sides(members, others, self.total, np.zeros(0), np.zeros(0), None)
        census, of_group = self.census, self.census.counts[self.census.names.index(group)]
        return Sides(members, others, self.total, census.on_grid(of_group), census.on_grid(census.total), census)

    def redraws(self) -> Iterator[tuple[str, Sides]]:
        """Each measured group as the census may have missed it, ``[n_draws, ...]``; none where it gives no margins.

        The draws are those of a run's audit and the same at every call, so what two variants share cancels in their
        difference. One group at a time, since each takes some tens of megabytes in a large city.
        """
        census = self.census
        if census is None or census.margins is None or not census.inexact:
            return
        measured = measured_groups(self)
        reference = None if self.reference is None else census.names.index(self.reference)
        redrawn = redraw_counts(census.counts, census.margins, census.total, census.total_margin, reference=reference)
        for name, (members, others, total) in zip(census.names, redrawn, strict=True):
            if name in measured:
                on_cells = census.on_cells
                areas = census.on_grid(members), census.on_grid(total)
                yield name, Sides(on_cells(members), on_cells(others), on_cells(total), *areas, census)


def measured_groups(land: LandAndCensus) -> list[str]:
    """Names of the groups that are measured; where two groups are everybody, the smaller only: the other mirrors it."""
    small = set(small_groups(land))
    size = {name: float(land.residents[name].sum()) for name in sorted(land.residents) if name not in small}
    if land.reference is None and len(size) == 2 and sum(size.values()) > 0.999 * float(land.total.sum()):
        return [min(size, key=lambda name: (size[name], name))]
    return [name for name in size if name != land.reference]


def small_groups(land: LandAndCensus) -> list[str]:
    """Names of the groups too small to be measured: a handful of cells would decide their ratio."""
    size = {name: float(of_group.sum()) for name, of_group in land.residents.items()}
    return sorted(name for name in size if size[name] < max(land.least_residents, 1.0))
