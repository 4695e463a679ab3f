"""The stored screen and how a run enforces it: what it was measured on, whether that still holds, what it excludes.

A stored screen holds for one city, for what its config says of features, residents and limits (:data:`BOUND`), and for
the code that measured it. Later reports do not make it stale: the screen is about the features, not about the night. At
reading, everything in it that follows from something else in it is drawn again (`consistency`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from patrolcast import __version__
from patrolcast.domain.matrix import OF_THE_SHIFT, Admission
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Settings
from patrolcast.features.catalogue import is_history
from patrolcast.features.proxies.screen import METHOD
from patrolcast.features.proxies.verdicts import Limits
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile
from patrolcast.io.store.binding import BOUND_TO, FILES, bind, changed
from patrolcast.io.store.evidence import evidence_path, read_evidence, seal_fault, stored_name
from patrolcast.runs.pipeline.run import admit_features, declared_features
from patrolcast.runs.screen.consistency import contradiction_in

GATE = "proxy_screen"
_RULE = "a stored screen of these features against these residents; what it excluded stays out"
BOUND = (
    "area", "incidents", "codebook", "residents", "places", "shifts", "features", "model", "screen",
    "audit.least_residents",
)  # fmt: skip
CODE = "patrolcast.runs.screen.screen:measure_screen"


@dataclass(frozen=True)
class EnforcedScreen:
    """What a run takes from the stored screen.

    Attributes
    ----------
    gate : the verdict on the screen itself.
    screened_out : feature -> finding, of features that stay out, also by a stale screen; None when no screen is stored.
    screened_in : feature -> the note beside its admission: cleared, under review, waived ...
    measured : feature -> the finding for the group it goes with most, for `admission.json`.
    """

    gate: GateResult
    screened_out: dict[str, str] | None = None
    screened_in: dict[str, str] = field(default_factory=dict)
    measured: dict[str, dict[str, Any]] = field(default_factory=dict)


def screen_identity(config: ConfigFile, inputs: Iterable[run_identity.InputFile]) -> dict[str, Any]:
    """What a screen is bound to, as of today: the city, the code, the sections and files that decide what it finds."""
    name = stored_name(config, "screen")
    return {"patrolcast": __version__, BOUND_TO: bind(config, inputs, sections=BOUND, code=CODE, name=name)}


def enforce_screen(config: ConfigFile, inputs: Iterable[run_identity.InputFile], *, day: date) -> EnforcedScreen:
    """The stored screen as it binds a run whose ``as_of`` falls on ``day`` (local).

    Parameters
    ----------
    inputs : hashes of the files that the config names (`io.run_identity.input_files`).
    """
    settings = config.settings
    if settings.residents is None:
        detail = "the config names no residents, so no feature could be measured against a group's share"
        gate = GateResult(GATE, None, _RULE, GateVerdict.NOT_MEASURED, detail)
        return EnforcedScreen(gate, *_without_residents(settings, day))
    stored = read_evidence(config, "screen")
    if (missing := _unusable(stored, evidence_path(config, "screen"), config, inputs)) is not None or stored is None:
        detail = f"{missing}; measure it: patrolcast screen CONFIG"
        gate = GateResult(GATE, None, _RULE, GateVerdict.FAIL, detail)
        return EnforcedScreen(gate, _still_out(stored))
    return _enforced(stored, settings, day)


def _without_residents(settings: Settings, day: date) -> tuple[dict[str, str], dict[str, str]]:
    """What stays out, and what is let in with which note, where no group's share is known.

    Nothing that parts places by what stands there can be cleared then: it stays out unless a waiver names it. The
    history of reports is what a forecast is made of; it is let in, and said not to be screened.
    """
    waived = {waiver.feature: waiver for waiver in settings.waivers if waiver.feature and waiver.holds_on(day)}
    out: dict[str, str] = {}
    let_in: dict[str, str] = {}
    for spec in declared_features(settings):
        if waiver := waived.get(spec.name):
            terms = f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"
            let_in[spec.name] = f"screen: not measured; {terms}"
        elif is_history(spec) or spec.family in OF_THE_SHIFT:
            let_in[spec.name] = "provenance and names; not screened: the config names no residents"
        else:
            out[spec.name] = "not measured: the config names no residents"
    return out, let_in


def excluded_by_screen(config: ConfigFile) -> dict[str, str] | None:
    """Feature -> finding, of all that the stored screen excludes, whatever is waived; None when none is stored.

    For comparisons and back-tests, which publish nothing.
    """
    return _still_out(read_evidence(config, "screen"))


def describe_stored_screen(config: ConfigFile) -> str:
    """Which stored screen keeps features out of a config, and whether it was measured on these cells and features."""
    stored = read_evidence(config, "screen")
    if _still_out(stored) is None or stored is None:
        return "no stored screen: only the declared list keeps features out"
    name = f"the screen stored for {stored.get('name', 'another config')}"
    present = screen_identity(config, run_identity.input_files(config, sections=FILES))[BOUND_TO]
    others = changed(stored.get(BOUND_TO), present)
    if not others:
        return f"{name}, measured on these cells and features"
    return f"{name}; {' and '.join(others)} changed since: what it kept out stays out, the rest was not measured here"


def policy_admission(settings: Settings) -> Admission:
    """What the policy alone would admit, also of a config that may only be compared."""
    policy = settings.policy.model_copy(update={"comparison_only": False})
    return admit_features(settings.model_copy(update={"policy": policy}))


def _still_out(stored: Mapping[str, Any] | None) -> dict[str, str] | None:
    """What a screen that no longer holds had excluded: it stays out until it is measured anew."""
    excluded = None if stored is None else stored.get("excluded")
    return {str(name): str(reason) for name, reason in excluded.items()} if isinstance(excluded, dict) else None


def _unusable(
    stored: Mapping[str, Any] | None, path: Path, config: ConfigFile, inputs: Iterable[run_identity.InputFile]
) -> str | None:
    """Why a stored screen does not hold; None when it does."""
    if stored is None:
        return f"no stored screen {path.name}"
    if fault := screen_fault(config, stored, inputs):
        return f"the stored screen {path.name} {fault}"
    return "the stored screen failed: features still give a group away together" if _failed(stored) else None


def screen_fault(config: ConfigFile, stored: Mapping[str, Any], inputs: Iterable[run_identity.InputFile]) -> str:
    """Why a stored screen does not hold for this config today, as the end of a sentence; or an empty text."""
    if fault := seal_fault(config, "screen", stored):
        return f"does not hold: {fault}"
    stale = changed(stored[BOUND_TO], screen_identity(config, inputs)[BOUND_TO])
    not_screened = stored.get("not_screened")
    if set(policy_admission(config.settings).names) & set(not_screened if isinstance(not_screened, list) else []):
        stale.append("[policy]")
    if stale:
        return f"is stale: {' and '.join(stale)} changed since it was measured"
    contradiction = contradiction_in(stored, config.settings, limits_of(config.settings))
    return f"contradicts itself: {contradiction}" if contradiction else ""


def _failed(stored: Mapping[str, Any]) -> bool:
    return stored.get("verdict") not in {"passed", "passed with remarks"}


def _enforced(stored: Mapping[str, Any], settings: Settings, day: date) -> EnforcedScreen:
    waivers = {waiver.feature: waiver for waiver in settings.waivers if waiver.feature and waiver.holds_on(day)}
    excluded = dict(stored["excluded"])
    waived = {
        name: f"screen: waived until {waiver.expires} by {waiver.owner}: {waiver.reason}; found: {excluded[name]}"
        for name, waiver in waivers.items()
        if name in excluded
    }
    admitted = {
        row["feature"]: f"screen: {row['verdict']}; {row['reason']}"
        for row in stored["features"]
        if row["feature"] not in excluded
    }
    doubtful = {row["feature"]: row["verdict"] in {"review", "underpowered"} for row in stored["features"]}
    remarks = [name for name, doubt in doubtful.items() if doubt and name not in excluded]
    kept_out = {name: reason for name, reason in excluded.items() if name not in waived}
    gate = GateResult(
        GATE,
        float(len(remarks) + len(waived)),
        _RULE,
        GateVerdict.WARN if remarks or waived or _older(stored) else GateVerdict.PASS,
        _summary(kept_out, waived, remarks, settings, day) + _together(stored, waived) + _older(stored),
    )
    measured = {row["feature"]: _measured(row) for row in stored["features"]}
    return EnforcedScreen(gate, kept_out, admitted | waived, measured)


def _together(stored: Mapping[str, Any], waived: Iterable[str]) -> str:
    """What was not screened jointly: a test that was never made must not read as a clean bill."""
    alone = sorted(row["feature"] for row in stored["features"] if row["feature"] in waived and row["tier"] == 2)
    text = f"; not screened together with the rest: {', '.join(alone)}" if alone else ""
    if not stored.get("joint", {}).get("before"):
        text += "; together: not measured, no feature about places is left"
    for group, why in sorted(dict(stored.get("groups_not_measured", {})).items()):
        text += f"; against {group}: not measured, {why}"
    return text


def _older(stored: Mapping[str, Any]) -> str:
    """The remark on a screen by an earlier method: it holds for what it was measured on, and the gate names it."""
    method = stored.get("method", "1")  # the first did not name itself
    return "" if method == METHOD else f"; measured by method {method}, the present one is {METHOD}: measure it anew"


def _summary(
    kept_out: Mapping[str, str], waived: Mapping[str, str], remarks: list[str], settings: Settings, day: date
) -> str:
    parts = [f"{len(kept_out)} kept out{': ' + ', '.join(sorted(kept_out)) if kept_out else ''}"]
    if waived:
        parts.append(f"{len(waived)} admitted by waiver: {', '.join(sorted(waived))}")
    ended = sorted(waiver.feature for waiver in settings.waivers if waiver.feature and not waiver.holds_on(day))
    if ended:
        parts.append(f"waivers that have ended: {', '.join(ended)}")
    if remarks:
        parts.append(f"{len(remarks)} under review or beyond what could be seen: {', '.join(sorted(remarks))}")
    return "; ".join(parts)


def _measured(row: Mapping[str, Any]) -> dict[str, Any]:
    """The finding for the group that decided the feature's verdict."""
    finding = next(group for group in row["groups"] if group["group"] == row["group"])
    return {"tier": row["tier"], **finding}


def limits_of(settings: Settings) -> Limits:
    """The config's limits as the screen takes them; how many residents a group needs, the audit says."""
    screen = settings.screen
    return Limits(
        conditional=screen.conditional_limit,
        marginal=screen.marginal_limit,
        adversary=screen.adversary_limit,
        significance=screen.significance,
        surrogates=screen.surrogates,
        least_residents=settings.audit.least_residents,
    )
