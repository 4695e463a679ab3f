"""Features that are harmless one by one and give a group's share away together, or with the report rate; which to drop.

Two statistics, each against the same with surrogates of the share (`surrogates`), because each is blind to what
the other sees: the adversary's R2 on unseen blocks sees a combination, such as two features whose difference is the
share, or one that the report rate, which the model knows too, unlocks like a key; the weak sum sees many weak proxies,
of which no learner can estimate each weight. The weak sum adds the squared correlations, each in units of what chance
gives that feature: a rough feature, of which chance makes little, then says as much as it knows, and a smooth one
drowns nobody. The largest counts, over both statistics and all groups, in the face of what the same surrogates give the
largest (`family`), so that neither two looks nor three groups raise the rate of false alarms. Its p is doubled, because
each feature has been looked at alone before: together is a second chance to lose one that means nothing. Dropping is
greedy: the feature that takes most leak with it per Poisson deviance that the features then no longer explain.
"""

from dataclasses import dataclass

import numpy as np

from patrolcast.features.proxies.adversary import adversary_r2, standardised
from patrolcast.features.proxies.family import family_p, in_units_of_chance
from patrolcast.numerics.arrays import FloatArray, IntArray

_LEAST_COST = 1e-3
_SHRINKAGE = 1e-3
_SECOND_CHANCE = 2.0
"""What the p of features together is multiplied by (Bonferroni): alone, and together."""


@dataclass(frozen=True)
class JointTest:
    """What a set of features gives away about one group.

    Attributes
    ----------
    r2 : the adversary's, on unseen blocks; at most 1, below 0 where it does worse than the mean.
    r2_by_chance : the 95th percentile of the same with surrogates.
    weak_sum, weak_by_chance : mean squared correlation in units of chance (1: as chance has it), and the 95th
        percentile of the same with surrogates.
    p : of the larger of the two, among both tests of all groups, doubled, 0..1.
    by_adversary : True when the adversary's p is the smaller of those that count.
    """

    group: str
    r2: float
    r2_by_chance: float
    weak_sum: float
    weak_by_chance: float
    p: float
    by_adversary: bool


@dataclass(frozen=True)
class Drop:
    """One feature that the joint screen took out, and what it took with it."""

    feature: str
    group: str
    p_before: float
    leak_removed: float
    deviance_lost: float


