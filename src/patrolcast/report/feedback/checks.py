"""The checks of a closed-loop test, named as its page and the terminal name them."""

from collections.abc import Sequence
from typing import Any

from patrolcast.domain.records import GateResult
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.inputs_and_gates import gate_rows

CHECKS = {
    "loop_open": "The forecast is the same with and without patrol",
    "loop_control_everything_counted": "Planted leak: arrests admitted",
    "loop_control_mislabelled_5": "Planted leak: 5 % of labels wrong",
    "loop_control_lift_20": "Planted leak: patrol lifts reporting",
    "loop_control_deterrence": "Planted effect: patrol deters",
    "loop_neutral": "No lean without cause",
    "loop_reporting_reporting_a_more": "Bias seen: group a reports more",
    "loop_reporting_reporting_b_more": "Bias seen: group b reports more",
}
"""Check -> its name as readers know it."""


def loop_check_rows(checks: Sequence[GateResult]) -> list[dict[str, Any]]:
    """The checks as tables show them; one that has no plain name here keeps its own."""
    return [
        {**row, "name": CHECKS.get(check.name, row["name"])}
        for check, row in zip(checks, gate_rows(checks, GroupNames()), strict=True)
    ]
