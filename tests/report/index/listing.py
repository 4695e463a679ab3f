"""A made-up city's index: one published run, and beside it a stopped, an edited, an unreadable and an older one."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from tests.report.city import AS_OF, make_context

from patrolcast.report.index.values import CityIndex, LastStart, ListedRun, PublishedRun

FILES = frozenset({
    "briefing.html", "rollcall.pdf", "data.html", "audit.html", "audit.json", "suggestions.csv", "suggestions.geojson",
    "forecast.parquet",
})  # fmt: skip
FINDING = "No group is beyond the limit; furthest from even: places where group b residents live would get 0.9 times."
STOPPED, EDITED, UNREADABLE, OLDER = (f"202606{day}T1000Z-sample-0000000{day % 10}" for day in (29, 28, 27, 26))


def gate(name: str, verdict: str, detail: str = "", *, stops: bool = True) -> dict[str, Any]:
    """A gate as a manifest holds it."""
    return {"name": name, "value": 1.0, "threshold": "a rule", "verdict": verdict, "stops": stops, "detail": detail}


def make_published(**changed: Any) -> PublishedRun:
    """The published run; ``changed`` fields of it."""
    run = PublishedRun(
        run_id=make_context().run_id,
        as_of=AS_OF,
        expires_at=make_context().expires_at,
        expired=False,
        files=FILES,
        suggestions=(120, 5, 3),
        rows=(101_000, 1_500),
        finding=FINDING,
        gates=(
            gate("calibration", "pass"),
            gate("beats_counting", "warn"),
            gate("proxy_screen", "pass", "2 of 62 features left out"),
            gate("loop_test", "pass", "open; 12 cities per scenario, 84 nights"),
            gate("feedback_monitor", "not measured", "no dosage log is named", stops=False),
        ),
    )
    return dataclasses.replace(run, **changed)


def make_index(**changed: Any) -> CityIndex:
    """The whole index; ``changed`` fields of it."""
    listed = (
        ListedRun(make_context().run_id, AS_OF, files=FILES),
        ListedRun(STOPPED, AS_OF - timedelta(days=1), stopped_by=("calibration", "loop_test"), files=FILES),
        ListedRun(EDITED, AS_OF - timedelta(days=2), fault="changed since it was made (audit.json)", files=FILES),
        ListedRun(UNREADABLE, None, fault="its manifest cannot be read"),
        ListedRun(OLDER, AS_OF - timedelta(days=4), files=FILES),
    )
    index = CityIndex(
        title="Sample city (synthetic)",
        timezone="America/Chicago",
        written_at=AS_OF + timedelta(minutes=7),
        published=make_published(),
        last_start=LastStart(AS_OF, 0, "published"),
        listed=listed,
        tests={"feedback.html": "../../simulated/sample/feedback.html"},
    )
    return dataclasses.replace(index, **changed)
