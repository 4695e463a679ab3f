"""Limits of publication: the calibration band lies around 1, no text is taken for a number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Gates
from patrolcast.domain.settings.publish import Publish


@pytest.mark.parametrize("limits", [[0.8, 1.0], [1.0, 1.25], [1.25, 0.8], [0.8], [0.8, 1.0, 1.2], [-0.5, 2.0]])
def test_calibration_limits_lie_on_both_sides_of_one(limits: list[float]) -> None:
    with pytest.raises(ValidationError):
        Gates(calibration=limits)


def test_a_limit_in_quotes_is_no_number_and_a_share_of_all_is_refused() -> None:
    with pytest.raises(ValidationError):
        Gates(max_refused_share="0.1")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Gates(max_refused_share=1.1)
    assert Gates(max_refused_share=0.15).max_refused_share == 0.15


def test_a_run_may_be_used_until_its_last_shift_ends_and_never_longer() -> None:
    as_of, end = datetime(2026, 6, 30, 10, tzinfo=UTC), datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert Publish().expires_at(as_of, end) == end
    assert Publish(expires_hours=12.0).expires_at(as_of, end) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert Publish(expires_hours=100.0).expires_at(as_of, end) == end
