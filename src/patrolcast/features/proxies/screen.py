"""The proxy screen: which features stand in for a group's share of the residents, alone and together.

Tiers: what is made from records that never reach the model (T0) is excluded by provenance and not measured. In a
segregated city the history of citizen reports (T1) is associated with any group's share, so only its association given
the report rate of the cell and of the places around it counts (a feature about the neighbours reflects their need).
Features about places (T2) get the whole screen.

The rule, for each group (limits from the config):

* **excluded**: given the citizen-report rate the feature is correlated with the share more than by chance (p below the
  significance), and it matters: the rate leaves more of the feature's correlation unexplained than the conditional
  limit; or an adversary, on unseen blocks, predicts what the rate leaves of the share from what it leaves of the
  feature with an R2 above its limit. What need explains does not count against a feature.
* **review**: the correlation given the rate is beyond the conditional limit, but too small a part of the feature to
  matter; or, regardless of the rate, |r| is above the marginal limit with p below the significance, or the adversary's
  R2 is above its limit, or there is a relation of any shape beyond chance. A person must look; the feature stays in.
* **underpowered**: nothing was found, but a correlation at the marginal limit could not have been seen either.
* **cleared**: nothing was found, and it would have been.

Then the T2 features that are left are screened together (`joint`), given the citizen-report rate. An association of
areas says nothing about any individual.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrolcast.domain.screening import FeatureFinding, GroupFinding, ScreenVerdict
from patrolcast.features.proxies.adversary import adversary_r2, spatial_folds
from patrolcast.features.proxies.association import Association, DistanceClasses, associate, distance_classes, given
from patrolcast.features.proxies.blocks import PlaceTable, in_blocks, inhabited
from patrolcast.features.proxies.joint import JointInputs, JointScreen, screen_jointly
from patrolcast.features.proxies.surrogates import ShapeTest, shape_tests, spectral_basis, surrogates
from patrolcast.numerics.arrays import FloatArray
from patrolcast.numerics.random_streams import Stream, random_stream

SECOND_LOOK = 2.0
"""A relation that is no straight line is a second test of the same thing: it counts at the significance over this."""

METHOD = "2"
"""Raised whenever the rule or a test changes: the gate warns of screens that were stored before."""


@dataclass(frozen=True)
class Limits:
    """Limits of the rule; see `domain.settings.screen`."""

    conditional: float = 0.20
    marginal: float = 0.30
    adversary: float = 0.10
    significance: float = 0.05
    surrogates: int = 199


@dataclass(frozen=True)
class ProxyScreen:
    """Everything the screen found.

    Attributes
    ----------
    findings : one per feature, context first.
    joint : the context features that were not excluded, together.
    n_cells, n_places : inhabited cells, and the cells or blocks on which surrogates and adversary worked.
    """

    findings: tuple[FeatureFinding, ...]
    joint: JointScreen
    n_cells: int
    n_places: int

    @property
    def excluded(self) -> dict[str, str]:
        """Feature -> why it is out: alone, or dropped by the joint screen."""
        excluded = (finding for finding in self.findings if finding.verdict == ScreenVerdict.EXCLUDED)
        alone = {finding.feature: finding.worst.reason for finding in excluded}
        return alone | {
            drop.feature: f"with other features it gives away the share of {drop.group} (p {drop.p_before:.3g})"
            for drop in self.joint.drops
        }


def screen_proxies(table: PlaceTable, limits: Limits, *, seed: int) -> ProxyScreen:
    """Measure every feature, alone and together; see the module's rule.

    Raises ValueError: fewer than 32 inhabited cells: sixteen blocks cannot be made.
    """
    cells = inhabited(table)
    if len(cells.xy) < 32:
        raise ValueError(f"{len(cells.xy)} inhabited cells; the screen needs at least 32")
    places = in_blocks(cells)
    context = screen_alone(cells, places, limits, seed=seed)
    out = {finding.feature for finding in context if finding.verdict == ScreenVerdict.EXCLUDED}
    joint = screen_together(places, [name for name in places.context if name not in out], limits, seed=seed)
    return ProxyScreen(context + screen_history(cells, limits), joint, len(cells.xy), len(places.xy))


def screen_together(places: PlaceTable, names: Sequence[str], limits: Limits, *, seed: int) -> JointScreen:
    """The named context features together, given the citizen-report rate."""
    chance = _chance(places, limits, seed, Stream.SCREEN_TOGETHER)
    inputs = JointInputs(
        features={name: given(places.rate, places.context[name]) for name in names},
        shares={group: given(places.rate, share) for group, share in places.shares.items()},
        # The rate is taken out of each surrogate too: made from what it leaves of the share, chance is too narrow.
        chance={group: given(places.rate, made) for group, made in chance.items()},
        folds=spatial_folds(places.xy),
        counts=places.counts,
        area=places.area,
    )
    return screen_jointly(inputs, significance=limits.significance)


def screen_alone(cells: PlaceTable, places: PlaceTable, limits: Limits, *, seed: int) -> tuple[FeatureFinding, ...]:
    """Each context feature alone: correlations on the cells, adversary and relations of any shape on the places."""
    if not cells.context:
        return ()
    classes, folds = distance_classes(cells.xy), spatial_folds(places.xy)
    values = np.column_stack(list(places.context.values()))
    rest, chance = given(places.rate, values), _chance(places, limits, seed, Stream.SCREEN_ALONE)
    findings: dict[str, list[GroupFinding]] = {name: [] for name in cells.context}
    for group, share in places.shares.items():
        shapes, rest_share = shape_tests(values, share, chance[group]), given(places.rate, share)
        for i, name in enumerate(cells.context):
            measured = ContextMeasures(
                *_associations(cells.rate, cells.context[name], cells.shares[group], classes),
                left=_left(cells.rate, cells.context[name]) * _left(cells.rate, cells.shares[group]),
                r2=float(adversary_r2(values[:, [i]], share[:, None], folds)[0]),
                rest_r2=float(adversary_r2(rest[:, [i]], rest_share[:, None], folds)[0]),
                shape=shapes[i],
            )
            findings[name].append(_context_finding(group, measured, limits))
    return tuple(FeatureFinding(name, 2, tuple(groups)) for name, groups in findings.items())


def screen_history(cells: PlaceTable, limits: Limits) -> tuple[FeatureFinding, ...]:
    """Each history feature, given the citizen-report rate of the cell and around it."""
    if not cells.history:
        return ()
    classes, rates = distance_classes(cells.xy), cells.rates_around
    return tuple(
        FeatureFinding(
            name,
            1,
            tuple(
                history_finding(group, *_associations(rates, values, share, classes), limits)
                for group, share in cells.shares.items()
            ),
        )
        for name, values in cells.history.items()
    )


def _chance(places: PlaceTable, limits: Limits, seed: int, stream: Stream) -> dict[str, FloatArray]:
    """Surrogates of every group's share."""
    basis = spectral_basis(places.xy)
    return {
        group: surrogates(share, basis, count=limits.surrogates, rng=random_stream(seed, stream, i))
        for i, (group, share) in enumerate(places.shares.items())
    }


