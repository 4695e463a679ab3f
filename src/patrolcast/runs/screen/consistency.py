"""What a stored screen says twice must agree: everything that follows from something else in it is drawn again.

Verdicts of features from those of their groups, exclusions from verdicts and joint drops, the verdict of the whole from
what is left, and every figure inside the range that its kind can have; and no verdict may be milder than its own
figures. An edit by hand that forgets one of these is found here, also where somebody sealed the document anew.

Whether a place feature is excluded follows from the sizes of its ties, which are not stored: of it the figures say no
more than that it needs a look. Who rewrites all figures is found by a signature, or by measuring again.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from patrolcast.domain.screening import ScreenVerdict
from patrolcast.domain.settings import Settings
from patrolcast.features.catalogue import is_history
from patrolcast.features.proxies.association import Association
from patrolcast.features.proxies.surrogates import ShapeTest
from patrolcast.features.proxies.verdicts import ContextMeasures, Limits, context_verdict
from patrolcast.runs.pipeline.run import declared_features

_AT_MOST_1 = ("r2",)
_SHARES = ("p", "p_before", "distance")
_CORRELATIONS = ("r", "bend", "unexplained")
_STAYS_OUT = {"excluded", "not measured"}
_ROUNDED = 5e-4
"""What rounding a stored figure to four digits may change of it, as a share."""
_COUNTS = ("n_cells", "n_places", "tier")


def contradiction_in(stored: Mapping[str, Any], settings: Settings, limits: Limits) -> str:
    """What in a stored screen does not follow from the rest of it, or an empty text."""
    try:
        contradictions = itertools.chain(_contradictions(stored, settings), _too_mild(stored["features"], limits))
        return next(filter(None, contradictions), "")
    except (KeyError, TypeError, ValueError, AttributeError):
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
    layers = {spec.name for spec in declared_features(settings) if spec.family == "place"}
    if unsaid := sorted(layers - set(names) - set(stored["not_screened"])):
        yield f"{', '.join(unsaid)} neither measured nor named as not screened"
    if both := sorted(set(stored["not_screened"]) & set(names)):
        yield f"{', '.join(both)} both measured and not screened"
    verdict = _verdict(rows, excluded, joint, settings.screen.significance)
    if stored["verdict"] != verdict:
        yield f"its verdict is {str(stored['verdict'])!a:.40}, and {verdict!r} follows from its findings"
    if verdict != "failed":  # which stops publication by itself
        yield from _of_joint(joint, {row["feature"] for row in rows if row["tier"] == 2} - kept_out, settings)


def _of_joint(joint: Mapping[str, Any], alone: set[str], settings: Settings) -> Iterator[str]:
    """The joint test is of all place features that are not out by themselves, and drops only what it must."""
    dropped, kept = {drop["feature"] for drop in joint["drops"]}, set(joint["kept"])
    if others := sorted((kept | dropped) ^ alone):
        yield f"{', '.join(others)} in the joint test or left on their own, but not both"
    given_away = any(test["p"] <= settings.screen.significance for test in joint["before"])
    if given_away != bool(dropped):
        yield "its joint test drops a feature, or none, against what it found before"
    if not dropped and joint["before"] != joint["after"]:
        yield "its joint test changed although nothing was dropped"


def _of_feature(row: Mapping[str, Any], groups: set[str]) -> Iterator[str]:
    """A feature's own verdict, group and reason, from the findings for each group."""
    name, findings = row["feature"], row["groups"]
    measured = [finding["group"] for finding in findings]
    if not measured or len(set(measured)) < len(measured) or not set(measured) <= groups:
        yield f"{name} is measured for no group, or for one twice or unknown"
    order = list(ScreenVerdict)
    worst = min(findings, key=lambda finding: order.index(ScreenVerdict(finding["verdict"])))["verdict"]
    of_group = next((finding for finding in findings if finding["group"] == row["group"]), None)
    if of_group is None:
        yield f"{name} names {str(row['group'])!a:.40}, for which it has no finding"
        return
    if row["verdict"] != worst or of_group["verdict"] != worst:
        yield f"{name} is {row['verdict']!s}, and the worst finding for a group is {worst}"
    if row["reason"] != of_group["reason"]:
        yield f"{name} gives another reason than the finding for {row['group']}"


def _too_mild(rows: list[Mapping[str, Any]], limits: Limits) -> Iterator[str]:
    """Verdicts that are milder than the finding's own figures, wherever rounding leaves them."""
    order = list(ScreenVerdict)
    for row in rows:
        for finding in row["groups"]:
            least = _least_verdict(finding, limits, tier=row["tier"], n_groups=len(row["groups"]))
            if order.index(ScreenVerdict(finding["verdict"])) > order.index(least):
                yield (
                    f"{row['feature']} is {finding['verdict']} for {finding['group']}, and by its own figures at least "
                    f"{least}"
                )


def _least_verdict(finding: Mapping[str, Any], limits: Limits, *, tier: int, n_groups: int) -> ScreenVerdict:
    """The mildest verdict that the stored figures of a finding leave open."""
    plain = Association(finding["r"], finding["p"], finding["effective_n"] * (1 + _ROUNDED), "")
    given = Association(finding["conditional_r"], finding["conditional_p"], plain.effective_n, "")
    wider = Limits(
        limits.conditional * (1 + _ROUNDED), limits.marginal * (1 + _ROUNDED), limits.adversary * (1 + _ROUNDED),
        limits.significance * (1 - _ROUNDED),
    )  # fmt: skip
    if tier == 1:
        p = finding.get("family_p")
        beyond = p is not None and p < wider.significance and abs(given.r) > wider.conditional
        return ScreenVerdict.EXCLUDED if beyond else ScreenVerdict.CLEARED
    if finding["verdict"] in _STAYS_OUT:
        return ScreenVerdict.CLEARED
    measured = ContextMeasures(
        plain, given, 1.0, finding["adversary_r2"], finding["conditional_r2"],
        ShapeTest(finding["distance"], finding["bend"], finding["shape_p"]), n_groups=n_groups,
    )  # fmt: skip
    return context_verdict("", measured, wider)[0]


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
