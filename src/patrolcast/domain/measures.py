"""What the audit measures, as frozen records: an interval, a group compared with others, a window of nights."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan


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


def unmeasured(why: str, *, n: int = 0, estimate: float = nan) -> Interval:
    """An interval that could not be measured, and why; an estimate without an interval is no measurement."""
    return Interval(estimate, nan, nan, n, why)


@dataclass(frozen=True)
class GroupComparison:
    """One group beside those it is compared with, over a window of nights.

    Attributes
    ----------
    group, against : who is compared with whom.
    residents : of the group, on the grid.
    exposure, exposure_against : patrol minutes per night in the cell where a member lives.
    log_exposure_ratio, log_need_ratio, excess : 0 is parity; see `audit/exposure`.
    """

    group: str
    against: str
    residents: float
    exposure: float
    exposure_against: float
    log_exposure_ratio: Interval
    log_need_ratio: Interval
    excess: Interval
