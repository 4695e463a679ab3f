"""Small cities for the closed loop, in which everything is known: rates, reporting, and what patrol does to records.

A night of the loop is a *function* of what patrol did: every random draw is a uniform number fixed in advance by (seed,
night), turned into a count by the inverse of its distribution. Two runs that differ only in where patrol went therefore
see the same world, and any difference between their records was caused by patrol (common random numbers: Glasserman &
Yao 1992, doi 10.1287/mnsc.38.6.884). Cells are positions here; `runs/simulate` puts them on the
product's own grid.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse, special

from patrolcast.numerics.arrays import BoolArray, FloatArray, IntArray
from patrolcast.numerics.random_streams import Stream, random_stream

DISCOVERY_PER_DOSE = 0.7
"""A dose (one visit) discovers an unreported incident with chance ``1 - exp(-0.7)``."""
NIGHTS_BEFORE = 10_000
"""Added to a night's number where it seeds a draw: the nights of history have negative numbers."""
BACKGROUND_DOSE = 0.1
"""Dose that every cell gets from cars that merely pass."""


@dataclass(frozen=True)
class World:
    """How incidents become records, and what patrol does to both.

    Attributes
    ----------
    reporting_a, reporting_b : chance that an incident on a resident of group a or b is reported by a citizen. The
        default .42 is the share of violent victimisations reported to police (NCVS 2022).
    composition : correlation of the log rate with group b's share; None for one rate everywhere.
    mislabelled : share of officer-initiated records whose call source says "citizen".
    citizen_reports : False drops the citizen reports: the model sees only what patrol discovered.
    corrected : accept a mislabelled discovery with chance inverse to its detection probability (Ensign et al. 2018).
    lift : relative rise of reporting in a patrolled cell and shift.
    deterrence : relative fall of incidents in a patrolled cell and shift (Mohler et al. 2015: .074).
    compliance : share of suggested cells that are in fact patrolled.
    victimless : incidents that only patrol can record, as a share of the others (about a quarter of all records are
        then officer-initiated under patrol that follows nothing).
    over_patrol : before the start, patrol went to cells of group b that many times as often.
    """

    reporting_a: float = 0.42
    reporting_b: float = 0.42
    composition: float | None = 0.0
    mislabelled: float = 0.0
    citizen_reports: bool = True
    corrected: bool = False
    lift: float = 0.0
    deterrence: float = 0.0
    compliance: float = 0.8
    victimless: float = 0.5
    over_patrol: float = 1.0


@dataclass(frozen=True)
class LoopCity:
    """One city: ``rate[k, slot, cell]`` true incidents per shift of category k, and group b's share per cell.

    ``by_night`` holds seven such arrays where rates change with the day of the week, the first of night 0; ``rate`` is
    then their mean.
    """

    rate: FloatArray
    share_b: FloatArray
    residents: FloatArray
    seed: int
    names: tuple[str, ...] = field(default=("burglary", "theft"))
    by_night: FloatArray | None = None

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.share_b)

    def rate_on(self, night: int) -> FloatArray:
        """Rates of one night, ``[n_categories, n_slots, n_cells]``."""
        return self.rate if self.by_night is None else np.asarray(self.by_night[night % 7])


@dataclass(frozen=True)
class LoopNight:
    """Records of one night, one row each: ``slot``, ``cell``, ``category`` code, ``citizen`` (made by a citizen),
    ``labelled_citizen`` (what the call source says), ``moment`` (0..1 within the shift), ``delay`` (0..1, of a day).
    """

    slot: IntArray
    cell: IntArray
    category: IntArray
    citizen: BoolArray
    labelled_citizen: BoolArray
    moment: FloatArray
    delay: FloatArray


def smooth_cell_field(ring: sparse.csr_array, rng: np.random.Generator, *, steps: int) -> FloatArray:
    """A spatially smooth standard-normal field over cells: white noise averaged over neighbours ``steps`` times."""
    n = np.maximum(np.asarray(ring.sum(axis=1), dtype=np.float64).ravel(), 1.0)
    values = rng.standard_normal(ring.shape[0])
    for _ in range(steps):
        values = 0.5 * values + 0.5 * (ring @ values) / n
    return np.asarray((values - values.mean()) / values.std())


