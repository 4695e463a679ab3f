"""The record of admissions: what the policy decided for every feature, and by which rule (`admission.json`)."""

from __future__ import annotations

import math
from typing import Any

from patrolcast.domain.matrix import Admission, FeatureSpec


def admission_document(admission: Admission) -> dict[str, Any]:
    """Every feature of the catalogue, admitted ones first.

    ``association`` is None until the screen has measured it, and ``lookback_days`` is None with
    ``lookback`` "all history" for a feature that sees everything (JSON has no infinity).
    """
    admitted = [_told(one.spec, "admitted", one.rule, None) for one in admission.admitted]
    excluded = [_told(one.spec, "excluded", one.rule, one.reason) for one in admission.excluded]
    return {
        "counts": {"admitted": len(admitted), "excluded": len(excluded)},
        "features": [*admitted, *excluded],
    }


def _told(spec: FeatureSpec, decision: str, rule: str, reason: str | None) -> dict[str, Any]:
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
        "association": None,
        "association_note": "not measured: no screen against the groups' shares is stored with this run",
    }
