"""Runaway feedback as an urn: the smallest model in which patrol steers the records that steer patrol.

Two areas, A and B. Each day one is patrolled, drawn in proportion to the records so far; what is recorded is added.
With discovered records only, the share of A runs to 0 or 1 whatever the true rates are (Ensign, Friedler, Neville,
Scheidegger & Venkatasubramanian 2018, Runaway feedback loops in predictive policing, PMLR 81:160-171, arXiv
1706.09847). Used as an oracle: a harness that does not find this would find nothing.
"""

from __future__ import annotations

import numpy as np

from patrolcast.numerics.arrays import FloatArray

Update = tuple[tuple[float, float], tuple[float, float]]
"""((a, b), (c, d)): mean records added to (A, B) when A is patrolled, and when B is."""


def mixed_update(rate_a: float, rate_b: float, *, discovered: float) -> Update:
    """Records when a share ``discovered`` of incidents needs patrol to be recorded and the rest is always reported.

    >>> mixed_update(4.0, 2.0, discovered=0.5)
    ((4.0, 1.0), (2.0, 2.0))
    """
    always = 1.0 - discovered
    return ((rate_a, always * rate_b), (always * rate_a, rate_b))


def fixed_points(update: Update) -> tuple[float, ...]:
    """Shares of A in [0, 1] at which the urn stays on average, rising: roots of
    ``(c + d - a - b) x^2 + (a - 2 c - d) x + c``.

    >>> fixed_points(((3.0, 0.0), (0.0, 2.0)))
    (0.0, 1.0)
    """
    (a, b), (c, d) = update
    roots = np.roots(np.trim_zeros(np.array([c + d - a - b, a - 2 * c - d, c]), "f"))
    real = roots[np.abs(roots.imag) < 1e-12].real
    inside = np.clip(real[(real > -1e-9) & (real < 1 + 1e-9)], 0.0, 1.0)
    return tuple(float(x) for x in np.unique(inside))


def simulate_shares(
    rate_a: float,
    rate_b: float,
    *,
    prior: tuple[float, float],
    rng: np.random.Generator,
    discovered: float = 1.0,
    corrected: bool = False,
    days: int = 1000,
    runs: int = 300,
    decay: float = 0.01,
) -> FloatArray:
    """Final share of A in the urn of each run, ``[runs]``, in 0..1.

    Parameters
    ----------
    rate_a, rate_b : incidents per day, Poisson.
    prior : records of A and B at the start.
    discovered : share of incidents that only patrol records; the rest is always reported.
    corrected : accept a discovered incident with probability proportional to 1 / P(patrol), the paper's correction.
    decay : share of the urn that is removed each day.
    """
    urn = np.tile(np.asarray(prior, dtype=np.float64), (runs, 1))
    rates = np.array([rate_a, rate_b])
    for _ in range(days):
        share = urn / urn.sum(axis=1, keepdims=True)
        at_a = rng.random(runs) < share[:, 0]
        patrolled = np.stack([at_a, ~at_a], axis=1)
        accepted = 1.0 - share if corrected else np.ones_like(share)
        discoveries = rng.poisson(discovered * rates * accepted) * patrolled
        reported = rng.poisson((1.0 - discovered) * rates, size=(runs, 2))
        urn = urn * (1.0 - decay) + discoveries + reported
    return np.asarray(urn[:, 0] / urn.sum(axis=1))
