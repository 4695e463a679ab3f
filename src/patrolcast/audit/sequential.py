"""Looking every week without crying wolf: an e-process for the ratio of two weekly counts.

Each week brings ``x`` records in one arm and ``y`` in the other. If the arms do not differ, ``x`` given ``x + y`` is
binomial with the share of exposure ``p0``. Mixing over all other shares with a Beta distribution centred on ``p0``
gives an e-process: under no difference the chance that it *ever* reaches 20 is at most 1/20 (Ville 1939; Robbins 1970,
doi 10.1214/aoms/1177696786; Ramdas, Gruenwald, Vovk & Shafer 2023, doi 10.1214/23-STS894). One may look every
week and stop when one likes; weekly z-tests looked at for two years would cry wolf in more than a third of cities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from patrolcast.domain.records import GateResult, Verdict

Numbers = npt.NDArray[np.float64]

ALARM = 20.0
MIXTURE = 100.0
"""a + b of the mixing Beta distribution; Beta(50, 50) when the arms are equally exposed."""
_TWO_SIDED_05_POWER_80 = 15.7
"""2 (1.96 + 0.84)^2: events per arm times (ln RR)^2 for a two-sided test at .05 with 80 % power."""


@dataclass(frozen=True)
class Monitored:
    """What weekly monitoring has found so far.

    Attributes
    ----------
    e_values : after each week, ``[n_weeks]``.
    alarm_week : first week (1..) with an e-value of 20 or more; None without an alarm.
    rate_ratio : of all weeks so far, exposure accounted for; None while either arm is empty.
    detectable : the rate ratio above 1 that so many records could have shown (.05, 80 % power); None without records.
    """

    e_values: tuple[float, ...]
    alarm_week: int | None
    rate_ratio: float | None
    detectable: float | None
    records: tuple[float, float]
    dispersion: float


def log_e_process(
    treated: npt.ArrayLike, control: npt.ArrayLike, *, exposure_share: float = 0.5, dispersion: float = 1.0
) -> Numbers:
    """Log e-value after each week, same shape as the counts (weeks along the last axis).

    Parameters
    ----------
    treated, control : records per week.
    exposure_share : treated exposure / all exposure, strictly between 0 and 1.
    dispersion : variance / mean of a weekly count, at least 1; counts are divided by it (quasi-likelihood).
    """
    if not 0.0 < exposure_share < 1.0:
        raise ValueError("exposure_share must lie strictly between 0 and 1")
    scale = max(dispersion, 1.0)
    x = np.cumsum(np.asarray(treated, dtype=np.float64), axis=-1) / scale
    y = np.cumsum(np.asarray(control, dtype=np.float64), axis=-1) / scale
    a, b = MIXTURE * exposure_share, MIXTURE * (1.0 - exposure_share)
    mixed = special.betaln(a + x, b + y) - special.betaln(a, b)
    return np.asarray(mixed - x * np.log(exposure_share) - y * np.log1p(-exposure_share))


def monitor_counts(
    treated: npt.ArrayLike, control: npt.ArrayLike, *, exposure_share: float = 0.5, dispersion: float = 1.0
) -> Monitored:
    """The e-process of one city's weekly counts, with what it could have seen."""
    x, y = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    e_values = np.exp(np.minimum(log_e_process(x, y, exposure_share=exposure_share, dispersion=dispersion), 700.0))
    crossed = np.flatnonzero(e_values >= ALARM)
    odds = exposure_share / (1.0 - exposure_share)
    ratio = float(x.sum() / y.sum() / odds) if x.sum() > 0 and y.sum() > 0 else None
    return Monitored(
        e_values=tuple(float(e) for e in e_values),
        alarm_week=int(crossed[0]) + 1 if len(crossed) else None,
        rate_ratio=ratio,
        detectable=detectable_ratio(x.sum(), y.sum(), dispersion=dispersion),
        records=(float(x.sum()), float(y.sum())),
        dispersion=max(dispersion, 1.0),
    )


def detectable_ratio(treated: float, control: float, *, dispersion: float = 1.0) -> float | None:
    """Smallest rate ratio above 1 that a fixed sample of this size shows with 80 % power at .05; None without records.

    ``n = 15.7 phi / (ln RR)^2`` per arm, ``n`` the harmonic mean of the two arms.

    >>> round(detectable_ratio(80, 80), 2)
    1.56
    """
    if treated <= 0 or control <= 0:
        return None
    per_arm = 2.0 / (1.0 / treated + 1.0 / control)
    return float(np.exp(np.sqrt(_TWO_SIDED_05_POWER_80 * max(dispersion, 1.0) / per_arm)))


def weekly_dispersion(counts: npt.ArrayLike) -> float:
    """Variance / mean of weekly counts about their own mean, at least 1: how far from Poisson they are.

    Estimated on weeks before monitoring began, so that an effect cannot hide itself in a larger dispersion.
    """
    values = np.asarray(counts, dtype=np.float64)
    if values.size < 8 or values.mean() <= 0:
        return 1.0
    return float(max(values.var(ddof=1) / values.mean(), 1.0))


def sequential_gate(found: Monitored, *, name: str, subject: str) -> GateResult:
    """Fails on an alarm; without one says what could have been seen, and "not measured" without records.

    Parameters
    ----------
    subject : what the counts are, e.g. "citizen reports in suggested against held-back cells".
    """
    rule = f"e-value below {ALARM:g} in every week"
    if found.detectable is None or not found.e_values:
        return GateResult(name, None, rule, Verdict.NOT_MEASURED, f"{subject}: no records in one arm yet", stops=False)
    highest = max(found.e_values)
    seen = f"rate ratio {found.rate_ratio:.2f}" if found.rate_ratio is not None else "no rate ratio"
    could = f"a ratio under {found.detectable:.2f} could not have been seen in {len(found.e_values)} weeks"
    if found.alarm_week is not None:
        told = f"{subject}: {seen}; alarm in week {found.alarm_week}"
        return GateResult(name, highest, rule, Verdict.FAIL, told)
    return GateResult(name, highest, rule, Verdict.PASS, f"{subject}: {seen}; {could}")
