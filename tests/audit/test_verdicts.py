"""A stored verdict against its own numbers: what cannot have passed, and limits that the config does not know."""

from __future__ import annotations

import pytest

from patrolcast.audit.verdicts import contradiction
from patrolcast.domain.records import GateResult, GateVerdict
from patrolcast.domain.settings import Audit, Gates


def gate(name: str, value: float | None, rule: str, verdict: str = "pass", **more: object) -> GateResult:
    return GateResult(name, value, rule, GateVerdict(verdict), "detail", **more)  # type: ignore[arg-type]


WITHIN = "patrol per reported incident within 1/2 to 2 times that of others"
CALIBRATED = "predicted / observed within 0.8 to 1.25"


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (gate("calibration", 1.0, CALIBRATED), ""),
        (gate("calibration", 1.26, CALIBRATED), "its value, 1.26, is beyond its threshold"),
        (gate("calibration", 0.79, CALIBRATED), "is beyond its threshold"),
        (gate("calibration", 1.26, CALIBRATED, "fail"), ""),
        (
            gate("calibration", 1.0, "predicted / observed within 0.1 to 99"),
            "its threshold is not the 0.8 of the config",
        ),
        (gate("calibration", None, CALIBRATED), "it was not measured"),
        (gate("calibration", None, CALIBRATED, "not measured"), ""),
        (gate("calibration", 1.26, CALIBRATED, "fail", stops=False), "it is said to stop nothing"),
        (gate("incidents_counted", 1000.0, "at least 1000"), ""),
        (gate("incidents_counted", 999.0, "at least 1000"), "its value, 999, is beyond"),
        (gate("incidents_counted", 999.0, "at least 1"), "its threshold is not the 1000 of the config"),
        (gate("counts_conserved", 0.0, "exactly 0 lost"), ""),
        (gate("counts_conserved", -1.0, "exactly 0 lost"), "its value, -1, is beyond"),
        (gate("reasons_sum", 1e-7, "contributions sum to the raw score within 1e-06"), ""),
        (gate("reasons_sum", 1.0, "contributions sum to the raw score within 1e-06"), "its value, 1, is beyond"),
        (gate("group_excess_a", 1.5, WITHIN, lower=1.2, upper=1.9), ""),
        (gate("group_excess_a", 1.5, WITHIN, lower=1.2, upper=2.1), "its interval leaves the limit"),
        (gate("group_excess_a", 0.6, WITHIN, lower=0.4, upper=0.9), "its interval leaves the limit"),
        (gate("group_excess_a", 1.5, WITHIN.replace("2", "50"), lower=1.2, upper=9.0), "its threshold is not the 2"),
        (gate("group_opportunity_a", 0.01, "difference at most 0.15; else a warning", lower=-0.2, upper=0.3), "beyond"),
        (gate("calibration", 1.0, "predicted / observed within 0.1 to 1.25"), "its threshold is not the 0.8 of the"),
        (gate("group_audit", 0.96, "every named group compared, on at least 0.95 of its residents"), ""),
        (gate("group_audit", 0.5, "every named group compared, on at least 0.1 of its residents"), "not the 0.95"),
        (gate("group_audit_districts", 0.0, "wholly beyond 1/9 to 9 times the patrol"), "not the 2 of the config"),
        (gate("patrol_concentration", 99.0, "at most 99 nights in a row", "warn"), "its threshold is not the"),
        (gate("refused_share", 0.9, "at most 0.95"), "its threshold is not the 0.1 of the config"),
        (gate("cancelled_share", 0.3, "at most 0.95"), "its threshold is not the 0.2 of the config"),
        (gate("report_age", 100.0, "at most 700"), "its threshold is not the 72 of the config"),
        (gate("something_new", 3.0, "words without a number"), ""),
    ],
)
def test_by_hand(stored: GateResult, words: str) -> None:
    found = contradiction(stored, gates=Gates(), audit=Audit())
    assert words in found
    assert bool(words) == bool(found)
