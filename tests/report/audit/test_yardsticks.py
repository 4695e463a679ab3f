"""The yardsticks of others: who lies outside four fifths is named by what; each has a text and an address."""

from __future__ import annotations

from dataclasses import replace
from math import log

from tests.report.audit.test_disparity import EVEN, audit, gates, group

from patrolcast.domain.measures import Interval
from patrolcast.domain.residents import GroupNames
from patrolcast.report.audit.yardsticks import four_fifths, yardsticks


def at(ratio: float) -> Interval:
    return Interval(log(ratio), log(ratio) - 0.1, log(ratio) + 0.1, 28)


def test_four_fifths_and_its_inverse_bound_what_needs_no_closer_look() -> None:
    ratios = {"low": 0.79, "at": 0.81, "even": 1.0, "in": 1.24, "high": 1.26}
    groups = [replace(group(name), log_exposure_ratio=at(of), excess=at(1 / of)) for name, of in ratios.items()]
    found = four_fifths(groups)
    assert found["exposure"] == ["low", "high"]
    assert found["per_report"] == ["low", "high"]
    assert found["per_report_and_resident"] == []


def test_the_page_names_the_groups_and_the_agencys_own_limit() -> None:
    found = replace(audit(EVEN), groups=(replace(group("black"), log_exposure_ratio=at(1.47)), group("white")))
    rows = yardsticks(found, gates(found), GroupNames())
    assert (
        "Below 0.80 or above 1.25 times that of others: Black by patrol alone; no group by patrol per"
        in rows[0]["text"]
    )
    assert "within 1/2 to 2 times that of others" in rows[0]["text"]
    assert [row["name"] for row in rows] == [
        "Four fifths", "Disparate impact", "Who may still argue so", "EU AI Act, article 10",
        "UK Algorithmic Transparency Recording Standard",
    ]  # fmt: skip
    assert all(row["address"].startswith("https://") and row["text"].endswith(".") for row in rows)
