"""The proxy screen: which features stand in for a group's share of the residents, alone and together.

Tiers: what is made from records that never reach the model (T0) is out by provenance and is not measured. History of
citizen reports (T1) goes with any group's share in a segregated city, so only its conditional association counts, given
the report rate of the cell and of the places around it (a feature about the neighbours tells the neighbours' need).
Features about places (T2) get the whole screen.

The rule, for each group (limits from the config):

* **excluded**: given the citizen-report rate, |r| is above the conditional limit with p below the significance; or the
  distance correlation is, at a fifth of the significance. What need explains does not count against a feature.
* **review**: without regard to the rate, |r| above the marginal limit with p below the significance, or the adversary's
  R2 above its limit, or a distance correlation beyond chance. A person must look; the feature stays in.
* **underpowered**: nothing was found, but a correlation at the marginal limit could not have been seen either.
* **cleared**: nothing was found, and it would have been.

Then the T2 features that are left are screened together (`proxies_joint`), given the citizen-report rate. A shared
association of areas says nothing about any individual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrolcast.domain.screening import FeatureFinding, GroupFinding, Screened
from patrolcast.features.proxies_adversary import adversary_r2, spatial_folds
from patrolcast.features.proxies_association import (
    Association,
    DistanceClasses,
    associate,
    distance_classes,
    given,
)
from patrolcast.features.proxies_ground import Ground, in_blocks, inhabited
from patrolcast.features.proxies_joint import JointInputs, JointScreen, screen_jointly
from patrolcast.features.proxies_surrogates import DistanceTest, distance_tests, moran_basis, surrogates

CONDITIONAL_DISTANCE_STRICTER = 5
"""The distance correlation excludes at this fraction of the significance: it has no sign and a high chance level."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """Limits of the rule; see `domain.settings_screen`."""

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
        alone = {one.feature: one.worst.reason for one in self.findings if one.verdict == Screened.EXCLUDED}
        return alone | {
            drop.feature: f"with other features it gives away the share of {drop.group} (p {drop.p_before:.3g})"
            for drop in self.joint.drops
        }


def screen_proxies(ground: Ground, limits: Limits, *, seed: int) -> ProxyScreen:
    """Measure every feature of the ground, alone and together; see the module's rule.

    Raises
    ------
    ValueError
        fewer than 32 inhabited cells: sixteen blocks cannot be made.
    """
    cells = inhabited(ground)
    if len(cells.xy) < 32:
        raise ValueError(f"{len(cells.xy)} inhabited cells; the screen needs at least 32")
    places = in_blocks(cells)
    context = screen_alone(cells, places, limits, seed=seed)
    out = {one.feature for one in context if one.verdict == Screened.EXCLUDED}
    joint = screen_together(places, [name for name in places.context if name not in out], limits, seed=seed)
    return ProxyScreen(context + screen_history(cells, limits), joint, len(cells.xy), len(places.xy))


def screen_together(places: Ground, names: Sequence[str], limits: Limits, *, seed: int) -> JointScreen:
    """The named context features together, given the citizen-report rate."""
    shares = {group: given(places.rate, share) for group, share in places.shares.items()}
    inputs = JointInputs(
        features={name: given(places.rate, places.context[name]) for name in names},
        shares=shares,
        chance=_chance(places, shares, limits, [seed, 22]),
        folds=spatial_folds(places.xy),
        counts=places.counts,
        area=places.area,
    )
    return screen_jointly(inputs, significance=limits.significance)


def screen_alone(cells: Ground, places: Ground, limits: Limits, *, seed: int) -> tuple[FeatureFinding, ...]:
    """Each context feature alone: correlations on the cells, adversary and distance correlation on the places."""
    if not cells.context:
        return ()
    classes, folds = distance_classes(cells.xy), spatial_folds(places.xy)
    values = np.column_stack(list(places.context.values()))
    rest, rest_shares = given(places.rate, values), {g: given(places.rate, s) for g, s in places.shares.items()}
    plain_chance = _chance(places, places.shares, limits, [seed, 20])
    rest_chance = _chance(places, rest_shares, limits, [seed, 21])
    found: dict[str, list[GroupFinding]] = {name: [] for name in cells.context}
    for group, share in places.shares.items():
        plain = distance_tests(values, share, plain_chance[group])
        conditional = distance_tests(rest, rest_shares[group], rest_chance[group])
        for i, name in enumerate(cells.context):
            both = _associations(cells.rate, cells.context[name], cells.shares[group], classes)
            r2 = float(adversary_r2(values[:, [i]], share[:, None], folds)[0])
            found[name].append(_judged(group, *both, r2, plain[i], conditional[i], limits))
    return tuple(FeatureFinding(name, 2, tuple(groups)) for name, groups in found.items())


def screen_history(cells: Ground, limits: Limits) -> tuple[FeatureFinding, ...]:
    """Each history feature, given the citizen-report rate of the cell and around it."""
    if not cells.history:
        return ()
    classes, rates = distance_classes(cells.xy), cells.rates_around
    return tuple(
        FeatureFinding(
            name,
            1,
            tuple(
                _judged_history(group, *_associations(rates, values, share, classes), limits)
                for group, share in cells.shares.items()
            ),
        )
        for name, values in cells.history.items()
    )


def _chance(places: Ground, shares: Mapping[str, Numbers], limits: Limits, seed: list[int]) -> dict[str, Numbers]:
    """Surrogates of every group's share."""
    basis = moran_basis(places.xy)
    return {
        group: surrogates(share, basis, count=limits.surrogates, rng=np.random.default_rng([*seed, i]))
        for i, (group, share) in enumerate(shares.items())
    }


