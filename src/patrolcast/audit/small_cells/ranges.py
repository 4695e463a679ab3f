"""The attack: what an outsider who has every shown total can say of each withheld one.

An attacker knows all that was ever shown and that counts are whole and not negative; the smallest and the largest value
that fit are found by mixed-integer programming (Fischetti & Salazar 2001, doi:10.1287/mnsc.47.7.1008.9805). He may also
know the limit and this rule; what he could draw from the choice among several sets of withheld totals is not measured.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from patrolcast.audit.small_cells.totals import Atom, Total, all_atoms, apart, matrix_of
from patrolcast.numerics.arrays import FloatArray

_MOST = 10**6
"""A count that is larger counts as one that nothing bounds."""
_INFEASIBLE = 2


class InconsistentTotalsError(ValueError):
    """No whole counts fit all shown totals: two of them state different numbers of the same thing."""


@dataclass(frozen=True)
class Exposed:
    """A total of which the public could learn too much: it lies between ``low`` and ``high``, both possible."""

    place: str
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """For a message."""
        upper = "more" if self.high == inf else f"{self.high:.0f}"
        return f"{self.place} could be found to lie between {self.low:.0f} and {upper}"


def exposed_totals(
    totals: Sequence[Total], least: int, *, small: Collection[frozenset[Atom]] = frozenset()
) -> list[Exposed]:
    """Totals that are too well known; an empty list is what a publication needs.

    A shown total below ``least`` is. A withheld one must possibly be ``least`` or more, its range must be at least
    ``least`` wide, and where it is small it must possibly be 0: so an outsider never knows that a count is below the
    limit, nor where below it.

    Parameters
    ----------
    totals : all that is shown and withheld, of every table, release and variant.
    least : the smallest count that may be shown.
    small : atoms of withheld totals that are below ``least`` in truth; known only when a table is first published.

    Raises InconsistentTotalsError: the shown totals contradict each other.
    """
    return [exposed for part in apart(totals) for exposed in _exposed_in(part, least, small)]


def _exposed_in(totals: Sequence[Total], least: int, small: Collection[frozenset[Atom]]) -> list[Exposed]:
    exposed = [
        Exposed(total.place, total.value, total.value)
        for total in totals
        if total.value is not None and total.value < least
    ]
    system = _System(totals)
    withheld = {total.atoms: total for total in totals if total.value is None}
    seen = _Seen(system, list(withheld.values()))
    for i, total in enumerate(withheld.values()):
        is_small = total.atoms in small
        for sign in (1.0, -1.0):
            if not seen.is_safe(i, least, small=is_small):
                seen.look(i, sign)
        if not seen.is_safe(i, least, small=is_small):
            exposed.append(Exposed(total.place, *seen.range_of(i)))
    return exposed


class _System:
    """The shown totals as equations in the atoms that no single one of them states."""

    def __init__(self, totals: Sequence[Total]) -> None:
        shown = [(total, total.value) for total in totals if total.value is not None]
        self.known: dict[Atom, int] = {}
        for total, value in shown:
            [*atoms] = total.atoms
            if len(atoms) == 1 and self.known.setdefault(atoms[0], value) != value:
                raise InconsistentTotalsError(f"{total.place}: two different numbers are stated")
        self.atoms = [atom for atom in all_atoms(totals) if atom not in self.known]
        self.most = max([_MOST, *(10 * value for _, value in shown)])
        left = [(total, value - self.apart(total)) for total, value in shown]
        wrong = next((total for total, rest in left if rest and not total.atoms - self.known.keys()), None)
        if wrong is not None:
            raise InconsistentTotalsError(f"{wrong.place}: it is not the sum of what is shown")
        equations = [(total, rest) for total, rest in left if total.atoms - self.known.keys()]
        values = np.array([rest for _, rest in equations], dtype=np.float64)
        matrix = self.matrix([total for total, _ in equations])
        self.constraints = [LinearConstraint(matrix, values, values)] if equations else []

    def apart(self, total: Total) -> int:
        """The part of a total that single shown counts state."""
        return sum(self.known.get(atom, 0) for atom in total.atoms)

    def matrix(self, totals: Sequence[Total]) -> sparse.csr_array:
        """Which atom that is not known is in which total."""
        return matrix_of([Total(total.atoms - self.known.keys(), None, total.place) for total in totals], self.atoms)

    def counts(self, objective: FloatArray) -> FloatArray:
        """Counts that fit all that is shown and make an objective smallest, ``[n_atoms]``."""
        solution = milp(
            objective,
            constraints=self.constraints,
            integrality=np.ones(len(objective)),
            bounds=Bounds(0, self.most),
        )
        if solution.status == _INFEASIBLE:
            raise InconsistentTotalsError("no counts fit all totals that are shown")
        if solution.status != 0:
            raise ArithmeticError(f"the attack found no answer: {solution.message}")
        return np.rint(solution.x)


class _Seen:
    """The smallest and largest values of withheld totals in the fitting counts that were found so far.

    Counts that were sought for one total show something of all others, which saves most searches.
    """

    def __init__(self, system: _System, targets: Sequence[Total]) -> None:
        self._system, self._matrix = system, system.matrix(targets)
        self._apart = np.array([system.apart(total) for total in targets], dtype=np.float64)
        self._low, self._high = np.full(len(targets), inf), np.full(len(targets), -inf)

    def look(self, i: int, sign: float) -> None:
        """Seeks the smallest (``sign`` 1) or largest (-1) value of one."""
        objective = sign * self._matrix[[i], :].toarray()[0]
        counts = self._system.counts(objective) if objective.size else np.zeros(0)
        values = self._apart + self._matrix @ counts
        self._low, self._high = np.minimum(self._low, values), np.maximum(self._high, values)

    def is_safe(self, i: int, least: int, *, small: bool) -> bool:
        """True where what was found shows that little is known of it."""
        low, high = self._low[i], self._high[i]
        return bool(high >= least and high - low >= least and (low == 0 or not small))

    def range_of(self, i: int) -> tuple[float, float]:
        """What was found of it."""
        return float(self._low[i]), inf if self._high[i] >= self._system.most else float(self._high[i])
