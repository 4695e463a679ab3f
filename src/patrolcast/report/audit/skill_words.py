"""How far to trust a forecast, in words: beside counting, and whether its intervals hold what they promise."""

from __future__ import annotations

import math
from typing import Any

from patrolcast.domain.records import IntervalCalibration, SkillComparison
from patrolcast.report import words

MODEL = "model"
FLATTERS = (
    "The same shifts also decided when training stopped, which flatters the model slightly; `patrolcast backtest` "
    "measures it on shifts that decided nothing."
)
_METHODS = {"model": "the model", "climatology": "counting (climatology)", "kernel_density": "smoothed recent counts"}


def method(name: str) -> str:
    """A forecasting method as a reader knows it."""
    return _METHODS.get(name, words.plain(name))


def skill_sentences(skill: tuple[SkillComparison, ...], *, validation_shifts: float | None) -> list[str]:
    """The comparison with counting in plain sentences, over all categories and then where the model lost.

    ``hits`` are weighted by each category's incidents; a category without incidents in the window has none.
    """
    seen = [one for one in skill if one.n_incidents]
    if not seen:
        return ["The forecast was not measured against counting: no incident fell in the validation window."]
    total = sum(one.n_incidents for one in seen)
    window = "the validation window"
    if validation_shifts:
        window += f" ({words.count(int(validation_shifts), 'shift')} kept from fitting)"
    rivals = sorted({name for one in seen for name in one.hits} - {MODEL})
    held = {
        name: sum(one.hits.get(name, math.nan) * one.n_incidents for one in seen) / total for name in (MODEL, *rivals)
    }
    told = words.listed(f"{method(name)} held {words.share(held[name])}" for name in rivals)
    rest = f"; {told}" if rivals else ""
    sentences = [
        f"In {window}, the 5 % of cells that the model ranked highest held {words.share(held[MODEL])} of the "
        f"{total:,} incidents{rest}."
    ]
    sentences.append(FLATTERS.replace("`", ""))
    behind = [one for one in skill if one.used != MODEL]
    if not behind:
        sentences.append("In every category the model fitted the incidents better than every baseline, so it is used.")
    for one in behind:
        sentences.append(
            f"For {words.plain(one.category)} the model did not beat counting: {method(one.used)} fitted better, "
            "and it is used for the forecast and the ranking."
        )
    return sentences


def skill_rows(skill: tuple[SkillComparison, ...]) -> list[dict[str, Any]]:
    """One row per category: hits and deviance of the model and of the best baseline, and what is used."""
    return [_skill_row(one) for one in skill]


def _skill_row(one: SkillComparison) -> dict[str, Any]:
    rivals = sorted(set(one.deviance) - {MODEL})
    best = min(rivals, key=lambda name: (one.deviance[name], name)) if rivals else None
    gain = None if best is None or not one.deviance[best] else 1 - one.deviance[MODEL] / one.deviance[best]
    return {
        "category": words.sentence(words.plain(one.category)),
        "incidents": f"{one.n_incidents:,}",
        "hits": words.share(one.hits.get(MODEL)),
        "rival": method(best) if best else words.MISSING,
        "rival_hits": words.share(one.hits.get(best)) if best else words.MISSING,
        "gain": _gain(gain),
        "ratio": words.number(one.predicted_over_observed, digits=3),
        "used": words.sentence(method(one.used)),
        "lost": one.used != MODEL,
    }


def _gain(gain: float | None) -> str:
    if gain is None or not math.isfinite(gain):
        return words.MISSING
    if abs(gain) < 0.0005:
        return "no difference"
    return f"{words.share(abs(gain))} {'lower' if gain > 0 else 'higher'}"


def interval_rows(intervals: tuple[IntervalCalibration, ...]) -> list[dict[str, str]]:
    """What each interval promises and what it held."""
    return [
        {
            "category": words.sentence(words.plain(one.category)),
            "level": words.share(one.level),
            "coverage": words.share(one.coverage),
            "n": f"{one.n:,}",
        }
        for one in intervals
    ]
