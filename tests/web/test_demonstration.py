"""The demonstration: an account a role, new passwords at each start."""

from __future__ import annotations

from pathlib import Path


def test_every_role_has_an_account_with_a_new_password_at_each_start(place: Path) -> None:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.roles import AccountRole
    from patrolcast.web.demonstration import make_accounts

    first, again = make_accounts(), make_accounts()
    assert {role for _, role, _ in again} == {str(role) for role in AccountRole}
    assert {word for _, _, word in first} & {word for _, _, word in again} == set()
    for name, role, word in again:
        account = Account.objects.get(username=name)
        assert account.check_password(word)
        assert account.role == role


def test_whoever_is_bound_to_a_district_gets_one_that_the_run_has(place: Path) -> None:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.demonstration import make_accounts

    make_accounts()
    assert {one.username: one.district for one in Account.objects.exclude(district="")} == {
        "sergeant": "1", "unit-12": "1",
    }  # fmt: skip
