"""Checks that a usage policy may name: a prohibited use that none of them enforces is only a wish."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Enforcement:
    """A check by its name: what it does, and the test that plants what it must catch."""

    name: str
    does: str
    test: str


ENFORCED = (
    Enforcement(
        "person_columns_refused",
        "a config that names a column about persons is refused (exit code of prohibited data)",
        "tests/intake/test_persons.py",
    ),
    Enforcement(
        "officer_records_set_aside",
        "records that officers started never reach the model",
        "tests/acceptance/test_officer_rows.py",
    ),
    Enforcement(
        "officer_layers_refused",
        "place layers of stops, arrests or citations are refused",
        "tests/runs/load/test_officer_layers.py",
    ),
    Enforcement("notice_carried", "every suggestion carries the advisory notice", "tests/audit/test_gates.py"),
    Enforcement("proxy_screen", "features that give a group's share away stay out", "tests/runs/screen/test_screen.py"),
    Enforcement(
        "group_audit", "a run whose groups were not compared is not published", "tests/audit/disparity/test_gates.py"
    ),
    Enforcement(
        "patrol_concentration",
        "too many visits to the same places are found",
        "tests/audit/disparity/test_concentration.py",
    ),
    Enforcement("limits_kept", "a limit beyond its usual range needs a written waiver", "tests/audit/test_limits.py"),
    Enforcement("budget_kept", "no district gets more minutes than the budget", "tests/audit/test_gates.py"),
    Enforcement(
        "publication_expires", "a run is withdrawn when its last shift ends", "tests/runs/forecast/test_publish.py"
    ),
    Enforcement(
        "audit_trail", "every run and publication is on a trail that shows changes", "tests/io/trail/test_verify.py"
    ),
)
"""By name; a policy may name these alone."""
