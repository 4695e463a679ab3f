"""The hindsight smooth rate: how well does a smooth rate do on these counts that was fitted in hindsight?

On a real city the true rate is unknown. A reference beside the methods is a *hindsight* rate: stacked counts whose
components also look back from the future. It knows every report before *and after* the window (never the window's own
counts, or it would simply remember them), and its weights are fitted on the very windows it is scored on.

It is the best of the smooth rates fitted here, by likelihood and not by hits, and no ceiling. Where it lies below a
method, chance or its own smoothness is why; where it lies below counting, no headroom was measured.
"""

import numpy as np

from patrolcast.forecast.peers.reports import Reports, Space
from patrolcast.forecast.peers.stacked import fit, peer_components
from patrolcast.forecast.stacked_rates import combined
from patrolcast.numerics.arrays import AnyIntArray, FloatArray

LEAST_GAIN = 0.02
"""Of counting's hits; below it no share is given."""


def hindsight_rates(
    sides: list[tuple[Reports, Reports]],
    everything: list[tuple[FloatArray, FloatArray]],
    observed: AnyIntArray,
    space: Space,
) -> FloatArray:
    """Hindsight rate of each window, ``[n_windows, n_cells]``.

    Parameters
    ----------
    sides : for each window, the category's reports before it and after it (ages count away from the window).
    everything : the same of all categories together, by half-life (`peers.stacked.by_half_life`).
    observed : counts in the windows, used for the weights alone, ``[n_windows, n_cells]``.
    """
    parts = np.stack(
        [
            np.concatenate([peer_components(side, every, space) for side, every in zip(pair, all_pair, strict=True)])
            for pair, all_pair in zip(sides, everything, strict=True)
        ]
    )
    stack = fit(parts, observed)
    return np.stack([combined(stack, part) for part in parts])


def share_of_hindsight(method: float, counting: float, hindsight: float) -> tuple[float, float]:
    """``(hits / hits of hindsight, gain over counting / its gain)``.

    The second is NaN, "no headroom measured", where hindsight gains less than a fiftieth of counting's hits: a share of
    next to nothing is noise.

    >>> share_of_hindsight(55.0, 50.0, 60.0)
    (0.9166666666666666, 0.5)
    """
    whole = method / hindsight if hindsight > 0 else float("nan")
    room = hindsight - counting
    return whole, (method - counting) / room if room > 0 and room >= LEAST_GAIN * counting else float("nan")
