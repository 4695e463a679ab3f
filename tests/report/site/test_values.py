"""A run of the public site has failed where a check stopped it, whatever became of its folder."""

from __future__ import annotations

import pytest

from patrolcast.report.site.values import IN_FORCE, PASSED, REMOVED, STOPPED, UNSOUND, SiteRun


@pytest.mark.parametrize("state", [IN_FORCE, PASSED, STOPPED, UNSOUND, REMOVED])
def test_a_run_that_a_check_stopped_has_failed_also_when_it_is_gone_or_edited(state: str) -> None:
    assert SiteRun("a", None, state, stopped_by=("calibration",)).failed
    assert not SiteRun("a", None, state).failed
