"""A stored run audited again from what it holds: is it the run it says it is, and do its gates follow from its data?

A manifest is a text file, and "publishable" is a word in it. So before a run is published, and each time one is used
again, four things are asked, each answered from the run folder alone:

1. *Files.* Every output has the bytes whose SHA-256 the manifest holds, and there is no other file.
2. *Identity.* The run's id is the hash of what its manifest says it was made from: moment, config, inputs, code.
3. *Gates.* Manifest and `audit.json` hold the same gates, every required one, and no waived one without its waiver.
4. *Verdicts.* Gates whose data lie in the folder are measured again; of the others the verdict must follow from value
   and threshold, and the threshold from the config.

Who edits all of it together, data, hashes and figures alike, makes another run: `reproduce` finds that out, because it
computes everything again from the inputs.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from patrolcast.audit.gates import REQUIRED, forecast_gate, policy_gate, source_gates, suggestion_gates
from patrolcast.audit.limits import limits_gate
from patrolcast.audit.verdicts import contradiction
from patrolcast.audit.waivers import NEVER_WAIVED
from patrolcast.domain.errors import PatrolcastError, shown
from patrolcast.domain.provenance import Provenance
from patrolcast.domain.records import GateResult, GateVerdict, SourceAccount, publishable
from patrolcast.domain.settings import Settings
from patrolcast.domain.settings.limits import chosen_limits
from patrolcast.domain.shifts import local_day
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import document_sha256
from patrolcast.io.settings.stored_config import settings_without_files
from patrolcast.io.store import run_store
from patrolcast.io.store.same_values import difference
from patrolcast.io.store.stored_run import csv_rows, read_forecast, read_suggestions

_GATE_KEYS = ("name", "value", "threshold", "verdict", "detail")


def run_faults(folder: Path, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What in a stored run does not follow from the rest of it, one line each; empty for a run nobody touched."""
    try:
        if touched := run_store.changed_files(folder, manifest):
            return tuple(f"{shown(name)[1:-1]} is missing, changed or no file of this run" for name in touched)
        return tuple(_faults(folder, manifest))
    except (AssertionError, AttributeError, LookupError, OSError, PatrolcastError, TypeError, ValueError) as error:
        return (f"its manifest or audit cannot be read as one ({type(error).__name__}: {shown(error)[1:-1]})",)


def evidence_faults(manifest: Mapping[str, Any], gates: tuple[GateResult, ...]) -> Iterator[str]:
    """Gates of stored evidence that the manifest holds otherwise than the evidence does.

    Parameters
    ----------
    gates : made from the evidence that the run was made with, waivers applied.
    """
    listed = {str(row["name"]): row for row in manifest["gates"]}
    for gate in gates:
        row = listed.get(gate.name, {})
        if (row.get("verdict"), row.get("detail")) != (str(gate.verdict), gate.detail):
            yield f"{gate.name} says {shown(row.get('verdict'))[1:-1]}, and by the stored evidence it is {gate.verdict}"


