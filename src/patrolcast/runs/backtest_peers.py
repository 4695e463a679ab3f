"""The peers' part of a back-test: settings chosen on weeks before the first origin, then a map at every origin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from patrolcast.forecast.peers import PEERS, Space, TrainingWindow, levelled, tune
from patrolcast.forecast.peers.reports import Floats
from patrolcast.runs.backtest_windows import Rolling, reports_by

Chosen = Mapping[str, Mapping[str, Any]]
_WEEK = 7
_MONTH = 28


def tune_peers(
    rolling: Rolling, space: Space, area: Floats, *, n_windows: int, maturity_days: int, seed: int
) -> dict[str, Chosen]:
    """Category -> peer -> settings, all chosen on windows that were over, and reported, before the first origin.

    Parameters
    ----------
    area : land of each cell, > 0, ``[n_cells]``.
    n_windows : weekly windows, four weeks apart where the history allows, so that they show more than one season.
    """
    first = int(rolling.origins[0])
    last = first - maturity_days - _WEEK
    step = min(_MONTH, max((last - first // 2) // n_windows, 1))
    origins = [last - step * k for k in range(n_windows) if last - step * k > first // 3]
    chosen: dict[str, Chosen] = {}
    for code, name in enumerate(rolling.panel.categories):
        windows = [_training_window(rolling, code, origin, known_by=first) for origin in origins]
        windows = [window for window in windows if window.observed.any()]
        rng = np.random.default_rng([seed, 11, code])
        chosen[name] = {peer: tune(PEERS[peer], windows, space, area, rng=rng) for peer in PEERS}
    return chosen


def peer_rates(rolling: Rolling, space: Space, chosen: Mapping[str, Chosen], origin: int) -> npt.NDArray[np.float32]:
    """Expected reports a mean day by peer, ``[n_peers, n_categories, n_cells]``, in the order of ``PEERS``."""
    found = np.empty((len(PEERS), len(rolling.panel.categories), rolling.panel.n_cells), dtype=np.float32)
    for code, category in enumerate(rolling.panel.categories):
        reports = reports_by(rolling.panel, code, origin)
        for p, (name, peer) in enumerate(PEERS.items()):
            found[p, code] = levelled(peer.method(reports, space, **chosen[category][name]), reports)
    return found


def _training_window(rolling: Rolling, code: int, origin: int, *, known_by: int) -> TrainingWindow:
    """A week after ``origin``, with what the first scored origin knew of it."""
    panel, first = rolling.panel, rolling.first_shift(origin)
    in_week = (panel.shift >= first) & (panel.shift < first + _WEEK * rolling.n_slots)
    chosen = in_week & (panel.category == code) & (panel.known_day <= known_by)
    observed = np.bincount(panel.cell[chosen], minlength=panel.n_cells).astype(np.int64)
    return TrainingWindow(reports_by(panel, code, origin), observed)