def _associations(
    rates: FloatArray, values: FloatArray, share: FloatArray, classes: DistanceClasses
) -> tuple[Association, Association]:
    """Without regard to the report rate, and given it."""
    return associate(values, share, classes), associate(given(rates, values), given(rates, share), classes)


def _left(rate: FloatArray, values: FloatArray) -> float:
    """How much of the values' spread the rate leaves, 0..1."""
    spread = float(values.std())
    return float(given(rate, values).std()) / spread if spread > 0 else 0.0


@dataclass(frozen=True)
class ContextMeasures:
    """One context feature against one group's share.

    Attributes
    ----------
    plain, conditional : correlations regardless of the report rate and given it.
    left : the part of both variables' spread that the rate leaves, multiplied, 0..1.
    r2, rest_r2 : the adversary's R2 on unseen blocks, from the feature and from what the rate leaves of it.
    shape : relation of any shape.
    """

    plain: Association
    conditional: Association
    left: float
    r2: float
    rest_r2: float
    shape: ShapeTest

    @property
    def unexplained(self) -> float:
        """Part correlation: what the rate leaves of the correlation, in units of the whole feature and share."""
        return self.conditional.r * self.left


def _context_finding(group: str, measured: ContextMeasures, limits: Limits) -> GroupFinding:
    plain, conditional = measured.plain, measured.conditional
    verdict, reason = context_verdict(f"the share of {group}", measured, limits)
    return GroupFinding(
        group, verdict, reason, plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p,
        measured.unexplained, measured.r2, measured.rest_r2, measured.shape.distance, measured.shape.bend,
        measured.shape.p,
    )  # fmt: skip


