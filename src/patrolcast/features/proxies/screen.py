"""The proxy screen: which features stand in for a group's share of the residents, alone and together.

Tiers: what is made from records that never reach the model (T0) is excluded by provenance and not measured. Features
about places (T2) get the whole screen: each column that the model can split on (`columns`: values, and gaps), by every
statistic (`ties`, `association`, `adversary`, `surrogates`), in the whole city and its parts (`parts`). The history of
citizen reports (T1) is screened given the report rate around each cell. The rule stands in `verdicts`.

The significance is shared by two families of tests (`family`), each with half of it: the whole city, and its parts. So
looking into twelve parts costs the whole a factor of two and no more. The T1 features are a family of their own.

Then the T2 features that are left, one or more, are screened together (`joint`), given the citizen-report rate. An
association of areas says nothing about any individual.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from patrolcast.domain.screening import FeatureFinding, GroupFinding
from patrolcast.features.proxies.adversary import adversary_r2, spatial_folds
from patrolcast.features.proxies.association import DistanceClasses, associate, distance_classes, given, rank_normal
from patrolcast.features.proxies.blocks import PlaceTable, block_of, in_blocks, inhabited
from patrolcast.features.proxies.columns import LEAST_KNOWN, Column, columns_of, in_places, together, why_unmeasured
from patrolcast.features.proxies.family import family_p, in_units_of_chance
from patrolcast.features.proxies.joint import JointInputs, JointScreen, screen_jointly
from patrolcast.features.proxies.parts import WHOLE, city_parts
from patrolcast.features.proxies.surrogates import shape_tests, spectral_basis, surrogates
from patrolcast.features.proxies.ties import Tie, TieKind, measure_ties
from patrolcast.features.proxies.verdicts import (
    ContextMeasures,
    FamilyTie,
    Limits,
    context_finding,
    history_finding,
    unmeasured_finding,
)
from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream

_JOINT_SURROGATES = 99
"""Trees are grown for each of them, so features together are held against fewer than features alone."""
_TWICE_TO_SEE = 4.0
"""Surrogates times the significance, so that a doubled p can be half of it; the settings ask for no fewer."""

METHOD = "5"
"""Raised whenever the rule or a test changes: the gate warns of screens that were stored before."""


@dataclass(frozen=True)
class ProxyScreen:
    """Everything the screen found.

    Attributes
    ----------
    findings : one per feature, context first.
    joint : the context features that do not stay out, together.
    n_cells, n_places : inhabited cells, and the cells or blocks on which surrogates and adversary worked.
    not_measured : group -> why no feature was measured against it.
    """

    findings: tuple[FeatureFinding, ...]
    joint: JointScreen
    n_cells: int
    n_places: int
    not_measured: dict[str, str] = field(default_factory=dict)

    @property
    def excluded(self) -> dict[str, str]:
        """Feature -> why it is out: alone, unmeasured, or dropped by the joint screen."""
        alone = {finding.feature: finding.worst.reason for finding in self.findings if finding.stays_out}
        return alone | {
            drop.feature: f"with other features or the report rate it gives away the share of {drop.group} "
            f"(p {drop.p_before:.3g})"
            for drop in self.joint.drops
        }


def screen_proxies(table: PlaceTable, limits: Limits, *, seed: int) -> ProxyScreen:
    """Measure every feature, alone and together; see the rule in `verdicts`.

    Raises ValueError: fewer than 32 inhabited cells (sixteen blocks cannot be made), or no group that can be measured.
    """
    cells = inhabited(table)
    if len(cells.xy) < LEAST_KNOWN:
        raise ValueError(f"{len(cells.xy)} inhabited cells; the screen needs at least {LEAST_KNOWN}")
    not_measured = _unmeasured_groups(cells, limits)
    cells = replace(cells, residents={name: n for name, n in cells.residents.items() if name not in not_measured})
    if not cells.residents:
        each = "; ".join(f"{group}: {why}" for group, why in not_measured.items())
        raise ValueError(f"no group whose share can be measured ({each})")
    places = in_blocks(cells)
    context = screen_alone(cells, places, limits, seed=seed)
    left = [finding.feature for finding in context if not finding.stays_out]
    joint = screen_together(places, left, limits, seed=seed, cells=cells)
    findings = context + screen_history(cells, limits, seed=seed)
    return ProxyScreen(findings, joint, len(cells.xy), len(places.xy), not_measured)


def _unmeasured_groups(cells: PlaceTable, limits: Limits) -> dict[str, str]:
    """Groups so small that a few households make up their share, or spread so evenly that nothing can go with them."""
    few = f"fewer than {limits.least_residents:,.0f} residents"
    too_few = {group: few for group, count in cells.residents.items() if count.sum() < limits.least_residents}
    even = {group: "the same share in every cell" for group, share in cells.shares.items() if np.ptp(share) < 1e-9}
    return even | too_few


def screen_together(
    places: PlaceTable, names: Sequence[str], limits: Limits, *, seed: int, cells: PlaceTable | None = None
) -> JointScreen:
    """The named context features together, given the citizen-report rate; ``cells``: what the places are made of."""
    chance = _chance(places, limits, seed, Stream.SCREEN_TOGETHER)
    cells = cells or places
    columns = together({name: cells.context[name] for name in names}, _place_of(cells, places))
    inputs = JointInputs(
        features={name: given(places.rate, values) for name, values in columns.items()},
        rate=rank_normal(places.rate),
        shares={group: given(places.rate, share) for group, share in places.shares.items()},
        # The rate is taken out of each surrogate too: made from what it leaves of the share, chance is too narrow.
        chance={group: given(places.rate, made) for group, made in chance.items()},
        folds=spatial_folds(places.xy),
        counts=places.counts,
        area=places.area,
        n_chance=max(_JOINT_SURROGATES, math.ceil(_TWICE_TO_SEE / limits.significance) - 1),
    )
    return screen_jointly(inputs, significance=limits.significance)


def screen_alone(cells: PlaceTable, places: PlaceTable, limits: Limits, *, seed: int) -> tuple[FeatureFinding, ...]:
    """Each context feature alone: correlations on the cells, all else on the places, which the cells make up."""
    place = _place_of(cells, places)
    measurable, why = [], {}
    for name, values in cells.context.items():
        columns = [(column, in_places(column, place)) for column in columns_of(values, name)]
        reason = why_unmeasured(values) or _too_few([of_places for _, of_places in columns])
        if reason is None:
            measurable += columns
        else:
            why[name] = reason
    chance = _chance(places, limits, seed, Stream.SCREEN_ALONE)
    ties = _family_ties([column for _, column in measurable], places, chance)
    looks = _Looks(cells, places, chance)
    by_feature: dict[str, dict[str, list[GroupFinding]]] = {}
    for position, (of_cells, of_places) in enumerate(measurable):
        for g, group in enumerate(cells.residents):
            measured = looks.at(of_cells, of_places, group, ties[position][g])
            finding = context_finding(group, of_cells.kind, measured, limits)
            by_feature.setdefault(of_cells.feature, {}).setdefault(group, []).append(finding)
    groups = tuple(cells.residents)
    return tuple(
        FeatureFinding(name, 2, tuple(unmeasured_finding(group, why[name]) for group in groups))
        if name in why
        else FeatureFinding(name, 2, tuple(FeatureFinding(name, 2, tuple(by_feature[name][g])).worst for g in groups))
        for name in cells.context
    )


def _place_of(cells: PlaceTable, places: PlaceTable) -> IntArray:
    """Place of each cell: itself, or its block."""
    return np.arange(len(cells.xy)) if len(cells.xy) == len(places.xy) else block_of(cells.xy)


def _too_few(columns: Sequence[Column]) -> str | None:
    fewest = min((int(column.known.sum()) for column in columns), default=LEAST_KNOWN)
    return f"its values lie in {fewest} blocks of the city only" if fewest < LEAST_KNOWN else None


def screen_history(cells: PlaceTable, limits: Limits, *, seed: int = 0) -> tuple[FeatureFinding, ...]:
    """Each history feature, given the citizen-report rate of the cell and around it."""
    if not cells.history:
        return ()
    places = in_blocks(cells)
    place = _place_of(cells, places)
    columns = [(c, in_places(c, place)) for name, values in cells.history.items() for c in columns_of(values, name)]
    chance = _chance(places, limits, seed, Stream.SCREEN_ALONE)
    ties = _family_ties([column for _, column in columns], places, chance, history=True)
    rates, classes = cells.rates_around, distance_classes(cells.xy)
    by_feature: dict[str, dict[str, list[GroupFinding]]] = {}
    for (column, _), of_groups in zip(columns, ties, strict=True):
        rows = column.known
        of_rows = classes if rows.all() else distance_classes(cells.xy[rows])
        for (group, share), tie in zip(cells.shares.items(), of_groups, strict=True):
            values, given_rate = column.values[rows], given(rates[rows], np.column_stack([column.values, share])[rows])
            finding = history_finding(
                group,
                associate(values, share[rows], of_rows),
                associate(given_rate[:, 0], given_rate[:, 1], of_rows),
                limits,
                family_p=min((family_tie.p for family_tie in tie), default=1.0),
            )
            by_feature.setdefault(column.feature, {}).setdefault(group, []).append(finding)
    return tuple(
        FeatureFinding(
            name,
            1,
            tuple(
                FeatureFinding(name, 1, tuple(by_feature[name][group])).worst
                if name in by_feature
                else unmeasured_finding(group, why_unmeasured(values) or "")
                for group in cells.residents
            ),
        )
        for name, values in cells.history.items()
    )


def _chance(places: PlaceTable, limits: Limits, seed: int, stream: Stream) -> dict[str, FloatArray]:
    """Surrogates of every group's share, all turned by the same angles: each is one city made anew."""
    basis = spectral_basis(places.xy)
    return {
        group: surrogates(share, basis, count=limits.surrogates, rng=random_stream(seed, stream, 0))
        for group, share in places.shares.items()
    }


