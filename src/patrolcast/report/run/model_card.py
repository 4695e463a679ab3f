"""The model card as data: CycloneDX 1.6 with a modelCard, made from the run alone (`model/card.json`).

Reporting follows Mitchell et al. 2019 (doi 10.1145/3287560.3287596). Each entry carries a fact of this run or is left
out; a card without limitations is refused: a model without known limits has not been examined.
"""

import hashlib
import math
import uuid
from typing import Any

from patrolcast.domain.comparison import MODEL
from patrolcast.domain.errors import GovernanceError
from patrolcast.domain.records import NOTICE, RunContext, RunResult, SourceAccount
from patrolcast.report import words
from patrolcast.report.audit.page import NO_GROUPS, about_groups
from patrolcast.report.audit.skill_words import made_by, method

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/schema/bom-1.6")


def card_json(result: RunResult, context: RunContext, *, limits: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The card as CycloneDX 1.6 ML-BOM; the same run gives the same document.

    Raises GovernanceError when ``limits`` (None: those of the run) is empty.
    """
    limits = context.what_it_cannot_show if limits is None else limits
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{context.run_id} {context.config_sha256}')}",
        "version": 1,
        "metadata": {"component": _model(result, context, limits)},
        "components": [
            {"type": "library", "bom-ref": f"library:{name}", "name": name, "version": version}
            for name, version in sorted(context.versions.items())
        ],
    }


def limitations(result: RunResult, context: RunContext, limits: tuple[str, ...]) -> list[str]:
    """What the model is known not to do: the standing limits, then those of this run."""
    if not any(limit.strip() for limit in limits):
        raise GovernanceError("model card", got="no limitation", rule="a card names at least one", cure="state LIMITS")
    lines = [*limits, *context.exceptions]
    behind = [words.plain(skill.category) for skill in result.skill if skill.used != MODEL]
    if behind:
        lines.append(
            f"In this run the model did not beat counting for {words.listed(behind)}; a baseline is used there."
        )
    silent = [words.plain(skill.category) for skill in result.skill if not skill.n_incidents]
    if silent:
        lines.append(f"No incident of {words.listed(silent)} fell in the validation window: its skill is not known.")
    lines += [
        f"Of {source.rows_in:,} rows of {source.name}, {sum(source.refused.values()):,} were refused, "
        f"{sum(source.cancelled.values()):,} cancelled and {sum(source.set_aside.values()):,} set aside; what they "
        "would have said is not in the forecast."
        for source in context.sources
        if source.of_incidents and source.kept < source.rows_in
    ]
    if context.newest_report is not None:
        hours = (context.as_of - context.newest_report).total_seconds() / 3600
        lines.append(f"The newest report was {words.age(hours)} old when the run was made; later ones are not seen.")
    if not any(about_groups(gate) for gate in result.gates):
        lines.append(NO_GROUPS)
    return [*lines, *result.notes, *context.notes]


def _model(result: RunResult, context: RunContext, limits: tuple[str, ...]) -> dict[str, Any]:
    text = result.model_text.encode("utf-8")
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": f"model:{context.run_id}",
        "name": f"patrolcast {context.name}",
        "version": context.run_id,
        "description": f"Expected {_incidents(context)} per cell and shift in {context.title}. {NOTICE}",
    }
    if text:
        component["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(text).hexdigest()}]
    component["modelCard"] = {
        "bom-ref": f"card:{context.run_id}",
        "modelParameters": _parameters(result, context),
        "quantitativeAnalysis": {"performanceMetrics": metrics(result)},
        "considerations": _considerations(result, context, limits),
        "properties": _properties(result, context),
    }
    return component


def _parameters(result: RunResult, context: RunContext) -> dict[str, Any]:
    inputs = [
        {"format": f"{feature.spec.name} ({feature.spec.unit}, from {feature.spec.provenance} records)"}
        for feature in result.admission.admitted
    ]
    return {
        "approach": {"type": "supervised"},
        "task": "Poisson regression of incident counts per cell, shift and category",
        "architectureFamily": "gradient-boosted trees" if result.model_text else "weighted counts",
        "modelArchitecture": architecture(result),
        "datasets": [_dataset(source, context) for source in context.sources],
        "inputs": inputs,
        "outputs": [{"format": "expected_incidents (mean per cell, category and shift), lower, upper"}],
    }


def _incidents(context: RunContext) -> str:
    return "citizen-reported incidents" if context.call_source.known else "recorded incidents"


def architecture(result: RunResult) -> str:
    """What kind of model stands behind the methods that were used."""
    if result.model_text:
        return "a weighted sum of decayed counts, and gradient-boosted trees beyond it (LightGBM, Poisson objective)"
    by_start = any(skill.used == MODEL for skill in result.skill)
    return "a weighted sum of decayed counts, without trees" if by_start else used_methods(result)


def used_methods(result: RunResult) -> str:
    """The methods that made the forecast, in words."""
    return words.listed(sorted({method(skill.used) for skill in result.skill})) or words.MISSING


_LAYER = "Map layer or table: areas, places or residents; none of its rows is an incident"


def _dataset(source: SourceAccount, context: RunContext) -> dict[str, Any]:
    incidents = f"Records export, without any column on persons. {context.call_source.counted}"
    facts = {"sha256": source.sha256, "rows_in": str(source.rows_in), "rows_kept": str(source.kept)}
    facts |= {f"set_aside: {name}": str(n) for name, n in sorted(source.set_aside.items())}
    facts |= {f"cancelled: {name}": str(n) for name, n in sorted(source.cancelled.items())}
    facts |= {f"refused: {name}": str(n) for name, n in sorted(source.refused.items())}
    return {
        "type": "dataset",
        "name": source.name,
        "contents": {"properties": _pairs(facts)},
        "description": incidents if source.of_incidents else "; ".join((_LAYER, *source.notes)),
    }


def metrics(result: RunResult) -> list[dict[str, Any]]:
    """Every measured figure as text with its slice; what could not be measured is left out, not invented."""
    entries: list[dict[str, Any]] = []
    for skill in result.skill:
        for name in sorted(skill.deviance):
            entries += _metric(
                "mean Poisson deviance per cell and shift", skill.deviance[name], f"{skill.category}, {name}"
            )
            entries += _metric(
                "share of incidents in the 5 % of cells ranked highest",
                skill.hits.get(name),
                f"{skill.category}, {name}",
            )
        entries += _metric(
            "predicted / observed incidents", skill.predicted_over_observed, f"{skill.category}, {skill.used}"
        )
    for band in result.intervals:
        entries += _metric(f"coverage of the {words.share(band.level)} interval", band.coverage, band.category)
    for gate in result.gates:
        if gate.lower is not None and gate.upper is not None and gate.value is not None:
            ends = {"lowerBound": repr(float(gate.lower)), "upperBound": repr(float(gate.upper))}
            entries.append({"type": gate.name, "value": repr(float(gate.value)), "confidenceInterval": ends})
    return entries


def _metric(name: str, value: float | None, part: str) -> list[dict[str, Any]]:
    if value is None or not math.isfinite(value):
        return []
    return [{"type": name, "value": repr(float(value)), "slice": part}]


def _considerations(result: RunResult, context: RunContext, limits: tuple[str, ...]) -> dict[str, Any]:
    shifts = int(result.forecast["shift_start"].nunique())
    excluded = [feature.spec.name for feature in result.admission.excluded]
    left_out = f"left out by rule: {', '.join(excluded)}" if excluded else "no declared feature was left out"
    set_aside = sum(sum(source.set_aside.values()) for source in context.sources if source.of_incidents)
    card: dict[str, Any] = {
        "users": [f"Crime analysts and shift supervisors of {context.title}; a person decides on each suggestion"],
        "useCases": [
            f"Planning discretionary patrol for {words.count(shifts, 'shift')} over {len(result.cells):,} cells, "
            f"until {context.expires_at.isoformat()}"
        ],
        "technicalLimitations": limitations(result, context, limits),
        "ethicalConsiderations": [
            {
                "name": "Records that police activity itself produces would steer patrol to where patrol was",
                "mitigationStrategy": f"{set_aside:,} records were set aside. {context.call_source.counted}",
            },
            {
                "name": "Features may stand in for membership of a group",
                "mitigationStrategy": f"{len(result.admission.admitted)} features admitted; {left_out}",
            },
            {
                "name": "A suggestion may be taken as a reason to stop or arrest someone",
                "mitigationStrategy": f"All {len(result.visited):,} suggestions carry the notice: {NOTICE}",
            },
        ],
    }
    if not any(about_groups(gate) for gate in result.gates):
        card["fairnessAssessments"] = [{"groupAtRisk": "residents by group", "harms": NO_GROUPS}]
    return card


def _properties(result: RunResult, context: RunContext) -> list[dict[str, str]]:
    facts = {
        "patrolcast:run_id": context.run_id,
        "patrolcast:as_of": context.as_of.isoformat(),
        "patrolcast:config_sha256": context.config_sha256,
    }
    if explanation := made_by(result.skill, result.training):
        facts["patrolcast:made_by"] = explanation
    facts |= {f"patrolcast:training:{key}": str(value) for key, value in sorted(result.training.items())}
    facts |= {f"patrolcast:gate:{gate.name}": f"{gate.verdict}; {gate.threshold}" for gate in result.gates}
    return _pairs(facts)


def _pairs(facts: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in facts.items()]
