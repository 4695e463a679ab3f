"""Exposure-bounded allocation: the most expected incidents covered, with the exposure ratio of groups kept in bounds.

Choose visits x of cells, so that

    the sum of score * x is greatest,  x sums to the budget,  floor <= E_B(x) / E_A(x) <= ceiling for every bound,

where E_g(x) is the mean of x over the residents of g. Each bound is linear once multiplied by E_A, so this is a mixed
integer linear programme, solved to within 0.1 % of the optimum by HiGHS (Huangfu & Hall 2018, doi
10.1007/s12532-017-0130-5). The trade of accuracy against such a bound is that of Elzayn et al. 2019 (doi
10.1145/3287560.3287571).

It uses counts of residents by group, which nothing else in `patrol` may: off by default, an audited step of its own;
a run that takes it is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from patrolcast.domain.errors import ConfigError
from patrolcast.numerics.arrays import FloatArray, IntArray

Shares = list[tuple[FloatArray, float]]
"""Cells (0 or 1) and visits of each district."""

_GAP = 1e-3
"""The share of the optimum that the solver may leave: a wider one costs incidents and is never seen."""
_ROUNDING = 1e-9
_NO_RESIDENTS = 1e-9
"""A side of a bound with a smaller share of the residents of both has none: only rounding errors of the census."""
_LONGEST_SECONDS = 10.0
"""How long the solver looks for the nearest allocation when none keeps the bounds."""


@dataclass(frozen=True)
class ExposureBound:
    """Bounds on the exposure of one group relative to another.

    Raises ConfigError when one side has no residents: its exposure is no number, and the bound would bind nothing.

    Attributes
    ----------
    group, against : names, for messages.
    members, others : residents of either, ``[n_cells]``.
    floor, ceiling : of E_group / E_against; 0 and infinity bind nothing.
    """

    group: str
    against: str
    members: FloatArray
    others: FloatArray
    floor: float
    ceiling: float

    def __post_init__(self) -> None:
        members, others = float(self.members.sum()), float(self.others.sum())
        for name, living in ((self.group, members), (self.against, others)):
            if not living > _NO_RESIDENTS * (members + others):
                raise ConfigError(
                    "[patrol.bound]",
                    got=f"no residents of {name} on the grid",
                    rule="both sides of a bound need residents there",
                    cure="name groups that live there, or take the bound out",
                )


@dataclass(frozen=True)
class _Row:
    """``low <= row @ visits <= high``, one end of bound number ``bound``; ``slack`` is the sign that loosens it."""

    bound: int
    row: FloatArray
    low: float
    high: float
    slack: float


def bounded_visits(
    score: FloatArray,
    *,
    budget: int,
    most_per_cell: int | IntArray,
    bounds: Sequence[ExposureBound],
    district: IntArray | None = None,
) -> IntArray:
    """Visits ``[n_cells]`` that cover the most score within the bounds, to 0.1 % of the best.

    Raises ConfigError when no allocation keeps the bounds: which bound, by how much, and the nearest ratio that the
    budget allows.

    Parameters
    ----------
    score : expected incidents, weighted, ``[n_cells]``.
    budget : visits of each district, or of the city where no district is given; fewer where its cells cannot take them.
    most_per_cell : visits to one cell, one number or ``[n_cells]`` (0: none).
    district : code of each cell's district, ``[n_cells]``.
    """
    most = np.broadcast_to(np.asarray(most_per_cell, dtype=np.float64), score.shape)
    shares = _budgets(np.zeros(len(score), dtype=np.int64) if district is None else district, most, budget)
    # HiGHS works to absolute tolerances: without this, scores of a thousandth would all be alike to it.
    scale = float(np.abs(score).max()) or 1.0
    visits = _whole_visits(-score / scale, shares, _rows(bounds), most)
    if visits is None:
        raise _infeasible(shares, most, bounds)
    return visits


def reachable_ratio(bound: ExposureBound, *, shares: Shares, most: FloatArray, greatest: bool) -> float:
    """The least or greatest exposure ratio that the budgets allow, parts of visits included.

    A linear-fractional programme, made linear by the substitution of Charnes & Cooper 1962 (doi
    10.1002/nav.3800090303): y = t x with E_against(y) = 1.
    """
    members, others = bound.members / bound.members.sum(), bound.others / bound.others.sum()
    n = len(members)
    objective = np.append(-members if greatest else members, 0.0)
    equal = np.array([np.append(others, 0.0), *(np.append(row, -due) for row, due in shares)])
    at_most = sparse.hstack([sparse.eye(n), sparse.csr_matrix(-most[:, None])])
    right = np.append(1.0, np.zeros(len(shares)))
    solution = linprog(objective, A_ub=at_most, b_ub=np.zeros(n), A_eq=equal, b_eq=right, bounds=(0, None))
    if solution.status == 3 or solution.x is None:
        return float("inf") if greatest else float("nan")
    return float(abs(solution.fun))


def allocated_exposure_ratio(visits: npt.ArrayLike, members: FloatArray, others: FloatArray) -> float:
    """Exposure of the members over exposure of the others in an allocation; infinite when those have none."""
    x = np.asarray(visits, dtype=np.float64)
    top, bottom = float(members @ x) / float(members.sum()), float(others @ x) / float(others.sum())
    return top / bottom if bottom > 0.0 else float("inf")


def _rows(bounds: Sequence[ExposureBound]) -> list[_Row]:
    """The bounds as rows of the programme, one for each end that binds."""
    rows = []
    for i, bound in enumerate(bounds):
        members, others = bound.members / bound.members.sum(), bound.others / bound.others.sum()
        if np.isfinite(bound.ceiling):
            rows.append(_Row(i, members - bound.ceiling * others, -np.inf, _ROUNDING, -1.0))
        if bound.floor > 0.0:
            rows.append(_Row(i, members - bound.floor * others, -_ROUNDING, np.inf, 1.0))
    return rows


def _budgets(district: IntArray, most: FloatArray, budget: int) -> Shares:
    """For every district: its cells, and how many visits they get."""
    shares = []
    for code in np.unique(district):
        cells = (district == code).astype(np.float64)
        shares.append((cells, min(float(budget), float(most @ cells))))
    return shares


def _infeasible(shares: Shares, most_visits: FloatArray, bounds: Sequence[ExposureBound]) -> ConfigError:
    budget = round(sum(due for _, due in shares))
    for bound in bounds:
        least = reachable_ratio(bound, shares=shares, most=most_visits, greatest=False)
        most = reachable_ratio(bound, shares=shares, most=most_visits, greatest=True)
        what = f"[patrol.bound] {bound.group} against {bound.against}"
        if least > bound.ceiling:
            return _bound_error(what, f"ceiling {bound.ceiling:g}", f"{budget} visits allow no ratio below {least:.3g}",
                         least - bound.ceiling)  # fmt: skip
        if most < bound.floor:
            return _bound_error(what, f"floor {bound.floor:g}", f"{budget} visits allow no ratio above {most:.3g}",
                         bound.floor - most)  # fmt: skip
    return _unkept(shares, most_visits, bounds)


def _unkept(shares: Shares, most: FloatArray, bounds: Sequence[ExposureBound]) -> ConfigError:
    """Parts of visits reach each bound alone, whole visits do not keep them all: the one missed most, and how far."""
    budget = round(sum(due for _, due in shares))
    nearest = _nearest(shares, most, bounds)
    if nearest is None:
        names = "; ".join(f"{bound.group} in {bound.floor:g} to {bound.ceiling:g}" for bound in bounds)
        rule = f"{budget} whole visits cannot keep all bounds at once"
        return ConfigError("[patrol.bound]", got=names, rule=rule, cure="widen one, or raise the budget")
    ratios = [allocated_exposure_ratio(nearest, bound.members, bound.others) for bound in bounds]
    short = [max(ratio - bound.ceiling, bound.floor - ratio) for ratio, bound in zip(ratios, bounds, strict=True)]
    worst = int(np.argmax(short))
    bound, ratio = bounds[worst], ratios[worst]
    what = f"[patrol.bound] {bound.group} against {bound.against}"
    got = f"ceiling {bound.ceiling:g}" if ratio > bound.ceiling else f"floor {bound.floor:g}"
    task = "keep it" if len(bounds) == 1 else "keep all bounds at once"
    rule = f"{budget} whole visits cannot {task}; the nearest ratio found is {ratio:.4g}"
    return _bound_error(what, got, rule, short[worst])


def _nearest(shares: Shares, most: FloatArray, bounds: Sequence[ExposureBound]) -> IntArray | None:
    """Whole visits with the least sum of what the bounds are missed by, each by one slack; None when none was found."""
    # Exposures near 1, so that what a bound is missed by stands well above the solver's absolute tolerances.
    scale = len(most) / max(sum(due for _, due in shares), 1.0)
    rows = [replace(end, row=scale * end.row) for end in _rows(bounds)]
    cost = np.append(np.zeros(len(most)), np.ones(len(bounds)))
    return _whole_visits(cost, shares, rows, most, slacks=len(bounds), time_limit=_LONGEST_SECONDS)


def _whole_visits(
    cost: FloatArray, shares: Shares, rows: Sequence[_Row], most: FloatArray, *, slacks: int = 0, **options: float
) -> IntArray | None:
    """Whole visits of least ``cost``, ``[n_cells + slacks]``, within budgets and rows; None when the solver has none.

    A slack, one for each bound, is what that bound may be missed by; without slacks every row holds.
    """
    n, due = len(most), [visits for _, visits in shares]
    visits_part = np.array([cells for cells, _ in shares] + [end.row for end in rows])
    slack_part = np.zeros((len(visits_part), slacks))
    for i, end in enumerate(rows if slacks else (), start=len(shares)):
        slack_part[i, end.bound] = end.slack
    solution = milp(
        cost,
        constraints=LinearConstraint(
            np.hstack([visits_part, slack_part]), due + [end.low for end in rows], due + [end.high for end in rows]
        ),
        integrality=np.append(np.ones(n), np.zeros(slacks)),
        bounds=Bounds(0.0, np.append(most, np.full(slacks, np.inf))),
        options={"mip_rel_gap": _GAP, **options},
    )
    return None if solution.x is None else np.rint(solution.x[:n]).astype(np.int64)


def _bound_error(what: str, got: str, rule: str, short: float) -> ConfigError:
    cure = f"move the bound by {_up(short):.2g} or more, or raise the budget"
    return ConfigError(what, got=got, rule=rule, cure=cure)


def _up(short: float) -> float:
    """Rounded up to two digits: a bound moved by a figure rounded down would still be missed."""
    short = max(short, _ROUNDING)
    unit = 10.0 ** (floor(log10(short)) - 1)
    return ceil(short / unit) * unit
