"""The administrator: accounts, roles and districts, each change on the trail before it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import entries

Signed = Callable[..., Any]
NEW = {"username": "unit-30", "role": "officer", "district": "1", "is_active": "on", "password": "a fine long phrase"}


def account(name: str) -> Any:
    from patrolcast.web.accounts.models import Account

    return Account.objects.get(username=name)


def test_a_new_account_can_sign_in_and_stands_on_the_trail(place: Path, signed_in: Signed) -> None:
    client = signed_in("administrator")
    assert client.post("/accounts/new/", NEW).status_code == 302
    assert account("unit-30").check_password("a fine long phrase")
    (entry,) = entries(place, "role.change")
    assert entry["actor"]["id"] == "administrator-x"
    assert {"key": "role", "was": None, "is": "officer"} in entry["body"]["changes"]
    assert b"a fine long phrase" not in (place / "runs/tiny/trail/trail.jsonl").read_bytes()


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short"}, {"password": "password1234"}, {"username": "Mária"}, {"username": ""}, {"role": "king"}],
)
def test_what_makes_no_account_is_said_and_makes_none(wrong: dict[str, str], place: Path, signed_in: Signed) -> None:
    answer = signed_in("administrator").post("/accounts/new/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert entries(place, "role.change") == []


@pytest.mark.parametrize("name", ["Unit-30", "UNIT-30", "unit-30", "patrolcast", "Patrolcast", "serve"])
def test_no_second_account_by_another_spelling_and_none_that_passes_for_the_machine(
    name: str, place: Path, signed_in: Signed
) -> None:
    client = signed_in("administrator")
    assert client.post("/accounts/new/", NEW).status_code == 302
    assert client.post("/accounts/new/", {**NEW, "username": name}).status_code == 422
    assert len(entries(place, "role.change")) == 1
    assert client.post("/accounts/unit-30/", {**NEW, "password": "", "role": "analyst"}).status_code == 302


def test_a_changed_role_holds_at_once_and_only_what_changed_is_recorded(place: Path, signed_in: Signed) -> None:
    officer, client = signed_in("officer", "1", name="unit-30"), signed_in("administrator")
    assert officer.get("/visits/").status_code == 200
    client.post("/accounts/unit-30/", {**NEW, "role": "analyst", "password": "", "username": "another name"})
    assert officer.get("/visits/").status_code == 403
    assert officer.get("/runs/").status_code == 200
    changes = entries(place, "role.change")[0]["body"]["changes"]
    assert [one["key"] for one in changes] == ["role", "district"]
    assert account("unit-30").role == "analyst"


@pytest.mark.parametrize("changed", [{"is_active": ""}, {"password": "another long phrase"}])
def test_closing_an_account_or_a_new_password_ends_its_sessions(
    changed: dict[str, str], place: Path, signed_in: Signed
) -> None:
    officer, client = signed_in("officer", "1", name="unit-30"), signed_in("administrator")
    client.post("/accounts/unit-30/", {**NEW, "password": "", **changed})
    assert officer.get("/visits/")["Location"].startswith("/account/login/")


def test_an_administrator_cannot_take_the_own_role_away(place: Path, signed_in: Signed) -> None:
    client = signed_in("administrator", name="admin-2")
    answer = client.post("/accounts/admin-2/", {**NEW, "role": "officer", "password": ""})
    assert answer.status_code == 422
    assert account("admin-2").role == "administrator"


def test_a_change_that_cannot_be_recorded_does_not_hold(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.city import forget_review

    signed_in("officer", "1", name="unit-30")
    client = signed_in("administrator")
    trail = place / "runs/tiny/trail/trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    forget_review()
    assert client.post("/accounts/unit-30/", {**NEW, "role": "chief", "password": ""}).status_code == 503
    assert account("unit-30").role == "officer"
