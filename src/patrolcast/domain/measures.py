"""What the audit measures, as frozen records: an interval, a group compared with others, a window of nights."""

from dataclasses import dataclass, field
from math import isfinite, log, nan

from patrolcast.domain.findings import CapsPrice, Concentration, DistrictFindings
from patrolcast.domain.residents import CensusCoverage


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval.

    Attributes
    ----------
    estimate, lower, upper : NaN where they could not be measured.
    n : nights (or blocks) that it stands on.
    note : what a reader must know about it; "" when nothing.
    p_value : two-sided, of "the true value is 0"; NaN where it could not be measured.
    """

    estimate: float
    lower: float
    upper: float
    n: int
    note: str = ""
    p_value: float = nan

    @property
    def measured(self) -> bool:
        """True when estimate and both ends are finite."""
        return isfinite(self.estimate) and isfinite(self.lower) and isfinite(self.upper)

    @property
    def excludes_zero(self) -> bool:
        """True when measured and 0 lies outside."""
        return self.measured and (self.lower > 0.0 or self.upper < 0.0)


READINGS_APART = 1.25
"""Readings of need that differ by more than this factor disagree: four fifths, the usual US yardstick, inverted."""

EVERYONE_ELSE = "everyone else"
"""Whom a group is compared with where the config names no reference."""


def unmeasured(why: str, *, n: int = 0, estimate: float = nan) -> Interval:
    """An interval that could not be measured, and why; an estimate without an interval is no measurement."""
    return Interval(estimate, nan, nan, n, why)


@dataclass(frozen=True)
class ErrorParts:
    """Half-widths of a 95 % interval on the log scale by where they come from; NaN: not measured, adds nothing.

    Attributes
    ----------
    nights : nights that differ.
    trainings : the patrol that models trained on other weeks, with other seeds, would have suggested.
    census : margins of error of the census.
    within_areas : where within a census area its residents live.
    spreading : other ways of spreading residents over cells.
    """

    nights: float
    trainings: float
    census: float
    within_areas: float
    spreading: float


@dataclass(frozen=True)
class GroupComparison:
    """One group beside those it is compared with, over a window of nights.

    Attributes
    ----------
    residents : of the group, on the grid.
    exposure, exposure_against : patrol minutes per night in the cell where a member lives.
    log_exposure_ratio, log_need_ratio, excess : 0 is parity; see `audit/disparity/exposure`.
    log_need_ratio_per_resident, excess_per_resident : with reported incidents per resident, the other reading of need.
    enough : both sides have enough residents to be measured.
    parts : name of a log ratio -> what its interval is made of; empty where it holds the nights only.
    excess_as_counted : its interval with residents where the counts put them: nights, trainings and census margins.
        What is not known of where they live widens ``excess`` and may not acquit; see `audit/disparity/gates`.
    """

    group: str
    against: str
    residents: float
    exposure: float
    exposure_against: float
    log_exposure_ratio: Interval
    log_need_ratio: Interval
    excess: Interval
    log_need_ratio_per_resident: Interval = field(default_factory=lambda: unmeasured("not taken"))
    enough: bool = True
    excess_per_resident: Interval = field(default_factory=lambda: unmeasured("not taken"))
    parts: dict[str, ErrorParts] = field(default_factory=dict)
    excess_as_counted: Interval = field(default_factory=lambda: unmeasured("not taken"))

    @property
    def counted(self) -> Interval:
        """The excess as counted; the excess itself where its interval holds the nights only."""
        return self.excess_as_counted if self.parts else self.excess

    @property
    def readings_apart(self) -> bool:
        """The two readings of need differ by more than four fifths to one: which is taken decides what is found."""
        gap = self.excess.estimate - self.excess_per_resident.estimate
        return isfinite(gap) and abs(gap) > log(READINGS_APART)

    @property
    def readings_flip(self) -> bool:
        """And they lie on different sides of parity."""
        return self.readings_apart and self.excess.estimate * self.excess_per_resident.estimate < 0.0

    @property
    def parity_excluded(self) -> bool:
        """The interval of the excess as counted excludes parity. Whether the limit is exceeded, the gate decides."""
        return self.counted.excludes_zero

    @property
    def without_patrol(self) -> str | None:
        """The one side without any patrol in the window, although reports were made where both live; else None."""
        if not (self.enough and isfinite(self.log_need_ratio.estimate)):
            return None
        if self.exposure == 0.0 < self.exposure_against:
            return self.group
        return self.against if self.exposure_against == 0.0 < self.exposure else None


@dataclass(frozen=True)
class GroupCalibration:
    """Predicted / reported incidents where a group lives, beside the same where those it is compared with live.

    Attributes
    ----------
    ratio, ratio_against : predicted / reported at equal shares of each decile of the forecast; 1 is calibrated.
    log_ratio_of_ratios : above 0 the forecast is too high for the group compared with the others.
    """

    group: str
    against: str
    ratio: float
    ratio_against: float
    log_ratio_of_ratios: Interval


@dataclass(frozen=True)
class GroupOpportunity:
    """Share of a group's incidents that fall in suggested cells and shifts, 0..1, beside the others' share."""

    group: str
    against: str
    share: float
    share_against: float
    difference: Interval


@dataclass(frozen=True)
class Composition:
    """Group shares of the residents of the census areas in one window of the ranking, 0..1, beside the whole.

    Attributes
    ----------
    window : "top 5 %", "median" or "bottom 5 %".
    n_areas : census areas in the window.
    shares, whole : group -> share of residents.
    """

    window: str
    n_areas: int
    shares: dict[str, float]
    whole: dict[str, float]


@dataclass(frozen=True)
class ReportingAssumption:
    """What the ranking would be if reporting were as assumed.

    Attributes
    ----------
    assumption : in words.
    ratio : reporting of the group / of the others; NaN where the assumption is one of categories.
    overlap : share of suggested cells that would still be suggested, 0..1.
    exposure_ratio : of the suggestions under the assumption.
    excess : of the present suggestions, against the need corrected by the assumption.
    """

    assumption: str
    ratio: float
    overlap: float
    exposure_ratio: float
    excess: float


@dataclass(frozen=True)
class Ascertainment:
    """One group's table of assumptions, and the reporting ratio at which its excess is 0 (None: not in the range)."""

    group: str
    against: str
    rows: tuple[ReportingAssumption, ...]
    tipping_ratio: float | None


