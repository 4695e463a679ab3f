"""Three readers get the same facts: an officer the limits first, a resident no count, a court every exact number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.report.records.recorded_run import all_files
from tests.report.test_reading_ease import HIGHEST_GRADE, grade
from tests.test_glossary import banned_in

from patrolcast.report.explanation.voices import CellFacts, Lines, for_community, for_court, for_officer

CONTACT = {
    "email": "us@city.example",
    "appeals": "Write to us. We answer in public.",
    "board": "The board",
    "pause_owner": "The watch commander",
}


def shift(*, suggested: bool, **more: Any) -> dict[str, Any]:
    return {
        "shift": "Tue 2026-06-30 06:00",
        "shift_start": "2026-06-30T11:00:00+00:00",
        "suggested": suggested,
        "rank": 3,
        "cells_in_district": 145,
        "expected_incidents": 0.0613057,
        "lower": 0.04947,
        "upper": 0.07418,
        "score": 0.0918,
        "last_score": 0.0569,
        "visits": 2 if suggested else 0,
        "patrol_minutes": 30.0,
        "leading": "assault",
        "method": "model",
        "expected_by_category": {"assault": 0.0126, "theft": 0.0369},
        "raw_score": -4.3697,
        "contributions": {"reports_28d": 0.25, "model_base": -5.0, "starting_rate": 0.3803},
        "reasons": ["5 reports of assault here in the past 4 weeks", "19 reports of assault here in the past year"],
        **more,
    }


def facts(**more: Any) -> CellFacts:
    manifest = {**all_files()["manifest.json"], "lock_sha256": "9a" * 32, "as_of_asked": "now"}
    cell = {"place": "Main & 1st", "cell": "89261124d33ffff", "district": "1", "shifts": [shift(suggested=True)]}
    given = {
        "cell": cell,
        "manifest": manifest,
        "manifest_sha256": "77" * 32,
        "limits": ["It sees only what is reported."],
        "times_average": {"2026-06-30T11:00:00+00:00": 3.0},
        "n_cells": 889,
        "n_suggested": 31,
        "intervals": {"group_excess_group_b": (0.3, 1.4)},
        "entries": [
            {"seq": 3, "ts_utc": "t", "event": "suggestion.published", "hash": "88" * 32, "manifest_sha256": "77" * 32}
        ],
    }
    return CellFacts(**{**given, **more})


def text_of(found: Lines) -> str:
    return "\n".join(line for head, lines in found.items() for line in (head, *lines))


def test_an_officer_reads_what_it_is_not_before_what_it_says() -> None:
    found = for_officer(facts())
    assert next(iter(found)) == "What it is not"
    text = text_of(found)
    assert "suggested, rank 3 of 145 in district 1, 2 visits, 30 minutes; on average 1 in about 16 such shifts" in text
    assert "5 reports of assault here in the past 4 weeks" in text
    assert "may not be used after Wednesday 1 July 2026" in text


def test_a_resident_gets_no_count_of_reports_and_no_category() -> None:
    text = text_of(for_community(facts(), CONTACT))
    assert "Patrol was advised to pass by in 1 of 1 shift." in text
    assert "At most, the forecast here is two to five times that of the average place." in text
    for hidden in ("assault", "theft", "5 reports", "19", "0.06"):
        assert hidden not in text
    assert "us@city.example" in text


def test_a_resident_reads_each_sentence_once() -> None:
    found = for_community(facts(), CONTACT)
    lines = [line for lines in found.values() for line in lines]
    sentences = [one for line in lines for one in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line) if "run: " not in one]
    assert {one: grade(one) for one in sentences if grade(one) > HIGHEST_GRADE} == {}
    assert grade("Supervisory corroboration necessitates comprehensive institutional documentation.") > HIGHEST_GRADE


def test_groups_that_were_not_compared_are_no_pass() -> None:
    assert "That is not a pass." in text_of(for_community(facts(), CONTACT))
    manifest = {**facts().manifest, "gates": [{"name": "group_audit", "verdict": "pass"}]}
    manifest["gates"] += [{"name": f"group_excess_{n}", "verdict": v} for n, v in enumerate(("pass", "warn", "fail"))]
    said = text_of(for_community(facts(manifest=manifest), CONTACT))
    assert "Groups of residents were compared. For 1 of 3 groups, patrol for each report is clearly within" in said


@pytest.mark.parametrize("other", [2.01, 3.3, 4.99])
def test_a_resident_cannot_tell_two_forecasts_apart_that_differ_by_a_report(other: float) -> None:
    first, second = (text_of(for_community(facts(times_average={"x": one}), CONTACT)) for one in (3.0, other))
    assert first == second
    assert first != text_of(for_community(facts(times_average={"x": 5.0}), CONTACT))


def on_trail(*events: str, manifest: str = "77" * 32) -> CellFacts:
    rows = [{"seq": n, "ts_utc": "t", "event": one, "hash": "h"} for n, one in enumerate(events, 1)]
    return facts(entries=[{**row, "manifest_sha256": manifest if n == 0 else None} for n, row in enumerate(rows)])


def test_a_run_that_is_not_for_use_says_why() -> None:
    assert on_trail("run.finish", "suggestion.published").standing == []
    assert on_trail("suggestion.published", "pause.begun", "pause.ended").standing == []
    (withdrawn,) = on_trail("suggestion.published", "pause.begun").standing
    assert withdrawn.startswith("A pause withdrew it.")
    (unpublished,) = on_trail("run.finish").standing
    assert unpublished.startswith("The audit trail does not say that it was published.")
    (changed,) = on_trail("suggestion.published", manifest="00" * 32).standing
    assert changed.startswith("It was changed: the audit trail states another manifest.")
    stopped = replace(facts(entries=[]), cell={**facts().cell, "standing": ["Not published: stopped by x."]})
    assert stopped.standing == ["Not published: stopped by x."]


def test_a_cell_that_was_not_suggested_and_one_without_comparison_say_so() -> None:
    cell = {**facts().cell, "shifts": [shift(suggested=False)], "place": ""}
    other = facts(cell=cell, times_average={"x": None})
    text = text_of(for_community(other, CONTACT))
    assert "Patrol was not advised to pass by in any of 1 shift." in text
    assert "was not measured" in text
    assert "89261124d33ffff" in text
    assert ": not suggested, rank 3 of 145" in text_of(for_officer(other))


def test_a_court_gets_exact_numbers_hashes_and_how_to_rebuild() -> None:
    found = for_court(facts())
    text = text_of(found)
    for exact in (
        "0.0613057 (0.04947 to 0.07418)",
        "-4.3697",
        "reports_28d 0.25",
        "ef" * 32,
        "cd" * 32,
        "9a" * 32,
        "ab" * 32,
    ):
        assert exact in text
    assert "101,000 rows = 84,000 used + 15,500 set aside + 0 cancelled + 1,500 refused" in text
    assert f"`patrolcast reproduce {facts().manifest['run_id']}`" in text
    parts = facts().suggested[0]["contributions"]
    assert abs(sum(parts.values()) - facts().suggested[0]["raw_score"]) < 1e-9
    (excess,) = [one for one in found["What was checked"] if one.startswith("group_excess_group_b")]
    assert "value 0.66 (0.3 to 1.4), rule: " in excess
    assert found["What it cannot show"] == ["It sees only what is reported.", facts().manifest["notice"]]


def test_a_forecast_without_a_model_shows_no_contributions() -> None:
    cell = {**facts().cell, "shifts": [shift(suggested=True, raw_score=None, contributions={}, method="climatology")]}
    assert "assault: climatology, no model" in text_of(for_court(facts(cell=cell)))


def test_what_the_trail_shows_and_does_not_show_is_said() -> None:
    text = text_of(for_court(facts()))
    assert "entry 3, t, suggestion.published" in text
    assert "states the hash of this manifest" in text
    assert "No signed checkpoint covers the publication" in text
    (entry,) = facts().entries
    other = facts(entries=[{**entry, "manifest_sha256": "00" * 32}], proof="c2sp.org/tlog-proof@v1\nindex 2")
    assert "STATES ANOTHER MANIFEST: 0000" in text_of(for_court(other))
    assert "index 2" in text_of(for_court(other))
    assert "No signed checkpoint" not in text_of(for_court(other))
    assert "nothing shows that it was made when it says" in text_of(for_court(replace(facts(), entries=[])))


def test_no_voice_uses_a_word_of_a_private_dialect() -> None:
    said = (for_officer(facts()), for_community(facts(), CONTACT), for_court(facts()))
    assert [banned_in(text_of(one)) for one in said] == [[], [], []]
