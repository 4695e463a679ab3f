"""A made-up city as the public site shows it, with every state that does not look like the others."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from tests.report.city import AS_OF
from tests.report.records.recorded_run import run_documents

from patrolcast.domain.governance.responses import Finding
from patrolcast.domain.public.count_table import CountTable
from patrolcast.report.site.values import (
    IN_FORCE,
    PASSED,
    REMOVED,
    STOPPED,
    UNSOUND,
    CitySite,
    RefusedStart,
    SiteItem,
    SiteRun,
    SiteText,
    StoredTest,
    TrailHead,
)

_FILES = run_documents()
MAY = CountTable(
    "reports",
    "2026-05",
    ("1", "2", "all"),
    ("theft", "arson", "all"),
    ((None, None, 167), (None, None, 221), (300, 88, 388)),
)
APRIL = dataclasses.replace(MAY, period="2026-04", values=((90, 70, None), (91, 71, None), (None, None, None)))
PEOPLE = CountTable("residents", "ACS 2024", ("1", "all"), ("group_a",), ((1200,), (1200,)))
SECRET = "31 reports of 26th Ave"
"""What a check says of itself; it must be nowhere on the site."""


def a_run(state: str, day: int, **changed: Any) -> SiteRun:
    """A run of a day in June 2026."""
    run_id = f"202606{day:02d}T1000Z-sample-0000000{day % 10}"
    manifest = {**_FILES["manifest.json"], "run_id": run_id}
    manifest["gates"] = [{**one, "detail": SECRET} for one in manifest["gates"]]
    shown = state in {IN_FORCE, PASSED, STOPPED}
    run = SiteRun(
        run_id,
        AS_OF - timedelta(days=30 - day),
        state,
        was_published=state == IN_FORCE,
        stopped_by=("calibration",) if state == STOPPED else (),
        manifest=manifest if shown else None,
        audit=_FILES["audit.json"] if shown else None,
    )
    return dataclasses.replace(run, **changed)


def a_city(**changed: Any) -> CitySite:
    """The city; ``changed`` fields of it."""
    gate = {
        "name": "loop_open",
        "verdict": "pass",
        "value": 0.0,
        "threshold": "at most 0",
        "stops": True,
        "detail": SECRET,
    }
    city = CitySite(
        name="sample",
        title="Sample city",
        timezone="America/Chicago",
        least_count=5,
        runs=(
            a_run(IN_FORCE, 30),
            a_run(STOPPED, 29),
            a_run(UNSOUND, 28),
            a_run(PASSED, 27),
            a_run(REMOVED, 26, has_page=True),
        ),
        refused=(RefusedStart(9, AS_OF - timedelta(days=2), 13, None),),
        group_names={"group_a": "Group A", "group_b": "Group B"},
        evidence={
            "loop": StoredTest({"verdict": "open", "checks": [gate]}),
            "monitor": StoredTest(None),
            "screen": StoredTest(
                {"verdict": "passed", "features": [{"feature": "bars", "verdict": "cleared", "group": "a"}]}
            ),
        },
        counts=((MAY, 5), (APRIL, 5), (PEOPLE, 5)),
        feedback=(
            SiteItem(4, "2026-06-01", "place", "", ""),
            SiteItem(6, "2026-06-02", "other", "declined", "=It stays."),
        ),
        findings=(
            Finding(id="a-1", by="Harbor Street Coalition", day="2026-05-04", answer="open",
                    finding="Two streets are suggested every night."),
        ),
        texts=(SiteText("privacy", "own words", "ab" * 32), SiteText("fairness", "template", "cd" * 32)),
        trail=TrailHead(12, "ef" * 32, "01" * 32, "2026-06-30T10:01:00Z", ("sample+1+AB",), (("12.note", b"n"),)),
    )  # fmt: skip
    return dataclasses.replace(city, **changed)


COMPARISON = {
    "measures": [
        {"name": "hits", "text": "share of incidents caught", "is_log": False},
        {"name": "log_exposure_ratio_group_a", "text": "patrol of group A", "is_log": True},
        {"name": "incidents", "text": "incidents counted", "is_log": False},
    ],
    "variants": [{"name": "base", "changes": "the base", "publishable": True}],
    "pairs": [
        {
            "first": "base",
            "second": "capped",
            "differences": [
                {"measure": "hits", "estimate": -0.01234, "lower": -0.05, "upper": 0.03, "supported": False},
                {
                    "measure": "log_exposure_ratio_group_a",
                    "estimate": 0.0,
                    "lower": -0.1,
                    "upper": 0.1,
                    "supported": True,
                },
                {"measure": "incidents", "estimate": 31.0, "lower": 31.0, "upper": 31.0, "supported": True},
            ],
        }
    ],
}
OUTCOMES = {
    "measures": [
        {"id": "force", "question": "Did force fall?", "named_on": "2026-01-02", "named_beforehand": True},
        {"id": "stops", "question": "Did stops fall?", "named_on": "2026-05-02", "named_beforehand": False},
    ],
    "contrasts": [
        {"measure": "force", "kind": "change", "group": "group_a", "versus": None, "before": 31, "after": 37,
         "ratio": {"value": 1.19}, "verdict": "too small to tell"}
    ],
}  # fmt: skip
