"""The rule of the proxy screen: from what was measured of one column and one group to a verdict and its reason.

For each group of at least as many residents as the audit asks for (limits from the config):

* **excluded**: given the citizen-report rate, the column is tied to the share in the whole city or in a part of it by
  more than chance in the face of all tests (`family`), and the tie matters: of a straight one the rate leaves more than
  the conditional limit; an adversary predicts the share on unseen blocks with an R2 above its limit; or the share
  explains more of the column than that limit beyond chance. What need explains does not count against a feature.
* **not measured**: the column is the same, or unknown, in all or nearly all inhabited cells, or so smooth that not even
  a tie of R2 .5 could be distinguished from chance. It stays out as well: unmeasured is not harmless.
* **review**: a look by itself is beyond chance over all groups, or an adversary's R2 above its limit, but not in the
  face of all tests or only because need explains it. A person must look; the feature stays in.
* **underpowered**: nothing was found, but a correlation at the marginal limit could not have been seen either.
* **cleared**: nothing was found, and it would have been.

The history of citizen reports goes with any group's share in a segregated city: of it only the straight tie given the
report rate of the cell and of the places around it counts.
"""

from dataclasses import dataclass

from patrolcast.domain.residents import LEAST_RESIDENTS
from patrolcast.domain.screening import GroupFinding, ScreenVerdict
from patrolcast.features.proxies.association import Association
from patrolcast.features.proxies.surrogates import ShapeTest
from patrolcast.features.proxies.ties import SLOPES, TieKind

SECOND_LOOK = 2.0
"""A relation that is no straight line is a second test of the same thing: it counts at the significance over this."""

PROMISED = 0.5**0.5
"""A tie this strong (R2 .5) the screen must find, or say that it cannot."""


@dataclass(frozen=True)
class Limits:
    """Limits of the rule; see `domain.settings.screen`. ``least_residents`` is the audit's."""

    conditional: float = 0.20
    marginal: float = 0.30
    adversary: float = 0.10
    significance: float = 0.05
    surrogates: int = 199
    least_residents: float = LEAST_RESIDENTS


@dataclass(frozen=True)
class FamilyTie:
    """One tie in the face of all tests.

    Attributes
    ----------
    part : "" the whole city; ``reach`` the part of all places that it has, 0..1.
    size : in the tie's own unit (`ties.Tie`); ``p`` among all tests.
    """

    kind: TieKind
    part: str
    size: float
    p: float
    reach: float = 1.0

    def matters(self, limits: Limits) -> bool:
        """True when it is beyond chance, and what it explains, spread over the whole city, is beyond its limit.

        So a half must explain twice and a quarter four times as much as the whole city: with a limit of .10 a quarter
        .40, below the .5 that must be found anywhere.
        """
        straight = self.kind in SLOPES
        explained = self.size**2 if straight else self.size
        limit = limits.conditional**2 if straight else limits.adversary
        chance = limits.significance / SECOND_LOOK if self.kind == TieKind.FOLLOWS else limits.significance
        return self.p < chance and explained * self.reach > limit


@dataclass(frozen=True)
class ContextMeasures:
    """One column of a feature about places against one group's share.

    Attributes
    ----------
    plain, conditional : correlations regardless of the report rate and given it.
    left : the part of both variables' spread that the rate leaves, multiplied, 0..1.
    r2, rest_r2 : the adversary's R2 on unseen blocks, from the column and from what the rate leaves of it.
    shape : relation of any shape.
    ties : in the whole city and its parts, in the face of all tests.
    n_groups : groups measured: each look is taken once for each of them.
    """

    plain: Association
    conditional: Association
    left: float
    r2: float
    rest_r2: float
    shape: ShapeTest
    ties: tuple[FamilyTie, ...] = ()
    n_groups: int = 1

    @property
    def unexplained(self) -> float:
        """Part correlation: what the rate leaves of the correlation, in units of the whole feature and share."""
        return self.conditional.r * self.left

    @property
    def strongest(self) -> FamilyTie | None:
        """The tie that chance explains least, the largest among equals."""
        return min(self.ties, key=lambda tie: (tie.p, -abs(tie.size)), default=None)


def context_verdict(what: str, measured: ContextMeasures, limits: Limits) -> tuple[ScreenVerdict, str]:
    """Verdict on a column of a feature about places, and its reason; ``what`` names the share in words."""
    proxies = [tie for tie in measured.ties if tie.matters(limits)]
    if proxies:
        return ScreenVerdict.EXCLUDED, _tie_words(what, min(proxies, key=lambda tie: (tie.p, -abs(tie.size))))
    if measured.plain.detectable > PROMISED:
        few = f"with {measured.plain.effective_n:.0f} effective cells not even a correlation of {PROMISED:.1f}"
        return ScreenVerdict.NOT_MEASURED, f"not measured: {few} with {what} could be seen"
    return _remark(what, measured, limits) or _unseen(what, measured.plain, limits)


