"""Counts of answers and visits of closed shifts by district: what objectives on decisions are measured by.

Never by person: the trail knows who answered, statistics do not.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.encode import iso_utc
from patrolcast.patrol.decisions import ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED, Offer
from patrolcast.runs.review.review import Review

ALL = "all"


def figures_by_district(review: Review) -> list[dict[str, Any]]:
    """One row a district and one for all: counts, and shares between 0 and 1 (None where nothing is counted).

    Returns
    -------
    ``district``, ``suggestions``, ``accepted``, ``amended``, ``declined``, ``not_actioned``, ``answered_share``,
    ``followed_share``, ``delivered_share``. Runs that were removed or changed are left out (`left_out`).
    """
    counts: dict[str, Counter[str]] = {}
    for offer in _closed(review):
        state = review.state.state(offer.run, offer.suggestion)
        delivered = bool(review.state.deliveries.get((offer.run, offer.suggestion)))
        for name in (offer.district, ALL):
            counts.setdefault(name, Counter()).update([state, *(["delivered"] if delivered else [])])
    districts = sorted(name for name in counts if name != ALL)
    return [_row(name, counts[name]) for name in [*districts, *([ALL] if counts else [])]]


def left_out(review: Review) -> list[str]:
    """Runs with closed shifts that no figure counts, since they were removed or changed; so figures may mislead."""
    closed = dict.fromkeys(run for run, _ in sorted(review.state.closed))
    return [run for run in closed if _offers(review, run) is None]


def _closed(review: Review) -> list[Offer]:
    """Suggestions of closed shifts of the runs that can still be read."""
    closed = list[Offer]()
    for run in {publication.run: None for publication in review.state.publications}:
        offers = _offers(review, run) or []
        closed += [offer for offer in offers if (run, iso_utc(offer.shift_start)) in review.state.closed]
    return closed


def _offers(review: Review, run: str) -> list[Offer] | None:
    """Suggestions of a run; None where it was removed or changed."""
    try:
        return list(review.offered(run).offers.values())
    except (DataRefusedError, OSError):
        return None


def _row(district: str, counted: Counter[str]) -> dict[str, Any]:
    accepted, amended, declined, left = (counted[name] for name in (ACCEPTED, AMENDED, DECLINED, NOT_ACTIONED))
    total, followed = accepted + amended + declined + left, accepted + amended
    return {
        "district": district,
        "suggestions": total,
        "accepted": accepted,
        "amended": amended,
        "declined": declined,
        "not_actioned": left,
        "answered_share": (total - left) / total if total else None,
        "followed_share": followed / total if total else None,
        "delivered_share": counted["delivered"] / followed if followed else None,
    }
