"""Each peer's settings, chosen on training windows only: the settings that catch most over 1, 2 and 5 % of the land."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolcast.forecast import skill
from patrolcast.forecast.peers.counting import all_history, peer_kernel_density, smoothed_count, trailing
from patrolcast.forecast.peers.promap import promap
from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.forecast.peers.self_exciting import self_exciting
from patrolcast.numerics.arrays import AnyIntArray, BoolArray, FloatArray

Method = Callable[..., FloatArray]
TUNED_SHARES = (0.01, 0.02, 0.05)
COUNTING = "all_history"
SELF_EXCITING = "self_exciting"


@dataclass(frozen=True)
class Peer:
    """A method and the settings it may choose from; one setting means nothing is chosen."""

    method: Method
    grid: tuple[Mapping[str, Any], ...]
    source: str


PEERS: Mapping[str, Peer] = {
    COUNTING: Peer(all_history, ({},), "count of all reports known"),
    "trailing_28d": Peer(trailing, ({"days": 28},), "count of 28 days"),
    "trailing_91d": Peer(trailing, ({"days": 91},), "count of 91 days"),
    "trailing_365d": Peer(trailing, ({"days": 365},), "count of 365 days"),
    "smoothed_count": Peer(
        smoothed_count,
        tuple({"bandwidth_m": b} for b in (100.0, 150.0, 200.0, 250.0, 350.0, 500.0)),
        "all-history count under a Gaussian",
    ),
    "kernel_density": Peer(
        peer_kernel_density,
        tuple(
            {"bandwidth_m": b, "half_life_days": h} for b in (150.0, 250.0, 400.0) for h in (28.0, 91.0, 365.0, 730.0)
        ),
        "Chainey, Tompson & Uhlig 2008, with decay",
    ),
    "promap": Peer(
        promap,
        tuple({"bandwidth_m": b, "days": d} for b in (400.0, 800.0) for d in (61.0, 182.0, 365.0)),
        "Bowers, Johnson & Pease 2004",
    ),
    SELF_EXCITING: Peer(
        self_exciting, tuple({"days": d} for d in (365, 730, 36_500)), "Mohler et al. 2015 (the PredPol type)"
    ),
}
"""Every peer by name, in the order of the tables. The stacked counts join them in the back-test."""


@dataclass(frozen=True)
class TrainingWindow:
    """One window before the first origin that is scored: what was known then, and what came."""

    reports: Reports
    observed: AnyIntArray


def tune(
    peer: Peer,
    windows: Sequence[TrainingWindow],
    space: Space,
    area: FloatArray,
    *,
    scored: BoolArray,
    rng: np.random.Generator,
) -> Mapping[str, Any]:
    """The settings of the grid with the most hits on the training windows; the first of equals.

    Parameters
    ----------
    area : land of each cell, > 0, ``[n_cells]``.
    scored : cells whose land and incidents count: those on which the peer is scored later, ``[n_cells]``.
    rng : seeded; draws the order of ties, the same for all settings.
    """
    if len(peer.grid) == 1 or not windows:
        return peer.grid[0]
    observed = np.stack([window.observed[scored] for window in windows])
    ties = skill.tie_orders(*observed.shape, rng=rng)
    scores = []
    for settings in peer.grid:
        predicted = np.stack([peer.method(window.reports, space, **settings)[scored] for window in windows])
        skills = skill.caught(predicted, observed, area[scored], ties=ties, shares=TUNED_SHARES)
        scores.append(float(skills.hits.sum()))
    return peer.grid[int(np.argmax(scores))]
