"""Evidence as if it had been measured, in milliseconds: consistent in itself, bound to its config, and sealed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.features.proxies.screen import METHOD
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.binding import BOUND_TO, FILES, extent_of
from patrolcast.io.store.evidence import EXTENT, write_evidence
from patrolcast.runs.monitor.evidence import monitor_binding
from patrolcast.runs.screen.evidence import screen_identity
from patrolcast.runs.simulate.evidence import checks_of, loop_binding
from patrolcast.runs.simulate.simulate import LoopTest, evidence_document
from patrolcast.synthetic.scenarios import SCENARIOS, Role

CITIES = 12
SIGNS = {"deterrence": -1.0}
LEANS = {"reporting_a_more": -0.3, "reporting_b_more": 0.3}


def outcome(**changed: float) -> LoopOutcome:
    """A city in which closed and open agree and patrol follows the true rates."""
    even = dict.fromkeys(("gain", "belief_difference", "excess_closed", "excess_open", "log_ratio_oracle"), 0.0)
    return LoopOutcome(**{**even, **dict.fromkeys(("distinct_closed", "distinct_open"), 20.0)}
                       | {"kept_closed": 0.9, "kept_open": 0.9} | changed)  # fmt: skip


def outcomes(*, cities: int = CITIES) -> dict[str, tuple[LoopOutcome, ...]]:
    """Every scenario that the verdict needs, with every planted leak seen and the citizen-only loop open."""
    found = {}
    for row in (row for row in SCENARIOS if row.decides):
        leak = row.role is Role.LEAK
        gains = [SIGNS.get(row.name, 1.0) * (0.4 + 0.001 * k) if leak else 0.0 for k in range(cities)]
        lean = LEANS.get(row.name, 0.0)
        found[row.name] = tuple(outcome(gain=g, excess_closed=lean + 0.001 * k) for k, g in enumerate(gains))
    return found


def loop_document(config: ConfigFile, *, nights: int = 84, **changed: Any) -> dict[str, Any]:
    """The document of a test of that many nights in 12 cities; ``changed`` outcomes by scenario."""
    from patrolcast.audit.feedback.loop_verdict import loop_verdict

    pairs = {**outcomes(), **changed}
    checks = checks_of(pairs)
    size = min(len(rows) for rows in pairs.values())
    test = LoopTest(size, nights, 14, pairs, checks, loop_verdict(checks), 0)
    bound = loop_binding(config, run_identity.input_files(config, sections=FILES))
    return evidence_document(test, config.settings) | {BOUND_TO: bound}


def plant_loop_test(config: Path) -> None:
    """A stored loop test that passed, made up: what these tests are about comes after it."""
    read = read_settings(config)
    write_evidence(read, "loop", loop_document(read))


def monitor_document(
    config: ConfigFile, *, as_of: datetime, weeks: int = 9, e_value: float | None = 1.5
) -> dict[str, Any]:
    """A look at a dosage log of so many weeks, with the e-value that the coin came to; None: nothing was counted."""

    def gate(name: str, value: float | None, verdict: str, detail: str, *, stops: bool = True) -> dict[str, Any]:
        return {"name": name, "value": value, "verdict": verdict, "detail": detail, "stops": stops,
                "threshold": "as in the test", "lower": None, "upper": None}  # fmt: skip

    exact = [f"{name}_change_nothing" for name in ("officer_records", "past_suggestions", "demographics")]
    gates = [gate(name, 0.0, "pass", "changed no score") for name in exact]
    if e_value is None:
        gates.append(gate("band_reports", None, "not measured", "no week is finished yet", stops=False))
        verdict = "not measured", "whether patrol feeds the records was not measured: no week is finished yet"
    elif e_value >= 20:
        gates.append(gate("band_reports", e_value, "fail", "alarm in week 7"))
        verdict = "alarm", "band_reports: alarm in week 7"
    else:
        gates.append(gate("band_reports", e_value, "pass", "rate ratio 1.00"))
        verdict = "no alarm", f"no alarm in {weeks} weeks; rate ratio 1.00"
    return {
        "kind": "monitor",
        "name": config.settings.name,
        "as_of": as_of.isoformat(),
        "patrolcast": "as in the test",
        BOUND_TO: monitor_binding(config, run_identity.input_files(config, sections=FILES)),
        EXTENT: extent_of(config),
        "verdict": verdict[0],
        "finding": verdict[1],
        "watched": {"rows": 100, "weeks": weeks},
        "gates": gates,
    }


def screen_document(config: ConfigFile) -> dict[str, Any]:
    """A screen of the peopled city as if measured: canopy follows group b and is excluded, two layers are clear."""
    names = {"place_canopy": "excluded", "place_bars": "cleared", "place_stops": "cleared"}
    rows = [_row(name, verdict) for name, verdict in names.items()]
    test = {"group": "group_b", "p": 0.4, "r2": -0.1, "r2_by_chance": 0.1}
    identity = screen_identity(config, run_identity.input_files(config, sections=FILES))
    return {
        "kind": "proxy screen",
        "document_version": 2,
        "method": METHOD,
        "name": config.settings.name,
        "as_of": "2026-03-01T11:00:00Z",
        **identity,
        "verdict": "passed",
        "n_cells": 100,
        "n_places": 90,
        "excluded": {"place_canopy": "r +0.90 with the share of group_b"},
        "not_screened": [],
        "features": rows,
        "joint": {"kept": ["place_bars", "place_stops"], "before": [test], "after": [test], "drops": []},
    }


NOTHING = {
    "r": 0.02, "p": 0.8, "effective_n": 60.0, "conditional_r": 0.02, "conditional_p": 0.8, "adversary_r2": 0.02**2,
    "conditional_r2": 0.02**2, "distance": 0.02, "bend": 0.0, "shape_p": 0.8,
}  # fmt: skip
"""Figures of a layer that goes with no group."""


def _row(name: str, verdict: str) -> dict[str, Any]:
    strong = 0.9 if verdict == "excluded" else 0.02
    p = 0.01 if strong > 0.5 else 0.8
    finding = {"verdict": verdict, "reason": f"r {strong:+.2f}", "r": strong, "p": p, "effective_n": 60.0,
               "conditional_r": strong, "conditional_p": p, "adversary_r2": strong**2}  # fmt: skip
    other = {"conditional_r2": strong**2, "distance": strong, "bend": 0.0, "shape_p": p}
    groups = [
        {**finding, **other, "group": "group_b"},
        {**finding, **NOTHING, "group": "group_a", "verdict": "cleared", "reason": "nothing found", "r": 0.01},
    ]
    return {
        "feature": name,
        "tier": 2,
        "verdict": verdict,
        "group": "group_b",
        "reason": groups[0]["reason"],
        "groups": groups,
    }