def _faults(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    audit = json.loads(run_store.read_verified(folder, manifest, "audit.json"))
    settings = settings_without_files(manifest["config"])
    yield from _of_identity(folder, manifest, audit, settings)
    listed, audited = list(manifest["gates"]), list(audit["gates"])
    plain = [
        [{key: gate[key] for key in _GATE_KEYS} | {"stops": gate[stops]} for gate in gates]
        for gates, stops in ((listed, "stops"), (audited, "stops_publication"))
    ]
    if where := difference(plain[0], plain[1], "gates"):
        yield f"its manifest and audit.json hold other gates ({where})"
    ends = {str(row["name"]): row["interval"] for row in audited}
    gates = [_gate(row, ends.get(str(row["name"]))) for row in listed]
    names = [gate.name for gate in gates]
    tables = _read_tables(folder, manifest)
    yield from _of_tables(folder, manifest, settings, tables)
    if missing := sorted(REQUIRED - set(names)):
        yield f"it lacks the gates {', '.join(missing)}"
    if len(set(names)) < len(names):
        yield "it holds a gate twice"
    may = publishable(tuple(gates), required=REQUIRED)
    if manifest["publishable"] is not may or (audit["publishable"] is not may and not missing):
        yield f"it says that it is {'' if manifest['publishable'] else 'not '}publishable, and its gates say otherwise"
    yield from _of_gates(gates, _measured_again(manifest, settings, tables), manifest, settings)


def _of_identity(
    folder: Path, manifest: Mapping[str, Any], audit: Mapping[str, Any], settings: Settings
) -> Iterator[str]:
    """Whether the run's id, name and moments are those of what it says it was made from."""
    run_id, as_of = str(manifest["run_id"]), datetime.fromisoformat(manifest["as_of"])
    if run_id != folder.name or audit["run_id"] != run_id:
        yield f"it is run {shown(run_id)[1:-1]} in the folder of another"
    if not manifest["name"] == settings.name == manifest["config"]["name"]:
        yield f"it is of the city {shown(manifest['name'])}, and its config of {settings.name!r}"
    config = document_sha256(manifest["config"])
    if not manifest["config_sha256"] == audit["config_sha256"] == config:
        yield "its config has another hash than it says"
    inputs = [run_identity.InputFile(**row) for row in manifest["inputs"]]
    made_from = run_identity.inputs_sha256(
        config, inputs, code=manifest["code_sha256"], lock=manifest["lock_sha256"], versions=manifest["versions"]
    )
    read = [(str(source["name"]), str(source["sha256"])) for source in manifest["sources"]]
    own_id = run_identity.run_id_of(as_of, settings.name, made_from, read)
    if manifest["inputs_sha256"] != made_from or not (run_id == own_id or run_id.startswith(f"{own_id}-")):
        yield "its id is not that of the inputs, config and code that it names"
    if datetime.fromisoformat(audit["as_of"]) != as_of:
        yield "its audit is of another moment"


@dataclass(frozen=True)
class _Tables:
    """What a run folder holds, read once: ``admitted`` features as admission.json has them."""

    forecast: pd.DataFrame
    suggestions: pd.DataFrame
    admitted: list[Mapping[str, Any]]


def _read_tables(folder: Path, manifest: Mapping[str, Any]) -> _Tables:
    admission = json.loads(run_store.read_verified(folder, manifest, "admission.json"))
    admitted = [row for row in admission["features"] if row["decision"] == "admitted"]
    return _Tables(read_forecast(folder, manifest), read_suggestions(folder, manifest), admitted)


def _of_tables(folder: Path, manifest: Mapping[str, Any], settings: Settings, tables: _Tables) -> Iterator[str]:
    """Whether what the folder holds in two files is the same in both, and the run expires as its shifts say."""
    as_of, last_end = datetime.fromisoformat(manifest["as_of"]), tables.forecast["shift_end"].max().to_pydatetime()
    if datetime.fromisoformat(manifest["expires_at"]) != settings.publish.expires_at(as_of, last_end):
        yield "it expires at another moment than its config says"
    if [row["name"] for row in tables.admitted] != list(manifest["features"]):
        yield "its manifest names other features than admission.json admits"
    places = tables.suggestions
    table = csv_rows(run_store.read_verified(folder, manifest, "suggestions.csv"))
    columns = {"suggestion_id", "cell", "patrol_minutes", "visits"} & {*places.columns}
    for name in sorted(columns):
        numbers = pd.api.types.is_numeric_dtype(places[name])
        both = [pd.to_numeric(table[name]) if numbers else table[name], places[name]]
        rounded = [[float(f"{x:.4g}") if numbers else str(x) for x in values] for values in both]
        if rounded[0] != rounded[1]:
            yield f"suggestions.csv and suggestions.geojson hold other values of {name}"


def _measured_again(manifest: Mapping[str, Any], settings: Settings, tables: _Tables) -> dict[str, GateResult]:
    """The gates whose data lie in the run folder, made from them."""
    newest = manifest["newest_report"]
    rows = manifest["sources"]
    sources = tuple(SourceAccount(**{**row, "notes": tuple(row["notes"])}) for row in rows if "of_incidents" in row)
    gates: tuple[GateResult, ...] = (
        policy_gate([(str(row["name"]), Provenance(row["provenance"])) for row in tables.admitted]),
        forecast_gate(tables.forecast),
        *suggestion_gates(tables.suggestions, minutes_per_district=settings.patrol.minutes_per_district),
        limits_gate(tuple(chosen_limits(settings)), settings.waivers, day=_day(manifest, settings)),
    )
    if len(sources) == len(rows):  # a run of an earlier version does not say which sources hold incidents
        newest_report = None if newest is None else datetime.fromisoformat(newest)
        as_of = datetime.fromisoformat(manifest["as_of"])
        gates += source_gates(sources, newest_report=newest_report, as_of=as_of, limits=settings.gates)
    return {gate.name: gate for gate in gates}


def _of_gates(
    gates: list[GateResult], again: Mapping[str, GateResult], manifest: Mapping[str, Any], settings: Settings
) -> Iterator[str]:
    """Whether each gate is what its data, its limits and its waivers make of it."""
    day = _day(manifest, settings)
    holding = {waiver.gate for waiver in settings.waivers if waiver.gate and waiver.holds_on(day)} - NEVER_WAIVED
    for gate in gates:
        made = again.get(gate.name)
        waived = gate.verdict is GateVerdict.WAIVED and gate.name in holding
        if gate.verdict is GateVerdict.WAIVED and not waived and (made is None or made.verdict is not gate.verdict):
            yield f"{gate.name} is waived, and no waiver of it holds"
        elif made is not None and not waived and gate.verdict is not made.verdict:
            yield f"{gate.name} says {gate.verdict}, and measured again it is {made.verdict}"
        elif made is not None and difference(_facts(gate), _facts(made)):
            yield f"{gate.name} says {_facts(gate)}, and measured again it is {_facts(made)}"
        elif made is None and (wrong := contradiction(gate, gates=settings.gates, audit=settings.audit)):
            yield f"{gate.name} says {gate.verdict}, and {wrong}"


def _day(manifest: Mapping[str, Any], settings: Settings) -> date:
    return local_day(datetime.fromisoformat(manifest["as_of"]), settings.area.timezone)


def _facts(gate: GateResult) -> list[object]:
    """Value and threshold, with the digits that files keep."""
    return [None if gate.value is None else float(f"{gate.value:.4g}"), gate.threshold]


def _gate(row: Mapping[str, Any], interval: list[float] | None) -> GateResult:
    """A gate of the manifest, with its interval, which the audit alone holds."""
    value = None if row["value"] is None else float(row["value"])
    lower, upper = (None, None) if interval is None else (float(interval[0]), float(interval[1]))
    verdict, stops = GateVerdict(row["verdict"]), row["stops"] is not False
    return GateResult(str(row["name"]), value, str(row["threshold"]), verdict, str(row["detail"]), lower, upper, stops)
