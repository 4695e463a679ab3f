"""How somebody comes in: by password, with a code, by the department's directory; and when nobody does."""

from __future__ import annotations

import urllib.request
from functools import partialmethod
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.web.accounts.directory import directory_of, signing_in_at
from tests.web.asked import entries

PASSWORD = "correct horse battery"


def made(name: str = "desk-1", role: str = "chief") -> object:
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.accounts.roles import AccountRole

    return Account.objects.create_account(name, PASSWORD, role=AccountRole(role))


def sign_in(client: object, name: str = "desk-1", password: str = PASSWORD) -> object:
    return client.post("/account/login/", {"login": name, "password": password})  # type: ignore[attr-defined]


def test_the_right_password_opens_the_roles_first_page_and_is_on_the_trail(place: Path) -> None:
    from django.test import Client

    made()
    client = Client()
    assert sign_in(client)["Location"] == "/"  # type: ignore[index]
    assert client.get("/")["Location"] == "/published/"
    (entry,) = entries(place, "login")
    assert (entry["actor"]["id"], entry["body"]) == ("desk-1", {"way": "password"})


def test_passwords_are_kept_as_argon2(place: Path) -> None:
    assert made().password.startswith("argon2$argon2id$")  # type: ignore[attr-defined]


def test_too_many_wrong_passwords_lock_the_account_for_the_right_one_too_once_on_the_trail(place: Path) -> None:
    from django.test import Client

    made()
    answers = [sign_in(Client(), password="wrong horse battery").content for _ in range(10)]  # type: ignore[attr-defined]
    assert b"Too many wrong passwords" in answers[-1]
    assert b"Too many wrong passwords" not in answers[3]
    client = Client()
    assert b"Too many wrong passwords" in sign_in(client).content  # type: ignore[attr-defined]
    assert client.get("/")["Location"].startswith("/account/login/")
    (entry,) = entries(place, "lockout")
    assert entry["body"] == {"account": "desk-1", "minutes": 15}
    assert entries(place, "login") == []


def test_an_unknown_account_reads_the_same_as_a_wrong_password_and_what_was_typed_stays_off_the_trail(
    place: Path,
) -> None:
    from django.test import Client

    made()
    said = {}
    for name in ("desk-1", "MySecretPassword"):
        for _ in range(6):
            page = sign_in(Client(), name, "wrong horse battery").content.decode()  # type: ignore[attr-defined]
            said.setdefault(name, []).append(page.partition('role="alert"')[2].partition("</div>")[0])
    assert said["desk-1"] == said["MySecretPassword"]
    assert {entry["body"]["account"] for entry in entries(place, "lockout")} == {"desk-1", "unknown"}
    assert b"MySecretPassword" not in (place / "runs/tiny/trail/trail.jsonl").read_bytes()


