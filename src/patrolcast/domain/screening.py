"""What the proxy screen found, as records that every room may read: verdicts, findings, and the whole result."""

from dataclasses import dataclass
from enum import StrEnum


class ScreenVerdict(StrEnum):
    """Verdict on one feature, worst first."""

    EXCLUDED = "excluded"
    NOT_MEASURED = "not measured"
    REVIEW = "review"
    UNDERPOWERED = "underpowered"
    CLEARED = "cleared"


@dataclass(frozen=True)
class GroupFinding:
    """One feature against one group's share.

    Attributes
    ----------
    r, p, effective_n : correlation (the larger in size of Pearson's and Spearman's, -1..1), Dutilleul's p and n.
    detectable : about the smallest correlation that could have been distinguished from chance, 0..1.
    conditional_r, conditional_p : the same, given the citizen-report rate.
    unexplained : what of the correlation the report rate does not explain, -1..1 (conditional_r in the spread of the
        whole feature and share).
    adversary_r2, conditional_r2 : on unseen blocks, at most 1, plain and given the report rate.
    distance, bend, shape_p : distance correlation 0..1, correlation with the bend of the share -1..1, p of the two.

    column : which column of the feature it is, "values" or "gaps" (where it has none): that with the worse verdict.
    family_p : p of the least likely tie among all features, groups and parts of the city; ``part`` where that tie is,
        "" for the whole city.

    These, from unexplained on, are None for history features, whose rule looks at the conditional correlation alone,
    but for ``family_p``; and all of them where nothing could be measured.
    """

    group: str
    verdict: ScreenVerdict
    reason: str
    r: float
    p: float
    effective_n: float
    detectable: float
    conditional_r: float
    conditional_p: float
    unexplained: float | None = None
    adversary_r2: float | None = None
    conditional_r2: float | None = None
    distance: float | None = None
    bend: float | None = None
    shape_p: float | None = None
    column: str = "values"
    family_p: float | None = None
    part: str = ""


@dataclass(frozen=True)
class FeatureFinding:
    """One feature: its tier (1 history, 2 context) and what was found for each group."""

    feature: str
    tier: int
    groups: tuple[GroupFinding, ...]

    @property
    def worst(self) -> GroupFinding:
        """The group for which the verdict is worst; among equals, with the largest conditional correlation."""
        order = list(ScreenVerdict)
        return min(self.groups, key=lambda g: (order.index(g.verdict), -abs(g.conditional_r), -abs(g.r)))

    @property
    def verdict(self) -> ScreenVerdict:
        """The worst verdict over the groups."""
        return self.worst.verdict

    @property
    def stays_out(self) -> bool:
        """True when the model must do without it: a proxy, or a feature of which nothing could be measured."""
        return self.verdict in {ScreenVerdict.EXCLUDED, ScreenVerdict.NOT_MEASURED}
