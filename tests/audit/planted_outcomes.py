"""Monthly counts of a made-up city with two groups and two areas, in which a change is planted or none is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from patrolcast.domain.outcomes.counts import COUNT_COLUMNS, OutcomeCounts
from patrolcast.domain.outcomes.declared import Declared

MEASURE = {
    "id": "force",
    "question": "Did use of force change since adoption, and for whom?",
    "outcome": "use_of_force",
    "contrasts": ["change", "compared", "disparity"],
    "per": "month",
    "matters": 1.3,
}
FILE: dict[str, Any] = {
    "outcomes_version": 1,
    "adopted": "2024-01",
    "owner": "Office of oversight",
    "reference": "Group A",
    "suggested_areas": ["1"],
    "groups": [{"name": "Group A", "values": ["a"]}, {"name": "Group B", "values": ["b"]}],
    "measures": [MEASURE],
}


def declared(**changed: Any) -> Declared:
    """The file of measures, with changes."""
    return Declared.model_validate({**FILE, **changed})


def measure(**changed: Any) -> dict[str, Any]:
    """The measure, with changes."""
    return {**MEASURE, **changed}


def months(n_before: int, n_after: int, adopted: str = "2024-01") -> list[str]:
    """Names of months around adoption."""
    first = pd.Period(adopted, freq="M") - n_before
    return [str(first + k) for k in range(n_before + n_after)]


def planted(
    seed: int,
    *,
    mean: float = 40.0,
    n_before: int = 48,
    n_after: int = 24,
    times: Mapping[tuple[str, str], float] | None = None,
    spread: float = 0.2,
    outcome: str = "use_of_force",
) -> OutcomeCounts:
    """Counts of groups a and b in areas 1 and 2; months differ by ``spread`` beyond chance, and by season.

    Parameters
    ----------
    mean : events a month, group and area.
    times : area and group -> by what the rate is multiplied since adoption.
    """
    rng, names = np.random.default_rng([seed, 7]), months(n_before, n_after)
    shared = np.exp(spread * rng.normal(size=len(names))) * (1 + 0.3 * np.sin(np.arange(len(names)) * np.pi / 6))
    rows = []
    for area in ("1", "2"):
        for group in ("a", "b"):
            factor = np.where(np.array(names) >= "2024-01", (times or {}).get((area, group), 1.0), 1.0)
            own = np.exp(spread / 2 * rng.normal(size=len(names)))
            events = rng.poisson(mean * shared * own * factor)
            rows += [(outcome, month, area, group, int(n)) for month, n in zip(names, events, strict=True)]
    return OutcomeCounts(pd.DataFrame(rows, columns=list(COUNT_COLUMNS)))
