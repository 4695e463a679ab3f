"""What a stored screen says twice must agree: everything that follows from something else in it is drawn again.

Verdicts of features from those of their groups, exclusions from verdicts and joint drops, the verdict of the whole from
what is left, and every figure inside the range that its kind can have. An edit by hand that forgets one of these is
found here, also where somebody sealed the document anew.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from patrolcast.domain.screening import ScreenVerdict
from patrolcast.domain.settings import Settings
from patrolcast.features.catalogue import is_history
from patrolcast.runs.pipeline.run import declared_features

_AT_MOST_1 = ("r2",)
_SHARES = ("p", "p_before", "distance")
_CORRELATIONS = ("r", "bend", "unexplained")
_STAYS_OUT = {"excluded", "not measured"}
_COUNTS = ("n_cells", "n_places", "tier")


def contradiction_in(stored: Mapping[str, Any], settings: Settings) -> str:
    """What in a stored screen does not follow from the rest of it, or an empty text."""
    try:
        return next(filter(None, _contradictions(stored, settings)), "")
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
        return "it lacks its findings"


def _contradictions(stored: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    rows, joint, excluded = stored["features"], stored["joint"], dict(stored["excluded"])
    yield from _out_of_range(stored)
    names = [row["feature"] for row in rows]
    if not rows or len(set(names)) < len(names):
        yield "it names no feature, or one twice"
    if not 1 <= stored["n_places"] <= stored["n_cells"]:
        yield f"{stored['n_places']} places in {stored['n_cells']} cells"
    tier = {spec.name: 1 if is_history(spec) else 2 for spec in declared_features(settings)}
    if wrong_tier := sorted(row["feature"] for row in rows if row["tier"] != tier.get(row["feature"], row["tier"])):
        yield f"{', '.join(wrong_tier)} in another tier than the feature belongs to"
    groups = set() if settings.residents is None else set(settings.residents.groups)
    named = groups - set(dict(stored.get("groups_not_measured", {})))
    for row in rows:
        yield from _of_feature(row, groups)
        if left_out := sorted(named - {finding["group"] for finding in row["groups"]}):
            yield f"{row['feature']} is not measured against {', '.join(left_out)}"
    kept_out = {row["feature"] for row in rows if row["verdict"] in _STAYS_OUT}
    dropped, kept = [drop["feature"] for drop in joint["drops"]], list(joint["kept"])
    if open_ones := sorted((kept_out | set(dropped)) - set(excluded)):
        yield f"{', '.join(open_ones)} measured as excluded and not kept out"
    if too_many := sorted(set(excluded) - kept_out - set(dropped)):
        yield f"{', '.join(too_many)} kept out and not measured as excluded"
    if wrong := sorted(set(kept) & set(excluded) | (set(kept) | set(dropped)) - set(names)):
        yield f"{', '.join(wrong)} in the joint test, and kept out or not measured"
    if both := sorted(set(stored["not_screened"]) & set(names)):
        yield f"{', '.join(both)} both measured and not screened"
    verdict = _verdict(rows, excluded, joint, settings.screen.significance)
    if stored["verdict"] != verdict:
        yield f"its verdict is {str(stored['verdict'])!a:.40}, and {verdict!r} follows from its findings"


def _of_feature(row: Mapping[str, Any], groups: set[str]) -> Iterator[str]:
    """A feature's own verdict, group and reason, from the findings for each group."""
    name, findings = row["feature"], row["groups"]
    measured = [finding["group"] for finding in findings]
    if not measured or len(set(measured)) < len(measured) or not set(measured) <= groups:
        yield f"{name} is measured for no group, or for one twice or unknown"
    order = list(ScreenVerdict)
    worst = min(findings, key=lambda finding: order.index(ScreenVerdict(finding["verdict"])))["verdict"]
    of_group = next(finding for finding in findings if finding["group"] == row["group"])
    if row["verdict"] != worst or of_group["verdict"] != worst:
        yield f"{name} is {row['verdict']!s}, and the worst finding for a group is {worst}"
    if row["reason"] != of_group["reason"]:
        yield f"{name} gives another reason than the finding for {row['group']}"


def _verdict(
    rows: list[Mapping[str, Any]], excluded: Mapping[str, str], joint: Mapping[str, Any], significance: float
) -> str:
    """As `runs/screen/screen` draws it: together, what is left may give no group away."""
    if any(test["p"] <= significance for test in joint["after"]):
        return "failed"
    left = {row["verdict"] for row in rows if row["feature"] not in excluded}
    return "passed" if left <= {str(ScreenVerdict.CLEARED)} else "passed with remarks"


def _out_of_range(stored: Mapping[str, Any]) -> Iterator[str]:
    for key, value in _numbers(stored):
        if not math.isfinite(value) or not _in_range(key, value):
            yield f"{key} is {value:g}"


def _numbers(value: object, key: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _numbers(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key, float(value)


def _in_range(key: str, value: float) -> bool:
    """Whether a figure can be of its kind, by the last word of its name; a little beyond is rounding."""
    last, slack = key.rpartition("_")[2], 1e-3
    if key in _COUNTS:
        return value >= 0 and value == int(value)
    if last in _AT_MOST_1:
        return value <= 1 + slack
    if key in _SHARES or last == "p":
        return -slack <= value <= 1 + slack
    if key in _CORRELATIONS or last == "r":
        return abs(value) <= 1 + slack
    return not key.endswith("effective_n") or value >= 0