def make_city(
    ring: sparse.csr_array, *, seed: int, composition: float | None, n_slots: int, incidents_per_day: float = 90.0
) -> LoopCity:
    """A city over the given neighbourhoods.

    Parameters
    ----------
    ring : neighbours at distance 1, ``[n_cells, n_cells]``.
    composition : correlation of log rate and group b's share; None: the same rate in every cell.
    incidents_per_day : true incidents of the whole city, reported or not.
    """
    rng = random_stream(seed, Stream.LOOP_CITY)
    group, local, rough = (smooth_cell_field(ring, rng, steps=s) for s in (6, 3, 0))
    rho = composition or 0.0
    noise = 0.8 * local + 0.6 * rough
    noise -= group * (noise @ group) / (group @ group)
    noise /= noise.std()
    log_rate = np.zeros(len(group)) if composition is None else rho * group + np.sqrt(1 - rho**2) * noise
    level = np.exp(log_rate)
    level *= incidents_per_day / level.sum()
    by_slot = np.array([0.8, 1.0, 1.2])[:n_slots] if n_slots <= 3 else np.ones(n_slots)
    by_category = np.array([0.4, 0.6])
    rate = by_category[:, None, None] * (by_slot / by_slot.sum())[None, :, None] * level[None, None, :]
    residents = np.asarray(np.round(np.exp(rng.normal(6.0, 0.3, len(group)))), dtype=np.float64)
    return LoopCity(rate, np.asarray(special.ndtr(group)), residents, seed)


def simulate_night(city: LoopCity, world: World, dose: FloatArray, *, night: int) -> LoopNight:
    """What happens, and what is recorded, in one night under a patrol of ``dose`` (visits, ``[n_slots, n_cells]``).

    The uniform numbers depend on the seed and ``night`` only, never on ``dose``.
    """
    uniform = random_stream(city.seed, Stream.LOOP_INCIDENTS, night + NIGHTS_BEFORE).random((6, *city.rate.shape))
    patrolled = (dose > 0)[None]
    rate = city.rate_on(night) * (1.0 - world.deterrence * patrolled)
    reporting = world.reporting_a + (world.reporting_b - world.reporting_a) * city.share_b
    reporting = np.minimum(reporting[None, None] * (1.0 + world.lift * patrolled), 1.0)
    reported = _poisson(rate * reporting, uniform[0])
    unreported = _poisson(rate * (1.0 - reporting + world.victimless), uniform[1])
    total = dose[None] + BACKGROUND_DOSE
    chance = 1.0 - np.exp(-DISCOVERY_PER_DOSE * total)
    discovered = _binomial(unreported, np.broadcast_to(chance, unreported.shape), uniform[2])
    accepted = (1.0 - np.exp(-DISCOVERY_PER_DOSE * BACKGROUND_DOSE)) / chance if world.corrected else 1.0
    wrong = _binomial(discovered, np.broadcast_to(world.mislabelled * accepted, discovered.shape), uniform[3])
    counts = [reported if world.citizen_reports else np.zeros_like(reported), wrong, discovered - wrong]
    parts = [np.nonzero(n) for n in counts]
    rows = [np.repeat(np.array(p), n[p], axis=1) for p, n in zip(parts, counts, strict=True)]
    category, slot, cell = np.concatenate(rows, axis=1)
    kind = np.repeat([0, 1, 2], [r.shape[1] for r in rows])
    # Times are drawn per place and order within it, so that one record more or less moves no other record.
    order = pd.DataFrame(np.stack([kind, category, slot, cell]).T).groupby([0, 1, 2, 3]).cumcount().to_numpy()
    moment = (uniform[4][category, slot, cell] + 0.381966 * order) % 1.0
    delay = (uniform[5][category, slot, cell] + 0.618034 * order) % 1.0
    return LoopNight(slot, cell, category, kind == 0, kind < 2, moment, delay)


def _poisson(mean: FloatArray, uniform: FloatArray) -> IntArray:
    """Inverse of the Poisson distribution, by summing its terms: exact and quick for the small means of a cell."""
    term = np.exp(-mean)
    below, count = term.copy(), np.zeros(mean.shape, dtype=np.int64)
    k = 0
    while (open_ := uniform > below).any() and k < 200:
        k += 1
        count += open_
        term = term * mean / k
        below = below + term
    return count


def _binomial(n: IntArray, chance: FloatArray, uniform: FloatArray) -> IntArray:
    """Inverse of the binomial distribution, only where there is something to count."""
    from scipy import stats  # half a second, which every start of the program would wait for

    count = np.zeros(n.shape, dtype=np.int64)
    some = (n > 0) & (chance > 0)
    count[some] = stats.binom.ppf(uniform[some], n[some], chance[some]).astype(np.int64)
    return count
