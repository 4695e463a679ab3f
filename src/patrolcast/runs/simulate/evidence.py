"""The stored loop test of a config: what it says, whether it still holds, and the gate that a run makes of it.

A loop test holds for one city, for what its config says of the records and the plan (:data:`BOUND`), and for the code
that ran it. When any of these has changed it is stale: nobody knows whether the loop is still open. It holds the
outcome of every simulated city, and at reading every check is made again from them: nothing in it is believed that
follows from something else in it.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.audit.feedback.loop_verdict import (
    LEAST_CITIES,
    LoopVerdict,
    Outcomes,
    loop_gates,
    loop_verdict,
    summarise_outcomes,
)
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import measured_values
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, FILES, bind, changed
from patrolcast.io.store.evidence import read_evidence, seal_fault
from patrolcast.io.store.same_values import difference
from patrolcast.synthetic.scenarios import SCENARIOS, Role

KIND = "loop"
GATE = "loop_test"
SECTIONS = ("shifts", "features", "policy", "model", "patrol")
"""What a simulated city takes from a config."""
BOUND = ("area", "incidents", "codebook", "residents", "places", *SECTIONS, "loop")
CODE = "patrolcast.runs.simulate.simulate:simulate"
LEAST_NIGHTS = 56
"""A test of fewer nights, or of fewer cities than its checks need, is reported and not stored."""
DIGITS = 9
_RULE = "a stored loop test of this config: open, citizen-only difference at most 1e-09, every control seen"
_CURE = "run `patrolcast simulate` on this config"


def sections_sha256(settings: Settings) -> str:
    """SHA-256 of what the config states in the sections that a simulated city takes over: a part's name holds it.

    A value that is the default counts as not stated: a default changes only with the code, whose hash stands beside
    it. Threads never change a byte and are left out.
    """
    stated = {name: measured_values(getattr(settings, name), (name,), exclude_defaults=True) for name in SECTIONS}
    stated["model"].pop("threads", None)
    return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def loop_binding(config: ConfigFile, inputs: Iterable[run_identity.InputFile]) -> dict[str, str]:
    """What a loop test of this config is bound to, as of today."""
    return bind(config, inputs, sections=BOUND, code=CODE)


def loop_gate(config: ConfigFile, inputs: Iterable[run_identity.InputFile] | None = None) -> GateResult:
    """The gate ``loop_test``: missing, edited, stale and failed stop publication alike.

    Parameters
    ----------
    inputs : hashes of the files that the config names; None: they are taken now.
    """
    stored = read_evidence(config, KIND)
    if stored is None:
        return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, f"no loop test is stored; {_CURE}")
    fault = loop_fault(config, stored, inputs)
    return _failed(f"the stored loop test {fault}") if fault else _gate(stored)


def loop_fault(
    config: ConfigFile, stored: Mapping[str, Any], inputs: Iterable[run_identity.InputFile] | None = None
) -> str:
    """Why a stored loop test does not hold for this config today, as the end of a sentence; or an empty text."""
    if fault := seal_fault(config, KIND, stored):
        return f"does not hold: {fault}"
    present = loop_binding(config, run_identity.input_files(config, sections=FILES) if inputs is None else inputs)
    if stale := changed(stored[BOUND_TO], present):
        return f"is stale: {' and '.join(stale)} changed since it was measured"
    contradiction = contradiction_in(stored)
    return f"contradicts itself: {contradiction}" if contradiction else ""


def is_enough(*, cities: int, nights: int) -> bool:
    """True when a test of that size may be stored as evidence."""
    return cities >= LEAST_CITIES and nights >= LEAST_NIGHTS


def checks_of(outcomes: Outcomes, *, neutral: bool = True) -> tuple[GateResult, ...]:
    """The checks of a test, from the outcomes of its cities and from nothing else (``neutral``: see `loop_gates`)."""
    silent = {row.name for row in SCENARIOS if row.name in outcomes and row.role in {Role.SILENT, Role.REPORTING}}
    return loop_gates(outcomes, silent=frozenset(silent), neutral=neutral)


def rounded_outcome(outcome: LoopOutcome) -> LoopOutcome:
    """The outcome with the digits that are stored, so that checks made from the stored ones are the same checks."""
    values = {key: value if not math.isfinite(value) else round_digits(value) for key, value in vars(outcome).items()}
    return LoopOutcome(**values)


def round_digits(value: float) -> float:
    """A number with the digits that are the same on every machine."""
    return float(f"{value:.{DIGITS}g}")


def derived(outcomes: Outcomes, *, neutral: bool = True) -> dict[str, Any]:
    """Everything in the document that follows from the outcomes: verdict, checks, and the summary of each scenario."""
    checks = checks_of(outcomes, neutral=neutral)
    return {
        "verdict": str(loop_verdict(checks)),
        "checks": [_check(gate) for gate in checks],
        "scenarios": {
            name: {key: _plain(dataclasses.asdict(row)) for key, row in summarise_outcomes(pairs).items()}
            for name, pairs in outcomes.items()
        },
    }


def contradiction_in(stored: Mapping[str, Any]) -> str:
    """What a stored test says that does not follow from the outcomes it holds, or an empty text."""
    try:
        size = {key: int(stored["size"][key]) for key in ("cities", "nights", "cadence_nights")}
        outcomes = {str(name): [_outcome(row) for row in rows] for name, rows in stored["outcomes"].items()}
        missing = [row.name for row in SCENARIOS if row.decides and len(outcomes.get(row.name, ())) < size["cities"]]
        if missing:
            return f"fewer cities than its size says in {', '.join(missing)}"
        enough = is_enough(cities=size["cities"], nights=size["nights"])
        follows = derived(outcomes) | {"enough": enough}
    except (KeyError, TypeError, ValueError, AttributeError):
        return "it lacks its outcomes or its size"
    wrong = [key for key, value in follows.items() if difference(stored.get(key), value)]
    return f"what it says of its {' and its '.join(wrong)} does not follow from its outcomes" if wrong else ""


def _failed(why: str) -> GateResult:
    return GateResult(GATE, None, _RULE, GateVerdict.FAIL, f"{why}; {_CURE}")


def _gate(stored: Mapping[str, Any]) -> GateResult:
    """The gate of a test that holds and is consistent."""
    checks = {str(check["name"]): check for check in stored["checks"]}
    bad = {str(GateVerdict.FAIL), str(GateVerdict.NOT_MEASURED)}
    failures = [name for name, check in checks.items() if check["verdict"] in bad and check["stops"]]
    failures += [] if stored["enough"] else ["size"]
    value = checks["loop_open"]["value"]
    size = f"{stored['size']['cities']} cities per scenario, {stored['size']['nights']} nights"
    detail = f"{stored['verdict']}; {size}" + (f"; failed: {', '.join(failures)}" if failures else "")
    passed = stored["verdict"] == LoopVerdict.OPEN and not failures
    return GateResult(GATE, value, _RULE, GateVerdict.PASS if passed else GateVerdict.FAIL, detail)


def _outcome(row: Mapping[str, Any]) -> LoopOutcome:
    """One stored outcome; what could not be measured is NaN."""
    return LoopOutcome(**{key: math.nan if value is None else float(value) for key, value in row.items()})


def _check(gate: GateResult) -> dict[str, Any]:
    words = {"name": gate.name, "threshold": gate.threshold, "verdict": str(gate.verdict), "detail": gate.detail}
    return words | {"stops": gate.stops} | _plain({"value": gate.value, "lower": gate.lower, "upper": gate.upper})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers with the digits that are stored, and NaN, which JSON has not, as None."""
    return {key: _number(value) if isinstance(value, float) else value for key, value in values.items()}


def _number(value: float) -> float | None:
    return round_digits(value) if math.isfinite(value) else None


def plain_outcomes(outcomes: Outcomes) -> dict[str, list[dict[str, Any]]]:
    """The outcome of every city, as the document holds it."""
    return {name: [_plain(vars(pair)) for pair in pairs] for name, pairs in outcomes.items()}
