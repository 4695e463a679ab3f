"""The stored loop test of a config: what it says, whether it still holds, and the gate that a run makes of it.

A loop test is valid for the sections that decide what a plan does with records (:data:`SECTIONS`) and for one version
of patrolcast. When either has changed it is stale: nobody knows whether the loop is still open.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import patrolcast
from patrolcast.audit.feedback.loop_verdict import EXACT, LoopVerdict
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import measured_values
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.evidence import read_evidence

KIND = "loop"
GATE = "loop_test"
SECTIONS = ("shifts", "features", "policy", "model", "patrol")
LEAST_CITIES, LEAST_NIGHTS = 3, 56
"""A smaller test is reported and not stored."""
_RULE = f"a stored loop test of this config: open, citizen-only difference at most {EXACT:g}, every control seen"
_CURE = "run `patrolcast simulate` on this config"


def sections_sha256(settings: Settings) -> str:
    """SHA-256 of what the config states in the sections that decide what a loop test finds.

    A value that is the default counts as not stated: a default changes only with the version, which is stored beside
    it. Threads never change a byte and are left out.
    """
    stated = {name: measured_values(getattr(settings, name), (name,), exclude_defaults=True) for name in SECTIONS}
    stated["model"].pop("threads", None)
    return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def loop_gate(config: ConfigFile) -> GateResult:
    """The gate ``loop_test``: missing, stale and failed stop publication alike."""
    stored = read_evidence(config, KIND)
    if stored is None:
        return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, f"no loop test is stored; {_CURE}")
    if stale := staleness(stored, config.settings):
        return GateResult(GATE, None, _RULE, GateVerdict.FAIL, f"the stored loop test is stale: {stale}; {_CURE}")
    return _gate(stored)


def staleness(stored: Mapping[str, Any], settings: Settings) -> str:
    """Why a stored loop test is no longer valid for these settings, or an empty text."""
    if stored.get("sections_sha256") != sections_sha256(settings):
        return f"one of {', '.join(SECTIONS)} has changed since"
    if stored.get("patrolcast") != patrolcast.__version__:
        return f"it is of patrolcast {stored.get('patrolcast')}, this is {patrolcast.__version__}"
    return ""


def is_enough(*, cities: int, nights: int) -> bool:
    """True when a test of that size may be stored as evidence."""
    return cities >= LEAST_CITIES and nights >= LEAST_NIGHTS


def _gate(stored: Mapping[str, Any]) -> GateResult:
    """The gate of a test that is not stale. Its verdict is not trusted alone: the checks beside it must agree."""
    try:
        failures, value = _failures(stored), float(_checks(stored)["loop_open"]["value"])
        size = f"{stored['size']['cities']} cities a scenario, {stored['size']['nights']} nights"
    except (KeyError, TypeError, ValueError):
        detail = f"the stored loop test lacks its checks or its size; {_CURE}"
        return GateResult(GATE, None, _RULE, GateVerdict.FAIL, detail)
    if not abs(value) <= EXACT and "loop_open" not in failures:
        failures.append("loop_open")
    detail = f"{stored['verdict']}; {size}" + (f"; failed: {', '.join(failures)}" if failures else "")
    passed = stored["verdict"] == LoopVerdict.OPEN and not failures
    finite = value if math.isfinite(value) else None
    return GateResult(GATE, finite, _RULE, GateVerdict.PASS if passed else GateVerdict.FAIL, detail)


def _checks(stored: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(check["name"]): check for check in stored["checks"]}


def _failures(stored: Mapping[str, Any]) -> list[str]:
    """Checks that did not pass, and the size when it was too small to be evidence."""
    bad = {str(GateVerdict.FAIL), str(GateVerdict.NOT_MEASURED)}
    failed = [name for name, check in _checks(stored).items() if check["verdict"] in bad and check["stops"]]
    size = stored["size"]
    return failed if is_enough(cities=int(size["cities"]), nights=int(size["nights"])) else [*failed, "size"]
