"""Before every page: sessions end, second factors are asked for, and nobody copies the whole console by a script."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import entries


def changed_options(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    from django.conf import settings

    from patrolcast.web.start import replace_options

    monkeypatch.setitem(settings.PATROLCAST, "options", replace_options(settings.PATROLCAST["options"], **changed))


def test_a_session_ends_after_its_longest_time_however_busy(place: Path, signed_in: Any) -> None:
    client = signed_in("chief")
    assert client.get("/published/").status_code == 200
    session = client.session
    session["signed_in_at"] = time.time() - 12 * 3600 - 1
    session.save()
    assert client.get("/published/")["Location"].startswith("/account/login/")


def test_the_sessions_cookie_ends_after_idle_minutes_and_is_renewed_by_each_page(place: Path, signed_in: Any) -> None:
    cookie = signed_in("chief").get("/published/").cookies["sessionid"]
    assert cookie["max-age"] == 30 * 60


def test_an_idle_session_is_over_here_too_not_only_in_the_browser_that_forgets_its_cookie(
    place: Path, signed_in: Any
) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    client = signed_in("chief")
    assert client.get("/published/").status_code == 200
    kept = Session.objects.filter(pk=client.session.session_key)
    assert kept.get().expire_date - timezone.now() <= timedelta(minutes=30)
    kept.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/published/")["Location"].startswith("/account/login/")


def test_signing_out_takes_a_form_and_ends_the_session_for_whoever_copied_its_cookie(
    place: Path, signed_in: Any
) -> None:
    from django.test import Client

    client, thief = signed_in("chief"), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert client.get("/account/logout/").status_code == 200
    assert thief.get("/published/").status_code == 200, "a link signs nobody out"
    client.post("/account/logout/")
    assert thief.get("/published/")["Location"].startswith("/account/login/")


def test_a_new_password_of_ones_own_ends_every_other_session_of_the_account(place: Path, signed_in: Any) -> None:
    from patrolcast.web.accounts.models import Account

    signed_in("chief")
    account = Account.objects.get(username="chief-x")
    account.set_password("correct horse battery")
    account.save()
    own, other = signed_in("chief"), signed_in("chief")
    new = {"oldpassword": "correct horse battery", "password1": "a fine long phrase", "password2": "a fine long phrase"}
    assert own.post("/account/password/", new).status_code == 302
    assert own.get("/published/").status_code == 200
    assert other.get("/published/")["Location"].startswith("/account/login/")


def test_without_a_second_factor_only_its_set_up_is_open(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("chief")
    changed_options(monkeypatch, second_factor=True)
    assert client.get("/published/")["Location"] == "/account/code/totp/activate/"
    assert client.post("/published/pause/", {"reason": "without a second factor"}).status_code == 302
    assert entries(place, "pause") == []


def test_a_session_of_the_password_alone_ends_when_another_sets_the_code_up(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    owner, early = signed_in("chief"), signed_in("chief")
    changed_options(monkeypatch, second_factor=True)
    assert owner.get("/account/code/totp/activate/").status_code == 200
    secret = owner.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert owner.post("/account/code/totp/activate/", {"code": code}).status_code == 302
    assert owner.get("/published/").status_code == 200
    for path in ("/account/code/totp/deactivate/", "/published/", "/account/code/recovery-codes/generate/"):
        assert early.get(path)["Location"].startswith("/account/login/")
    assert early.post("/published/pause/", {"reason": "without a second factor"}).status_code == 302
    assert entries(place, "pause") == []
    assert owner.get("/published/").status_code == 200


def test_more_pages_than_a_person_reads_are_refused_and_that_is_on_the_trail_once(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = signed_in("chief"), signed_in("chief", name="deputy")
    changed_options(monkeypatch, pages_a_minute=10)
    monkeypatch.setattr("patrolcast.web.middleware.time.time", lambda: 1_900_000_000.0)
    for one in (client, other):
        session = one.session
        session["signed_in_at"] = 1_900_000_000.0
        session.save()
    statuses = [client.get("/waivers/").status_code for _ in range(13)]
    assert statuses == [200] * 10 + [429] * 3
    assert other.get("/waivers/").status_code == 200
    assert [entry["body"]["why"] for entry in entries(place, "access.refused")] == ["too many"]


def test_tables_of_our_pages_carry_their_headings_for_a_phone(place: Path, signed_in: Any) -> None:
    page = signed_in("chief").get("/waivers/").content.decode()
    assert 'data-label="Holds until"' in page
