"""What an exposure bound costs: captured incidents of the exposure-bounded allocation against greedy top-K.

Run: ``python -m benchmarks.frontier [--write]``. Cities of 400 cells of equal residents; the log rate (standard
deviation .75) correlates with group b's share (logistic of 2.5 normals) by rho; K = 20 cells of 400, chosen by the true
rate, so that what is lost is the price of the bound and of nothing else.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.page import markdown_table, say, write_section
from patrolcast.numerics.arrays import FloatArray
from patrolcast.patrol.allocation import ExposureBound, allocated_exposure_ratio, bounded_visits

CELLS, K, CITIES = 400, 20, 40
FLOOR = 0.8


def city(rng: np.random.Generator, rho: float) -> tuple[FloatArray, FloatArray]:
    """Rates and group b's shares of one city, the correlation of log rate and share exact."""
    share = 1.0 / (1.0 + np.exp(-2.5 * rng.normal(size=CELLS)))
    z = (share - share.mean()) / share.std()
    noise = rng.normal(size=CELLS)
    noise -= noise.mean() + (noise @ z) / CELLS * z
    noise /= noise.std()
    rate: FloatArray = np.exp(0.75 * (rho * z + np.sqrt(1 - rho**2) * noise))
    return rate, share


def captured(rate: FloatArray, share: FloatArray, ceiling: float) -> float:
    """Expected incidents of the bounded allocation, relative to greedy."""
    bound = ExposureBound("b", "a", share, 1.0 - share, min(FLOOR, ceiling), ceiling)
    visits = bounded_visits(rate, budget=K, most_per_cell=1, bounds=[bound])
    return float(rate @ visits) / float(np.sort(rate)[-K:].sum())


def frontier(rho: float) -> dict[str, float]:
    """Means over the cities."""
    rng = np.random.default_rng([31, round(10 * rho)])
    rows = []
    for _ in range(CITIES):
        rate, share = city(rng, rho)
        greedy = np.zeros(CELLS)
        greedy[np.argsort(-rate)[:K]] = 1.0
        need = allocated_exposure_ratio(rate, share, 1.0 - share)
        kept = [captured(rate, share, ceiling) for ceiling in (need, 1.25 * need, 1.0)]
        rows.append([allocated_exposure_ratio(greedy, share, 1.0 - share), need, *kept])
    names = ("greedy ER", "NR", "ER <= NR", "ER <= 1.25 NR", "ER <= 1")
    return dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))


def main() -> None:
    """Prints the table; with ``--write`` it goes into docs/benchmarks.md."""
    rows = []
    for rho in (0.0, 0.3, 0.5):
        found = frontier(rho)
        kept = [f"{100 * found[name]:.1f} %" for name in ("ER <= NR", "ER <= 1.25 NR", "ER <= 1")]
        rows.append([f"{rho:g}", f"{found['greedy ER']:.2f}", f"{found['NR']:.2f}", *kept])
    head = ("rho", "greedy exposure ratio", "need ratio", "captured at <= need ratio", "<= 1.25 need ratio", "<= 1")
    text = markdown_table(head, rows)
    say(text)
    if "--write" in sys.argv:
        write_section("frontier", text)


if __name__ == "__main__":
    main()
