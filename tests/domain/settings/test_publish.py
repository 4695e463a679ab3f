"""Limits of publication: the calibration band lies around 1, no text is taken for a number."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from patrolcast.domain.settings import Gates


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
