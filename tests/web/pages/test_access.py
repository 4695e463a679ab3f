"""Every page and every role: who may not, does not; nobody meets a server error; and it is on the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import entries, the_shift

OPEN = {"alive"}
"""Addresses without a role: they say nothing."""
ROLES = ("supervisor", "officer", "analyst", "auditor", "chief", "administrator")


JOB = "20260301T123000Z-trial"


def plant_job() -> None:
    """A job that has ended, so that its page is there."""
    from tests.runs.console.test_jobs import planted

    from patrolcast.io.jobs.folder import JobEnding
    from patrolcast.web.city import the_city

    if not (the_city().state / "jobs" / JOB).is_dir():
        planted(the_city(), JobEnding("exit", 0, 1.0))


def pages() -> Iterator[tuple[str, str, Any]]:
    """Name, address (with something that is there in it) and view of every page of our own."""
    from django.urls import reverse

    from patrolcast.web import urls

    run_id = the_shift()[0].run_id
    plant_job()
    given = {
        "run": [run_id], "run_file": [run_id, "audit.json"], "test": ["comparison.html"], "account_change": ["admin"],
        "end_training": ["sergeant"], "job": [JOB], "job_stop": [JOB],
    }  # fmt: skip
    for pattern in urls.PAGES:
        yield pattern.name, reverse(pattern.name, args=given.get(pattern.name, [])), pattern.callback


def test_every_view_states_its_roles_and_methods(place: Path) -> None:
    from patrolcast.web import urls

    silent = [one.name for one in urls.PAGES if not getattr(one.callback, "roles", None)]
    assert silent == []
    assert [one.name for one in urls.urlpatterns if getattr(one, "name", None) and one.name not in OPEN] == [
        one.name for one in urls.PAGES
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_sees_a_page_of_another_and_none_meets_a_server_error(
    role: str, place: Path, signed_in: Callable[..., Any]
) -> None:
    client, refused = signed_in(role, "1" if role in ("supervisor", "officer") else ""), 0
    for name, address, view in pages():
        for method in ("GET", "POST"):
            answer = getattr(client, method.lower())(address)
            assert answer.status_code < 500, (name, method)
            if method not in view.methods:
                assert answer.status_code == 405, (name, method)
            elif role not in view.roles:
                assert answer.status_code == 403, (name, method)
                refused += 1
            else:
                assert answer.status_code != 403, (name, method)
    told = entries(place, "access.refused")
    assert len(told) == refused > 5
    assert {entry["actor"]["role"] for entry in told} == {role}


def test_without_an_account_every_page_leads_to_the_sign_in(place: Path) -> None:
    from django.test import Client

    for name, address, view in pages():
        method = view.methods[0].lower()
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/account/login/?next=/"), name
        script = getattr(Client(headers={"Accept": "application/json"}), method)(address)
        assert script.status_code == 401, name


@pytest.mark.parametrize("role", ["chief", "analyst"])
def test_a_form_from_another_site_changes_nothing(role: str, place: Path, signed_in: Callable[..., Any]) -> None:
    from django.test import Client

    from patrolcast.web.accounts.models import Account

    signed_in(role)
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username=f"{role}-x"), backend="django.contrib.auth.backends.ModelBackend")
    for name, address, view in pages():
        if "POST" in view.methods:
            form = {"reason": "somebody else wrote this", "kind": "trial"}
            assert client.post(address, form).status_code == 403, name
    assert entries(place, "pause") == []
    assert entries(place, "job") == []


def test_a_form_with_an_old_token_or_from_another_origin_changes_nothing(
    place: Path, signed_in: Callable[..., Any]
) -> None:
    from django.test import Client

    from patrolcast.web.accounts.models import Account

    signed_in("chief")
    account = Account.objects.get(username="chief-x")

    def opened() -> tuple[Client, str]:
        client = Client(enforce_csrf_checks=True)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/published/").content.decode()
        return client, page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    (_, old), (client, token) = opened(), opened()
    own, other = {"Origin": "http://testserver"}, {"Origin": "https://evil.example"}
    for given, headers in ((old, own), (token, other), ("", own)):
        form = {"reason": "somebody else wrote this", "csrfmiddlewaretoken": given}
        assert client.post("/published/pause/", form, headers=headers).status_code == 403
    assert entries(place, "pause") == []
    form = {"reason": "the twin: a form of ours", "csrfmiddlewaretoken": token}
    assert client.post("/published/pause/", form, headers=own).status_code == 302
    assert len(entries(place, "pause")) == 1


def test_a_request_for_another_host_is_refused_without_saying_why(place: Path) -> None:
    from django.test import Client

    answer = Client(headers={"Host": "evil.example"}).get("/account/login/")
    assert (answer.status_code, answer.content) == (400, b"This request cannot be read.")


def test_no_page_may_be_framed_or_kept_or_load_anything_from_elsewhere(
    place: Path, signed_in: Callable[..., Any]
) -> None:
    answer = signed_in("supervisor", "1").get("/tonight/")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src=") + page.count(
        '<script id="map-data" type="application/json"'
    )
