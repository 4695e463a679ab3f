"""What a finished loop test leaves: feedback.json, feedback.html, and the evidence beside the config."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolcast.audit.feedback.loop_verdict import LoopVerdict
from patrolcast.io.encode import json_bytes
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.evidence import write_evidence
from patrolcast.io.store.json_parts import write_page
from patrolcast.report.feedback.page import feedback_page
from patrolcast.runs.simulate.evidence import KIND, LEAST_CITIES, LEAST_NIGHTS
from patrolcast.runs.simulate.simulate import LoopTest, evidence_document
from patrolcast.synthetic.scenarios import SCENARIOS


@dataclass(frozen=True)
class Written:
    """Paths written, the document, and what a person should be told."""

    document: dict[str, Any]
    paths: tuple[Path, ...]
    notes: tuple[str, ...]
    is_open: bool


def write_result(test: LoopTest, config: ConfigFile, out: Path) -> Written:
    """Writes the result to ``out``, and the evidence when the test was large enough to speak for the config.

    A test in the agency's own city is never evidence: its truth is a guess, and it may be smaller in kinds.
    """
    document = evidence_document(test, config.settings)
    scenarios = {one.name: (one.title, one.told, str(one.role)) for one in SCENARIOS}
    if test.fitted is not None:
        scenarios["neutral"] = (
            "The city as it is",
            "the fitted rates; call sources are right",
            scenarios["neutral"][2],
        )
    paths = [
        write_page(out, "feedback.json", json_bytes(document)),
        write_page(
            out, "feedback.html", feedback_page(document, title=config.settings.title, scenarios=scenarios).encode()
        ),
    ]
    notes: tuple[str, ...] = ()
    if test.fitted is not None:
        notes = ("not stored as evidence: a run asks for the test in cities whose truth is known",)
    elif document["enough"]:
        paths.append(write_evidence(config, KIND, document))
    else:
        rule = f"{LEAST_CITIES} cities and {LEAST_NIGHTS} nights at least"
        notes = (f"not stored as evidence: too small ({rule}); a run still needs it to be published",)
    return Written(document, tuple(paths), notes, test.verdict is LoopVerdict.OPEN)
