"""The first sentence: what is published, and what was refused last."""

from __future__ import annotations

from datetime import timedelta

from tests.report.city import AS_OF
from tests.report.site.made_up import a_city, a_run

from patrolcast.report.site.sentences import city_sentence, last_refused, site_sentence
from patrolcast.report.site.values import IN_FORCE, REMOVED, STOPPED, UNSOUND, RefusedStart


def test_what_was_refused_last_is_a_run_or_a_start() -> None:
    assert city_sentence(a_city()).endswith(
        "refused last was the run of Monday 29 June 2026, 05:00 CDT, by calibration."
    )
    start = RefusedStart(20, AS_OF + timedelta(hours=1), 13, None)
    assert city_sentence(a_city(refused=(start,))).endswith(
        "refused last was a start on Tuesday 30 June 2026, 06:00 CDT, exit code 13."
    )


def test_the_start_of_a_run_that_failed_is_not_counted_twice() -> None:
    stopped = a_run(STOPPED, 29)
    start = RefusedStart(20, AS_OF, 20, stopped.run_id)
    found = last_refused(a_city(runs=(stopped,), refused=(start,)))
    assert found is not None
    assert found[1].startswith("the run of")


def test_a_failed_run_is_named_also_where_its_folder_is_gone_or_edited() -> None:
    for state in (REMOVED, UNSOUND):
        gone = a_run(state, 29, stopped_by=("calibration",))
        assert city_sentence(a_city(runs=(gone,), refused=())) == (
            "Nothing is published; refused last was the run of Monday 29 June 2026, 05:00 CDT, by calibration."
        )


def test_nothing_is_published_where_nothing_is_in_force_or_all_is_paused() -> None:
    assert city_sentence(a_city(runs=(), refused=())) == "Nothing is published; nothing was refused."
    paused = city_sentence(a_city(runs=(a_run(IN_FORCE, 30),), refused=(), paused_since=AS_OF))
    assert paused.startswith("Nothing is published, since publication is paused from Tuesday 30 June 2026, 05:00 CDT")


def test_each_city_has_its_sentence() -> None:
    said = site_sentence([a_city(), a_city(title="Other", runs=(), refused=())])
    assert said.startswith("Sample city: published is the run of Tuesday 30 June 2026")
    assert said.endswith("Other: nothing is published; nothing was refused.")