@dataclass(frozen=True)
class DisparityAudit:
    """All that was measured on a window of nights, with visits allocated as the run allocates them.

    Attributes
    ----------
    why_not : why groups could not be measured; "" when they were.
    dosage : "suggested" or "delivered" minutes.
    groups : at city level (a resident gets the minutes of the cell they live in).
    levels : "district", "census area" -> the same, with the mean minutes of that unit for every resident of it.
    districts : district -> the comparison within it; ``in_districts`` : what of it lies beyond the limit.
    caps : what caps on how often a cell is suggested cost, or would cost.
    exposure_by_spreading : group -> way of spreading residents over cells -> exposure ratio.
    interval_parts : part of an interval -> how it was measured, or why it was not.
    measured_shares : group or "total" -> share of its residents in the city that lie on the grid with counts, on nights
        of which records came in, 0..1.
    left_out : which nights and places are left out because records are missing; "" where none are.
    coverage : how much of the city the census counts are of; None where nothing was left out.
    """

    why_not: str
    dosage: str
    n_nights: int
    first_night: str
    last_night: str
    vintage: str
    concentration: Concentration
    groups: tuple[GroupComparison, ...] = ()
    levels: dict[str, tuple[GroupComparison, ...]] = field(default_factory=dict)
    districts: dict[str, tuple[GroupComparison, ...]] = field(default_factory=dict)
    calibration: tuple[GroupCalibration, ...] = ()
    opportunity: tuple[GroupOpportunity, ...] = ()
    composition: tuple[Composition, ...] = ()
    ascertainment: tuple[Ascertainment, ...] = ()
    measured_shares: dict[str, float] = field(default_factory=dict)
    coverage: CensusCoverage | None = None
    in_districts: DistrictFindings | None = None
    caps: CapsPrice | None = None
    exposure_by_spreading: dict[str, dict[str, float]] = field(default_factory=dict)
    interval_parts: dict[str, str] = field(default_factory=dict)
    left_out: str = ""
