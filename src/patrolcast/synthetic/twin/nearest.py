"""Does a twin lie nearer to the real records than chance?

The distance from each record of the twin to the nearest real one of its category, in place and time, is compared with
the distance to the nearest record of a second, independent draw. A draw that copies nothing is no nearer to the records
than to another draw; one that copies, or moves copies a little, is. (Distance to the closest record against a held-out
baseline, as in Platzer & Reutterer 2021, doi 10.3389/fdata.2021.679939.)
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from patrolcast.domain.shifts import to_instants
from patrolcast.numerics.arrays import FloatArray

NEAR = 0.01
"""The nearest hundredth of distances between two draws counts as near."""
_MARGIN = 4.0
_KM_PER_DEGREE = 111.2
_HOURS = 8.0
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


def measure_nearness(twin: pd.DataFrame, other: pd.DataFrame, real: pd.DataFrame, *, cell_km: float) -> Nearness:
    """How near a twin lies to the real records, against a second draw.

    Parameters
    ----------
    twin, other, real : columns ``category``, ``occurred_at``, ``longitude``, ``latitude``.
    cell_km : width of a cell; so far in place counts as much as eight hours in time.
    """
    near = equal = n = 0
    allowed = 0.0
    for category in sorted(set(twin["category"])):
        own, drawn, records = (_points(one, category, real, cell_km) for one in (twin, other, real))
        if not (len(own) and len(drawn) and len(records)):
            continue
        to_real, to_drawn = cKDTree(records).query(own)[0], cKDTree(drawn).query(own)[0]
        # as many to be near to: of more records the nearest is nearer
        scale = (len(drawn) / len(records)) ** (1 / 3)
        limit = np.quantile(to_drawn, NEAR) * scale
        near += int((to_real < limit).sum())
        equal += int((to_real < 1e-9).sum())
        n += len(own)
        allowed += NEAR * len(own)
    share = near / n if n else 0.0
    return Nearness(n, equal, share, (allowed + _MARGIN * np.sqrt(max(allowed, 1.0))) / n if n else 0.0)


def _points(table: pd.DataFrame, category: str, real: pd.DataFrame, cell_km: float) -> FloatArray:
    """Place and time of a category's records in units that count alike, ``[n, 3]``."""
    rows = table[table["category"] == category]
    east = np.cos(np.radians(float(real["latitude"].mean()))) * _KM_PER_DEGREE / cell_km
    hours = to_instants(rows["occurred_at"]) / (_MICROSECONDS_PER_HOUR * _HOURS)
    place = [rows["longitude"].to_numpy() * east, rows["latitude"].to_numpy() * _KM_PER_DEGREE / cell_km]
    return np.column_stack([*place, hours]).astype(np.float64)
