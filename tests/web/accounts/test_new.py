"""An account that the start makes is on the trail before it is there."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_a_new_account_is_recorded_before_it_is_there(place: Path) -> None:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.new import new_account
    from patrolcast.web.accounts.roles import AccountRole

    trail = place / "runs/tiny/trail/trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    with pytest.raises(Exception, match="audit trail"):
        new_account("unit-99", AccountRole.OFFICER)
    assert not Account.objects.filter(username="unit-99").exists()
