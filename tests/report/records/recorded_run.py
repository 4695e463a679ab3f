"""A made-up run as the documents see it: what its files hold, and the facts of the invented sample city."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

from tests.report.city import make_context, make_result

from patrolcast.domain.records import GateResult, GateVerdict, RunContext, RunResult
from patrolcast.io.governance.facts import FORMS, read_facts
from patrolcast.report.audit.page import audit_document
from patrolcast.report.records.cited.sources import Sources
from patrolcast.report.run.admission import admission_document
from patrolcast.report.run.model_card import card_json
from patrolcast.runs.forecast.run_folder import manifest_of
from patrolcast.runs.records.gather import FEEDBACK, FORMER, MANIFEST, RUN_FILES, TRAIL

ROOT = Path(__file__).parents[3]
GOVERNANCE = ROOT / "governance" / "sample"
ZONE = "America/Chicago"
RUN_SOURCES = {MANIFEST, FORMER, TRAIL, *RUN_FILES.values()}
"""Files whose figures are facts of the run; what the department states is none."""
TRAIL_ENTRIES = {
    "2": {"seq": 2, "ts_utc": "2026-06-30T10:01:00Z", "event": "run.finish", "run": "", "hash": "12" * 32},
    "3": {"seq": 3, "ts_utc": "2026-06-30T10:01:01Z", "event": "suggestion.published", "run": "", "hash": "34" * 32},
}
REGISTER = {
    "items": {
        "4": {"day": "2026-06-01", "topic": "fairness", "disposition": "", "reply": ""},
        "6": {"day": "2026-06-03", "topic": "place", "disposition": "declined", "reply": "The limit stays as it is."},
    },
    "open": [4],
    "answered": [6],
}


def gate(name: str, value: float | None, verdict: str = "pass", **more: Any) -> GateResult:
    return GateResult(name, value, "a rule set before", GateVerdict(verdict), "what was found", **more)


def recorded() -> tuple[RunResult, RunContext]:
    """The made-up run of the report's tests, with groups compared."""
    result, context = make_result(n_rings=2, n_districts=2, n_shifts=2, each=2), make_context()
    more = (
        gate("group_excess_group_a", 1.23, lower=0.8, upper=1.9),
        gate("group_excess_group_b", 0.66, "warn", lower=0.3, upper=1.4),
        gate("loop_test", 0.0),
        gate("proxy_screen", 2.0, "warn"),
        gate("beats_counting", 1.0, "warn"),
        gate("policy_admission", 0.0),
        gate("feedback_monitor", None),
    )
    known = {one.name for one in more}
    gates = (*(one for one in result.gates if one.name not in known), *more)
    passed = tuple(dataclasses.replace(one, verdict=GateVerdict.PASS) if _stops(one) else one for one in gates)
    versions = {**context.versions, "lightgbm": "4.7.0"}
    return dataclasses.replace(result, gates=passed), dataclasses.replace(
        context, versions=versions, run_id="20260630T1000Z-sample-1a2b3c4d"
    )


def _stops(one: GateResult) -> bool:
    return one.stops and one.verdict in {GateVerdict.FAIL, GateVerdict.NOT_MEASURED}


def run_documents() -> dict[str, Any]:
    """File of the run -> its content."""
    result, context = recorded()
    config = {
        "incidents": {"columns": {"occurred_at": "occurred", "longitude": "x", "latitude": "y", "offence": "code"}},
        "publish": {"keep_days": 183},
        "model": {"seed": 7},
    }
    more = {"code_sha256": "ef" * 32, "publishable": True}
    manifest = manifest_of(result, context, config=config, seed=7, more=more)
    manifest["group_names"] = {"group_a": "Group A", "group_b": "Group B"}
    manifest["outputs"] = {"model/model.txt": "56" * 32}
    rows = [{"type": "Feature", "properties": {"cell": str(cell)}} for cell in result.suggestions["cell"]]
    return json.loads(
        json.dumps(
            {
                MANIFEST: manifest,
                "audit.json": audit_document(result, context),
                "admission.json": admission_document(result.admission, {}),
                "model/card.json": card_json(result, context),
                "suggestions.geojson": {"type": "FeatureCollection", "features": rows},
            }
        )
    )


_FILES = run_documents()
_FACTS = read_facts(GOVERNANCE, FORMS)


def all_files(*, former: bool = True) -> dict[str, Any]:
    """Every file that a document may cite, as a copy that a test may change."""
    files = copy.deepcopy(_FILES)
    files |= {f"governance/{name}.toml": copy.deepcopy(facts) for name, facts in _FACTS.items()}
    files[TRAIL] = copy.deepcopy(TRAIL_ENTRIES)
    files[FEEDBACK] = copy.deepcopy(REGISTER)
    if former:
        before = copy.deepcopy(_FILES[MANIFEST])
        before |= {"run_id": "20260629T1000Z-sample-0a0b0c0d", "seed": 6, "features": before["features"][1:]}
        before["config"]["model"]["seed"] = 6
        files[FORMER] = before
    return files


def sources_of(files: dict[str, Any]) -> Sources:
    """The same by short name."""
    names = {MANIFEST: "manifest", TRAIL: "trail", FORMER: "former", FEEDBACK: "feedback"} | {
        file: name for name, file in RUN_FILES.items()
    }
    names |= {f"governance/{name}.toml": name for name in FORMS}
    return Sources({names[file]: (file, content) for file, content in files.items()}, ZONE)


def make_sources(*, former: bool = True) -> Sources:
    return sources_of(all_files(former=former))
