"""Looking every week without false alarms: an e-process for the ratio of two weekly counts.

Each week brings ``x`` records in one arm and ``y`` in the other. If the arms do not differ, ``x`` given ``x + y`` is
binomial with the share of exposure ``p0``. Mixing over all other shares with a Beta distribution centred on ``p0``
gives an e-process: without a difference the chance that it *ever* reaches 20 is at most 1/20 (Ville 1939; Robbins 1970,
doi 10.1214/aoms/1177696786; Ramdas, Gruenwald, Vovk & Shafer 2023, doi 10.1214/23-STS894). One may look every
week and stop at will; weekly z-tests over two years would raise a false alarm in more than a third of cities.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.numerics.arrays import FloatArray

MIXTURE = 100.0
"""a + b of the mixing Beta distribution; Beta(50, 50) when the arms are equally exposed."""
_POINTS = 400
"""Equally likely rate ratios that stand for the mixing distribution."""
_TWO_SIDED_05_POWER_80 = 15.7
"""2 (1.96 + 0.84)^2: events per arm times (ln RR)^2 for a two-sided test at .05 with 80 % power."""


@dataclass(frozen=True)
class SequentialTest:
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
    treated: npt.ArrayLike, control: npt.ArrayLike, *, exposure_share: npt.ArrayLike = 0.5, dispersion: float = 1.0
) -> FloatArray:
    """Log e-value after each week, same shape as the counts (weeks along the last axis).

    Parameters
    ----------
    treated, control : records per week.
    exposure_share : treated exposure / all exposure, strictly between 0 and 1; one for all weeks, or one for each.
    dispersion : variance / mean of a weekly count, at least 1; counts are divided by it (quasi-likelihood).
    """
    share = np.asarray(exposure_share, dtype=np.float64)
    if not ((share > 0.0) & (share < 1.0)).all():
        raise ValueError("exposure_share must lie strictly between 0 and 1")
    scale = max(dispersion, 1.0)
    x, y = np.asarray(treated, dtype=np.float64) / scale, np.asarray(control, dtype=np.float64) / scale
    if share.ndim:
        return _mixed_over_ratios(x, y, share)
    x, y, p0 = np.cumsum(x, axis=-1), np.cumsum(y, axis=-1), float(share)
    a, b = MIXTURE * p0, MIXTURE * (1.0 - p0)
    mixed = special.betaln(a + x, b + y) - special.betaln(a, b)
    return np.asarray(mixed - x * np.log(p0) - y * np.log1p(-p0))


def _mixed_over_ratios(x: FloatArray, y: FloatArray, share: FloatArray) -> FloatArray:
    """The same where the share differs by week: the mixing is over the rate ratio, Beta(50, 50) seen as odds."""
    quantiles = (np.arange(_POINTS) + 0.5) / _POINTS
    odds = special.betaincinv(MIXTURE / 2, MIXTURE / 2, quantiles)
    ratio = (odds / (1.0 - odds)).reshape(-1, *([1] * x.ndim))
    spread = np.log(1.0 - share + share * ratio)  # p(ratio) = share ratio / (1 - share + share ratio)
    gained = np.cumsum(x * (np.log(ratio) - spread) - y * spread, axis=-1)
    return np.asarray(special.logsumexp(gained, axis=0) - np.log(_POINTS))


def sequential_test(
    treated: npt.ArrayLike, control: npt.ArrayLike, *, exposure_share: npt.ArrayLike = 0.5, dispersion: float = 1.0
) -> SequentialTest:
    """The e-process of one city's weekly counts ``[n_weeks]``, with the smallest ratio that it could have shown."""
    x, y = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    e_values = np.exp(np.minimum(log_e_process(x, y, exposure_share=exposure_share, dispersion=dispersion), 700.0))
    crossed = np.flatnonzero(e_values >= ALARM_E_VALUE)
    share = np.broadcast_to(np.asarray(exposure_share, dtype=np.float64), x.shape)
    # Mantel & Haenszel 1959 (doi 10.1093/jnci/22.4.719): each week is compared with itself.
    ratio = float((x * (1.0 - share)).sum() / (y * share).sum()) if x.sum() > 0 and y.sum() > 0 else None
    return SequentialTest(
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


def sequential_gate(test: SequentialTest, *, name: str, subject: str) -> GateResult:
    """Fails on an alarm that records rise; without records "not measured"; in any case with what could have been seen.

    An alarm that records fall only warns: patrol that prevents incidents does just that, and it is no reason to stop.
    But the forecast then learns from its own effect, which the reader must know.

    Parameters
    ----------
    subject : what the counts are, e.g. "citizen reports in suggested against held-back cells".
    """
    rule = f"e-value below {ALARM_E_VALUE:g} in every week"
    if not test.e_values or (test.detectable is None and test.alarm_week is None):
        return GateResult(
            name, None, rule, GateVerdict.NOT_MEASURED, f"{subject}: no records in one arm yet", stops=False
        )
    highest, weeks = max(test.e_values), len(test.e_values)
    estimate = f"rate ratio {test.rate_ratio:.2f}" if test.rate_ratio is not None else "records in one arm only"
    unseen = ""
    if test.detectable is not None:
        unseen = (
            f"; a ratio under {test.detectable:.2f} could easily have gone unseen in {weeks} weeks of so few records"
        )
    if test.alarm_week is None:
        return GateResult(name, highest, rule, GateVerdict.PASS, f"{subject}: {estimate}{unseen}")
    rises = test.records[0] > 0 and (test.rate_ratio is None or test.rate_ratio >= 1.0)
    falls = "" if rises else ": records fall where suggested"
    detail = f"{subject}: {estimate}; alarm in week {test.alarm_week}{falls}{unseen}"
    return GateResult(name, highest, rule, GateVerdict.FAIL if rises else GateVerdict.WARN, detail)


def coin_e_process(
    outcome: npt.ArrayLike, assigned: npt.ArrayLike, chance: npt.ArrayLike, week: npt.ArrayLike
) -> FloatArray:
    """E-value after each week for a measured outcome of rows that a coin assigned, ``[n_weeks]``.

    If being suggested changes no outcome, ``sum (assigned - chance) outcome`` is a martingale in which only the coins
    are random, sub-Gaussian with variance at most ``outcome^2 / 4`` (Hoeffding 1963, doi
    10.1080/01621459.1963.10500830); mixing over normal effects gives the e-process (Robbins 1970; Howard, Ramdas,
    McAuliffe & Sekhon 2021, doi 10.1214/20-AOS1991). Outcomes are centred by week and scaled by their spread.

    Parameters
    ----------
    outcome, assigned, chance : one value per row.
    week : 0.. for each row.
    """
    y, w = np.asarray(outcome, dtype=np.float64), np.asarray(week, dtype=np.int64)
    if not len(y):
        return np.zeros(0)
    n = np.bincount(w)
    centred = y - (np.bincount(w, weights=y) / np.maximum(n, 1))[w]
    spread = float(np.sqrt((centred**2).mean()))
    if spread == 0.0:
        return np.ones(len(n))
    scaled = centred / spread
    surplus = (np.asarray(assigned, dtype=np.float64) - np.asarray(chance, dtype=np.float64)) * scaled
    total, variance = np.cumsum(np.bincount(w, weights=surplus)), np.cumsum(np.bincount(w, weights=scaled**2)) / 4.0
    rho = MIXTURE / 4.0
    return np.asarray(np.sqrt(rho / (rho + variance)) * np.exp(np.minimum(total**2 / (2 * (rho + variance)), 700.0)))