def _family_ties(
    columns: Sequence[Column], places: PlaceTable, chance: dict[str, FloatArray], *, history: bool = False
) -> list[list[tuple[FamilyTie, ...]]]:
    """Ties of each column with each group, ``[column][group]``, with their p among all tests of their family."""
    names = list(dict.fromkeys(column.feature for column in columns))
    parts = city_parts(places.xy, places.rate)
    shares = np.stack([np.column_stack([places.shares[group], made]) for group, made in chance.items()], axis=1)
    ties = measure_ties(
        columns,
        shares,
        places.rates_around if history else places.rate,
        places.xy,
        {WHOLE: parts[WHOLE]} if history else parts,
        kinds=(TieKind.STRAIGHT,) if history else tuple(TieKind),
    )
    by_column: list[list[list[FamilyTie]]] = [[[] for _ in chance] for _ in columns]
    families = [[tie for tie in ties if (tie.part == WHOLE) == whole] for whole in (True, False)]
    n_families = sum(bool(family) for family in families)
    for family in families:
        for tie, p in zip(family, _family_p(family, columns, names), strict=True):
            for g in range(len(chance)):
                reach = float(parts[tie.part].mean())
                among_all = min(n_families * float(p[g]), 1.0)
                by_column[tie.column][g].append(FamilyTie(tie.kind, tie.part, float(tie.size[g]), among_all, reach))
    return [[tuple(of_group) for of_group in of_column] for of_column in by_column]


