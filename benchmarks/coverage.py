"""How often do 95 % intervals of a mean over nights cover the truth? Batch means beside nights taken as independent.

Run: ``python -m benchmarks.coverage [--write]``. Nightly differences follow AR(1); the truth is 0.
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from benchmarks.page import markdown_table, say, write_section
from patrolcast.audit.batch_means import batch_statistic

REPEATS = 4000


def ar1(rng: np.random.Generator, n: int, phi: float, *, burn: int = 200) -> npt.NDArray[np.float64]:
    """A stationary first-order autoregressive series of ``n`` nights."""
    series: npt.NDArray[np.float64] = lfilter([1.0], [1.0, -phi], rng.normal(size=n + burn))[burn:]
    return series


def coverage(phi: float, n: int) -> tuple[float, float]:
    """Coverage of the paired difference by batch means, and with nights taken as independent."""
    rng = np.random.default_rng([29, n, round(10 * phi)])
    batch = naive = 0
    for _ in range(REPEATS):
        shared, difference = 3 * ar1(rng, n, 0.8), ar1(rng, n, phi)
        paired = (shared + difference) - shared
        interval = batch_statistic(lambda nights, paired=paired: float(paired[nights].mean()), n)  # type: ignore[misc]
        batch += interval.lower <= 0.0 <= interval.upper
        naive += abs(difference.mean()) <= 1.96 * difference.std(ddof=1) / np.sqrt(n)
    return batch / REPEATS, naive / REPEATS


def main() -> None:
    """Prints the table; with ``--write`` it goes into docs/benchmarks.md."""
    rows = []
    for phi in (0.0, 0.6, 0.8):
        for n in (28, 90, 180, 365):
            batch, naive = coverage(phi, n)
            rows.append([f"{phi:g}", f"{n}", f"{batch:.3f}", f"{naive:.3f}"])
    text = markdown_table(("autocorrelation", "nights", "batch means", "nights as independent"), rows)
    say(text)
    if "--write" in sys.argv:
        write_section("coverage", text)


if __name__ == "__main__":
    main()
