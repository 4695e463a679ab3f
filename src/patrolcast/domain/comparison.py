"""Variants side by side, as frozen records: what was measured of each, and what a pair's difference supports."""

from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd

from patrolcast.domain.measures import EVERYONE_ELSE, Interval
from patrolcast.domain.provenance import CallSource
from patrolcast.domain.residents import GroupNames
from patrolcast.numerics.arrays import FloatArray

Kind = Literal["accuracy", "disparity"]

LEAST_LOG_RATIO = 0.05
"""Differences of a log ratio between groups below this are never claimed (about 5 %)."""
LEVEL = 0.95
MODEL = "model"
"""What the forecast itself is called among the forecasts that it is compared with."""
TIE_ORDERS = 20
"""Orders of equal cells that hits are averaged over; one alone moved counting by up to a tenth on a rare category."""


@dataclass(frozen=True)
class Measure:
    """One quantity that variants are compared in.

    Attributes
    ----------
    name : `<quantity>` or `<quantity>_<group>`, lower_snake_case.
    is_log : values are logs of a ratio; shown as ratios.
    least : smallest difference that may be claimed, 0 for any.
    group : whom it is about; None for measures of no group.
    against : whom the group is compared with, in words.
    """

    name: str
    kind: Kind
    description: str
    unit: str
    is_log: bool = False
    least: float = 0.0
    group: str | None = None
    against: str = EVERYONE_ELSE


@dataclass(frozen=True)
class Difference:
    """Second minus first variant in one measure, on the same nights.

    Attributes
    ----------
    interval : the difference with its interval of paired batch means, and of the census's error where it is known.
    p_holm : its p-value corrected over the measures of the pair (Holm 1979); NaN where it was not measured.
    supported : p_holm < 0.05, the interval excludes 0 and the size reaches the measure's ``least``.
    """

    measure: str
    interval: Interval
    p_holm: float
    supported: bool


@dataclass(frozen=True)
class Variant:
    """A config in a comparison.

    Attributes
    ----------
    changes : what it changes, in words.
    publishable : False for a config that may be compared only.
    measured : measure name -> value with its interval; what could not be measured carries a note, and is never 0.
    minutes : mean patrol minutes a night, by shared cell.
    seeds : training seeds that were averaged.
    excess : group -> log of patrol per reported incident where it lives, relative to those it is compared with; 0 is
        parity.
    bound_by : which stored screen excludes features from it, and whether it was measured on these cells and features.
    """

    name: str
    changes: str
    config: str
    config_sha256: str
    publishable: bool
    resolution: int
    horizon_days: int
    admitted: tuple[str, ...]
    excluded: dict[str, str]
    measured: dict[str, Interval]
    minutes: FloatArray
    seeds: tuple[int, ...]
    excess: dict[str, Interval] = field(default_factory=dict)
    bound_by: str = ""


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
        return tuple(difference for difference in self.differences if difference.supported)


@dataclass(frozen=True)
class Comparison:
    """Everything that `comparison.html`, `.json` and `.csv` show.

    Attributes
    ----------
    folds_sha256 : of nights, trainings and observed incidents: the same for every variant, or there is no comparison.
    measures : in the order in which they are shown.
    need_ratio : group -> log need ratio, reports weighted as the base config weighs them; one for all variants.
    cells : the shared cells: ``cell``, ``district``, ``area_km2``, ``geometry``.
    census_margins : True when the census gives margins of error, which the intervals of the measures of groups then
        cover. None where there are no residents.
    call_source : what the export says about who reported; the default claims nothing.
    group_names : what people call the groups of residents.
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
    need_ratio: dict[str, Interval]
    cells: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()
    census_margins: bool | None = None
    call_source: CallSource = field(default_factory=CallSource)
    group_names: GroupNames = field(default_factory=GroupNames)

    @property
    def against(self) -> str:
        """Whom groups are compared with: a group, or everyone else."""
        return next((measure.against for measure in self.measures if measure.group is not None), EVERYONE_ELSE)

    def measure(self, name: str) -> Measure:
        """The measure of that name."""
        return next(measure for measure in self.measures if measure.name == name)
