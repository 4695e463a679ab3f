"""Evidence as if it had been measured, in milliseconds: consistent in itself, bound to its config, and sealed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from patrolcast.audit.feedback.closed_loop import LoopOutcome
from patrolcast.io import run_identity
from patrolcast.io.settings.settings_file import ConfigFile, read_settings
from patrolcast.io.store.binding import BOUND_TO, FILES, same_ground
from patrolcast.io.store.evidence import GROUND, write_evidence
from patrolcast.runs.monitor.evidence import monitor_binding
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
    gates = [gate(name, 0.0, "pass", "moved a score by at most 0") for name in exact]
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
        GROUND: same_ground(config)[0],
        "verdict": verdict[0],
        "finding": verdict[1],
        "watched": {"rows": 100, "weeks": weeks},
        "gates": gates,
    }
