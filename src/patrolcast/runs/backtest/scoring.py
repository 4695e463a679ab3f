"""Scores of a back-test as plain data: one entry per category and horizon, every method on the same windows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolcast.forecast import calibration, paired, skill
from patrolcast.forecast.intervals import over_span
from patrolcast.forecast.peers import COUNTING, PEERS
from patrolcast.numerics.arrays import FloatArray, Int32Array, IntArray, ObjectArray
from patrolcast.numerics.random_streams import Stream, random_stream

FORECAST = "forecast"
START = "stacked_counts"
SCORED_SHARES = (0.01, 0.02, 0.05)


@dataclass(frozen=True)
class Windows:
    """One category and horizon: what was expected by each method, and what came.

    Attributes
    ----------
    expected : method -> expected incidents, ``[n_windows, n_cells]``; holds :data:`FORECAST` and every peer.
    observed, earlier : incidents in the window and in the equally long time before its origin, the same shape.
    area : inhabited land of each cell, > 0, km2.
    shape : Gamma shape of the rate over the span that the forecast's interval is of, ``[n_windows, n_cells]``.
    growth : how it grows with the span, ``[n_windows]``.
    span : length of a window / that span.
    training : number of the training that forecast each window, ``[n_windows]``.
    """

    expected: Mapping[str, FloatArray]
    observed: IntArray
    earlier: IntArray
    area: FloatArray
    shape: FloatArray
    growth: FloatArray
    span: float
    training: IntArray


def score(windows: Windows, *, shares: Sequence[float], ties: Int32Array, rng: np.random.Generator) -> dict[str, Any]:
    """Every score of one category and horizon; NaN becomes None.

    Parameters
    ----------
    ties : several orders, ``[n_orders, n_windows, n_cells]``; hits are means over them, what needs one order takes the
        first.
    """
    draws = paired.window_draws(len(windows.observed), rng=rng)
    by_method = {
        name: skill.caught(values, windows.observed, windows.area, ties=ties, shares=shares)
        for name, values in windows.expected.items()
    }
    best = best_peer(by_method)
    mine = by_method[FORECAST]
    counted = windows.observed.sum(axis=1).astype(np.float64)
    return as_plain_values(
        {
            "windows": len(windows.observed),
            "incidents": int(windows.observed.sum()),
            "shares": list(shares),
            "methods": {name: _method(name, each, windows, ties, draws) for name, each in by_method.items()},
            "pei_warning": skill.pei_warning(mine),
            "best_peer": best,
            "against": {
                "counting": _against(mine, by_method[COUNTING], draws, "counting"),
                "best_peer": _against(mine, by_method[best], draws, best.replace("_", " ")),
                "stacked_counts": _against(mine, by_method[START], draws, "its own start"),
            },
            "calibration": _calibration(windows, counted, draws, rng),
        }
    )


def best_peer(by_method: Mapping[str, skill.Caught]) -> str:
    """The peer with the most hits at 1, 2 and 5 % on the scored windows: chosen in hindsight, which flatters it."""

    def hits(name: str) -> float:
        scored = np.isin(by_method[name].shares, SCORED_SHARES)
        return float(by_method[name].hits[scored if scored.any() else slice(None)].sum())

    return max(PEERS, key=hits)


def by_part(windows: Windows, parts: ObjectArray, *, shares: Sequence[float], seed: int) -> dict[str, Any]:
    """Skill inside each part of the city (a district): shares of its own land, its own incidents."""
    scores = {}
    for number, part in enumerate(sorted(set(parts.tolist()))):
        inside = parts == part
        observed = windows.observed[:, inside]
        rng = random_stream(seed, Stream.DISTRICT_SCORES, number)
        ties = skill.several_orders(*observed.shape, rng=rng)
        draws = paired.window_draws(len(observed), rng=rng)
        mine, counting = (
            skill.caught(windows.expected[name][:, inside], observed, windows.area[inside], ties=ties, shares=shares)
            for name in (FORECAST, COUNTING)
        )
        scores[str(part)] = {
            "incidents": int(observed.sum()),
            "hit_rate": skill.hit_rate(mine).tolist(),
            "against_counting": _against(mine, counting, draws, "counting"),
            "calibration": vars(
                calibration.over_windows(
                    observed.size, windows.expected[FORECAST][:, inside].sum(axis=1), mine.observed, draws
                )
            ),
        }
    return dict(as_plain_values(scores))


def by_group(
    windows: Windows,
    residents: Mapping[str, FloatArray],
    *,
    shares: Sequence[float],
    ties: Int32Array,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Skill and calibration as each group of residents meets them: cells weigh by the group's share of residents.

    An incident counts in part, by that share: its limits are those of a weighted count, or of resampled windows where
    these are wider (`calibration.over_windows`).

    Parameters
    ----------
    residents : group -> its share of each cell's residents, 0..1, ``[n_cells]``.
    """
    order = skill.ranked(windows.expected[FORECAST], ties[0])
    land = [skill.flagged(order, windows.area, share) for share in shares]
    draws = paired.window_draws(len(windows.observed), rng=rng)
    scores = {}
    for name, weight in residents.items():
        by_window = windows.observed @ weight
        occurred = float(by_window.sum())
        ratio = calibration.over_windows(
            windows.observed.size, windows.expected[FORECAST] @ weight, by_window, draws,
            variance=float((windows.observed @ weight**2).sum()), heaviest=max(float(weight.max()), 1e-9),
        )  # fmt: skip
        scores[name] = {
            "incidents": occurred,
            "hit_rate": [
                float((part * windows.observed * weight).sum()) / occurred if occurred else None for part in land
            ],
            "calibration": vars(ratio),
        }
    return dict(as_plain_values(scores))