@dataclass(frozen=True)
class JointScreen:
    """Tests on the whole set and on what is left, by group, and the drops between, in order."""

    before: tuple[JointTest, ...]
    after: tuple[JointTest, ...]
    drops: tuple[Drop, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class JointInputs:
    """What the joint screen works on: places in rows.

    Attributes
    ----------
    features : name -> ``[n]``, or ``[n, k]`` of one with gaps or codes.
    rate : citizen reports per km2, rank-normal, ``[n]``.
    shares : group -> ``[n]``; ``chance`` group -> surrogates ``[n, m]``, of which the first ``n_chance`` are taken.
    counts, area : citizen reports and km2 of each place, for the price of dropping a feature.
    """

    features: dict[str, FloatArray]
    rate: FloatArray
    shares: dict[str, FloatArray]
    chance: dict[str, FloatArray]
    folds: IntArray
    counts: FloatArray
    area: FloatArray
    n_chance: int


def screen_jointly(inputs: JointInputs, *, significance: float) -> JointScreen:
    """Test all features together for every group; drop one at a time until none is given away."""
    kept = tuple(inputs.features)
    before = tests = joint_tests(inputs, kept)
    drops: list[Drop] = []
    while kept and (worst := min(tests, key=lambda test: (test.p, -test.r2), default=None)) is not None:
        if worst.p > significance:
            break
        drops.append(_cheapest(inputs, kept, worst))
        kept = tuple(name for name in kept if name != drops[-1].feature)
        tests = joint_tests(inputs, kept)
    return JointScreen(before, tests, tuple(drops), kept)


def joint_tests(inputs: JointInputs, kept: tuple[str, ...]) -> tuple[JointTest, ...]:
    """One test a group; none without a feature. Of a single one only the adversary's counts, which has the rate too."""
    if not kept:
        return ()
    features = _columns(inputs, kept)
    looks = {group: _looks(inputs, kept, features, group) for group in inputs.shares}
    # The root of the weak sum: a sum of squares has a long tail, which would drown the other statistic.
    in_units = in_units_of_chance(np.concatenate([np.stack([r2, np.sqrt(weak)]) for r2, weak in looks.values()]))
    p = family_p(in_units, np.zeros(len(in_units), dtype=np.int64)).reshape(-1, 2)
    p[[r2[0] <= 0 for r2, _ in looks.values()], 0] = 1.0  # what does worse than the mean gives nothing away
    alone = len(kept) == 1
    if alone:
        p[:, 1] = 1.0
    # Rounded: a p on the significance must not be above it by the last bit.
    doubled = np.minimum(_SECOND_CHANCE * p.min(axis=1), 1.0).round(12)
    return tuple(
        _tested(group, *looks[group], float(of_group), alone=alone)
        for group, of_group in zip(looks, doubled, strict=True)
    )


def _looks(
    inputs: JointInputs, kept: tuple[str, ...], features: FloatArray, group: str
) -> tuple[FloatArray, FloatArray]:
    """The adversary's R2 and the weak sum, for the share and its surrogates, ``[1 + m]`` each."""
    shares = np.column_stack([inputs.shares[group], inputs.chance[group][:, : inputs.n_chance]])
    squared = _squared_correlations(features, shares)
    weak = _by_feature(inputs, kept, squared / _by_chance(squared)).mean(axis=0)
    return _adversary(inputs, features, shares), weak


def _adversary(inputs: JointInputs, features: FloatArray, shares: FloatArray) -> FloatArray:
    """What it predicts of each share when it may look up the report rate beside the features, as the model can."""
    return adversary_r2(np.column_stack([features, inputs.rate]), shares, inputs.folds)


def _tested(group: str, r2: FloatArray, weak: FloatArray, p: float, *, alone: bool) -> JointTest:
    by_chance = [float((each >= each[0]).mean()) for each in (r2, weak)]
    return JointTest(
        group=group,
        r2=float(r2[0]),
        r2_by_chance=float(np.quantile(r2[1:], 0.95)),
        weak_sum=float(weak[0]),
        weak_by_chance=float(np.quantile(weak[1:], 0.95)),
        p=p,
        by_adversary=alone or (bool(r2[0] > 0) and by_chance[0] < by_chance[1]),
    )


def _squared_correlations(features: FloatArray, shares: FloatArray) -> FloatArray:
    """``[n_features, n_shares]``."""
    return np.asarray((standardised(features).T @ standardised(shares) / len(features)) ** 2)


def _by_feature(inputs: JointInputs, names: tuple[str, ...], by_column: FloatArray) -> FloatArray:
    """Means over the columns of each feature, ``[n_features, m]``: a code of eight columns counts once."""
    widths = [inputs.features[name].reshape(len(inputs.area), -1).shape[1] for name in names]
    return np.stack([part.mean(axis=0) for part in np.split(by_column, np.cumsum(widths)[:-1])])


def _by_chance(squared: FloatArray) -> FloatArray:
    """What chance gives each feature, ``[n_features, 1]``; a feature that never varies gets 1, and so counts for 0."""
    mean = squared.mean(axis=1, keepdims=True)
    return np.where(mean > 0, mean, 1.0)


def _cheapest(inputs: JointInputs, kept: tuple[str, ...], test: JointTest) -> Drop:
    """The drop with the most leak removed per deviance lost; ties by name."""
    whole, explained = _leak(inputs, kept, test), _unexplained(inputs, kept)
    drops = []
    for name in sorted(kept):
        rest = tuple(other for other in kept if other != name)
        removed, lost = whole - _leak(inputs, rest, test), max(_unexplained(inputs, rest) - explained, 0.0)
        drops.append(Drop(name, test.group, test.p, removed, lost))
    return max(drops, key=lambda drop: drop.leak_removed / (drop.deviance_lost + _LEAST_COST))


def _leak(inputs: JointInputs, names: tuple[str, ...], test: JointTest) -> float:
    """What the features give away by the statistic that found it: R2, or the sum of squares in units of chance."""
    features, share = _columns(inputs, names), inputs.shares[test.group][:, None]
    if test.by_adversary:
        return max(float(_adversary(inputs, features, share)[0]), 0.0)
    if not names:
        return 0.0
    chance = _squared_correlations(features, inputs.chance[test.group][:, : inputs.n_chance])
    return float(_by_feature(inputs, names, _squared_correlations(features, share) / _by_chance(chance)).sum())


def _unexplained(inputs: JointInputs, names: tuple[str, ...]) -> float:
    """Poisson deviance of the reports that the features leave, as a share of the deviance of one rate everywhere."""
    # Only where a screen is measured: scikit-learn takes most of a second, which every run would wait for.
    from sklearn.linear_model import PoissonRegressor
    from sklearn.metrics import mean_poisson_deviance

    rate, weight = inputs.counts / inputs.area, inputs.area / inputs.area.mean()
    alone = mean_poisson_deviance(rate, np.full(len(rate), np.average(rate, weights=weight)), sample_weight=weight)
    if not names or alone <= 0:
        return 1.0
    x = standardised(_columns(inputs, names))
    model = PoissonRegressor(alpha=_SHRINKAGE, solver="newton-cholesky", max_iter=300).fit(
        np.hstack([x, x**2]), rate, sample_weight=weight
    )
    predicted = np.clip(model.predict(np.hstack([x, x**2])), 1e-12, None)
    return float(mean_poisson_deviance(rate, predicted, sample_weight=weight) / alone)


def _columns(inputs: JointInputs, names: tuple[str, ...]) -> FloatArray:
    return np.column_stack([np.empty((len(inputs.area), 0)), *(inputs.features[name] for name in names)])
