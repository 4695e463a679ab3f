"""Why a cell's forecast is what it is: additive contributions, and the same in plain words.

On the log scale a forecast is a sum: the starting rate, the model's base, and one contribution per feature (Shapley
values of the trees: Lundberg et al. 2020, doi 10.1038/s42256-019-0138-9). They sum to the model's raw score; the words
only choose and round them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix, FeatureSpec
from patrolcast.forecast.gbm import FittedModel
from patrolcast.numerics.arrays import Float32Array, FloatArray, IntArray

STARTING_RATE = "starting_rate"
MODEL_BASE = "model_base"
_SMALLEST_SHOWN = 0.03
_LONGEST_KNOWN_DAYS = 365


def contributions(model: FittedModel, matrix: AdmittedMatrix, *, threads: int) -> FloatArray:
    """Contributions on the log scale, ``[n_rows, n_features + 2]``; the last two are model base and starting rate.

    Each row sums to the raw score. Costly: ask for suggested cells only.
    """
    if matrix.names != model.names:
        raise ProhibitedDataError("explanation", got="other columns than the model's", rule="same names, same order")
    booster = lgb.Booster(model_str=model.text)
    trees = np.asarray(booster.predict(matrix.values, pred_contrib=True, num_threads=threads))
    return np.column_stack([matrix.tree_weight * trees, matrix.offset])


def select(matrix: AdmittedMatrix, rows: IntArray) -> AdmittedMatrix:
    """The named rows of a matrix."""
    return AdmittedMatrix(matrix.values[rows], matrix.columns, matrix.offset[rows], matrix.tree_weight)


def long_table(suggestion_id: Iterable[str], category: str, matrix: AdmittedMatrix, parts: FloatArray) -> pd.DataFrame:
    """One row per suggestion and contribution: feature, value, contribution, and the raw score they sum to."""
    names = [*matrix.names, MODEL_BASE, STARTING_RATE]
    ids = list(suggestion_id)
    values = np.column_stack([matrix.values, np.full((len(ids), 1), np.nan), np.exp(matrix.offset)])
    return pd.DataFrame(
        {
            "suggestion_id": np.repeat(ids, len(names)),
            "category": category,
            "feature": np.tile(names, len(ids)),
            "value": values.reshape(-1),
            "contribution": parts.reshape(-1),
            "raw_score": np.repeat(parts.sum(axis=1), len(names)),
        }
    )


def empty_table() -> pd.DataFrame:
    """No contributions: every suggestion was ranked by a baseline."""
    texts = {name: pd.Series(dtype="str") for name in ("suggestion_id", "category", "feature")}
    numbers = {name: pd.Series(dtype="float64") for name in ("value", "contribution", "raw_score")}
    return pd.DataFrame(texts | numbers)


@dataclass(frozen=True)
class Setting:
    """What a reason may speak of: the category in words, the weekday and the part of the day of the shift."""

    what: str
    weekday: str
    shift: str


def part_of_day(hour: int) -> str:
    """What people call the part of the day in which a shift begins.

    >>> [part_of_day(hour) for hour in (3, 6, 14, 16, 22)]
    ['nights', 'mornings', 'afternoons', 'evenings', 'nights']
    """
    return (
        "nights" if hour >= 20 or hour < 4 else "mornings" if hour < 11 else "afternoons" if hour < 16 else "evenings"
    )


def reasons(
    columns: tuple[AdmittedFeature, ...],
    values: Float32Array,
    row: FloatArray,
    *,
    level: str,
    setting: Setting,
    most: int = 3,
) -> tuple[list[str], list[str]]:
    """What raises one forecast row and what lowers it, in plain words, strongest first: only the first are reasons.

    Parameters
    ----------
    values, row : feature values and contributions of the row.
    level : the forecast against the city in words, always first of what raises it.
    most : how many features to name, one per family; those that move the forecast by less than 3 % are left out.
    """
    raised, lowered = [level], list[str]()
    used: set[str] = set()
    for position in np.argsort(-np.abs(row[: len(columns)]), kind="stable"):
        effect = float(row[position])
        spec = columns[position].spec
        if len(raised) + len(lowered) > most or abs(effect) < _SMALLEST_SHOWN:
            break
        if spec.family in used:
            continue
        used.add(spec.family)
        direction, texts = ("raises", raised) if effect > 0 else ("lowers", lowered)
        texts.append(
            f"{phrase(spec, float(values[position]), setting)} ({direction} it by {100 * _change(effect):.0f} %)"
        )
    return raised, lowered


def level_words(category: str, expected: float, of_city: FloatArray) -> str:
    """The forecast of one cell and category beside the average cell of the whole city in the same shift, in words.

    >>> level_words("vehicle_theft", 0.3, np.array([0.3, 0.1, 0.05, 0.15]))
    'vehicle theft is expected here 2.0 times as often as in the average place of the city in this shift'
    """
    times = expected / mean if (mean := float(of_city.mean())) else 0.0
    name = category.replace("_", " ")
    return f"{name} is expected here {times:.1f} times as often as in the average place of the city in this shift"


def phrase(spec: FeatureSpec, value: float, setting: Setting) -> str:
    """A feature's value in words.

    >>> from patrolcast.domain.provenance import Provenance
    >>> words = "{n} {what} reports here in the last {days} days"
    >>> spec = FeatureSpec("reports_28d", "", Provenance.CITIZEN, "history", 28, "", "", words)
    >>> phrase(spec, 3 / 28, Setting("burglary", "Friday", "evenings"))
    '3 burglary reports here in the last 28 days'
    >>> phrase(spec, 1 / 28, Setting("burglary", "Friday", "evenings"))
    '1 burglary report here in the last 28 days'
    """
    days = spec.lookback_days if np.isfinite(spec.lookback_days) else 0.0
    if not np.isfinite(value):
        return f"{spec.name.removeprefix('place_').replace('_', ' ')}: not known here"
    text = spec.phrase.format(
        n=round(value * days),
        mean=f"{value * days:.1f}",
        days=f"{days:.0f}",
        per_year=_few(value * 365.0),
        percent=f"{100 * value:.0f}",
        ratio=f"{100 * np.exp(np.clip(value, -7, 7)):.0f}",
        whole=f"{value:,.0f}",
        few=_few(value),
        a="a" if value >= 0.5 else "no",
        what=setting.what,
        weekday=setting.weekday,
        shift=setting.shift,
    )
    text = re.sub(r"(?<![.,\d])1 ((?:\w+ )*?)(report|day|metre)s\b", r"1 \1\2", text)
    if spec.family == "recency" and value >= _LONGEST_KNOWN_DAYS:
        text = f"at least {text}"
    return text.replace("in the last 1 day", "in the last day")


def _few(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 9.5 else f"{number:.1f}"


def _change(effect: float) -> float:
    return float(np.expm1(effect)) if effect > 0 else float(-np.expm1(effect))
