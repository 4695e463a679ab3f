"""What stages hand on, as frozen records with named fields."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.exploration import ExplorationPlan
from patrolcast.domain.matrix import Admission
from patrolcast.domain.measures import DisparityAudit
from patrolcast.domain.provenance import CallSource, WordedOffence
from patrolcast.domain.residents import GroupNames
from patrolcast.domain.settings.deciding.objectives import ObjectiveReport

NOTICE = (
    "Advisory only. A suggestion is about a place and a time, never about a person; it is no ground to stop, search, "
    "question or arrest anyone. A person decides."
)
"""Carried by every emitted suggestion, file and page."""

LIMITS = (
    "Citizen-reported is not the same as unbiased: people report differently by place, by offence and by trust in the "
    "police. Where crime is reported less, this forecast sees less.",
    "A forecast of a place says nothing about the people who live or pass there.",
    "Expected incidents are averages over many shifts like this one; most suggested cells will see no incident.",
    "The forecast cannot tell whether patrol prevents, displaces or merely records crime.",
)
"""Stated on every page that shows a forecast made from citizens' reports."""


def stated_limits(call_source: CallSource) -> tuple[str, ...]:
    """LIMITS; where no call source says who reported, that stands in the place of what citizen reports leave out."""
    if call_source.known:
        return LIMITS
    return (
        f"{call_source.statement} People also report differently by place, by offence and by trust in the police.",
        *LIMITS[1:],
    )


