"""The supervisor's day: read, accept, amend, decline, a whole area; who may not; two at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import answer_form, entries, read_notice, row_of, the_shift
from tests.web.conftest import train

Signed = Callable[..., Any]


def test_the_page_shows_own_district_alone_with_its_reasons_and_the_three_answers(
    place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    page = client.get("/tonight/").content.decode()
    assert "District 1" in page
    assert row_of("1")["suggestion"] in page
    assert row_of("2")["suggestion"] not in page
    assert row_of("1")["reasons"][0] in page.replace("&#x27;", "'")
    offered = [page.count(f'data-answer="{answer}"') for answer in ("Accept", "Amend", "Decline")]
    assert offered[0] > 0
    assert set(offered) == {offered[0]}


def test_nothing_is_answered_before_the_statement_was_read_and_that_is_on_record(
    place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1")
    assert b'data-answer="Accept"' not in client.get("/tonight/").content
    refused = client.post("/tonight/answer/", answer_form())
    assert refused.status_code == 422
    assert b"must be read once a shift" in refused.content
    read_notice(client)
    read_notice(client)
    assert len(entries(place, "notice.acknowledged")) == 1
    assert client.post("/tonight/answer/", answer_form()).status_code == 302
    assert [entry["body"]["decision"] for entry in entries(place, "review.decision")] == ["accepted"]


def test_an_answer_stands_on_the_trail_with_account_reason_and_note_and_on_the_page(
    place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1", name="desk-1")
    read_notice(client)
    done = client.post(
        "/tonight/answer/", answer_form(answer="declined", reason="nobody_free", note="all at a fire"), follow=True
    )
    assert b"Decline: recorded as entry" in done.content
    assert b"nobody is free: calls come first" in done.content
    (entry,) = entries(place, "review.decision")
    assert entry["actor"] == {"id": "desk-1", "role": "supervisor", "auth": "console"}
    assert entry["body"]["reason"] == "nobody_free"
    assert b"all at a fire" not in (place / "runs/tiny/trail/trail.jsonl").read_bytes()


def test_an_amendment_changes_minutes_and_one_that_changes_nothing_is_refused(place: Path, signed_in: Signed) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    amended = {"answer": "amended", "reason": "fewer_minutes"}
    assert client.post("/tonight/answer/", answer_form(**amended)).status_code == 422
    assert client.post("/tonight/answer/", answer_form(**amended, minutes="ten")).status_code == 422
    assert client.post("/tonight/answer/", answer_form(**amended, minutes="9999")).status_code == 409
    done = client.post("/tonight/answer/", answer_form(**amended, minutes="10"), follow=True)
    assert b"10 minutes" in done.content
    assert entries(place, "review.decision")[0]["body"]["minutes"] == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "   "},
        {"reason": "\U0001f600"},
        {"note": "x" * 1_000_000},
        {"reason": "other"},
        {"answer": ""},
    ],
    ids=["no reason", "blank reason", "only emoji", "1 MB", "a note is needed", "no answer"],
)
def test_a_reason_that_says_nothing_is_refused_and_nothing_is_recorded(
    wrong: dict[str, str], place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    assert client.post("/tonight/answer/", answer_form(**wrong)).status_code == 422
    assert entries(place, "review.decision") == []


def test_another_districts_suggestion_is_not_there_and_the_attempt_is_on_the_trail(
    place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    refused = client.post("/tonight/answer/", answer_form("2"))
    assert refused.status_code == 404
    (entry,) = entries(place, "access.refused")
    assert entry["body"]["why"] == "district"
    assert entry["subject"]["suggestion"] == row_of("2")["suggestion"]
    unknown = client.post("/tonight/answer/", answer_form(suggestion="20260301T1200Z-nothing"))
    assert unknown.status_code == 404


def test_a_lapsed_training_takes_the_right_to_review_and_says_so(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.accounts.models import Account

    client = signed_in("supervisor", "1", name="lapsed", trained=False)
    train(Account.objects.get(username="lapsed"), days=-1)
    read_notice(client)
    page = client.get("/tonight/").content
    assert b"You may not answer now" in page
    assert b'data-answer="Accept"' not in page
    assert client.post("/tonight/answer/", answer_form()).status_code == 403
    assert entries(place, "access.refused")[0]["body"]["why"] == "training"
    train(Account.objects.get(username="lapsed"), days=0)  # its last day counts
    assert client.post("/tonight/answer/", answer_form()).status_code == 302


def test_of_two_supervisors_one_wins_the_other_is_refused_and_both_stand_on_the_trail(
    place: Path, signed_in: Signed
) -> None:
    first, second = signed_in("supervisor", "1", name="desk-1"), signed_in("supervisor", "1", name="desk-2")
    read_notice(first)
    read_notice(second)
    assert first.post("/tonight/answer/", answer_form()).status_code == 302
    late = second.post("/tonight/answer/", answer_form(answer="declined", reason="nobody_free"))
    assert late.status_code == 409
    assert b"This has changed meanwhile" in late.content
    assert [entry["actor"]["id"] for entry in entries(place, "review.")] == ["desk-1", "desk-2"]


def test_an_answer_to_a_run_that_was_withdrawn_meanwhile_is_refused_and_on_the_trail(
    place: Path, signed_in: Signed
) -> None:
    client = signed_in("supervisor", "1", name="desk-1")
    read_notice(client)
    form = answer_form()
    (place / "runs" / "tiny" / "current").unlink()
    late = client.post("/tonight/answer/", form)
    assert late.status_code == 409
    assert b"withdrawn" in late.content
    (entry,) = entries(place, "review.")
    assert (entry["event"], entry["body"]["why"]) == ("review.refused", "withdrawn")


def test_the_same_form_sent_twice_is_one_answer(place: Path, signed_in: Signed) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    form = answer_form(request="abcdef0123456789")
    assert [client.post("/tonight/answer/", form).status_code for _ in range(2)] == [302, 302]
    assert len(entries(place, "review.")) == 1


def test_a_whole_area_is_answered_at_once_and_what_was_answered_before_stays(place: Path, signed_in: Signed) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    night, shift = the_shift()
    area = row_of("1")["area"]
    rows = [row for row in shift.of_district("1")[0]["rows"] if row["area"] == area]
    client.post("/tonight/answer/", answer_form(answer="declined", reason="nobody_free"))
    form = {"run": night.run_id, "shift": shift.index, "area": area, "answer": "accepted", "reason": "known_concern"}
    assert client.post("/tonight/area/", {**form, "request": "abcdefgh12345678"}).status_code == 302
    decided = [entry["body"]["decision"] for entry in entries(place, "review.decision")]
    assert decided == ["declined", *["accepted"] * (len(rows) - 1)]
    assert client.post("/tonight/area/", {**form, "area": "9-Z"}).status_code == 422
    assert client.post("/tonight/area/", {**form, "answer": "amended"}).status_code == 422


def test_the_handover_says_what_stands_and_what_comes(place: Path, signed_in: Signed) -> None:
    client = signed_in("supervisor", "1")
    read_notice(client)
    client.post("/tonight/answer/", answer_form())
    page = client.get("/handover/").content.decode()
    assert "Accepted" in page
    assert "not answered" in page
    assert f"Next shift: {the_shift()[0].shifts[1].label}" in page


def test_what_has_expired_is_not_shown_as_current(
    place: Path, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from patrolcast.web import city

    client = signed_in("supervisor", "1")
    assert b"No current suggestions" not in client.get("/tonight/").content
    monkeypatch.setitem(settings.PATROLCAST, "later_seconds", settings.PATROLCAST["later_seconds"] - 3 * 86_400)
    city.forget_checked_night()
    page = client.get("/tonight/").content
    assert b"No current suggestions" in page
    assert b'data-answer="Accept"' not in page


def test_a_whole_area_is_answered_under_the_same_rules_as_one_suggestion(place: Path, signed_in: Signed) -> None:
    night, shift = the_shift()
    area = row_of("1")["area"]
    form = {"run": night.run_id, "shift": shift.index, "area": area, "answer": "accepted", "reason": "known_concern"}
    unread = signed_in("supervisor", "1")
    assert unread.post("/tonight/area/", form).status_code == 422  # the statement was not read
    read_notice(unread)
    other = signed_in("supervisor", "2", name="sergeant-2")
    read_notice(other)
    assert other.post("/tonight/area/", form).status_code == 422  # no area of that district
    lapsed = signed_in("supervisor", "1", name="sergeant-3", trained=False)
    read_notice(lapsed)
    assert lapsed.post("/tonight/area/", form).status_code == 403
    assert unread.post("/tonight/area/", {**form, "run": "20260228T1100Z-tiny-00000001"}).status_code == 422
    assert entries(place, "review.decision") == []
    assert unread.post("/tonight/area/", form).status_code == 302
    assert len(entries(place, "review.decision")) > 1
