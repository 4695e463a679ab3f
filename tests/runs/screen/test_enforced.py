"""What a stored screen makes of a run, whole and word for word; `test_evidence` measures real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.io.evidence_key import use_key
from tests.runs.peopled_city import write_peopled_city
from tests.runs.planted import NOTHING, screen_document
from tests.runs.tiny_city import write_city

from patrolcast import __version__
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings.waivers import Waiver
from patrolcast.features.proxies.screen import METHOD
from patrolcast.features.proxies.verdicts import Limits
from patrolcast.io import run_identity
from patrolcast.io.encode import json_bytes
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.evidence import evidence_path, sealed, write_evidence
from patrolcast.runs.screen.evidence import (
    EnforcedScreen,
    describe_stored_screen,
    enforce_screen,
    excluded_by_screen,
    limits_of,
    policy_admission,
    screen_fault,
    screen_identity,
)

DAY = date(2026, 3, 1)
RULE = "a stored screen of these features against these residents; what it excluded stays out"
MEASURE = "measure it: patrolcast screen CONFIG"
CANOPY = {"place_canopy": "r +0.90 with the share of group_b"}


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> ConfigFile:
    return read_settings(write_peopled_city(tmp_path_factory.mktemp("peopled")))


@pytest.fixture
def config(peopled: ConfigFile) -> ConfigFile:
    """The peopled city with its screen as it was measured: one layer excluded, two cleared."""
    write_evidence(peopled, "screen", screen_document(peopled))
    return peopled


def enforced(config: ConfigFile, *, day: date = DAY) -> EnforcedScreen:
    return enforce_screen(config, run_identity.input_files(config), day=day)


def edited(config: ConfigFile, change: Callable[[dict[str, Any]], object]) -> None:
    document = screen_document(config)
    change(document)
    write_evidence(config, "screen", document)


def waiving(config: ConfigFile, *features: str, expires: str = "2026-03-01") -> ConfigFile:
    terms = {"reason": "accepted until the next review", "owner": "office of analysis", "expires": expires}
    waivers = (*config.settings.waivers, *(Waiver(feature=name, **terms) for name in features))
    return ConfigFile(**{**vars(config), "settings": config.settings.model_copy(update={"waivers": waivers})})


def with_settings(config: ConfigFile, **sections: object) -> ConfigFile:
    return ConfigFile(**{**vars(config), "settings": config.settings.model_copy(update=sections)})


def gate(verdict: GateVerdict, detail: str, value: float | None = None) -> GateResult:
    return GateResult("proxy_screen", value, RULE, verdict, detail)


def finding(verdict: str, reason: str, **figures: float) -> dict[str, Any]:
    return {"tier": 2, "group": "group_b", "verdict": verdict, "reason": reason, "effective_n": 60.0, **figures}


STRONG = {
    "r": 0.9, "p": 0.01, "conditional_r": 0.9, "conditional_p": 0.01, "adversary_r2": 0.9**2, "conditional_r2": 0.9**2,
    "distance": 0.9, "bend": 0.0, "shape_p": 0.01,
}  # fmt: skip
WEAK = NOTHING


def test_a_screen_that_holds_keeps_out_lets_in_and_hands_on_what_it_measured(config: ConfigFile) -> None:
    assert enforced(config) == EnforcedScreen(
        gate(GateVerdict.PASS, "1 kept out: place_canopy", 0.0),
        screened_out=CANOPY,
        screened_in={"place_bars": "screen: cleared; r +0.02", "place_stops": "screen: cleared; r +0.02"},
        measured={
            "place_canopy": finding("excluded", "r +0.90", **STRONG),
            "place_bars": finding("cleared", "r +0.02", **WEAK),
            "place_stops": finding("cleared", "r +0.02", **WEAK),
        },
    )


def test_the_finding_handed_on_is_that_of_the_group_that_decided(config: ConfigFile) -> None:
    edited(config, lambda document: [row["groups"].reverse() for row in document["features"]])
    assert enforced(config).measured["place_canopy"] == finding("excluded", "r +0.90", **STRONG)


def test_without_a_stored_screen_the_gate_fails_and_nothing_is_known(config: ConfigFile) -> None:
    evidence_path(config, "screen").unlink()
    detail = f"no stored screen tiny.screen.json; {MEASURE}"
    assert enforced(config) == EnforcedScreen(gate(GateVerdict.FAIL, detail), None, {}, {})


def test_a_stale_screen_fails_lets_nothing_in_and_keeps_out_what_was_out(config: ConfigFile) -> None:
    edited(config, lambda document: document["bound_to"].update(code="0" * 64, residents="0" * 64))
    named = "the code that measures it and the residents"
    why = f"the stored screen tiny.screen.json is stale: {named} changed since it was measured"
    assert enforced(config) == EnforcedScreen(gate(GateVerdict.FAIL, f"{why}; {MEASURE}"), CANOPY, {}, {})


def test_a_screen_by_which_features_still_give_a_group_away_together_fails(config: ConfigFile) -> None:
    def failed(document: dict[str, Any]) -> None:
        document["joint"]["after"][0]["p"] = 0.05
        document["verdict"] = "failed"

    edited(config, failed)
    why = "the stored screen failed: features still give a group away together"
    assert enforced(config) == EnforcedScreen(gate(GateVerdict.FAIL, f"{why}; {MEASURE}"), CANOPY, {}, {})


def test_what_the_policy_admits_and_nobody_screened_is_named_after_all_else_that_changed(config: ConfigFile) -> None:
    def change(document: dict[str, Any]) -> None:
        document["not_screened"] = ["place_bars", "no_such_feature"]
        document["bound_to"]["code"] = "0" * 64

    edited(config, change)
    changed = "the code that measures it and [policy] changed since it was measured"
    assert enforced(config).gate.detail == f"the stored screen tiny.screen.json is stale: {changed}; {MEASURE}"
    edited(config, lambda document: document.update(not_screened=["no_such_feature"]))
    assert enforced(config).gate.verdict is GateVerdict.PASS


@pytest.mark.parametrize("listed", [None, "place_bars", {"place_bars": 1}])
def test_a_list_of_what_was_not_screened_that_is_none_is_no_reason_by_policy(
    config: ConfigFile, listed: object
) -> None:
    edited(config, lambda document: document.update(not_screened=listed))
    assert "[policy]" not in enforced(config).gate.detail


def test_the_fault_of_a_screen_ends_a_sentence(config: ConfigFile) -> None:
    inputs = run_identity.input_files(config)
    assert screen_fault(config, screen_document(config) | {"content_sha256": "0" * 64}, inputs) == (
        "does not hold: it was edited after it was measured"
    )
    stored = sealed(config, "screen", screen_document(config))
    assert screen_fault(config, stored, inputs) == ""
    assert screen_fault(config, sealed(config, "screen", stored | {"verdict": "failed"}), inputs) == (
        "contradicts itself: its verdict is 'failed', and 'passed' follows from its findings"
    )


def test_a_signature_holds_as_that_of_a_screen_and_of_nothing_else(
    config: ConfigFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key(monkeypatch, tmp_path / "key")
    edited(config, lambda document: None)
    assert enforced(config).gate.verdict is GateVerdict.PASS
    evidence_path(config, "screen").write_bytes(json_bytes(sealed(config, "loop", screen_document(config))))
    assert "does not hold: its signature does not fit its content; " in enforced(config).gate.detail


def test_a_screen_by_an_earlier_method_holds_with_a_remark_that_names_both(config: ConfigFile) -> None:
    for change, named in (
        (lambda document: document.pop("method"), "1"),
        (lambda document: document.update(method="2"), "2"),
    ):
        edited(config, change)
        detail = f"1 kept out: place_canopy; measured by method {named}, the present one is {METHOD}: measure it anew"
        assert enforced(config).gate == gate(GateVerdict.WARN, detail, 0.0)


def test_waived_features_are_let_in_and_named_in_order_with_what_was_not_screened(config: ConfigFile) -> None:
    def also_bars(document: dict[str, Any]) -> None:
        row = next(row for row in document["features"] if row["feature"] == "place_bars")
        row["verdict"] = row["groups"][0]["verdict"] = "excluded"
        document["excluded"] = {**CANOPY, "place_bars": "r +0.02"}
        document["joint"].update(kept=["place_stops"], before=[], after=[])

    edited(config, also_bars)
    screen = enforced(waiving(config, "place_canopy", "place_bars"))
    together = "together: not measured, no feature about places is left"
    assert screen.gate == gate(
        GateVerdict.WARN,
        "0 kept out; 2 admitted by waiver: place_bars, place_canopy; not screened together with the rest: "
        f"place_bars, place_canopy; {together}",
        2.0,
    )
    assert screen.screened_out == {}
    terms = "screen: waived until 2026-03-01 by office of analysis: accepted until the next review; found: "
    assert screen.screened_in == {
        "place_canopy": f"{terms}r +0.90 with the share of group_b",
        "place_bars": f"{terms}r +0.02",
        "place_stops": "screen: cleared; r +0.02",
    }
    ended = enforced(waiving(config, "place_canopy", "place_bars"), day=date(2026, 3, 2))
    assert ended.gate == gate(
        GateVerdict.PASS,
        "2 kept out: place_bars, place_canopy; waivers that have ended: place_bars, place_canopy; " + together,
        0.0,
    )


def test_features_that_a_person_must_look_at_are_counted_and_named_in_order_and_those_kept_out_are_not(
    config: ConfigFile,
) -> None:
    def doubtful(document: dict[str, Any]) -> None:
        document["verdict"] = "passed with remarks"
        document["features"].reverse()
        for row in document["features"]:
            if row["feature"] != "place_canopy":
                verdict = "review" if row["feature"] == "place_stops" else "underpowered"
                row["verdict"] = row["groups"][0]["verdict"] = verdict

    edited(config, doubtful)
    screen = enforced(config)
    detail = "1 kept out: place_canopy; 2 under review or beyond what could be seen: place_bars, place_stops"
    assert screen.gate == gate(GateVerdict.WARN, detail, 2.0)
    assert screen.screened_in["place_stops"] == "screen: review; r +0.02"


def test_a_waiver_of_what_the_screen_cleared_lets_in_nothing_and_is_no_remark(config: ConfigFile) -> None:
    assert enforced(waiving(config, "place_bars")) == enforced(config)


def test_groups_that_could_not_be_measured_are_named_in_order(config: ConfigFile) -> None:
    why = {"group_b": "the same share in every cell", "group_a": "fewer than 500 residents"}
    edited(config, lambda document: document.update(groups_not_measured=why))
    assert enforced(config).gate.detail == (
        "1 kept out: place_canopy; against group_a: not measured, fewer than 500 residents; "
        "against group_b: not measured, the same share in every cell"
    )


def test_what_is_excluded_stays_out_of_comparisons_also_by_a_screen_that_no_longer_holds(config: ConfigFile) -> None:
    edited(config, lambda document: document.update(bound_to={}, verdict="failed"))
    assert excluded_by_screen(config) == CANOPY
    edited(config, lambda document: document.update(excluded=["place_canopy"]))
    assert excluded_by_screen(config) is None


def test_a_comparison_says_which_screen_binds_it_and_all_that_changed_since(config: ConfigFile) -> None:
    same = "measured on these cells and features"
    assert describe_stored_screen(config) == f"the screen stored for tiny, {same}"
    edited(config, lambda document: document.pop("name"))
    assert describe_stored_screen(config) == f"the screen stored for another config, {same}"
    edited(config, lambda document: document["bound_to"].update(code="0" * 64, residents="0" * 64))
    assert describe_stored_screen(config) == (
        "the screen stored for tiny; the code that measures it and the residents changed since: what it kept out stays "
        "out, the rest was not measured here"
    )
    edited(config, lambda document: document.pop("excluded"))
    assert describe_stored_screen(config) == "no stored screen: only the declared list keeps features out"


def test_a_screen_is_bound_to_the_name_that_it_is_stored_under(config: ConfigFile) -> None:
    inputs = run_identity.input_files(config)
    screen = config.settings.screen.model_copy(update={"stored_for": "the_base"})
    own, shared = screen_identity(config, inputs), screen_identity(with_settings(config, screen=screen), inputs)
    assert own["patrolcast"] == shared["patrolcast"] == __version__
    differing = {part for part, bound in own["bound_to"].items() if shared["bound_to"][part] != bound}
    assert differing == {"name", "screen"}
    assert (own["bound_to"]["name"], shared["bound_to"]["name"]) == ("tiny", "the_base")


def test_the_policy_of_a_config_that_may_only_be_compared_admits_what_it_would_admit_otherwise(
    config: ConfigFile,
) -> None:
    policy = config.settings.policy.model_copy(update={"comparison_only": True})
    compared = with_settings(config, policy=policy).settings
    assert policy_admission(compared).names == policy_admission(config.settings).names != ()
    assert compared.policy.comparison_only, "the settings stay as they are"


def test_the_limits_are_those_of_the_config_and_the_least_residents_those_of_the_audit(config: ConfigFile) -> None:
    screen = config.settings.screen.model_copy(
        update={"conditional_limit": 0.21, "marginal_limit": 0.31, "adversary_limit": 0.11, "significance": 0.04,
                "surrogates": 99}
    )  # fmt: skip
    audit = config.settings.audit.model_copy(update={"least_residents": 700})
    assert limits_of(with_settings(config, screen=screen, audit=audit).settings) == Limits(
        conditional=0.21, marginal=0.31, adversary=0.11, significance=0.04, surrogates=99, least_residents=700
    )


def test_without_residents_only_a_waiver_lets_a_place_layer_in_and_history_is_said_not_to_be_screened(
    tmp_path: Path,
) -> None:
    config = waiving(read_settings(write_city(tmp_path)), "place_bars")
    unknown = "the config names no residents"
    screen, terms = enforced(config), "waived until 2026-03-01 by office of analysis: accepted until the next review"
    detail = f"{unknown}, so no feature could be measured against a group's share"
    assert screen.gate == gate(GateVerdict.NOT_MEASURED, detail)
    assert screen.screened_out == {"place_stops": f"not measured: {unknown}"}
    let_in = dict(screen.screened_in)
    assert let_in.pop("place_bars") == f"screen: not measured; {terms}"
    assert set(let_in.values()) == {f"provenance and names; not screened: {unknown}"}
    assert {"decayed_365d", "hour_of_week", "weekday", "category"} <= set(let_in)
    assert screen.measured == {}
    ended = enforced(config, day=date(2026, 3, 2))
    assert ended.screened_out == dict.fromkeys(("place_bars", "place_stops"), f"not measured: {unknown}")
