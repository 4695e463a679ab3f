"""Features on their way into the model: declared, admitted, and only then a column.

Three types, one direction::

    FeatureSpec --features.policy.admit--> AdmittedFeature --features.matrix--> AdmittedMatrix --> forecast.gbm

There is no other way to make the second and third: an :class:`AdmittedFeature` checks its provenance when it is
made, and an :class:`AdmittedMatrix` has exactly as many columns as it has admissions.

One side path ends in a wall: a :class:`ComparedFeature`, made from officer-initiated records with a
:class:`ComparisonPermit`, may be trained on to measure what such records would do. An :class:`Admission` that holds one
can never become a `RunResult`, and what is no run result has no way to a run folder, a page or a publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.provenance import NEVER_IN_MODEL, Provenance
from patrolcast.numerics.arrays import Float32Array, FloatArray, IntArray

Family = Literal["history", "neighbours", "climatology", "calendar", "place", "category"]
"""Which kind of reason a feature gives for a forecast."""
OF_THE_SHIFT: frozenset[Family] = frozenset({"climatology", "calendar", "category"})
"""Families that are the same in every cell by construction: of the shift or the category, never of the place. No screen
measures them; every other feature must have been measured."""


@dataclass(frozen=True)
class FeatureSpec:
    """One feature, declared once.

    Attributes
    ----------
    name : column name, lower_snake_case, unique.
    unit : unit of its values, e.g. "reports per day".
    provenance : who caused the records it is made from.
    family : which kind of reason it gives.
    lookback_days : how far back it sees; 0 for none, ``inf`` for all history.
    source : which table it is computed from.
    caution : what a reader should know before trusting it.
    phrase : the reason in plain words; the placeholders are filled by `forecast/explain`.
    """

    name: str
    unit: str
    provenance: Provenance
    family: Family
    lookback_days: float
    source: str
    caution: str
    phrase: str


@dataclass(frozen=True)
class AdmittedFeature:
    """A feature that the policy let in, with the rule that did. Refuses what no policy may admit."""

    spec: FeatureSpec
    rule: str

    def __post_init__(self) -> None:
        if self.spec.provenance in NEVER_IN_MODEL:
            raise ProhibitedDataError(
                f"feature {self.spec.name}",
                got=f"provenance {self.spec.provenance}",
                rule="officer-initiated, census and unknown provenance never reach the model",
                cure="leave it out; comparison variants measure it without publishing",
            )


@dataclass(frozen=True)
class ComparisonPermit:
    """Permits features of officer-initiated records in a model that is only compared. Only `runs/compare` makes one."""

    reason: str


@dataclass(frozen=True)
class ComparedFeature(AdmittedFeature):
    """A feature of officer-initiated records, for comparison only. Census and unknown records are refused even here."""

    permit: ComparisonPermit

    def __post_init__(self) -> None:
        if not isinstance(self.permit, ComparisonPermit):
            raise ProhibitedDataError(f"feature {self.spec.name}", got="no permit", rule="compared features need one")
        if self.spec.provenance is not Provenance.OFFICER:
            raise ProhibitedDataError(
                f"feature {self.spec.name}",
                got=f"provenance {self.spec.provenance}",
                rule="only officer-initiated records are admitted for comparison; all else goes through the policy",
            )


@dataclass(frozen=True)
class ExcludedFeature:
    """A feature that the policy excluded, and why."""

    spec: FeatureSpec
    rule: str
    reason: str


HOURS_OF_PLACE = "hours_of_place"
"""The feature that the starting rate holds, too: where a policy excludes it, the start knows the city's hours only."""
_NOT_USED = "not_used"


@dataclass(frozen=True)
class Admission:
    """What the policy decided for every feature of the catalogue (written to `admission.json`)."""

    admitted: tuple[AdmittedFeature, ...]
    excluded: tuple[ExcludedFeature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the admitted features, in catalogue order."""
        return tuple(feature.spec.name for feature in self.admitted)

    @property
    def comparison_only(self) -> bool:
        """True when it holds a feature that no run may hold: such an admission can be compared, never run."""
        return any(feature.spec.provenance in NEVER_IN_MODEL for feature in self.admitted)

    @property
    def hours_of_place(self) -> bool:
        """False where the policy excludes a place's own hours, from the trees and from the start."""
        return not any(feature.spec.name == HOURS_OF_PLACE and feature.rule != _NOT_USED for feature in self.excluded)

    def used_by(self, kind: str) -> Admission:
        """What [model] ``kind`` uses of it: a forecast from the start alone no feature, and says so of each."""
        if kind != "start":
            return self
        why = "[model] kind is start: the forecast is made of weighted past reports and the hours of each place alone"
        unused = tuple(ExcludedFeature(feature.spec, _NOT_USED, why) for feature in self.admitted)
        return Admission((), (*self.excluded, *unused))


def union_of_admissions(admissions: Sequence[Admission]) -> Admission:
    """Every feature that at least one of them admits: what a matrix must hold to serve them all."""
    features: dict[str, AdmittedFeature] = {}
    for admission in admissions:
        for feature in admission.admitted:
            features.setdefault(feature.spec.name, feature)
    return Admission(tuple(features.values()), ())


@dataclass(frozen=True)
class AdmittedMatrix:
    """Rows for the model: float32 ``[n_rows, n_features]``, one admission per column.

    ``start`` (float64 ``[n_rows]``) is the log of the starting rate by the city's hours, from citizen reports only;
    ``share_of_shift`` is what the place's own share of the shift adds to it. Trees begin at their sum, ``offset``.
    ``tree_weight``, 0..1, scales what the trees add to it on the log scale.
    """

    values: Float32Array
    columns: tuple[AdmittedFeature, ...]
    start: FloatArray
    share_of_shift: FloatArray
    tree_weight: float = 1.0

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise ProhibitedDataError(
                "feature matrix",
                got=f"{self.values.shape} values for {len(self.columns)} admissions",
                rule="a column without admission cannot enter the matrix",
            )
        if not all(isinstance(column, AdmittedFeature) for column in self.columns):
            raise ProhibitedDataError("feature matrix", got="a column that was never admitted", rule="admit() first")
        if not self.start.shape == self.share_of_shift.shape == (self.values.shape[0],):
            raise ValueError("start and share of the shift need one value per row")

    @property
    def offset(self) -> FloatArray:
        """Log of the whole starting rate."""
        return self.start + self.share_of_shift

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.spec.name for column in self.columns)

    def rows(self, positions: IntArray) -> AdmittedMatrix:
        """The named rows."""
        return replace(
            self,
            values=self.values[positions],
            start=self.start[positions],
            share_of_shift=self.share_of_shift[positions],
        )

    def under(self, admission: Admission) -> AdmittedMatrix:
        """The columns of one admission, in its order, out of a matrix that was made for several.

        Where it excludes a place's own hours, the starting rate loses them, too.

        Raises ProhibitedDataError when the admission holds a feature that has no column here.
        """
        if not admission.hours_of_place and self.share_of_shift.any():
            none = np.zeros_like(self.share_of_shift)
            return replace(self, share_of_shift=none).under(admission)
        if self.columns == admission.admitted:
            return self
        position = {name: i for i, name in enumerate(self.names)}
        if missing := [name for name in admission.names if name not in position]:
            raise ProhibitedDataError("feature matrix", got=f"no column {missing[0]}", rule="one per admission")
        values = np.take(self.values, [position[name] for name in admission.names], axis=1)
        return replace(self, values=values, columns=admission.admitted)
