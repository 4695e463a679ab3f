"""The auditor's pages: the trail with its verification, follow rates without anybody's name, and what is taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.web.asked import answer_form, entries, read_notice

Signed = Callable[..., Any]


def test_the_trail_is_shown_searched_and_taken_away_and_that_is_an_entry(place: Path, signed_in: Signed) -> None:
    client = signed_in("auditor")
    page = client.get("/trail/").content.decode()
    assert "Whole: every line is what was written" in page
    assert "suggestion.published" in page
    found = client.get("/trail/", {"event": "login"}).content.decode()
    assert "suggestion.published" not in found
    taken = client.post("/trail/export/?event=login")
    assert taken["Content-Type"].startswith("text/csv")
    assert taken.content.count(b"\n") == 2
    assert [entry["body"]["what"] for entry in entries(place, "export")] == ["trail.csv"]


def test_a_trail_that_was_changed_is_an_alarm_and_nothing_is_written_behind_it(place: Path, signed_in: Signed) -> None:
    from patrolcast.web.city import forget_review

    client = signed_in("auditor")
    trail = place / "runs/tiny/trail/trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    forget_review()
    page = client.get("/trail/").content.decode()
    assert "The trail is not as it must be" in page
    assert "suggestion.published" not in page
    before = trail.read_bytes()
    assert client.post("/trail/export/").status_code == 503
    assert trail.read_bytes() == before


def test_follow_rates_name_districts_and_never_accounts(place: Path, signed_in: Signed) -> None:
    supervisor = signed_in("supervisor", "1", name="desk-1")
    read_notice(supervisor)
    supervisor.post("/tonight/answer/", answer_form())
    supervisor.post("/tonight/answer/", answer_form(n=1, answer="declined", reason="nobody_free"))
    client = signed_in("auditor")
    page = client.get("/follow/").content.decode()
    assert "District 1" in page
    assert "too few to show" in page
    assert "desk-1" not in page
    taken = client.post("/follow/export/").content.decode()
    assert "desk-1" not in taken
    assert "too few to show" in taken


def test_text_of_others_is_text_on_the_page(place: Path, signed_in: Signed) -> None:
    client = signed_in("auditor")
    page = client.get("/trail/", {"event": '"><script>alert(1)</script>', "person": "{{ 7*7 }}"}).content.decode()
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert "49" not in page.partition("<h1>")[2].partition("</form>")[0].replace("{{ 7*7 }}", "")
