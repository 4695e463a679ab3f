"""The stored monitor verdict of a config, and the gate that a run makes of it.

An alarm stops publication until a later run of the monitor clears it: neither a new version nor a new config does. A
verdict without an alarm is valid for the settings it was measured under, one version, and so many days.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import patrolcast
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.keys import measured_values
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.evidence import read_evidence

KIND = "monitor"
GATE = "feedback_monitor"
ALARM, QUIET, NOTHING = "alarm", "no alarm", "not measured"
SECTIONS = ("area", "shifts", "codebook", "monitor")
_RULE = "no alarm in the stored look at the dosage log"
_CURE = "run `patrolcast monitor` on this config"
BEFORE_USE = (
    "no dosage log is named and none has been looked at: before use there is nothing to monitor, and in use nobody "
    "would see a loop"
)


def sections_sha256(settings: Settings) -> str:
    """SHA-256 of the sections that decide what the monitor looks at; no path of this machine, no names."""
    sections = {name: getattr(settings, name) for name in SECTIONS}
    plain = {name: section and _plain(measured_values(section, (name,))) for name, section in sections.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def monitor_gate(config: ConfigFile, *, as_of: datetime) -> GateResult:
    """The gate ``feedback_monitor``."""
    stored = read_evidence(config, KIND)
    if stored is None:
        if config.settings.monitor is None:
            return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, BEFORE_USE, stops=False)
        return GateResult(
            GATE, None, _RULE, GateVerdict.NOT_MEASURED, f"a dosage log is named, never looked at; {_CURE}"
        )
    if stored.get("verdict") == ALARM:
        return GateResult(GATE, None, _RULE, GateVerdict.FAIL, f"{stored.get('finding')}; cure the cause, then {_CURE}")
    if stale := staleness(stored, config.settings, as_of=as_of):
        return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, f"the stored look is stale: {stale}; {_CURE}")
    if stored.get("verdict") == QUIET:
        return GateResult(GATE, None, _RULE, GateVerdict.PASS, str(stored.get("finding")))
    return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, str(stored.get("finding")), stops=False)


def staleness(stored: Mapping[str, Any], settings: Settings, *, as_of: datetime) -> str:
    """Why a stored verdict is not valid for these settings at this moment, or an empty text."""
    if stored.get("sections_sha256") != sections_sha256(settings):
        return f"one of {', '.join(SECTIONS)} has changed since"
    if stored.get("patrolcast") != patrolcast.__version__:
        return f"it is of patrolcast {stored.get('patrolcast')}, this is {patrolcast.__version__}"
    measured_at = datetime.fromisoformat(str(stored["as_of"]))
    most = settings.monitor.max_age_days if settings.monitor is not None else 35
    age = (as_of - measured_at).days
    return f"it is {age} days old, {most} are allowed" if age > most else ""


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.rpartition("/")[2] if isinstance(value, str) and value.startswith("/") else value
