"""The officer's shift: what was accepted, and visits that are recorded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.web.asked import answer_form, entries, read_notice, row_of, the_shift

Signed = Callable[..., Any]
FORM = {"minutes": "12", "activity": "foot_patrol", "note": "", "request": "0123456789abcdef"}
SCRIPT = {"Accept": "application/json"}


def visit(n: int = 0, district: str = "1", **changed: str) -> dict[str, str]:
    return {"run": the_shift()[0].run_id, "suggestion": row_of(district, n)["suggestion"], **FORM, **changed}


@pytest.fixture
def officer(place: Path, signed_in: Signed) -> Any:
    """An officer of district 1, whose supervisor has accepted the first suggestion and declined the second."""
    supervisor = signed_in("supervisor", "1")
    read_notice(supervisor)
    supervisor.post("/tonight/answer/", answer_form())
    supervisor.post("/tonight/answer/", answer_form(n=1, answer="declined", reason="nobody_free"))
    return signed_in("officer", "1", name="unit-12")


def test_only_what_was_accepted_in_the_own_district_is_shown_with_directions(officer: Any) -> None:
    page = officer.get("/visits/").content.decode()
    assert page.count('class="card visit"') == 1
    row = row_of("1")
    assert f"geo:{row['latitude']:.5f},{row['longitude']:.5f}" in page
    assert row_of("1", 1)["suggestion"] not in page


def test_a_visit_sent_twice_is_recorded_once_and_the_second_answer_says_so(officer: Any, place: Path) -> None:
    first, again = (officer.post("/visits/record/", visit(), headers=SCRIPT).json() for _ in range(2))
    assert (first, again) == ({"recorded": True, "repeated": False}, {"recorded": True, "repeated": True})
    (entry,) = entries(place, "dosage.recorded")
    assert entry["actor"]["id"] == "unit-12"
    assert entry["body"]["minutes"] == 12
    assert b"1 visit, 12 minutes" in officer.get("/visits/").content
    officer.post("/visits/record/", visit(request="another-visit-1"))
    assert len(entries(place, "dosage.recorded")) == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"n": 1}, 409),
        ({"district": "2"}, 404),
        ({"minutes": "soon"}, 422),
        ({"minutes": "1e9"}, 422),
        ({"activity": "arrest"}, 422),
        ({"request": ""}, 422),
        ({"suggestion": "nothing"}, 404),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_reason_and_not_recorded(
    changed: dict[str, Any], status: int, officer: Any, place: Path
) -> None:
    answer = officer.post("/visits/record/", visit(**changed), headers=SCRIPT)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert entries(place, "dosage.recorded") == []
    assert bool(entries(place, "access.refused")) is (changed == {"district": "2"})


def test_before_an_answer_the_page_says_how_many_wait(place: Path, signed_in: Signed) -> None:
    page = signed_in("officer", "1").get("/visits/").content.decode()
    assert "Your supervisor has not answered" in page
