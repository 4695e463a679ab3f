"""What `check` says of the residents: how much of the city is counted, and which groups are too small to measure."""

from patrolcast.domain.residents import CensusCoverage, GroupNames
from patrolcast.domain.settings import Settings
from patrolcast.report import words


def unmeasurable_residents(coverage: CensusCoverage | None, settings: Settings) -> list[str]:
    """What of the residents keeps the gate group_audit from passing, one sentence each; empty without residents."""
    given, limits = settings.residents, settings.audit
    if coverage is None or given is None:
        return []
    warnings, called = [], GroupNames.of(given)
    if (share := min(coverage.share(name) for name in coverage.expected_residents)) < limits.least_measured_share:
        warnings.append(
            f"{coverage.sentence}; the gate group_audit requires {words.share(limits.least_measured_share)} of every "
            f"group ({words.share(share)} of the least covered)"
        )
    for name, n in coverage.counted_residents.items():
        if name in given.groups and name not in given.not_measured and n < limits.least_residents:
            warnings.append(
                f"{called(name)} has {n:,.0f} residents, fewer than the {limits.least_residents:,.0f} that are "
                "measured: the gate group_audit does not pass unless [residents.not_measured] says why"
            )
    return warnings
