"""The stored monitor verdict of a config, and the gate that a run makes of it.

An alarm stops publication until a later run of the monitor clears it: neither a new version, nor a new config, nor a
new name for the city does. A verdict without an alarm is valid for the config it was measured under, the code that
measured it, and so many days. At reading the verdict is drawn again from the gates that stand beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from patrolcast.domain.dosage_log import ALARM_E_VALUE
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, FILES, bind, changed
from patrolcast.io.store.evidence import (
    has_evidence,
    looks_of_other_names,
    name_of_look,
    read_evidence,
    seal_fault,
    stored_document,
)

KIND = "monitor"
GATE = "feedback_monitor"
ALARM, QUIET, NOTHING = "alarm", "no alarm", "not measured"
BOUND = ("area", "incidents", "codebook", "places", "shifts", "features", "policy", "model", "monitor")
CODE = "patrolcast.runs.monitor.monitor:run_monitor"
EXACT = ("officer_records_change_nothing", "past_suggestions_change_nothing", "demographics_change_nothing")
WATCHED = "band_reports"
LONGEST_AGE_DAYS = 35
LONGEST_BEFORE_DAYS = 366
"""A past night may be made again with a later look, of about a year at most; a date far ahead would never age."""
_RULE = "no alarm in the stored look at the dosage log"
_CURE = "run `patrolcast monitor` on this config"
BEFORE_USE = (
    "no dosage log is named and none has been looked at: before use there is nothing to monitor, and in use nobody "
    "would see a loop"
)


def monitor_binding(config: ConfigFile, inputs: Iterable[run_identity.InputFile]) -> dict[str, str]:
    """What a look at the dosage log of this config is bound to, as of today."""
    return bind(config, inputs, sections=BOUND, code=CODE)


def monitor_gate(
    config: ConfigFile, *, as_of: datetime, inputs: Iterable[run_identity.InputFile] | None = None
) -> GateResult:
    """The gate ``feedback_monitor``.

    Parameters
    ----------
    inputs : hashes of the files that the config names; None: they are taken now.
    """
    if (elsewhere := _alarm_elsewhere(config)) is not None:
        return elsewhere
    stored = read_evidence(config, KIND)
    if stored is None:
        if has_evidence(config, KIND):
            return _failed(f"the stored look cannot be read, and may have held an alarm; {_CURE}")
        if config.settings.monitor is None:
            return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, BEFORE_USE, stops=False)
        return _unmeasured("a dosage log is named, never looked at")
    if stored.get("verdict") == ALARM:
        return _failed(f"{stored.get('finding')}; cure the cause, then {_CURE}")
    if fault := look_fault(config, stored):
        return _failed(f"the stored look {fault}; {_CURE}")
    if stale := staleness(stored, config, as_of=as_of, inputs=inputs):
        return _unmeasured(f"the stored look is stale: {stale}")
    if stored["verdict"] == QUIET:
        return GateResult(GATE, None, _RULE, GateVerdict.PASS, str(stored["finding"]))
    return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, str(stored["finding"]), stops=False)


def look_fault(config: ConfigFile, stored: Mapping[str, Any], *, name: str | None = None) -> str:
    """Why a stored look is not to be believed, as the end of a sentence, or an empty text; its age is no part of it.

    Parameters
    ----------
    name : of the config whose look it is; None: this one.
    """
    if fault := seal_fault(config, KIND, stored, name=name):
        return f"does not hold: {fault}"
    contradiction = contradiction_in(stored)
    return f"contradicts itself: {contradiction}" if contradiction else ""


def staleness(
    stored: Mapping[str, Any],
    config: ConfigFile,
    *,
    as_of: datetime,
    inputs: Iterable[run_identity.InputFile] | None = None,
) -> str:
    """Why a stored verdict is not valid for this config at this moment, or an empty text."""
    present = monitor_binding(config, run_identity.input_files(config, sections=FILES) if inputs is None else inputs)
    if stale := changed(stored[BOUND_TO], present):
        return f"{' and '.join(stale)} changed since it was measured"
    monitor = config.settings.monitor
    most = LONGEST_AGE_DAYS if monitor is None else monitor.max_age_days
    age = (as_of - datetime.fromisoformat(str(stored["as_of"]))).days
    if age < -LONGEST_BEFORE_DAYS:
        return f"it is dated {-age} days after this run"
    return f"it is {age} days old, {most} are allowed" if age > most else ""


def verdict_of(gates: Sequence[GateResult], *, looked: bool, n_weeks: int) -> tuple[str, str]:
    """One verdict over all gates, and its sentence.

    Parameters
    ----------
    looked : False where no shift of a log was over: there was nothing to look at.
    """
    failed = [gate for gate in gates if gate.stops and gate.verdict is GateVerdict.FAIL]
    if failed:
        return ALARM, f"{failed[0].name}: {failed[0].detail}"
    if not looked:
        return NOTHING, "no shift of the dosage log is over: before use there is nothing to monitor"
    watched = next(gate for gate in gates if gate.name == WATCHED)
    if watched.verdict is GateVerdict.NOT_MEASURED:
        return NOTHING, f"whether patrol feeds the records was not measured: {watched.detail}"
    return QUIET, f"no alarm in {n_weeks} weeks; {watched.detail}"


def contradiction_in(stored: Mapping[str, Any]) -> str:
    """What a stored look says that does not follow from its own gates, or an empty text."""
    try:
        gates = [_stored_gate(row) for row in stored["gates"]]
        moment, rows = datetime.fromisoformat(str(stored["as_of"])), int(stored["watched"]["rows"])
        names = [gate.name for gate in gates]
        missing = [name for name in EXACT if name not in names]
        if missing or len(set(names)) < len(names) or moment.tzinfo is None:
            return f"it lacks {', '.join(missing) or 'a gate of its own name, or the zone of its moment'}"
        if wrong := [gate.name for gate in gates if not _follows(gate)]:
            return f"the verdict of {', '.join(wrong)} does not follow from its value"
        verdict = verdict_of(gates, looked=rows > 0, n_weeks=int(stored["watched"]["weeks"]))
    except (KeyError, TypeError, ValueError, StopIteration):
        return "it lacks its gates, its moment or what it looked at"
    return "" if verdict == (stored["verdict"], stored["finding"]) else "its verdict does not follow from its gates"


def _follows(gate: GateResult) -> bool:
    """False where a gate's verdict cannot be that of its value; a failed one that would stop nothing is none either."""
    if gate.verdict is GateVerdict.FAIL and not gate.stops:
        return False
    passed = gate.verdict is GateVerdict.PASS
    if gate.value is None:
        return not passed
    if gate.name in EXACT:
        return passed == (gate.value == 0.0)
    return gate.name != WATCHED or passed == (gate.value < ALARM_E_VALUE)