class GateVerdict(StrEnum):
    """What a gate found. ``not measured`` is never a pass: publication treats it as the gate's config says."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    WAIVED = "waived"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class GateResult:
    """One named check: its value, interval, threshold and verdict.

    Attributes
    ----------
    name : lower_snake_case, unique within a run.
    value : what was measured; None when it could not be.
    threshold : the rule in words, e.g. "at most 0.10".
    verdict : see :class:`GateVerdict`; FAIL and NOT_MEASURED stop publication unless ``stops`` is False.
    detail : one plain sentence for the reader.
    """

    name: str
    value: float | None
    threshold: str
    verdict: GateVerdict
    detail: str
    lower: float | None = None
    upper: float | None = None
    stops: bool = True


def publishable(gates: tuple[GateResult, ...], *, required: frozenset[str]) -> bool:
    """True when every required gate is present and none that stops publication failed or went unmeasured."""
    bad = {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}
    return required <= {gate.name for gate in gates} and not any(gate.stops and gate.verdict in bad for gate in gates)


@dataclass(frozen=True)
class SourceAccount:
    """Row accounting of one source: ``rows_in = kept + sum(set_aside) + sum(cancelled) + sum(refused)``, always.

    Attributes
    ----------
    name, sha256, bytes : which file it was.
    set_aside, refused : reason or rule -> rows.
    cancelled : reason -> rows that the agency itself took back: they and what they take back count nothing.
    notes : accepted peculiarities, in words ("byte-order mark", "12 % of times are midnight").
    of_incidents : False for layers and tables of residents: their rows are no incidents.
    """

    name: str
    sha256: str
    bytes: int
    rows_in: int
    kept: int
    set_aside: dict[str, int]
    refused: dict[str, int]
    notes: tuple[str, ...] = ()
    of_incidents: bool = True
    cancelled: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reasons = (self.set_aside, self.cancelled, self.refused)
        accounted = self.kept + sum(sum(rows.values()) for rows in reasons)
        if accounted != self.rows_in:
            raise AssertionError(f"{self.name}: {self.rows_in} rows in, {accounted} accounted for")


class IncidentRows(NamedTuple):
    """Rows of incidents that came in, and how many of them were refused and how many the agency took back."""

    rows_in: int
    refused: int
    cancelled: int


def rows_of_incidents(sources: Iterable[SourceAccount]) -> IncidentRows:
    """The accounts of incidents' own files together; layers' rows are no incidents."""
    of_incidents = [source for source in sources if source.of_incidents]
    return IncidentRows(
        sum(source.rows_in for source in of_incidents),
        sum(sum(source.refused.values()) for source in of_incidents),
        sum(sum(source.cancelled.values()) for source in of_incidents),
    )


@dataclass(frozen=True)
class SkillComparison:
    """The model beside its baselines on the validation window, for one category.

    ``deviance`` is the mean Poisson deviance per cell and shift, ``hits`` the share of incidents in the 5 % of cells
    ranked highest each shift; both keyed by method (``model``, ``climatology``, ``kernel_density``). ``predicted`` is
    what the method in use expected of the whole window; a category of which nothing was observed has one too.
    """

    category: str
    n_incidents: int
    deviance: dict[str, float]
    hits: dict[str, float]
    predicted: float
    used: str

    @property
    def predicted_over_observed(self) -> float:
        """Their ratio; no number where nothing was observed."""
        return self.predicted / self.n_incidents if self.n_incidents else float("nan")


@dataclass(frozen=True)
class IntervalCalibration:
    """Gamma interval of one category: nominal level, and the coverage measured on cells it was not fitted on.

    ``log_shape`` and ``growth`` are those of `forecast.intervals`; ``n_shifts`` is the span that the interval is of.
    """

    category: str
    level: float
    coverage: float
    n: int
    log_shape: tuple[float, float]
    growth: float
    n_shifts: int


@dataclass(frozen=True)
class AuditTables:
    """What the audit of groups was computed from, so that anyone can compute it again; places only, no person.

    Attributes
    ----------
    nights : ``night``, ``cell``, ``minutes`` suggested, ``need`` (reports weighted as the ranking weighs them),
        ``reported`` incidents and ``reached``, those of them in suggested cells and shifts; rows of zeros are left out.
    cells : every ``cell`` with its ``district``, ``expected`` incidents of the window, and
        ``minutes_of_training_<k>`` of the window by each other training.
    residents : ``spreading``, ``group``, ``cell``, ``members``, ``others`` (those compared with) and ``everyone``.
    """

    nights: pd.DataFrame
    cells: pd.DataFrame
    residents: pd.DataFrame


@dataclass(frozen=True)
class RunResult:
    """Everything one run found, as tables and text; nothing is written yet.

    Raises ProhibitedDataError for an admission that is there to be compared only: every door publishes from this type.

    Attributes
    ----------
    cells : one row per cell: ``cell`` (H3 index, text), ``district``, ``area_km2``, ``longitude``, ``latitude``,
        ``geometry`` (WGS84), ``place`` (what people call it, or ""), in ascending order of ``cell``.
    forecast : the columns of `forecast.parquet` (docs/contract): one row per cell, category and shift.
    suggestions : the columns of `suggestions.csv` plus ``area`` (neighbouring suggested cells of one district and
        shift share it, e.g. "4-A"), ``category`` (the one that contributes most) and ``expected_by_category``
        (text), ``place`` (the cell's name) and ``shift_start_local`` (text).
    explanations : long table: ``suggestion_id``, ``category``, ``feature``, ``value``, ``contribution`` (log scale),
        ``raw_score`` (their sum).
    backdrop : streets and water of the map: ``kind``, ``geometry``; None: nothing is drawn.
    matrix : features of the forecast rows, for `explain`, each with ``cell``, ``category``, ``shift_start``.
    disparity, audited : who would have received the patrol, and what that was computed from; None when it broke.
    exploration : what the plan leaves to chance, and its price.
    model_text : LightGBM text of the trees, or "" where none were asked for.
    """

    as_of: datetime
    cells: gpd.GeoDataFrame
    forecast: gpd.GeoDataFrame
    suggestions: pd.DataFrame
    explanations: pd.DataFrame
    matrix: pd.DataFrame
    admission: Admission
    skill: tuple[SkillComparison, ...]
    intervals: tuple[IntervalCalibration, ...]
    gates: tuple[GateResult, ...]
    model_text: str
    training: dict[str, Any]
    notes: tuple[str, ...] = ()
    disparity: DisparityAudit | None = None
    exploration: ExplorationPlan = field(default_factory=ExplorationPlan)
    backdrop: gpd.GeoDataFrame | None = None
    audited: AuditTables | None = None

    @property
    def visited(self) -> pd.DataFrame:
        """The suggestions that get a visit: without the comparison cells, which a coin left out."""
        return self.suggestions[self.suggestions["visits"] > 0]

    def __post_init__(self) -> None:
        if self.admission.comparison_only:
            raise ProhibitedDataError(
                "run",
                got="features made from officer-initiated records",
                rule="such a model is compared, never run, never published",
                cure="patrolcast compare",
            )


@dataclass(frozen=True)
class RunContext:
    """What surrounds a result and is known at the edge only: identity, sources, the time it may be used."""

    run_id: str
    name: str
    title: str
    timezone: str
    as_of: datetime
    newest_report: datetime | None
    expires_at: datetime
    sources: tuple[SourceAccount, ...]
    versions: dict[str, str]
    config_sha256: str
    notes: tuple[str, ...] = ()
    screened: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Feature -> what the stored screen measured; empty where no screen holds."""
    exceptions: tuple[str, ...] = ()
    """Limits that are not the default, and waivers in force: a sentence each, on every page."""
    gate_limits: tuple[tuple[str, str, str, str], ...] = ()
    """Every limit of a gate: what it limits, as the config has it, the default, the usual range."""
    weights: dict[str, float] = field(default_factory=dict)
    """Category -> its declared weight in the ranking; a category that is not named counts once."""
    call_source: CallSource = field(default_factory=CallSource)
    """What the export says about who reported; the default claims nothing."""
    officer_worded: tuple[WordedOffence, ...] = ()
    """Counted offences whose own words say that officers initiate them."""
    group_names: GroupNames = field(default_factory=GroupNames)
    """What people call the groups of residents."""
    drawn_moments: int = 0  # incidents of which a span of time is known, each counted at one moment within it
    excel_csv: bool = False  # CSV files begin with a byte order mark
    objectives: tuple[ObjectiveReport, ...] = ()

    @property
    def what_it_cannot_show(self) -> tuple[str, ...]:
        """Sentences on what a forecast cannot show, on every page of the run."""
        return stated_limits(self.call_source)


Step = Callable[[str, int, int], None]


@dataclass
class Progress:
    """Where long work reports how far it is: ``step(name, done, total)``. The default reports nothing."""

    step: Step = field(default=lambda name, done, total: None)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Marks the start and the end of a stage."""
        self.step(name, 0, 1)
        yield
        self.step(name, 1, 1)
