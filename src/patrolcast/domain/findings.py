"""What the audit says of districts and of cells: who lies beyond the limit where, how concentrated patrol is."""

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True)
class Concentration:
    """How patrol minutes spread over cells and nights.

    Attributes
    ----------
    gini : of minutes over all cells of the grid, 0 (even) .. 1.
    distinct_cells : cells suggested at least once, mean of the window's blocks of 28 nights.
    longest_run : most nights in a row for one cell.
    top_share : share of all cell-nights in the ``top`` most suggested cells, 0..1.
    ever_suggested : cells suggested at least once in the whole window.
    nightly_cells : cells suggested on an average night.
    """

    n_nights: int
    n_cells: int
    gini: float
    distinct_cells: float
    longest_run: int
    top: int
    top_share: float
    ever_suggested: int = 0
    nightly_cells: float = nan

    @property
    def turnover(self) -> float:
        """Cells ever suggested for each cell suggested on an average night; 1 when nothing ever moves."""
        return self.ever_suggested / self.nightly_cells if self.nightly_cells > 0 else nan


@dataclass(frozen=True)
class CapsPrice:
    """What caps on how often a cell is suggested would cost, or do, over the audited nights.

    Attributes
    ----------
    rule : the caps in words; ``in_use`` : the config has them.
    expected_without, expected_with : expected incidents in suggested cells and shifts.
    ever_with, longest_run_with : cells ever suggested, and the longest run of one cell, with caps.
    """

    rule: str
    in_use: bool
    expected_without: float
    expected_with: float
    ever_with: int
    longest_run_with: int

    @property
    def lost(self) -> float:
        """Share of expected incidents in suggested cells that caps lose, 0..1; below 0 where they gain."""
        return 1.0 - self.expected_with / self.expected_without if self.expected_without > 0 else nan


@dataclass(frozen=True)
class DistrictFinding:
    """A group whose patrol within a district lies beyond the limit.

    Attributes
    ----------
    p_beyond : level at which its interval would touch the limit, 0..0.05; 0 where it has no interval.
    excess : log of the patrol per reported incident, against that of others; NaN where one side got none.
    certain : still beyond after Holm's correction over all groups and districts.
    without_interval : why it has no interval, so that its estimate alone decides; "" where it has one, or where one
        side got no patrol at all.
    """

    district: str
    group: str
    p_beyond: float
    certain: bool
    excess: float = nan
    without_interval: str = ""


@dataclass(frozen=True)
class UnmeasuredInDistrict:
    """A group of enough residents within a district of which nothing can be estimated, and why."""

    district: str
    group: str
    why: str


@dataclass(frozen=True)
class DistrictFindings:
    """What lies beyond the limit within districts, and whether chance may explain it.

    Attributes
    ----------
    limit : largest ratio of patrol per reported incident; its inverse is the smallest.
    n_compared, n_districts : groups in districts that were compared, and the districts in which any was.
    beyond : comparisons beyond the limit; ``certain`` : those after Holm's correction, by district.
    flagged : districts with one beyond after Holm's correction over the district's groups.
    most_by_chance : so many flagged districts chance alone would exceed in at most 5 % of cities.
    n_in_city : all districts of the city, compared or not.
    not_measured : groups with enough residents in a district of which nothing can be estimated there.
    within_by_estimate : comparisons without an interval whose estimate lies within the limit.
    unclear : comparisons that are not even, and beyond the limit by their estimate, but not by their whole interval.
    """

    limit: float
    n_compared: int
    n_districts: int
    beyond: tuple[DistrictFinding, ...]
    flagged: tuple[str, ...]
    certain: tuple[str, ...]
    most_by_chance: int
    n_in_city: int = 0
    not_measured: tuple[UnmeasuredInDistrict, ...] = ()
    within_by_estimate: int = 0
    unclear: tuple[DistrictFinding, ...] = ()

    @property
    def fails(self) -> bool:
        """Chance does not explain what lies beyond the limit."""
        return bool(self.certain) or len(self.flagged) > self.most_by_chance
