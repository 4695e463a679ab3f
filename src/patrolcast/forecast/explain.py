"""Why a cell's forecast is what it is: additive contributions, and the same in plain words.

On the log scale a forecast is a sum: the starting rate, what the place's own share of the shift makes of it, the trees'
base, and one contribution per feature (Shapley values of the trees: Lundberg et al. 2020, doi
10.1038/s42256-019-0138-9). They sum to the model's raw score; the words only choose and round them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from patrolcast.domain.errors import ProhibitedDataError
from patrolcast.domain.matrix import AdmittedFeature, AdmittedMatrix, FeatureSpec
from patrolcast.forecast.gbm import FittedModel, load_lightgbm
from patrolcast.numerics.arrays import Float32Array, FloatArray

MODEL_BASE = "model_base"
SHARE_OF_SHIFT = "share_of_shift"
STARTING_RATE = "starting_rate"
ENDS = (MODEL_BASE, SHARE_OF_SHIFT, STARTING_RATE)
"""What follows the features: the trees' base, and the two parts of the start."""
_SMALLEST_SHOWN = 0.03


def contributions(model: FittedModel, matrix: AdmittedMatrix, *, threads: int) -> FloatArray:
    """Contributions on the log scale, ``[n_rows, n_features + 3]``; the last three are those of :data:`ENDS`.

    Each row sums to the raw score. Costly: ask for suggested cells only.
    """
    if matrix.names != model.names:
        raise ProhibitedDataError("explanation", got="other columns than the model's", rule="same names, same order")
    trees = np.zeros((len(matrix.start), 1))
    if model.text:
        booster = load_lightgbm().Booster(model_str=model.text)
        trees = np.asarray(booster.predict(matrix.values, pred_contrib=True, num_threads=threads))
    return np.column_stack([matrix.tree_weight * trees, matrix.share_of_shift, matrix.start])


def long_table(suggestion_id: Iterable[str], category: str, matrix: AdmittedMatrix, parts: FloatArray) -> pd.DataFrame:
    """One row per suggestion and contribution: feature, value, contribution, and the raw score they sum to.

    The value of the starting rate is in incidents per shift, that of the share a factor on it.
    """
    names = [*matrix.names, *ENDS]
    ids = list(suggestion_id)
    values = np.column_stack([matrix.values, np.full(len(ids), np.nan), np.exp(parts[:, -2:])])
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

    category: str
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
    values, row : feature values and contributions of the row (:func:`contributions`).
    level : the forecast against the city in words, always first of what raises it.
    most : how many features to name, one per family; those that move the forecast by less than 3 % are left out. The
        place's own share of the shift is one of them.
    """
    raised, lowered = [level], list[str]()
    families: set[str] = set()
    effects = [*row[: len(columns)], row[len(columns) + ENDS.index(SHARE_OF_SHIFT)]]
    for position in np.argsort(-np.abs(effects), kind="stable"):
        effect = float(effects[position])
        if len(raised) + len(lowered) > most or abs(effect) < _SMALLEST_SHOWN:
            break
        if position == len(columns):
            family, text = SHARE_OF_SHIFT, f"{setting.category} reports here fall at this time of day {_times(effect)}"
        else:
            spec = columns[position].spec
            family, text = spec.family, phrase(spec, float(values[position]), setting)
        if family in families:
            continue
        families.add(family)
        direction, texts = ("raises", raised) if effect > 0 else ("lowers", lowered)
        texts.append(f"{text} ({direction} it by {100 * _change(effect):.0f} %)")
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
    >>> words = "{per_year} {what} reports a year here in the long run"
    >>> spec = FeatureSpec("reports_all", "", Provenance.CITIZEN, "history", 0, "", "", words)
    >>> phrase(spec, 30 / 365, Setting("burglary", "Friday", "evenings"))
    '30 burglary reports a year here in the long run'
    """
    if not np.isfinite(value):
        return f"{spec.name.removeprefix('place_').replace('_', ' ')}: not known here"
    text = spec.phrase.format(
        per_year=_few(value * 365.0),
        percent=f"{100 * value:.0f}",
        whole=f"{value:,.0f}",
        few=_few(value),
        a="a" if value >= 0.5 else "no",
        what=setting.category,
        weekday=setting.weekday,
        shift=setting.shift,
    )
    text = re.sub(r"(?<![.,\d])1 ((?:\w+ )*?)(report|day|metre)s\b", r"1 \1\2", text)
    return text


def _few(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 9.5 else f"{number:.1f}"


def _times(effect: float) -> str:
    return f"{np.exp(effect):.2g} times as often as in the whole city"


def _change(effect: float) -> float:
    return float(np.expm1(effect)) if effect > 0 else float(-np.expm1(effect))
