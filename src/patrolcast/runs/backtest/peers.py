"""The peers' part of a back-test: settings chosen on weeks before the first origin, then a map at every origin."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from patrolcast.forecast.peers import PEERS, SELF_EXCITING, Reports, Space, TrainingWindow, levelled, tune
from patrolcast.forecast.peers.self_exciting import ITERATIONS, fit, rates_over
from patrolcast.numerics.arrays import BoolArray, Float32Array, FloatArray
from patrolcast.numerics.random_streams import Stream, random_stream
from patrolcast.runs.backtest.windows import RollingOrigins, reports_by

TunedPeers = Mapping[str, Mapping[str, Any]]
_WEEK = 7
_MONTH = 28


def tune_peers(
    rolling: RollingOrigins, space: Space, area: FloatArray, *, scored: BoolArray, n_windows: int, maturity_days: int,
    seed: int,
) -> dict[str, TunedPeers]:  # fmt: skip
    """Category -> peer -> settings, all chosen on windows that were over, and reported, before the first origin.

    Parameters
    ----------
    area : land of each cell, > 0, ``[n_cells]``.
    scored : cells on which the peers are scored, ``[n_cells]``: settings are chosen on the same land.
    n_windows : weekly windows, four weeks apart where the history allows, so that they show more than one season.
    """
    first = int(rolling.origins[0])
    last = first - maturity_days - _WEEK
    step = min(_MONTH, max((last - first // 2) // n_windows, 1))
    origins = [last - step * k for k in range(n_windows) if last - step * k > first // 3]
    chosen: dict[str, TunedPeers] = {}
    for code, name in enumerate(rolling.panel.categories):
        windows = [_training_window(rolling, code, origin, known_by=first) for origin in origins]
        windows = [window for window in windows if window.observed[scored].any()]
        rng = random_stream(seed, Stream.PEER_TIES, code)
        chosen[name] = {peer: tune(PEERS[peer], windows, space, area, scored=scored, rng=rng) for peer in PEERS}
    return chosen


def peer_rates(
    rolling: RollingOrigins, space: Space, chosen: Mapping[str, TunedPeers], origin: int
) -> tuple[Float32Array, Float32Array]:
    """Expected reports a mean day by each peer, and by the self-exciting process over each horizon.

    Counts and kernels say the same of a shift and of a month. The self-exciting process does not: the shorter the
    horizon, the more the newest reports weigh.

    Returns
    -------
    ``[n_peers, n_categories, n_cells]`` in the order of ``PEERS``, the self-exciting process over a week; and that
    process over every horizon, ``[n_categories, n_horizons, n_cells]``.
    """
    shape, n_horizons = (len(rolling.panel.categories), rolling.panel.n_cells), len(rolling.horizons)
    rates = np.empty((len(PEERS), *shape), dtype=np.float32)
    excited = np.empty((shape[0], n_horizons, shape[1]), dtype=np.float32)
    horizons_days = [_WEEK, *(n / rolling.n_slots for n in rolling.horizons.values())]
    for code, category in enumerate(rolling.panel.categories):
        reports = reports_by(rolling.panel, code, origin)
        for p, (name, peer) in enumerate(PEERS.items()):
            if name == SELF_EXCITING:
                rates[p, code], *by_horizon = _excited(reports, horizons_days, **chosen[category][name])
                excited[code] = by_horizon
            else:
                rates[p, code] = levelled(peer.method(reports, space, **chosen[category][name]), reports)
    return rates, excited


def _excited(reports: Reports, horizons_days: list[float], *, days: int) -> list[FloatArray]:
    """The self-exciting process over each horizon, from one fit."""
    fitted = fit(reports, days=days, iterations=ITERATIONS)
    return [levelled(rate, reports) for rate in rates_over(fitted, reports, days=days, horizons_days=horizons_days)]


def _training_window(rolling: RollingOrigins, code: int, origin: int, *, known_by: int) -> TrainingWindow:
    """A week after ``origin``, with what the first scored origin knew of it."""
    panel, first = rolling.panel, rolling.first_shift(origin)
    in_week = (panel.shift >= first) & (panel.shift < first + _WEEK * rolling.n_slots)
    chosen = in_week & (panel.category == code) & (panel.known_day <= known_by)
    observed = np.bincount(panel.cell[chosen], minlength=panel.n_cells).astype(np.int64)
    return TrainingWindow(reports_by(panel, code, origin), observed)
