"""Follow rates by district and shift: small groups are not shown, and accepting everything raises an alarm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from tests.runs.reviewed_city import FIRST, MARTA

from patrolcast.patrol.decisions import ACCEPTED, DECLINED
from patrolcast.runs.console.city import ConsoleCity
from patrolcast.runs.console.follow import TOO_FEW, _reasons, answers_table, follow_csv, followed, is_alarm
from patrolcast.runs.console.night import published_night
from patrolcast.runs.review import opened_review

RULES: dict[str, Any] = {"smallest": 2, "accept_share": 0.95, "accept_shifts": 1}


def after(city: ConsoleCity, answer: str, reason: str, **rules: Any) -> Any:
    """Follow rates after the first shift was answered all alike and all shifts are over."""
    night = published_night(city, now=FIRST)
    with opened_review(city.settings, runs=city.runs) as review:
        for block in night.shifts[0].districts:
            for row in block["rows"]:
                review.decide(
                    night.run_id, row["suggestion"], answer=answer, reason_code=reason, actor=MARTA, now=FIRST
                )
        return followed(city, review, now=FIRST + timedelta(days=3), **{**RULES, **rules})


def test_shares_are_those_of_the_answers_and_what_nobody_answered_counts(city: ConsoleCity) -> None:
    found = after(city, "declined", "nobody_free")
    shares = {(row.district, row.shift): (row.declined, row.unanswered) for row in found.rows}
    assert shares["District 1", "06:00"] == ("100 %", "0 %")
    assert shares["District 1", "14:00"] == ("0 %", "100 %")
    assert found.alarms == ()
    assert found.reasons[0][:2] == ("declined", "nobody is free: calls come first")
    night = published_night(city, now=FIRST)
    assert found.n == sum(len(block["rows"]) for shift in night.shifts for block in shift.districts)


def test_accepting_everything_raises_the_alarm_and_weighing_does_not(city: ConsoleCity) -> None:
    assert [text.partition(":")[0] for text in after(city, "accepted", "no_objection").alarms] == [
        "District 1", "District 2",
    ]  # fmt: skip


def test_no_alarm_before_so_many_shifts(city: ConsoleCity) -> None:
    assert after(city, "accepted", "no_objection", accept_shifts=2).alarms == ()


def test_a_group_below_the_smallest_shows_no_share_and_no_reason(city: ConsoleCity) -> None:
    found = after(city, "accepted", "known_concern", smallest=100)
    assert {row.accepted for row in found.rows} == {row.visited for row in found.rows} == {TOO_FEW}
    assert found.reasons == (), "not even together: their number is that of the answers that are not shown"
    assert b"m.diaz" not in follow_csv(found.rows)


def test_a_reason_given_seldom_is_never_alone_in_what_is_counted_together(city: ConsoleCity) -> None:
    """Of a list of two, the row of what is given seldom would be the count of the one that is not shown."""
    given = ["nobody_free"] * 9 + ["known_concern"] * 3 + ["other"]
    table = pd.DataFrame({"decision": DECLINED, "reason": given})
    table.loc[len(table)] = [ACCEPTED, "no_objection"]
    found = [(answer, n) for answer, _, n in _reasons(city, table, 3)]
    assert found == [(ACCEPTED, 1), (DECLINED, 9), (DECLINED, 4)], "three are a group, and one with them"
    assert [n for _, _, n in _reasons(city, table[table["reason"] != "other"], 3)] == [1, 9, 3]


def test_a_run_that_was_removed_is_named_and_left_out(city: ConsoleCity) -> None:
    import shutil

    run = published_night(city, now=FIRST).run_id
    shutil.rmtree(city.runs / run)
    with opened_review(city.settings, runs=city.runs) as review:
        table, left_out = answers_table(city, review, now=FIRST)
        assert (len(table), left_out) == (0, [run])
        assert followed(city, review, now=FIRST, **RULES).rows == ()


@pytest.mark.parametrize(
    ("decisions", "alarm"),
    [
        (["accepted", "accepted"], True),
        (["accepted", "declined"], False),
        (["declined", "accepted"], False),
        (["accepted", "not_actioned"], False),
        (["accepted"], False),
    ],
)
def test_the_alarm_asks_the_last_shifts_that_a_person_answered(decisions: list[str], alarm: bool) -> None:
    table = pd.DataFrame({"shift_start": range(len(decisions)), "decision": decisions})
    assert is_alarm(table, share=0.9, shifts=2) is alarm
