"""What is published, as the briefing has it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.runs.reviewed_city import FIRST

from patrolcast.domain.errors import DataRefusedError
from patrolcast.io.store.stored_run import read_suggestions
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.night import briefing_map, centre, published_night


def test_every_suggestion_that_gets_a_visit_is_there_once_and_none_that_is_held_back(city: ConsoleCity) -> None:
    night = published_night(city, now=FIRST)
    rows = [row for shift in night.shifts for block in shift.districts for row in block["rows"]]
    folder = city.runs / night.run_id
    table = read_suggestions(folder, json.loads((folder / "manifest.json").read_bytes()))
    assert sorted(row["suggestion"] for row in rows) == sorted(table[table["visits"] > 0]["suggestion_id"])
    assert night.state == "current"


def test_the_rows_say_what_the_briefing_says(city: ConsoleCity) -> None:
    night = published_night(city, now=FIRST)
    page = (city.runs / night.run_id / "briefing.html").read_text(encoding="utf-8")
    for shift in night.shifts:
        assert shift.label in page
        for row in shift.districts[0]["rows"]:
            assert f"<b>{row['expected']}</b>" in page
            assert row["listed"] in page
            assert row["dose"] in page


def test_the_running_shift_is_shown_then_the_next_then_none(city: ConsoleCity) -> None:
    night = published_night(city, now=FIRST)
    first, last = night.shifts[0], night.shifts[-1]
    assert night.shift_at(first.start - timedelta(hours=1)) == first
    assert night.shift_at(first.start) == first
    assert night.shift_at(first.end) == night.shifts[1] == night.shift_after(first)
    assert night.shift_at(last.end) is None
    assert night.shift_after(last) is None
    assert [block["name"] for block in first.of_district("2")] == ["2"]
    assert first.of_district("") == first.districts
    assert first.of_district("9") == ()


def test_what_is_over_is_expired_and_what_is_not_linked_is_none(city: ConsoleCity) -> None:
    assert published_night(city, now=FIRST + timedelta(days=3)).state == "expired"
    (city.runs / "current").unlink()
    night = published_night(city, now=FIRST)
    assert (night.state, night.shifts) == ("none", ())
    assert night.fault


def test_a_run_that_was_changed_is_no_night(city: ConsoleCity) -> None:
    run = published_night(city, now=FIRST).run_id
    file = city.runs / run / "suggestions.geojson"
    file.write_bytes(file.read_bytes().replace(b'"rank": 1', b'"rank": 7').replace(b'"rank":1', b'"rank":7'))
    night = published_night(city, now=FIRST)
    assert night.state == "none"
    assert run in night.fault


def test_the_map_is_the_briefings_with_times_moved_for_another_clock(city: ConsoleCity) -> None:
    run = published_night(city, now=FIRST).run_id
    plain, moved = briefing_map(city, run), briefing_map(city, run, later_seconds=60.0)
    assert plain["ids"] == moved["ids"]
    assert moved["shifts"][0]["start"] - plain["shifts"][0]["start"] == 60.0
    assert all(one["short"] for one in plain["shifts"])
    file = city.runs / run / "briefing.html"
    file.write_bytes(file.read_bytes() + b" ")
    (city.runs / run / "manifest.json").touch()
    with pytest.raises(DataRefusedError, match=r"briefing\.html"):
        briefing_map(city, run)


def test_the_middle_of_a_cell() -> None:
    lat, lon = centre("89261124d33ffff")
    assert (round(lat, 4), round(lon, 4)) == (42.2205, -99.6243)
