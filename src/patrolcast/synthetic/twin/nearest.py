"""Does a twin lie nearer to the real records than chance?

The distance from each record of the twin to the nearest real one of its category, in place and time, is compared with
the distance to the nearest record of other, independent draws. A draw that copies nothing is no nearer to the records
than to another draw; one that copies, or moves copies a little, is. How far chance goes is seen between the draws
themselves: records gather in hot spots, so near pairs vary by more than a Poisson number does. (Distance to the closest
record against a held-out baseline, as in Platzer & Reutterer 2021, doi 10.3389/fdata.2021.679939.)
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from patrolcast.domain.shifts import to_instants
from patrolcast.numerics.arrays import FloatArray

NEAR = 0.01
"""The nearest hundredth of distances between two draws counts as near."""
DRAWS = 10
_MARGIN = 6.0
"""Standard deviations between draws: among 10 draws, chance passes it once in 10,000 (Student's t, 9 degrees)."""
_KM_PER_DEGREE = 111.2
_HOURS = 8.0
_EQUAL = 1e-9
_MICROSECONDS_PER_HOUR = 3_600_000_000.0


@dataclass(frozen=True)
class Nearness:
    """What was found.

    Attributes
    ----------
    records : of the twin.
    equal : of them with category, moment and place of a real one.
    share : of them as near to a real one as the nearest hundredth between two draws.
    limit : the largest share that chance explains.
    """

    records: int
    equal: int
    share: float
    limit: float

    @property
    def passes(self) -> bool:
        """True where no record is a real one, and no more are near than chance has it."""
        return self.equal == 0 and self.share <= self.limit


def measure_nearness(
    twin: pd.DataFrame, draws: Iterable[pd.DataFrame], real: pd.DataFrame, *, cell_km: float
) -> Nearness:
    """How near a twin lies to the real records, against other draws.

    Parameters
    ----------
    twin, real : columns ``category``, ``occurred_at``, ``longitude``, ``latitude``.
    draws : at least two tables with the same columns, drawn as the twin was, each by itself.
    cell_km : width of a cell; so far in place counts as much as eight hours in time.
    """
    categories = sorted(set(twin["category"]))
    of_twin = {name: _points(twin, name, real, cell_km) for name in categories}
    records = {name: _points(real, name, real, cell_km) for name in categories}
    to_real = {name: _to_nearest(of_twin[name], records[name]) for name in categories}
    to_draw: dict[str, list[FloatArray]] = {name: [] for name in categories}
    for draw in draws:
        for name in categories:
            drawn = _points(draw, name, real, cell_km)
            # as many to be near to: of more records the nearest is nearer
            scale = (len(drawn) / max(len(records[name]), 1)) ** (1 / 3) if len(drawn) else 1.0
            to_draw[name].append(_to_nearest(of_twin[name], drawn) * scale)
    near, between, n = 0, np.zeros(len(to_draw[categories[0]]) if categories else 0), len(twin)
    for name in categories:
        distances = np.array(to_draw[name])
        finite = distances[np.isfinite(distances)]
        if not finite.size:
            continue
        limit = np.quantile(finite, NEAR)
        near += int((to_real[name] < limit).sum())
        between += (distances < limit).sum(axis=1)
    equal = sum(int((distance < _EQUAL).sum()) for distance in to_real.values())
    if not n:
        return Nearness(0, 0, 0.0, 0.0)
    spread = max(float(between.std(ddof=1)), float(np.sqrt(max(between.mean(), 1.0))))
    return Nearness(n, equal, near / n, (float(between.mean()) + _MARGIN * spread) / n)


def _to_nearest(points: FloatArray, others: FloatArray) -> FloatArray:
    """Distance from each point to the nearest of the others, ``[n]``; infinite where there are none."""
    return np.asarray(cKDTree(others).query(points)[0]) if len(others) else np.full(len(points), np.inf)


def _points(table: pd.DataFrame, category: str, real: pd.DataFrame, cell_km: float) -> FloatArray:
    """Place and time of a category's records in units that count alike, ``[n, 3]``."""
    rows = table[table["category"] == category]
    east = np.cos(np.radians(float(real["latitude"].mean()))) * _KM_PER_DEGREE / cell_km
    hours = to_instants(rows["occurred_at"]) / (_MICROSECONDS_PER_HOUR * _HOURS)
    place = [rows["longitude"].to_numpy() * east, rows["latitude"].to_numpy() * _KM_PER_DEGREE / cell_km]
    return np.column_stack([*place, hours]).astype(np.float64)
