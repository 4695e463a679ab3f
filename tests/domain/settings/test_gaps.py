"""[[incidents.gaps]]: days in order, with a reason."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings.gaps import IncidentGap


def test_a_gap_of_one_day_is_left_out_unless_said_otherwise() -> None:
    gap = IncidentGap.model_validate(
        {"first": "2026-03-01", "last": "2026-03-01", "reason": "the server moved that week"}
    )
    assert gap.leave_out
    assert (gap.category, gap.district) == (None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"last": "2026-02-28"}, "last is before first"),
        ({"reason": "."}, "says too little"),
        ({"first": "1 March"}, "should match pattern"),
        ({"hole": True}, "Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_gap_is_refused(change: dict[str, object], message: str) -> None:
    given = {"first": "2026-03-01", "last": "2026-03-07", "reason": "the server moved that week", **change}
    with pytest.raises(ValidationError, match=message):
        IncidentGap.model_validate(given)