def context_verdict(what: str, measured: ContextMeasures, limits: Limits) -> tuple[ScreenVerdict, str]:
    """Verdict on a feature about places, and its reason; ``what`` names the share in words."""
    left = f"r {measured.conditional.r:+.2f} with {what} given the report rate (p {measured.conditional.p:.2g})"
    if measured.conditional.p < limits.significance:
        if abs(measured.unexplained) > limits.conditional:
            return ScreenVerdict.EXCLUDED, left
        if measured.rest_r2 > limits.adversary:
            return (
                ScreenVerdict.EXCLUDED,
                f"{left}; an adversary predicts it with R2 {measured.rest_r2:.2f} on unseen blocks",
            )
    return _remark(what, left, measured, limits) or _unseen(what, measured.plain, limits)


def _remark(what: str, left: str, measured: ContextMeasures, limits: Limits) -> tuple[ScreenVerdict, str] | None:
    """Why a person must look; None when nothing was measured."""
    plain, shape = measured.plain, measured.shape
    if measured.conditional.p < limits.significance and abs(measured.conditional.r) > limits.conditional:
        return ScreenVerdict.REVIEW, f"{left}; of the whole feature only {abs(measured.unexplained):.2f} is unexplained"
    if abs(plain.r) > limits.marginal and plain.p < limits.significance:
        return ScreenVerdict.REVIEW, f"r {plain.r:+.2f} with {what} (p {plain.p:.2g}); the report rate explains it"
    if measured.r2 > limits.adversary:
        return ScreenVerdict.REVIEW, f"an adversary predicts {what} with R2 {measured.r2:.2f} on unseen blocks"
    if shape.p <= limits.significance / SECOND_LOOK:
        shape_words = f"distance correlation {shape.distance:.2f}, correlation with its bend {shape.bend:+.2f}"
        return ScreenVerdict.REVIEW, f"a tie with {what} that is not straight: {shape_words} (p {shape.p:.2g})"
    return None


def history_finding(group: str, plain: Association, conditional: Association, limits: Limits) -> GroupFinding:
    """Finding on a feature made from citizen reports: only its correlation given the report rates counts."""
    what = f"the share of {group}"
    if abs(conditional.r) > limits.conditional and conditional.p < limits.significance:
        reason = f"r {conditional.r:+.2f} with {what} given the report rate (p {conditional.p:.2g})"
        verdict = ScreenVerdict.EXCLUDED
    else:
        verdict, reason = _unseen(what, conditional, limits)
    return GroupFinding(
        group, verdict, reason, plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p
    )


def _unseen(what: str, tested: Association, limits: Limits) -> tuple[ScreenVerdict, str]:
    if tested.detectable > limits.marginal:
        reason = (
            f"nothing found, but with {tested.effective_n:.0f} effective cells only |r| above {tested.detectable:.2f}"
        )
        return ScreenVerdict.UNDERPOWERED, f"{reason} could be seen"
    return ScreenVerdict.CLEARED, f"nothing found with {what}; |r| from {tested.detectable:.2f} would have been seen"
