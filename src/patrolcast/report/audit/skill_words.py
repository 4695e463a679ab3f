"""How good a forecast is, in words: beside counting, and how often its intervals were right."""

import math
from collections.abc import Mapping
from typing import Any

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.records import IntervalCalibration, SkillComparison
from patrolcast.report import words

FLATTERS = (
    "These shifts also helped to choose when training stopped, so the figure is slightly generous; `patrolcast "
    "backtest` measures it on shifts that decided nothing."
)
NO_INTERVAL = (
    "These figures have no interval here, so a small difference may be chance. A back-test compares the methods with "
    "intervals."
)
_METHODS = {"model": "the model", "climatology": "counting (climatology)", "kernel_density": "smoothed recent counts"}
_FOLLOWED = {0.0: "not at all", 0.5: "by half (the average of both)", 1.0: "in full"}


def method(name: str) -> str:
    """A forecasting method as a reader knows it."""
    return _METHODS.get(name, words.plain(name))


def made_by(skill: tuple[SkillComparison, ...], training: Mapping[str, Any]) -> str:
    """What the forecast was made from, category by category, and why, in plain sentences.

    Parameters
    ----------
    training : what the run says of its training: ``kind`` of [model], whose ``hours`` the start knows and, by category,
        how far ``trees`` were followed.
    """
    hours = "the hours of the whole city (the policy excludes those of each place)"
    hours = hours if training.get("hours") == "city" else "the hours of each place"
    kind, start = training.get("kind"), f"weighted past reports and {hours}"
    counted = [category.category for category in skill if category.used != MODEL]
    sentences = []
    if kind == "start":
        sentences.append(
            f"The forecast was made from {start} alone, without trees: the config asks for it (kind = start)."
        )
    elif kind == "boosted":
        sentences.append(
            f"Boosted trees were followed in full, beyond {start}: the config asks for it (kind = boosted)."
        )
    elif kind == "auto":
        followed: dict[str, list[str]] = {}
        for name, weight in training.get("trees", {}).items():
            if name not in counted:
                followed.setdefault(_FOLLOWED.get(weight, words.share(weight)), []).append(words.plain(name))
        parts = [f"{how} for {words.listed(sorted(followed[how]))}" for how in sorted(followed)]
        sentences.append(
            f"The forecast was made from {start}; boosted trees were followed beyond that as far as they came nearer "
            f"to what was reported on the shifts held out: {'; '.join(parts) or 'in no category'}."
        )
    if kind and counted:
        sentences.append(f"Counting fitted better for {words.listed(map(words.plain, counted))} and is used there.")
    return " ".join(sentences)


def skill_sentences(skill: tuple[SkillComparison, ...], *, validation_shifts: float | None) -> list[str]:
    """The comparison with counting in plain sentences, over all categories and then where the model lost.

    ``hits`` are weighted by each category's incidents; a category without incidents in the window has none.
    """
    compared = [category for category in skill if category.n_incidents]
    if not compared:
        return ["The forecast was not compared with counting: no incident fell in the validation window."]
    total = sum(category.n_incidents for category in compared)
    window = words.count(int(validation_shifts), "shift") if validation_shifts else "shifts"
    baselines = sorted({name for category in compared for name in category.hits} - {MODEL})
    shares = {
        name: words.share(
            sum(category.hits.get(name, math.nan) * category.n_incidents for category in compared) / total
        )
        for name in (MODEL, *baselines)
    }
    others = words.listed(f"{shares[name]} by {method(name)}" for name in baselines)
    sentences = [
        f"On {window} it was not trained on, the busiest 5 % of cells by forecast had {shares[MODEL]} of the {total:,} "
        f"incidents.{f' The busiest by another method had {others}.' if baselines else ''}",
        FLATTERS.replace("`", ""),
    ]
    behind = [category for category in skill if category.used != MODEL]
    if not behind:
        sentences.append("In every category the model fitted better on these shifts than each baseline, so it is used.")
    for category in behind:
        sentences.append(
            f"For {words.plain(category.category)} the model did not beat counting: {method(category.used)} fitted "
            "better and is used for the forecast and the ranking."
        )
    return [*sentences, NO_INTERVAL]


def skill_rows(skill: tuple[SkillComparison, ...]) -> list[dict[str, Any]]:
    """One row per category: hits and deviance of the model and of the best baseline, and what is used."""
    return [_skill_row(category) for category in skill]


def _skill_row(skill: SkillComparison) -> dict[str, Any]:
    baselines = sorted(set(skill.deviance) - {MODEL})
    best = min(baselines, key=lambda name: (skill.deviance[name], name)) if baselines else None
    gain = None if best is None or not skill.deviance[best] else 1 - skill.deviance[MODEL] / skill.deviance[best]
    return {
        "category": words.sentence(words.plain(skill.category)),
        "incidents": f"{skill.n_incidents:,}",
        "hits": words.share(skill.hits.get(MODEL)),
        "rival": method(best) if best else words.MISSING,
        "rival_hits": words.share(skill.hits.get(best)) if best else words.MISSING,
        "gain": _gain(gain),
        "ratio": words.number(skill.predicted_over_observed, digits=3),
        "used": words.sentence(method(skill.used)),
        "lost": skill.used != MODEL,
    }


def _gain(gain: float | None) -> str:
    if gain is None or not math.isfinite(gain):
        return words.MISSING
    if abs(gain) < 0.0005:
        return "less than 0.1 % apart"
    return f"{words.share(abs(gain))} {'lower' if gain > 0 else 'higher'}"


def interval_rows(intervals: tuple[IntervalCalibration, ...]) -> list[dict[str, str]]:
    """The level that each interval states, and the share of sums that lay inside it."""
    return [
        {
            "category": words.sentence(words.plain(interval.category)),
            "level": words.share(interval.level),
            "coverage": words.share(interval.coverage),
            "n": f"{interval.n:,}",
        }
        for interval in intervals
    ]
