"""What the audit was computed from, as tables of places: anyone can compute its figures again from the run folder.

Minutes and need by night and cell, and residents by cell in every way of spreading; no record, no person.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolcast.domain.records import AuditTables
from patrolcast.numerics.arrays import ObjectArray
from patrolcast.runs.pipeline.allocation import PatrolAllocator
from patrolcast.runs.pipeline.audited.intervals import BY_REPORTS, versions_by_reports
from patrolcast.runs.pipeline.audited.nights import AuditedNights
from patrolcast.runs.pipeline.residents import ResidentCounts

BY_AREA = "by area"
"""The way in which the audit itself spreads residents."""


def audit_tables(
    nights: AuditedNights,
    people: ResidentCounts | None,
    cells: gpd.GeoDataFrame,
    allocator: PatrolAllocator,
    *,
    reference: str | None,
) -> AuditTables:
    """The tables of :class:`patrolcast.domain.records.AuditTables`; without residents their table has no row."""
    names = cells["cell"].to_numpy()
    stated = (nights.dose != 0.0) | (nights.need != 0.0) | (nights.counts != 0.0)
    night, cell = np.nonzero(stated)
    by_night = pd.DataFrame(
        {
            "night": np.array(nights.days, dtype=object)[night],
            "cell": names[cell],
            "minutes": nights.dose[stated],
            "need": nights.need[stated],
            "reported": nights.counts[stated],
            "reached": nights.reached[stated],
        }
    )
    by_cell = pd.DataFrame(
        {
            "cell": names,
            "district": allocator.names[allocator.district],
            "expected": nights.predicted,
            **{f"minutes_of_training_{k + 1}": minutes for k, minutes in enumerate(nights.other_minutes.T)},
        }
    )
    return AuditTables(by_night, by_cell, _residents(nights, people, names, reference))


def _residents(
    nights: AuditedNights, people: ResidentCounts | None, cells: ObjectArray, reference: str | None
) -> pd.DataFrame:
    columns = ["spreading", "group", "cell", "members", "others", "everyone"]
    if people is None:
        return pd.DataFrame(columns=columns)
    ways = {BY_AREA: np.vstack([people.by_cell, people.total]), **people.spreadings}
    parts = []
    for at, name in enumerate(people.names):
        if name == reference:
            continue
        sides = {
            way: (counts[at], counts[-1] - counts[at] if reference is None else counts[people.names.index(reference)],
                  counts[-1])
            for way, counts in ways.items()
        }  # fmt: skip
        if (by_reports := versions_by_reports(nights, people, reference, name)) is not None:
            placed = by_reports.members[:, 0], by_reports.others[:, 0], by_reports.everyone[:, 0]
            sides[BY_REPORTS] = placed
        for way, (members, others, everyone) in sides.items():
            lives = everyone > 0
            parts.append(
                pd.DataFrame(
                    {
                        "spreading": way,
                        "group": name,
                        "cell": cells[lives],
                        "members": members[lives],
                        "others": np.maximum(others, 0.0)[lives],
                        "everyone": everyone[lives],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
