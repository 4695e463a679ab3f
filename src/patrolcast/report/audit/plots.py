"""The pictures of the audit of groups: patrol per reported incident with the limit, and what it is made of below."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

from markupsafe import Markup

from patrolcast.domain.measures import DisparityAudit, GroupComparison, Interval
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.compared_words import place_words
from patrolcast.report.audit.worst_first import worst_in_districts
from patrolcast.report.plots.intervals import Mark, Row, interval_plot

EXCESS = "circle ink"
EXPOSURE, NEED = "square blue", "circle orange hollow"
KEY = ((EXPOSURE, "patrol minutes where they live"), (NEED, "reported incidents where they live"))


def ratio_plot(groups: Sequence[GroupComparison], called: GroupNames) -> Markup | None:
    """Exposure and need ratio of every group that has one with an interval; None where no group has."""
    rows = [Row(called(group.group), _marks(group)) for group in groups]
    rows = [row for row in rows if row.marks]
    if not rows:
        return None
    against = called(groups[0].against)
    title = f"Exposure ratio and need ratio of each group against {against}; the table below holds the same"
    return interval_plot(rows, title=title, spanning=(2 / 3, 1.5), neutral=1.0, is_log=True, key=KEY)


def _marks(group: GroupComparison) -> tuple[Mark, ...]:
    ratios = ((EXPOSURE, group.log_exposure_ratio), (NEED, group.log_need_ratio))
    return tuple(_mark(kind, ratio) for kind, ratio in ratios if ratio.measured)


def _mark(kind: str, log_ratio: Interval) -> Mark:
    ratio, lower, upper = (exp(value) for value in (log_ratio.estimate, log_ratio.lower, log_ratio.upper))
    return Mark(kind, ratio, lower, upper, f"{ratio:.2f} ({lower:.2f} to {upper:.2f})")


def excess_plot(audit: DisparityAudit, called: GroupNames) -> Markup | None:
    """Patrol per reported incident of each group, and of the one furthest from even in a district; the limit is shaded.

    None where no group has an interval. The bar is the interval as counted, which is what breaks a limit; the thin line
    the wider one, with what is not known of where people live, which is what a limit is kept by.
    """
    rows = [Row(called(group.group), _of_excess(group)) for group in audit.groups]
    if not any(row.marks for row in rows):
        return None
    if (worst := worst_in_districts(audit)) is not None and (marks := _of_excess(worst[1])):
        rows.append(Row(f"{called(worst[1].group)} in {place_words(worst[0])}", marks))
    limit = None if audit.in_districts is None else audit.in_districts.limit
    against = called(audit.groups[0].against)
    title = f"Patrol per reported incident of each group, times that of {against}; the table below holds the same"
    return interval_plot(
        rows, title=title, spanning=(2 / 3, 1.5), neutral=1.0, is_log=True,
        band=None if limit is None else (1 / limit, limit),
    )  # fmt: skip


def _of_excess(group: GroupComparison) -> tuple[Mark, ...]:
    ratio = group.counted if group.counted.measured else group.excess
    if not ratio.measured:
        return ()
    mark = _mark(EXCESS, ratio)
    is_wider = group.parts and group.excess.measured and ratio is group.counted
    return (replace(mark, wider=(exp(group.excess.lower), exp(group.excess.upper))) if is_wider else mark,)
