"""Variants side by side, as frozen records: what was measured of each, and what a pair's difference supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt

Kind = Literal["accuracy", "disparity"]

LEAST_LOG_RATIO = 0.05
"""Differences of a log ratio between groups below this are never claimed (about 5 %)."""
LEVEL = 0.95


@dataclass(frozen=True)
class Measure:
    """One quantity that variants are compared in.

    Attributes
    ----------
    name : `<quantity>` or `<quantity>_<group>_<reference>`, lower_snake_case.
    told : the quantity in plain words.
    unit : unit of its values.
    is_log : values are logs of a ratio; shown as ratios.
    least : smallest difference that may be claimed, 0 for any.
    groups : (group, reference) for measures between groups.
    """

    name: str
    kind: Kind
    told: str
    unit: str
    is_log: bool = False
    least: float = 0.0
    groups: tuple[str, str] | None = None


@dataclass(frozen=True)
class Value:
    """A variant's value over all nights, its interval over batches of nights, and the batches themselves."""

    value: float
    lower: float
    upper: float
    batches: tuple[float, ...]


@dataclass(frozen=True)
class Difference:
    """Second minus first variant in one measure, on the same nights.

    Attributes
    ----------
    p, p_holm : two-sided, of the paired batch means; corrected over the measures of the pair (Holm 1979).
    supported : p_holm < 0.05, the interval excludes 0 and the size reaches the measure's ``least``.
    """

    measure: str
    value: float
    lower: float
    upper: float
    p: float
    p_holm: float
    supported: bool


@dataclass(frozen=True)
class Variant:
    """A config in a comparison.

    Attributes
    ----------
    told : what it changes, in words.
    publishable : False for a config that may be compared only.
    measured : measure name -> value; a measure that could not be taken is missing, never 0.
    minutes : mean patrol minutes a night, by shared cell.
    seeds : training seeds that were averaged.
    """

    name: str
    told: str
    config: str
    config_sha256: str
    publishable: bool
    resolution: int
    horizon_days: int
    admitted: tuple[str, ...]
    excluded: dict[str, str]
    measured: dict[str, Value]
    minutes: npt.NDArray[np.float64]
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two variants: differences in every measure both have, and the features that only one of them uses, with why."""

    first: str
    second: str
    differences: tuple[Difference, ...]
    only_first: dict[str, str]
    only_second: dict[str, str]

    @property
    def supported(self) -> tuple[Difference, ...]:
        """The differences that may be claimed."""
        return tuple(one for one in self.differences if one.supported)


@dataclass(frozen=True)
class Comparison:
    """Everything `comparison.html`, `.json` and `.csv` tell.

    Attributes
    ----------
    folds_sha256 : of nights, trainings and observed incidents: the same for every variant, or there is no comparison.
    measures : in the order in which they are told.
    need_ratio : (group, reference) -> ratio of reported citizen incidents per resident, the same for all variants.
    cells : the shared cells: ``cell``, ``district``, ``area_km2``, ``geometry``.
    """

    title: str
    timezone: str
    as_of: str
    first_night: str
    last_night: str
    n_nights: int
    n_folds: int
    n_incidents: int
    folds_sha256: str
    measures: tuple[Measure, ...]
    variants: tuple[Variant, ...]
    pairs: tuple[Pair, ...]
    need_ratio: dict[tuple[str, str], float]
    cells: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        return next(one for one in self.measures if one.name == name)