def _family_p(family: Sequence[Tie], columns: Sequence[Column], names: Sequence[str]) -> FloatArray:
    """``[t, n_groups]``."""
    if not family:
        return np.empty((0, 0))
    evidence = np.stack([tie.evidence for tie in family])
    n_groups = evidence.shape[1]
    member = np.repeat([names.index(columns[tie.column].feature) for tie in family], n_groups)
    return family_p(in_units_of_chance(evidence.reshape(-1, evidence.shape[2])), member).reshape(-1, n_groups)


class _Looks:
    """The looks at one column and one group by themselves: correlations, adversary, relations of any shape."""

    def __init__(self, cells: PlaceTable, places: PlaceTable, chance: dict[str, FloatArray]) -> None:
        self.cells, self.places, self.chance = cells, places, chance
        self.classes: dict[bytes, DistanceClasses] = {}

    def at(self, of_cells: Column, of_places: Column, group: str, ties: tuple[FamilyTie, ...]) -> ContextMeasures:
        """What is measured where the column is known."""
        rows, known = of_cells.known, of_places.known
        values, share, rate = of_cells.values[rows], self.cells.shares[group][rows], self.cells.rate[rows]
        left = given(rate, np.column_stack([values, share]))
        classes = self._classes(rows)
        spread = np.column_stack([values, share]).std(axis=0)
        mean, mean_share, mean_rate = of_places.values[known], self.places.shares[group][known], self.places.rate[known]
        folds = spatial_folds(self.places.xy[known])
        rest = given(mean_rate, np.column_stack([mean, mean_share]))
        return ContextMeasures(
            plain=associate(values, share, classes),
            conditional=associate(left[:, 0], left[:, 1], classes),
            left=float(np.prod(np.divide(left.std(axis=0), spread, out=np.zeros(2), where=spread > 0))),
            r2=float(adversary_r2(mean[:, None], mean_share[:, None], folds)[0]),
            rest_r2=max(
                float(adversary_r2(rest[:, :1], rest[:, 1:], folds)[0]),
                *(tie.size for tie in ties if tie.kind == TieKind.PREDICTS and tie.part == WHOLE),
            ),
            shape=shape_tests(mean[:, None], mean_share, self.chance[group][known])[0],
            ties=ties,
            n_groups=len(self.chance),
        )

    def _classes(self, rows: BoolArray) -> DistanceClasses:
        key = rows.tobytes()
        if key not in self.classes:
            self.classes[key] = distance_classes(self.cells.xy[rows])
        return self.classes[key]
