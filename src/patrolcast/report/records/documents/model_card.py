"""The model card: CycloneDX 1.6 with a modelCard, which is the list of software parts too, and the same for reading.

Headings follow Mitchell et al. 2019 (doi 10.1145/3287560.3287596). `model/card.json` in the run folder is what the run
itself says; this one adds who answers for it, the groups, and a pointer for each figure.
"""

import uuid
from typing import Any

from patrolcast.domain.errors import GovernanceError
from patrolcast.report.records import shared_facts as facts
from patrolcast.report.records.cited.record import Listing, Part, Record
from patrolcast.report.records.cited.sources import Sources, token

_LIMITS = "/metadata/component/modelCard/considerations/technicalLimitations"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/schema/bom-1.6")


def model_card(sources: Sources) -> Record:
    """The card. Needs organisation, purpose and oversight.

    Raises GovernanceError: the run states no limitation; a model without known limits has not been examined.
    """
    limits = sources.value("card", _LIMITS) if sources.has("card", _LIMITS) else []
    if not any(str(limit).strip() for limit in limits):
        raise GovernanceError("model card", got="no limitation", rule="a card names at least one", cure="run it again")
    return Record(
        "model_card",
        "Model card",
        "Headings of Mitchell et al.; the JSON beside it is CycloneDX, and lists the software parts too.",
        _parts(sources, len(limits)),
        tree=_bom(sources, len(limits)),
        tree_name="model_card.cdx.json",
    )


def _parts(sources: Sources, n_limits: int) -> tuple[Part, ...]:
    say = sources.say
    trained = sources.has("manifest", "/training/incidents")
    return (
        Part(
            "details",
            "Model details",
            (
                say(
                    "Forecast of run <manifest:/run_id> for <manifest:/title>, made by patrolcast "
                    "<manifest:/versions/patrolcast>."
                ),
                say("Developed as free software; run by <organisation:/team>, <organisation:/name>."),
                say("Hash of the config: <manifest:/config_sha256>. Seed: <manifest:/seed>."),
                say(facts.made_by_template(sources)),
            ),
        ),
        Part(
            "use",
            "Intended use",
            (
                say("<purpose:/goal>"),
                say(
                    "Advice on discretionary patrol over <audit:/concentration/cells|count> cells and "
                    "<audit:/concentration/shifts|count> shifts, until <manifest:/expires_at|moment>."
                ),
                say("<oversight:/decisions>"),
                say("<manifest:/notice>"),
            ),
        ),
        Part(
            "factors",
            "Factors",
            (
                say(
                    "<admission:/counts/admitted|count> features were admitted and "
                    "<admission:/counts/excluded|count> left out."
                ),
            ),
            points=facts.left_out_points(sources),
        ),
        Part("metrics", "Metrics and quantitative analyses", grids=(facts.skill_grid(sources), _bands(sources))),
        Part(
            "groups",
            "Groups",
            facts.group_sentences(sources),
            grids=(facts.gates_grid(sources, facts.gates_named(sources, "group_"), "Checks on groups"),),
        ),
        Part(
            "evaluation",
            "Evaluation data",
            (
                say(
                    "The latest <manifest:/training/validation_shifts|count> shifts were held out from "
                    "training; they also helped to choose how the forecast is made, so the figures are "
                    "slightly generous."
                )
                if sources.has("manifest", "/training/validation_shifts")
                else say("The manifest of run <manifest:/run_id> does not say which shifts were held out."),
            ),
        ),
        Part(
            "training",
            "Training data",
            (
                *facts.rows_sentences(sources),
                say(
                    "<manifest:/training/incidents|count> incidents in <manifest:/training/rows|count> rows "
                    "of cell and shift were trained on."
                )
                if trained
                else say("Run <manifest:/run_id> fitted no trees."),
            ),
            grids=(facts.sources_grid(sources),),
        ),
        Part(
            "ethics",
            "Ethical considerations",
            (facts.gate_sentence(sources, "loop_test"), facts.gate_sentence(sources, "proxy_screen")),
        ),
        Part(
            "limits", "Caveats and recommendations", points=tuple(say(f"<card:{_LIMITS}/{n}>") for n in range(n_limits))
        ),
    )


def _bands(sources: Sources) -> Listing:
    rows = tuple(
        (
            sources.say(f"<audit:/calibration/intervals/{n}/category|plain>"),
            sources.say(f"<audit:/calibration/intervals/{n}/level|share>"),
            sources.say(f"<audit:/calibration/intervals/{n}/coverage|share>"),
        )
        for n in range(len(sources.value("audit", "/calibration/intervals")))
    )
    return Listing("How often the intervals were right", ("Category", "Stated", "Right in"), rows)


def _bom(sources: Sources, n_limits: int) -> dict[str, Any]:
    say = sources.say
    manifest = sources.value("manifest", "")
    serial = uuid.uuid5(_SPACE, f"records {manifest['run_id']} {manifest['config_sha256']}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": say("<manifest:/as_of>"),
            "authors": [{"name": say("<organisation:/team>"), "email": say("<organisation:/contact_email>")}],
            "component": _component(sources, n_limits),
        },
        "components": [
            {
                "type": "library",
                "bom-ref": f"library:{name}",
                "name": name,
                "version": say(f"<manifest:/versions/{token(name)}>"),
            }
            for name in sorted(manifest["versions"])
        ],
    }