def test_an_unknown_account_costs_as_many_hashes_as_a_wrong_password(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly all the time that a sign-in takes is the hash of the password; so its time tells no account apart."""
    from django.contrib.auth.hashers import Argon2PasswordHasher
    from django.test import Client

    made()
    hashed = {"desk-1": 0, "nobody-1": 0}
    for name in hashed:

        def counted(own: Any, *given: Any, way: Any, name: str = name) -> Any:
            hashed[name] += 1
            return way(own, *given)

        with monkeypatch.context() as watched:
            for method in ("encode", "verify"):
                way = getattr(Argon2PasswordHasher, method)
                watched.setattr(Argon2PasswordHasher, method, partialmethod(counted, way=way))
            sign_in(Client(), name, "wrong horse battery")
    assert hashed["desk-1"] == hashed["nobody-1"] > 0


def test_a_closed_account_does_not_come_in(place: Path) -> None:
    from django.test import Client

    account = made()
    account.is_active = False  # type: ignore[attr-defined]
    account.save()  # type: ignore[attr-defined]
    client = Client()
    sign_in(client)
    assert client.get("/")["Location"].startswith("/account/login/")


def test_a_sign_in_does_not_lead_to_another_site(place: Path) -> None:
    from django.test import Client

    made()
    client, form = Client(), {"login": "desk-1", "password": PASSWORD}
    assert client.post("/account/login/?next=https://evil.example/", form)["Location"] == "/"
    for there in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"):
        assert client.get("/account/login/", {"next": there})["Location"] == "/", there
    assert client.get("/account/login/", {"next": "/waivers/"})["Location"] == "/waivers/", "the twin: a page of ours"


def test_the_session_is_a_new_one_after_the_sign_in(place: Path) -> None:
    from django.conf import settings
    from django.test import Client

    made()
    client = Client()
    client.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = client.session.session_key
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert client.cookies[settings.SESSION_COOKIE_NAME]["httponly"]
    assert client.cookies[settings.SESSION_COOKIE_NAME]["samesite"] == "Lax"


def test_nobody_makes_an_account_for_oneself(place: Path) -> None:
    from django.test import Client

    assert Client().get("/account/signup/").status_code == 404
    assert Client().get("/account/password/reset/").status_code == 404


def test_a_second_factor_is_set_up_before_anything_else_and_asked_for_at_the_next_sign_in(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal import auth
    from django.conf import settings
    from django.test import Client

    from patrolcast.web.start import replace_options

    made()
    with_codes = replace_options(settings.PATROLCAST["options"], second_factor=True)
    monkeypatch.setitem(settings.PATROLCAST, "options", with_codes)
    client = Client()
    sign_in(client)
    assert client.get("/published/")["Location"] == "/account/code/totp/activate/"
    page = client.get("/account/code/totp/activate/")
    assert page.status_code == 200, (page.status_code, dict(page.headers), page.content[:300])
    secret = page.context["form"].secret
    assert secret in page.content.decode()

    def code() -> str:
        return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))

    done = client.post("/account/code/totp/activate/", {"code": code()}, follow=True)
    assert b"Recovery codes" in done.content or b"Recovery Codes" in done.content
    assert client.get("/published/").status_code == 200

    from django.core.cache import cache

    cache.clear()  # a code is taken once only; the next one comes after half a minute
    other = Client()
    assert sign_in(other)["Location"].startswith("/account/code/authenticate/")  # type: ignore[index]
    assert other.get("/published/")["Location"].startswith("/account/login/")
    wrong = other.post("/account/code/authenticate/", {"code": "000000" if code() != "000000" else "000001"})
    assert wrong.status_code == 200
    assert other.post("/account/code/authenticate/", {"code": code()}).status_code == 302
    assert other.get("/published/").status_code == 200
    assert [entry["body"]["way"] for entry in entries(place, "login")] == ["password", "password and code"]


def by_directory(server: str) -> object:
    """A client that has gone to the directory and come back."""
    from django.conf import settings
    from django.test import Client

    with signing_in_at(server):
        client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8400")
        there = client.post("/account/directory/directory/login/")["Location"]
        assert there.startswith(f"{server}/authorize")

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None: ...

        try:
            urllib.request.build_opener(Stay).open(there, timeout=10)
        except urllib.error.HTTPError as redirected:
            back = urlsplit(redirected.headers["Location"])
        client.get(f"{back.path}?{back.query}", follow=True)
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    return client


def test_the_directory_signs_in_the_account_of_the_same_name_and_nothing_personal_is_kept(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.models import SocialAccount
    from django.conf import settings

    from patrolcast.web.start import replace_options

    made(name="desk-7")
    with_codes = replace_options(settings.PATROLCAST["options"], second_factor=True)  # the directory has its own
    monkeypatch.setitem(settings.PATROLCAST, "options", with_codes)
    who = {"sub": "42", "preferred_username": "desk-7", "name": "Maria Diaz", "email": "maria@pd.example"}
    with directory_of(who) as server:
        for _ in range(2):
            client = by_directory(server)
            assert client.get("/published/").status_code == 200  # type: ignore[attr-defined]
    assert [entry["body"]["way"] for entry in entries(place, "login")] == ["directory", "directory"]
    assert [one.extra_data for one in SocialAccount.objects.all()] == [{}]
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(
    "token", [{"aud": "another client"}, {"iss": "https://id.example"}, {"exp": 1_700_000_000}], ids=str
)
def test_a_token_for_another_of_another_or_of_long_ago_signs_nobody_in(token: dict[str, object], place: Path) -> None:
    made(name="desk-7")
    with directory_of({"sub": "42", "preferred_username": "desk-7"}, **token) as server:
        client = by_directory(server)
    assert client.get("/published/")["Location"].startswith("/account/login/")  # type: ignore[attr-defined]
    assert entries(place, "login") == []


def test_whoever_the_directory_knows_but_the_console_does_not_stays_outside(place: Path) -> None:
    from patrolcast.web.accounts.models import Account

    before = Account.objects.count()
    with directory_of({"sub": "43", "preferred_username": "stranger"}) as server:
        client = by_directory(server)
    assert client.get("/published/")["Location"].startswith("/account/login/")  # type: ignore[attr-defined]
    assert Account.objects.count() == before
    assert entries(place, "login") == []
