"""Contrasts, measures and the drawn places as outcomes.json holds them: rounded, and without what may not be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from patrolcast.audit.outcomes.findings import ContrastFinding
from patrolcast.audit.outcomes.ratios import Ratio
from patrolcast.audit.outcomes.shown import ShownSums
from patrolcast.domain.outcomes.declared import Declared, OutcomeMeasure
from patrolcast.domain.outcomes.verdicts import FELL, NO_CLEAR_CHANGE, NOT_MEASURED, ROSE, TOO_SMALL
from patrolcast.runs.outcomes.drawn_cells import Drawn
from patrolcast.runs.outcomes.history import Named, identity

_MATTERS_SHARE = 0.25
"""Where reported crime is concerned, a difference of a quarter of the mean counts as one that would matter."""


def contrast_row(finding: ContrastFinding, shown: ShownSums | None) -> dict[str, Any]:
    """One contrast; ratios to two digits, since more would give hidden counts away."""
    contrast, estimand = finding.contrast, finding.contrast.estimand
    is_shown = shown is not None and shown.is_ratio_shown
    return {
        "measure": estimand.measure.id,
        "outcome": estimand.measure.outcome,
        "kind": estimand.kind,
        "group": estimand.group,
        "versus": estimand.versus,
        "per": estimand.measure.per,
        "matters": estimand.measure.matters,
        "months_before": contrast.months[0],
        "months_after": contrast.months[1],
        "before": None if shown is None else shown.before,
        "after": None if shown is None else shown.after,
        "other_before": None if shown is None else shown.other_before,
        "other_after": None if shown is None else shown.other_after,
        "ratio": _ratio(contrast.ratio) if is_shown else None,
        "is_hidden": shown is not None and not is_shown,
        "p": _round(contrast.p) if is_shown else None,
        "p_adjusted": _round(finding.adjusted) if is_shown else None,
        "smallest_found": _round(finding.smallest) if is_shown else None,
        "earlier": _ratio(contrast.earlier) if shown is not None and shown.is_earlier_shown else None,
        "is_earlier_hidden": shown is not None and not shown.is_earlier_shown,
        "earlier_moved": contrast.earlier_moved,
        "levels": None if contrast.levels is None or not is_shown else [_ratio(level) for level in contrast.levels],
        "verdict": finding.verdict,
        "reason": contrast.reason,
    }


def measure_row(
    measure: OutcomeMeasure, named: Mapping[str, Named], declared: Declared, beforehand: set[str]
) -> dict[str, Any]:
    """One measure, with the day on which it was named as it is now."""
    first = named[identity(declared, measure.id)]
    return {
        "id": measure.id,
        "question": measure.question,
        "outcome": measure.outcome,
        "contrasts": list(measure.contrasts),
        "per": measure.per,
        "matters": measure.matters,
        "named_on": first.day,
        "entry": first.entry,
        "named_beforehand": measure.id in beforehand,
    }


def effect_row(drawn: Drawn, *, level: float) -> dict[str, Any]:
    """Reported incidents in drawn places; the verdict goes by Hajek's difference."""
    effect = drawn.effect
    if effect is None:
        return {"verdict": NOT_MEASURED, "reason": drawn.reason}
    if effect.p <= level:
        verdict = ROSE if effect.difference[0] > 0.0 else FELL
    else:
        verdict = TOO_SMALL if effect.smallest > _MATTERS_SHARE * max(effect.means[1], 1e-12) else NO_CLEAR_CHANGE
    return {
        "verdict": verdict,
        "reason": "",
        "unit": "reported incidents in 1,000 places and shifts",
        "where_suggested": _round(1000 * effect.means[0]),
        "where_withheld": _round(1000 * effect.means[1]),
        "difference": [_round(1000 * value) for value in effect.difference],
        "weighted_difference": [_round(1000 * value) for value in effect.weighted_difference],
        "smallest_found": _round(1000 * effect.smallest),
        "ratio": None if effect.ratio is None else [_round(value) for value in effect.ratio],
        "p": _round(effect.p),
        "incidents": list(effect.incidents),
        "rows": effect.n_rows,
        "shifts": effect.n_shifts,
        "first_shift": drawn.shifts[0] if drawn.shifts else None,
        "last_shift_end": drawn.shifts[1] if drawn.shifts else None,
    }


def _ratio(ratio: Ratio | None) -> dict[str, float | None] | None:
    if ratio is None:
        return None
    return {"value": _round(ratio.value), "lower": _round(ratio.lower), "upper": _round(ratio.upper)}


def _round(value: float | None) -> float | None:
    """Two significant digits from 10 on and below 1, two decimals between: 1.07 and 1.12 must not look alike."""
    if value is None:
        return None
    return round(value, 2) if 1.0 <= abs(value) < 10.0 else float(f"{value:.2g}")