def _stored_gate(row: Mapping[str, Any]) -> GateResult:
    value = None if row["value"] is None else float(row["value"])
    verdict, stops = GateVerdict(row["verdict"]), row["stops"] is not False
    return GateResult(str(row["name"]), value, str(row["threshold"]), verdict, str(row["detail"]), stops=stops)


def _alarm_elsewhere(config: ConfigFile) -> GateResult | None:
    """An alarm that stands for the same city under another name: a new name does not end it.

    A look that cannot be believed may have been one, of any city: it is named, and stops as an alarm does.
    """
    for path in looks_of_other_names(config):
        name, stored = name_of_look(path), stored_document(path)
        if stored is None or (fault := look_fault(config, stored, name=name)):
            why = "cannot be read" if stored is None else fault
            reason = f"the look stored under the name {name!a:.42} {why}, and may have held an alarm"
            return _failed(f"{reason}; run `patrolcast monitor` on the config of that name")
        if stored["verdict"] != ALARM:
            continue
        reason = f"an alarm stands for this city under the name {name!a:.42}: {stored.get('finding')}"
        return _failed(f"{reason}; cure the cause, then run `patrolcast monitor` on the config of that name")
    return None


def _failed(detail: str) -> GateResult:
    return GateResult(GATE, None, _RULE, GateVerdict.FAIL, detail)


def _unmeasured(why: str) -> GateResult:
    return GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, f"{why}; {_CURE}")
