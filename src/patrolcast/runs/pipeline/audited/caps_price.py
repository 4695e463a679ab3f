"""What caps on how often a cell is suggested would cost: the audited nights, allocated with them and without."""

from dataclasses import replace

import numpy as np

from patrolcast.audit.disparity.concentration import concentration
from patrolcast.domain.findings import CapsPrice
from patrolcast.domain.settings import Caps
from patrolcast.runs.pipeline.allocation import PatrolAllocator
from patrolcast.runs.pipeline.audited.nights import AuditedNights


def price_of_caps(nights: AuditedNights, allocator: PatrolAllocator) -> CapsPrice:
    """Expected incidents in suggested cells and shifts with caps and without; of the categories in the ranking.

    The caps are the config's; where it has none, those of `[patrol.caps]` by default. Bounds on exposure are left out:
    the price is that of the caps alone. Nothing is known to have been suggested before the first night.
    """
    caps = allocator.patrol.caps or Caps()
    expected = nights.expected[allocator.ranked].sum(axis=0, dtype=np.float64)
    sums, by_rule = [], []
    for rule in (None, caps):
        patrol = allocator.patrol.model_copy(update={"caps": rule})
        visits = replace(allocator, patrol=patrol, bounds=()).allocate(nights.score, nights.schedule).visits
        sums.append(float(expected[visits > 0].sum()))
        _, first = np.unique(nights.schedule.night, return_index=True)
        by_rule.append(concentration(np.add.reduceat(visits.astype(np.float64), first, axis=0)))
    return CapsPrice(
        rule=f"at most {caps.most_nights} of {caps.of_nights} nights, {caps.rest_nights} nights of rest after "
        f"{caps.run_nights} in a row",
        in_use=allocator.patrol.caps is not None,
        expected_without=sums[0],
        expected_with=sums[1],
        ever_with=by_rule[1].ever_suggested,
        longest_run_with=by_rule[1].longest_run,
    )
