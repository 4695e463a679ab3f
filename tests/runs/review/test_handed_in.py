"""Decisions of another system: the same refusals, each row once, nothing about persons."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.runs.reviewed_city import FIRST, copy_of, entries, published_run, settings_in

from patrolcast.domain.errors import DataRefusedError, ProhibitedDataError
from patrolcast.domain.settings import Settings
from patrolcast.domain.trail import Actor
from patrolcast.runs.review import open_suggestions, opened_review
from patrolcast.runs.review.handed_in import HandedIn, hand_in

CLERK = Actor("cad", "records", "operating system")
AT = "2026-03-01T07:00:00-06:00"
HEAD = "suggestion_id,decision,reason,decided_at"
VISITS = f"{HEAD},delivered_visits,delivered_minutes,activity"


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> Settings:
    copy_of(published_city, tmp_path)
    return settings_in(tmp_path / "city", add="[decisions]\nlate_hours = 48.0\n")


def names(city: Settings) -> list[str]:
    return list(open_suggestions(city, now=FIRST)["suggestion_id"])


def handed(city: Settings, *lines: str, hours: float = 10.0) -> HandedIn:
    path = city.city_runs().parents[1] / "cad.csv"
    path.write_text("\n".join(lines) + "\n")
    with opened_review(city) as review:
        return hand_in(review, path, actor=CLERK, now=FIRST + timedelta(hours=hours))


def test_decisions_and_visits_are_taken_after_the_shift_and_each_row_once(city: Settings) -> None:
    one, two, three = names(city)[:3]
    head = f"{HEAD},minutes,delivered_visits,delivered_minutes,activity"
    lines = (
        head,
        f"{one},accepted,known_concern,{AT},,2,25.5,foot_patrol",
        f"{two},declined,nobody_free,{AT},,,,",
        f"{three},amended,fewer_minutes,{AT},15,,,",
    )
    assert handed(city, *lines) == HandedIn(3, 0, ())
    assert handed(city, *lines) == HandedIn(0, 3, ())
    assert handed(city, head, *reversed(lines[1:])) == HandedIn(0, 3, ())
    decided = entries(city, "review.decision")
    assert [entry["actor"]["id"] for entry in decided] == ["cad"] * 3
    assert {entry["body"]["source"] for entry in decided} == {"import"}
    assert len(entries(city, "dosage.recorded")) == 1
    table = open_suggestions(city, now=FIRST, run=published_run(city)).set_index("suggestion_id")
    assert list(table.loc[[one, two, three], "decision"]) == ["accepted", "declined", "amended"]
    assert table.loc[one, "delivered_minutes"] == 25.5


@pytest.mark.parametrize(
    ("row", "hours", "why"),
    [
        ("{0},declined,nobody_free,{1}", 10.0, "decided"),
        ("{2},accepted,known_concern,2026-03-01T15:00:00-06:00", 12.0, "shift over"),
        ("{2},accepted,known_concern,2026-03-09T07:00:00-06:00", 10.0, ""),
        ("{2},accepted,known_concern,2026-02-09T07:00:00-06:00", 10.0, ""),
        ("20260301T1200Z-882664cf25ffffe,accepted,known_concern,{1}", 10.0, ""),
        ("{2},accepted,known_concern,{1}", 70.0, "decided"),
    ],
)
def test_what_by_hand_is_refused_is_refused_here_and_named(city: Settings, row: str, hours: float, why: str) -> None:
    one, two = names(city)[:2]
    assert handed(city, HEAD, f"{one},accepted,known_concern,{AT}").taken == 1
    done = handed(city, HEAD, row.format(one, AT, two), hours=hours)
    assert done.taken == 0
    (line,) = done.refused
    assert line.startswith("cad.csv line 2: ")
    assert [entry["body"]["why"] for entry in entries(city, "review.refused")] == ([why] if why else [])


def test_other_numbers_of_the_same_visits_are_refused_not_added(city: Settings) -> None:
    one = names(city)[0]
    head = f"{HEAD},delivered_visits,delivered_minutes,activity"
    assert handed(city, head, f"{one},accepted,known_concern,{AT},1,10,foot_patrol").taken == 1
    done = handed(city, head, f"{one},accepted,known_concern,{AT},2,20,foot_patrol")
    assert "import says once what was delivered" in done.refused[0]
    assert len(entries(city, "dosage.recorded")) == 1


@pytest.mark.parametrize("column", ["officer", "badge_no", "unit", "entered by", "victim_name", "driver"])
def test_a_column_about_persons_refuses_the_file(city: Settings, column: str) -> None:
    with pytest.raises(ProhibitedDataError) as error:
        handed(city, f"{HEAD},{column}", f"{names(city)[0]},accepted,known_concern,{AT},Jane Roe")
    assert "Jane" not in str(error.value)
    assert entries(city, "review.") == []


@pytest.mark.parametrize(
    ("head", "row", "told"),
    [
        ("suggestion_id,decision,reason", "{0},accepted,known_concern", "no column decided_at"),
        (f"{HEAD},note", "{0},accepted,known_concern,{1},x", "column 'note'"),
        (HEAD, "{0},adopted,known_concern,{1}", "line 3: decision"),
        (HEAD, "{0},accepted,because,{1}", "line 3: reason"),
        (HEAD, "{0},accepted,other,{1}", "a file carries no free text"),
        (HEAD, "{0},accepted,known_concern,2026-03-01 07:00", "line 3: decided_at"),
        (f"{HEAD},minutes", "{0},amended,fewer_minutes,{1},-5", "line 3: minutes"),
        (f"{HEAD},minutes", "{0},accepted,known_concern,{1},5", "are for what was amended"),
        (HEAD, "{0},accepted,known_concern,0001-01-01T00:00:00+14:00", "line 3: decided_at"),
        (f"{HEAD},minutes", "{0},amended,fewer_minutes,{1},0", "line 3: minutes"),
        (f"{HEAD},minutes", "{0},amended,fewer_minutes,{1},", "must say what was amended"),
        (f"{HEAD},delivered_visits,activity", "{0},accepted,known_concern,{1},2,stop", "with an activity"),
        (VISITS, "{0},accepted,known_concern,{1},0,5,foot_patrol", "must be a whole number, 1 to 50"),
        (VISITS, "{0},accepted,known_concern,{1},51,5,foot_patrol", "must be a whole number, 1 to 50"),
        (VISITS, "{0},accepted,known_concern,{1},1.5,5,foot_patrol", "must be a whole number, 1 to 50"),
        (VISITS, "{0},accepted,known_concern,{1},1,1441,foot_patrol", "delivered_minutes: must be stated, 0 to 1440"),
        (VISITS, "{0},accepted,known_concern,{1},1,,foot_patrol", "delivered_minutes: must be stated, 0 to 1440"),
        (VISITS, "{0},accepted,known_concern,{1},,25,", "delivered_visits says how many"),
        (VISITS, "{0},accepted,known_concern,{1},,,foot_patrol", "delivered_visits says how many"),
        (VISITS, "{0},declined,nobody_free,{1},1,5,foot_patrol", "are of what was accepted or amended"),
    ],
)
def test_a_wrong_value_refuses_the_whole_file(city: Settings, head: str, row: str, told: str) -> None:
    one, two = names(city)[:2]
    good = f"{two},declined,nobody_free,{AT}" + "," * (head.count(",") - HEAD.count(","))
    with pytest.raises(DataRefusedError, match=told):
        handed(city, head, good, row.format(one, AT))
    assert entries(city, "review.") == []


def test_a_row_that_only_its_run_can_refuse_leaves_the_others_taken(city: Settings) -> None:
    one, two, three = names(city)[:3]
    as_suggested = f"{two},amended,fewer_minutes,{AT},30"
    rows = (f"{one},declined,nobody_free,{AT},", as_suggested, f"{three},declined,nobody_free,{AT},")
    done = handed(city, f"{HEAD},minutes", *rows)
    assert (done.taken, len(done.refused)) == (2, 1)
    assert done.refused[0].startswith("cad.csv line 3: amendment: got what was suggested")


def test_the_same_moment_in_another_zone_is_the_same_row_whoever_hands_it_in(city: Settings) -> None:
    one = names(city)[0]
    assert handed(city, HEAD, f"{one},declined,nobody_free,{AT}") == HandedIn(1, 0, ())
    path = city.city_runs().parents[1] / "cad.csv"
    path.write_text(f"{HEAD}\n{one},declined,nobody_free,2026-03-01T13:00:00Z\n")
    with opened_review(city) as review:
        again = hand_in(review, path, actor=Actor("deputy", "records", "x"), now=FIRST + timedelta(hours=10))
    assert again == HandedIn(0, 1, ())


def test_rows_of_a_run_that_somebody_changed_are_refused_and_named(city: Settings) -> None:
    one = names(city)[0]
    file = city.city_runs() / published_run(city) / "suggestions.geojson"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b" ")
    done = handed(city, HEAD, f"{one},declined,nobody_free,{AT}")
    assert (done.taken, done.repeated) == (0, 0)
    assert "other bytes than the manifest says" in done.refused[0]


def test_a_grown_file_takes_only_what_is_new(city: Settings) -> None:
    rows = [f"{name},declined,nobody_free,{AT}" for name in names(city)[:6]]
    done = [handed(city, HEAD, *rows[:n]) for n in (2, 6)]
    assert pd.DataFrame(done)[["taken", "repeated"]].to_numpy().tolist() == [[2, 0], [4, 2]]