def _tie_words(what: str, tie: FamilyTie) -> str:
    where = f" {tie.part}" if tie.part else ""
    beyond = f"(p {tie.p:.2g} among all tests)"
    if tie.kind in SLOPES:
        how = ", in broad and fine patterns alike," if tie.kind == TieKind.SCALES else ""
        return f"r {tie.size:+.2f} with {what}{where}{how} that the report rate does not explain {beyond}"
    if tie.kind == TieKind.PREDICTS:
        return f"given the report rate it predicts {what}{where} with R2 {tie.size:.2f} on unseen blocks {beyond}"
    return f"given the report rate {what}{where} explains {100 * tie.size:.0f} % of it, in no straight line {beyond}"


def _remark(what: str, measured: ContextMeasures, limits: Limits) -> tuple[ScreenVerdict, str] | None:
    """Why a person must look; None when nothing was measured."""
    plain, given, shape = measured.plain, measured.conditional, measured.shape
    alone = limits.significance / measured.n_groups
    left = f"r {given.r:+.2f} with {what} given the report rate (p {given.p:.2g})"
    if given.p < alone and abs(given.r) > limits.conditional:
        return ScreenVerdict.REVIEW, f"{left}; of the whole feature {abs(measured.unexplained):.2f} is unexplained"
    if abs(plain.r) > limits.marginal and plain.p < alone:
        return ScreenVerdict.REVIEW, f"r {plain.r:+.2f} with {what} (p {plain.p:.2g}); the report rate explains it"
    if (r2 := max(measured.r2, measured.rest_r2)) > limits.adversary:
        return ScreenVerdict.REVIEW, f"an adversary predicts {what} with R2 {r2:.2f} on unseen blocks"
    if shape.p <= alone / SECOND_LOOK:
        shape_words = f"distance correlation {shape.distance:.2f}, correlation with its bend {shape.bend:+.2f}"
        return ScreenVerdict.REVIEW, f"a tie with {what} that is not straight: {shape_words} (p {shape.p:.2g})"
    return None


def context_finding(group: str, column: str, measured: ContextMeasures, limits: Limits) -> GroupFinding:
    """Everything measured of one column of a feature about places and one group, with its verdict."""
    plain, conditional, tie = measured.plain, measured.conditional, measured.strongest
    verdict, reason = context_verdict(f"the share of {group}", measured, limits)
    return GroupFinding(
        group, verdict, reason if column == "values" else f"where it has no value: {reason}",
        plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p,
        measured.unexplained, measured.r2, measured.rest_r2, measured.shape.distance, measured.shape.bend,
        measured.shape.p, column, None if tie is None else tie.p, "" if tie is None else tie.part,
    )  # fmt: skip


def history_finding(
    group: str, plain: Association, conditional: Association, limits: Limits, *, family_p: float
) -> GroupFinding:
    """Finding on a feature made from citizen reports: only its correlation given the report rates counts."""
    what = f"the share of {group}"
    if abs(conditional.r) > limits.conditional and family_p < limits.significance:
        reason = f"r {conditional.r:+.2f} with {what} given the report rate (p {family_p:.2g} among all tests)"
        verdict = ScreenVerdict.EXCLUDED
    else:
        verdict, reason = _unseen(what, conditional, limits)
    return GroupFinding(
        group, verdict, reason, plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p,
        family_p=family_p,
    )  # fmt: skip


def unmeasured_finding(group: str, why: str) -> GroupFinding:
    """Finding on a feature of which nothing could be measured: it stays out."""
    return GroupFinding(group, ScreenVerdict.NOT_MEASURED, f"not measured: {why}", 0.0, 1.0, 2.0, 1.0, 0.0, 1.0)


def _unseen(what: str, tested: Association, limits: Limits) -> tuple[ScreenVerdict, str]:
    if tested.detectable > limits.marginal:
        reason = (
            f"nothing found, but with {tested.effective_n:.0f} effective cells only |r| above {tested.detectable:.2f}"
        )
        return ScreenVerdict.UNDERPOWERED, f"{reason} could be seen"
    return ScreenVerdict.CLEARED, f"nothing found with {what}; |r| from {tested.detectable:.2f} would have been seen"
