"""What became of suggestions, in words, and what an amendment may change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.runs.reviewed_city import FIRST, MARTA, OFFICER

from patrolcast.patrol.decisions import Change
from patrolcast.runs.console.answers import answers_of, choices_of, meaning, places, way_words
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import published_night
from patrolcast.runs.review import opened_review


def shown(city: ConsoleCity, *asked: dict[str, Any], now: datetime = FIRST, visit: bool = False) -> list[Any]:
    """What stands of the first shift's suggestions after these answers, in order."""
    night = published_night(city, now=FIRST)
    names = [row["suggestion"] for block in night.shifts[0].districts for row in block["rows"]]
    with opened_review(city.settings, runs=city.runs) as review:
        for name, one in zip(names, asked, strict=False):
            review.decide(night.run_id, name, actor=MARTA, now=FIRST, **one)
            if visit:
                review.deliver(
                    night.run_id, name, visits=1, minutes=12, activity="foot_patrol", actor=OFFICER, now=FIRST
                )
        found = answers_of(city, review, night.run_id, night.shifts[0], now=now)
    return [found[name] for name in names]


def test_each_answer_is_said_with_its_reason_account_and_visits(city: ConsoleCity) -> None:
    first, second, *rest = shown(city, {"answer": "accepted", "reason_code": "known_concern"}, visit=True)
    assert (first.state, first.label, first.by) == ("accepted", "Accepted", "m.diaz")
    assert first.reason == "residents or businesses have raised this place"
    assert first.visits == "1 visit, 12 minutes"
    assert first.stands
    assert not first.open
    assert second.open
    assert (second.label, second.by, second.visits) == ("Not answered yet", "", "")
    assert all(one.open for one in rest)


def test_what_an_amendment_changed_is_said(city: ConsoleCity) -> None:
    later = FIRST + timedelta(hours=3)
    change = Change(minutes=10, not_before=later)
    (first, *_) = shown(city, {"answer": "amended", "reason_code": "better_time", "change": change})
    assert (first.minutes, first.later, first.to) == ("10", "09:30 CST", "")


def test_a_shift_that_is_over_can_not_be_answered(city: ConsoleCity) -> None:
    assert not any(one.open for one in shown(city, now=FIRST + timedelta(hours=12)))


def test_another_cell_is_named_by_its_name_or_by_the_way_to_it() -> None:
    here, north = "89261124d33ffff", "89261124d0fffff"
    assert way_words(north, here, {north: "Elm & Oak"}).startswith("Elm & Oak (to the ")
    assert way_words(north, here, {}).startswith("to the ")
    assert way_words(here, here, {}) == f"{here} (here)"


def test_choices_stay_within_district_shift_and_budget(city: ConsoleCity) -> None:
    night = published_night(city, now=FIRST)
    row = night.shifts[0].districts[0]["rows"][0]
    with opened_review(city.settings, runs=city.runs) as review:
        found = choices_of(city, review, night.run_id, row["suggestion"], places(city, night.run_id), now=FIRST)
        offer = review.offered(night.run_id).offer(row["suggestion"])
    assert found.most_minutes == int(offer.budget)
    starts = [datetime.fromisoformat(start) for start, _ in found.starts]
    assert all(one > FIRST and one + timedelta(minutes=offer.minutes) <= offer.shift_end for one in starts)
    assert starts == sorted(starts)
    assert row["cell"] not in dict(found.cells)


@pytest.mark.parametrize(("answer", "code", "said"), [("declined", "nobody_free", "nobody is free: calls come first")])
def test_a_reason_is_said_by_its_meaning_and_an_unknown_code_as_it_is(
    answer: str, code: str, said: str, city: ConsoleCity
) -> None:
    assert meaning(city.settings.decisions, answer, code) == said
    assert meaning(city.settings.decisions, answer, "former_code") == "former code"
