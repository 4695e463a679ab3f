"""The record of admissions: what the policy decided for every feature, and by which rule (`admission.json`)."""

import math
from collections.abc import Mapping
from typing import Any

from patrolcast.domain.matrix import Admission, FeatureSpec


def admission_document(admission: Admission, screened: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Every feature of the catalogue, admitted ones first.

    ``association`` is what the stored screen measured for the group that it goes with most (``screened``: feature ->
    finding, see `domain.screening`); None, with the reason beside it, where nothing was measured.
    ``lookback_days`` is None with ``lookback`` "all history" for a feature that sees everything (JSON has no infinity).
    """
    admitted = [_feature(feature.spec, "admitted", feature.rule, None, screened) for feature in admission.admitted]
    excluded = [
        _feature(feature.spec, "excluded", feature.rule, feature.reason, screened) for feature in admission.excluded
    ]
    return {"counts": {"admitted": len(admitted), "excluded": len(excluded)}, "features": [*admitted, *excluded]}


def _feature(
    spec: FeatureSpec, decision: str, rule: str, reason: str | None, screened: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    endless = math.isinf(spec.lookback_days)
    return {
        "name": spec.name,
        "decision": decision,
        "rule": rule,
        "reason": reason,
        "unit": spec.unit,
        "provenance": str(spec.provenance),
        "family": spec.family,
        "lookback": "all history" if endless else f"{spec.lookback_days:g} days",
        "lookback_days": None if endless else spec.lookback_days,
        "source": spec.source,
        "caution": spec.caution,
        "association": dict(screened[spec.name]) if spec.name in screened else None,
        "association_note": _note(spec.name, screened),
    }


def _note(name: str, screened: Mapping[str, Mapping[str, Any]]) -> str:
    if name in screened:
        return "an association of areas; it says nothing about any individual"
    if screened:
        return "not measured: the same in every cell, or kept out before the screen"
    return "not measured: no screen against the groups' shares is stored with this run"