def _associations(
    rates: Numbers, values: Numbers, share: Numbers, classes: DistanceClasses
) -> tuple[Association, Association]:
    """Without regard to the report rate, and given it."""
    return associate(values, share, classes), associate(given(rates, values), given(rates, share), classes)


def _judged(
    group: str,
    plain: Association,
    conditional: Association,
    r2: float,
    distance: DistanceTest,
    rest: DistanceTest,
    limits: Limits,
) -> GroupFinding:
    verdict, reason = _verdict(group, plain, conditional, r2, distance, rest, limits)
    return GroupFinding(
        group, verdict, reason, plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p,
        r2, distance.value, distance.p, rest.value, rest.p,
    )  # fmt: skip


def _verdict(
    group: str,
    plain: Association,
    conditional: Association,
    r2: float,
    distance: DistanceTest,
    rest: DistanceTest,
    limits: Limits,
) -> tuple[Screened, str]:
    what = f"the share of {group}"
    if abs(conditional.r) > limits.conditional and conditional.p < limits.significance:
        told = f"r {conditional.r:+.2f} with {what} given the report rate (p {conditional.p:.2g})"
        return Screened.EXCLUDED, told
    if rest.value > limits.conditional and rest.p <= limits.significance / CONDITIONAL_DISTANCE_STRICTER:
        told = f"distance correlation {rest.value:.2f} with {what} given the report rate (p {rest.p:.2g})"
        return Screened.EXCLUDED, told
    if abs(plain.r) > limits.marginal and plain.p < limits.significance:
        return Screened.REVIEW, f"r {plain.r:+.2f} with {what} (p {plain.p:.2g}); the report rate explains it"
    if r2 > limits.adversary:
        return Screened.REVIEW, f"an adversary tells {what} with R2 {r2:.2f} on unseen blocks"
    if distance.p <= limits.significance:
        return Screened.REVIEW, f"distance correlation {distance.value:.2f} with {what} (p {distance.p:.2g})"
    return _unseen(what, plain, limits)


def _judged_history(group: str, plain: Association, conditional: Association, limits: Limits) -> GroupFinding:
    what = f"the share of {group}"
    if abs(conditional.r) > limits.conditional and conditional.p < limits.significance:
        told = f"r {conditional.r:+.2f} with {what} given the report rate (p {conditional.p:.2g})"
        verdict = Screened.EXCLUDED
    else:
        verdict, told = _unseen(what, conditional, limits)
    return GroupFinding(
        group, verdict, told, plain.r, plain.p, plain.effective_n, plain.detectable, conditional.r, conditional.p
    )


def _unseen(what: str, tested: Association, limits: Limits) -> tuple[Screened, str]:
    if tested.detectable > limits.marginal:
        told = (
            f"nothing found, but with {tested.effective_n:.0f} effective cells only |r| above {tested.detectable:.2f}"
        )
        return Screened.UNDERPOWERED, f"{told} could be seen"
    return Screened.CLEARED, f"nothing found with {what}; |r| from {tested.detectable:.2f} would have been seen"