def _method(name: str, caught: skill.Caught, windows: Windows, ties: Int32Array, draws: FloatArray) -> dict[str, Any]:
    expected = windows.expected[name]
    rates = [paired.hits_ratio(hits, caught.observed, draws) for hits in caught.hits]
    order = skill.ranked(expected, ties[0])
    return {
        "hits": caught.hits.sum(axis=1).tolist(),
        "hit_rate": [{"estimate": r.estimate, "lower": r.lower, "upper": r.upper} for r in rates],
        "pai": skill.pai(caught).tolist(),
        "pei": skill.pei(caught).tolist(),
        "rri": [
            skill.rri(order, windows.observed, windows.earlier, windows.area, share=float(share))
            for share in caught.shares
        ],
        "poisson_deviance": calibration.poisson_deviance(expected, windows.observed),
        "predicted_over_observed": float(expected.sum()) / float(windows.observed.sum() or np.nan),
    }


def _against(mine: skill.Caught, other: skill.Caught, draws: FloatArray, than: str) -> list[dict[str, Any]]:
    ratios = []
    for share, hits, theirs in zip(mine.shares, mine.hits, other.hits, strict=True):
        ratio = paired.hits_ratio(hits, theirs, draws)
        ratios.append(
            {
                "share": float(share),
                "ratio": ratio.estimate,
                "lower": ratio.lower,
                "upper": ratio.upper,
                "their_hits": ratio.n_hits,
                "too_few": ratio.too_few,
                "verdict": paired.verdict(ratio, than=than),
            }
        )
    return ratios


def _calibration(windows: Windows, counted: FloatArray, draws: FloatArray, rng: np.random.Generator) -> dict[str, Any]:
    expected = windows.expected[FORECAST]
    whole = calibration.over_windows(expected.size, expected.sum(axis=1), counted, draws)
    groups, risk = calibration.deciles(expected, rng=rng), calibration.risk_deciles(expected, rng=rng)
    return {
        "overall": {"ratio": whole.ratio, "lower": whole.lower, "upper": whole.upper},
        "deciles": [vars(group) for group in calibration.reliability(expected, windows.observed, groups, draws)],
        "risk_deciles": [vars(group) for group in calibration.reliability(expected, windows.observed, risk, draws)],
        "coverage_90": _coverage(windows, windows.training),
        "coverage_90_as_stated": _coverage(windows, _spans(windows)),
    }


def _coverage(windows: Windows, sums: IntArray) -> dict[str, Any]:
    """Coverage of the 90 % intervals of sums; windows of one number in ``sums`` are one sum."""
    _, number, n_windows = np.unique(sums, return_inverse=True, return_counts=True)
    shape = over_span(windows.shape, windows.growth[:, None], (windows.span * n_windows[number])[:, None])
    units = calibration.units(windows.expected[FORECAST], windows.observed, shape=shape, sums=sums)
    covered = calibration.covered(units.expected, units.observed, shape=units.shape)
    return {
        **vars(calibration.coverage(covered, units.cell)),
        "windows": int(n_windows.max()),
        "expects_at_least": calibration.LEAST_EXPECTED,
        "needs_units": calibration.LEAST_UNITS,
    }


def _spans(windows: Windows) -> IntArray:
    """Numbers of sums as long as the span that the intervals are of, none over two trainings."""
    length = max(round(1.0 / windows.span), 1)
    _, first, training = np.unique(windows.training, return_index=True, return_inverse=True)
    within = np.arange(len(training)) - first[training]
    return training * len(training) + within // length


def as_plain_values(value: Any) -> Any:  # noqa: ANN401
    """Data as JSON holds it: no NaN, no infinity, no numpy."""
    if isinstance(value, Mapping):
        return {str(key): as_plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain_values(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return round(value, 6) if isinstance(value, float) else value
