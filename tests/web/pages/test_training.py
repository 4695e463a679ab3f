"""The training gives the right to review, its end takes it, and both are on the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.web.asked import entries
from tests.web.conftest import train

from patrolcast.domain.shifts import local_instant

Signed = Callable[..., Any]


def test_all_right_gives_the_right_to_review_and_one_wrong_says_why(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.pages.quiz import QUESTIONS

    client = signed_in("supervisor", "1", trained=False)
    right = {question.name: question.right for question in QUESTIONS}
    wrong = client.post("/training/", {**right, QUESTIONS[0].name: "a"})
    assert wrong.status_code == 422
    assert QUESTIONS[0].why[:40] in wrong.content.decode().replace("&#x27;", "'")
    assert b"You may not answer now" in client.get("/tonight/").content
    assert client.post("/training/", right, follow=True).status_code == 200
    assert b"You may not answer now" not in client.get("/tonight/").content
    taken = [(one["body"]["right"], one["body"]["until"]) for one in entries(place, "training.taken")]
    assert taken == [(4, None), (5, "2027-03-01")]


def test_records_are_read_by_the_auditor_and_ended_by_the_administrator_alone(place: Path, signed_in: Signed) -> None:
    supervisor = signed_in("supervisor", "1", name="desk-1")
    auditor, administrator = signed_in("auditor"), signed_in("administrator")
    assert b"desk-1" in auditor.get("/trained/").content
    assert b"End the record" not in auditor.get("/trained/").content
    assert auditor.post("/trained/desk-1/end/").status_code == 403
    assert administrator.post("/trained/desk-1/end/").status_code == 302
    assert b"You may not answer now" in supervisor.get("/tonight/").content
    assert [one["body"]["account"] for one in entries(place, "training.ended")] == ["desk-1"]


def test_a_record_that_ends_soon_and_one_that_has_ended_are_called_so(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.accounts.models import Account

    for name, days in (("soon", 3), ("over", -3)):
        signed_in("supervisor", "1", name=name, trained=False)
        train(Account.objects.get(username=name), days=days)
    page = signed_in("auditor").get("/trained/").content.decode()
    assert "holds, ends soon" in page
    assert "<strong>ended</strong>" in page


def test_the_right_to_review_ends_with_its_last_day_in_the_city(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolcast.web import city
    from patrolcast.web.accounts.models import Account
    from patrolcast.web.pages.access import may_review

    signed_in("supervisor", "1", name="desk-1", trained=False)
    account = Account.objects.get(username="desk-1")
    train(account, days=0)
    midnight = local_instant(city.today() + timedelta(days=1), time(0), ZoneInfo(city.the_city().zone))
    for moment, holds in ((midnight - timedelta(minutes=1), True), (midnight, False)):
        monkeypatch.setattr(city, "now", lambda moment=moment: moment.astimezone(UTC))
        assert may_review(account) is holds