def _component(sources: Sources, n_limits: int) -> dict[str, Any]:
    say = sources.say
    model = "/outputs/model~1model.txt"
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": "model",
        "name": say("patrolcast <manifest:/name>"),
        "version": say("<manifest:/run_id>"),
        "description": say("Expected incidents for each cell and shift of <manifest:/title>. <manifest:/notice>"),
        "modelCard": {
            "bom-ref": "card",
            "modelParameters": _parameters(sources),
            "quantitativeAnalysis": {"performanceMetrics": _metrics(sources)},
            "considerations": _considerations(sources, n_limits),
            "properties": [
                {"name": "patrolcast:status", "value": facts.run_status(sources)},
                {"name": "patrolcast:config_sha256", "value": say("<manifest:/config_sha256>")},
                {"name": "patrolcast:code_sha256", "value": say("<manifest:/code_sha256>")},
            ],
        },
    }
    if sources.has("manifest", model):
        component["hashes"] = [{"alg": "SHA-256", "content": say(f"<manifest:{model}>")}]
    return component


def _parameters(sources: Sources) -> dict[str, Any]:
    say = sources.say
    features = sources.value("admission", "/features")
    admitted = [n for n, feature in enumerate(features) if feature["decision"] == "admitted"]
    return {
        "approach": {"type": "supervised"},
        "task": "Poisson regression of incident counts per cell, shift and category",
        "architectureFamily": say(f"<card:{facts.PARAMETERS}/architectureFamily>"),
        "modelArchitecture": say(f"<card:{facts.PARAMETERS}/modelArchitecture>"),
        "datasets": [
            {
                "type": "dataset",
                "name": say(f"<manifest:/sources/{n}/name>"),
                "contents": {
                    "properties": [
                        {"name": "sha256", "value": say(f"<manifest:/sources/{n}/sha256>")},
                        {"name": "rows_in", "value": say(f"<manifest:/sources/{n}/rows_in>")},
                        {"name": "rows_kept", "value": say(f"<manifest:/sources/{n}/kept>")},
                    ]
                },
            }
            for n in range(len(sources.value("manifest", "/sources")))
        ],
        "inputs": [
            {
                "format": say(
                    f"<admission:/features/{n}/name> (<admission:/features/{n}/unit>, from "
                    f"<admission:/features/{n}/provenance> records)"
                )
            }
            for n in admitted
        ],
        "outputs": [{"format": "expected incidents (mean per cell, category and shift), lower, upper"}],
    }


def _metrics(sources: Sources) -> list[dict[str, Any]]:
    say, metrics = sources.say, []
    for n, category in enumerate(sources.value("audit", "/calibration/by_category")):
        at = f"/calibration/by_category/{n}"
        for method in sorted(category["deviance"]):
            where = f"{at}/deviance/{token(method)}"
            if sources.has("audit", where):
                metrics.append(
                    {
                        "type": "mean Poisson deviance per cell and shift",
                        "value": say(f"<audit:{where}|exact>"),
                        "slice": say(f"<audit:{at}/category>, {method}"),
                    }
                )
    for n, gate in enumerate(sources.value("audit", "/gates")):
        if gate["value"] is not None:
            entry: dict[str, Any] = {
                "type": say(f"<audit:/gates/{n}/name>"),
                "value": say(f"<audit:/gates/{n}/value|exact>"),
                "slice": say(f"verdict: <audit:/gates/{n}/verdict>; rule: <audit:/gates/{n}/threshold>"),
            }
            if gate["interval"] is not None:
                ends = [say(f"<audit:/gates/{n}/interval/{end}|exact>") for end in (0, 1)]
                entry["confidenceInterval"] = {"lowerBound": ends[0], "upperBound": ends[1]}
            metrics.append(entry)
    return metrics


def _considerations(sources: Sources, n_limits: int) -> dict[str, Any]:
    say = sources.say
    groups, per = facts.gates_named(sources, facts.EXCESS), facts.counted_things(sources).removesuffix("s")
    assessed = [
        {
            "groupAtRisk": say(f"<manifest:/gates/{n}/name>"),
            "harms": say(
                f"<manifest:/gates/{n}/value|number> times the patrol per {per} that others get: "
                f"<manifest:/gates/{n}/verdict>"
            ),
            "mitigationStrategy": say(
                f"Limit: <manifest:/gates/{n}/threshold>; a fail "
                + ("stops publication" if facts.can_stop(sources, n) else "is a warning")
            ),
        }
        for n in groups
    ]
    return {
        "users": [say("Crime analysts and shift supervisors of <organisation:/name>; a person decides")],
        "useCases": [say("Discretionary patrol in <manifest:/title> until <manifest:/expires_at>")],
        "technicalLimitations": [say(f"<card:{_LIMITS}/{n}>") for n in range(n_limits)],
        "performanceTradeoffs": [facts.gate_sentence(sources, "beats_counting")],
        "ethicalConsiderations": [
            {
                "name": "Patrol makes records, and records send patrol back",
                "mitigationStrategy": facts.gate_sentence(sources, "loop_test"),
            },
            {
                "name": "Features may stand in for a group",
                "mitigationStrategy": facts.gate_sentence(sources, "proxy_screen"),
            },
        ],
        "fairnessAssessments": assessed
        or [{"groupAtRisk": "residents by group", "harms": say("not measured in run <manifest:/run_id>; not a pass")}],
    }
