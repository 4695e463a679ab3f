"""Accounts are units and desks, bound to a district where their role is; training ends on its last day."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.conftest import train


@pytest.mark.parametrize(
    ("role", "district", "seen"),
    [("supervisor", "1", {"1"}), ("officer", "2", {"2"}), ("supervisor", "", {"1", "2"}), ("auditor", "1", {"1", "2"})],
)
def test_a_role_of_a_district_sees_that_one(role: str, district: str, seen: set[str], place: Path) -> None:
    from patrolcast.web.accounts.models import Account

    account = Account(username="x", role=role, district=district)
    assert {name for name in ("1", "2") if account.may_see(name)} == seen


def test_training_holds_until_the_newest_records_last_day_and_only_of_this_version(place: Path) -> None:
    from patrolcast.web.accounts.models import Account, trained_until
    from patrolcast.web.accounts.roles import AccountRole
    from patrolcast.web.city import now
    from patrolcast.web.pages.access import may_review
    from patrolcast.web.pages.quiz import VERSION

    account = Account.objects.create_account("desk-1", None, role=AccountRole.SUPERVISOR)
    assert trained_until(account, VERSION) is None
    train(account, days=-1)
    assert not may_review(account)
    train(account, days=0)
    assert trained_until(account, VERSION) == now().date()
    assert may_review(account)
    assert trained_until(account, "another version") is None


def test_an_account_holds_nothing_about_a_person(place: Path) -> None:
    from patrolcast.web.accounts.models import Account

    fields = {field.name for field in Account._meta.get_fields() if field.concrete}
    assert fields == {"id", "password", "last_login", "username", "role", "district", "is_active", "made_at"}


def test_the_tables_are_those_of_the_models(place: Path) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "accounts", check=True, dry_run=True, verbosity=0)
