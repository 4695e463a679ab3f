"""The record of admissions names every feature once, with the rule that let it in or kept it out."""

from __future__ import annotations

import json

from tests.report.city import admission

from patrolcast.report.run.admission import admission_document

SCREENED = {"reports_28d": {"group": "group_a", "association": 0.04}}


def test_every_feature_stands_once_admitted_ones_first_and_only_the_excluded_have_a_reason() -> None:
    document = admission_document(admission(), {})
    assert document["counts"] == {"admitted": 3, "excluded": 2}
    assert [(row["name"], row["decision"], row["reason"]) for row in document["features"]] == [
        ("reports_28d", "admitted", None),
        ("reports_365d", "admitted", None),
        ("reports_all", "admitted", None),
        ("stops_28d", "excluded", "officer records never reach it"),
        ("place_x", "excluded", "declared by the agency"),
    ]


def test_a_feature_that_sees_everything_has_words_for_its_lookback_and_json_can_hold_it() -> None:
    rows = {row["name"]: row for row in admission_document(admission(), {})["features"]}
    assert (rows["reports_28d"]["lookback"], rows["reports_28d"]["lookback_days"]) == ("28 days", 28)
    assert (rows["reports_all"]["lookback"], rows["reports_all"]["lookback_days"]) == ("all history", None)
    json.dumps(list(rows.values()), allow_nan=False)


def test_an_association_that_was_not_measured_is_none_and_says_why() -> None:
    screened = {row["name"]: row for row in admission_document(admission(), SCREENED)["features"]}
    assert screened["reports_28d"]["association"] == {"group": "group_a", "association": 0.04}
    assert screened["reports_28d"]["association_note"] == (
        "an association of areas; it says nothing about any individual"
    )
    assert screened["stops_28d"]["association"] is None
    assert screened["stops_28d"]["association_note"] == (
        "not measured: the same in every cell, or kept out before the screen"
    )
    assert admission_document(admission(), {})["features"][0]["association_note"] == (
        "not measured: no screen against the groups' shares is stored with this run"
    )
