"""Ratios of groups as a picture: what a group receives above what is reported where it lives, on a log scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from markupsafe import Markup

from patrolcast.domain.measures import GroupComparison, Interval
from patrolcast.report import svg, words

EXPOSURE, NEED = "square blue", "circle orange hollow"
KEY = ((EXPOSURE, "patrol minutes where they live"), (NEED, "reported incidents where they live"))


def ratio_plot(groups: Sequence[GroupComparison]) -> Markup | None:
    """Exposure and need ratio of every group that has one with an interval; None where no group has."""
    rows = [svg.Row(words.plain(group.group), _marks(group)) for group in groups]
    rows = [row for row in rows if row.marks]
    if not rows:
        return None
    title = f"Exposure ratio and need ratio of each group against {groups[0].against}; the table below holds the same"
    return svg.interval_plot(rows, title=title, spanning=(2 / 3, 1.5), neutral=1.0, is_log=True, key=KEY)


def _marks(group: GroupComparison) -> tuple[svg.Mark, ...]:
    ratios = ((EXPOSURE, group.log_exposure_ratio), (NEED, group.log_need_ratio))
    return tuple(_mark(kind, ratio) for kind, ratio in ratios if ratio.measured)


def _mark(kind: str, log_ratio: Interval) -> svg.Mark:
    ratio, lower, upper = (exp(value) for value in (log_ratio.estimate, log_ratio.lower, log_ratio.upper))
    return svg.Mark(kind, ratio, lower, upper, f"{ratio:.2f} ({lower:.2f} to {upper:.2f})")
