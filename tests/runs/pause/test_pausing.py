"""Pausing and going on: who, why, by two persons; what is published is withdrawn, and every start refuses."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tests.runs.reviewed_city import FIRST, JO, MARTA, copy_of, entries, published_run, settings_in
from tests.runs.tiny_city import NOW

from patrolcast.domain.errors import (
    ConflictError,
    NotAllowedError,
    PausedError,
    TrailBrokenError,
    TrailTruncatedError,
    UnknownError,
    UsageError,
)
from patrolcast.domain.settings import Settings
from patrolcast.domain.trail import Actor
from patrolcast.io.settings.settings_file import read_settings
from patrolcast.io.store.run_store import current_run, swap_current
from patrolcast.io.trail.verify import verify_trail
from patrolcast.runs.forecast.once import run_once
from patrolcast.runs.forecast.publish import publish, published_state
from patrolcast.runs.forecast.stored_runs import FinishedRun
from patrolcast.runs.nightly.health import health_of
from patrolcast.runs.nightly.nightly import run_night
from patrolcast.runs.nightly.status import status_of
from patrolcast.runs.pause.pausing import pause, pause_on_alarm, pause_on_gates, resume
from patrolcast.runs.review import decide, open_suggestions
from patrolcast.runs.trail.pauses import pause_of

CHIEF = Actor("c.hill", "chief", "password")
WHY = "the feed counts reports twice"


@pytest.fixture
def city(published_city: Path, tmp_path: Path) -> Settings:
    return copy_of(published_city, tmp_path)


def paused(city: Settings) -> str:
    run = published_run(city)
    pause(city, reason=WHY, actor=CHIEF, now=NOW)
    return run


def test_a_pause_says_who_since_when_and_why_and_takes_away_what_is_published(city: Settings) -> None:
    run, runs = paused(city), city.city_runs()
    stands = pause_of(runs)
    assert stands is not None
    assert (stands.who, stands.reason, stands.run) == ("c.hill", WHY, run)
    assert current_run(runs) is None
    assert published_state(runs, now=NOW)["state"] == "paused"
    status = json.loads((runs / "status.json").read_text())
    assert (status["state"], status["run_id"]) == ("paused", None)
    assert WHY in status["fault"]
    page = (runs / "index.html").read_text()
    assert WHY in page
    assert f"{run}/briefing.html" not in page
    assert verify_trail(runs / "trail").exit_code == 0


def test_status_and_health_say_so_too(city: Settings) -> None:
    runs, root = city.city_runs(), city.city_runs().parents[1]
    before = status_of(city, runs, now=NOW)
    assert "  pause        not paused" in before.lines()
    assert before.as_dict()["pause"] is None
    paused(city)
    found = status_of(city, runs, now=NOW)
    assert any(line.startswith("  pause        PAUSED by c.hill at") and line.endswith(WHY) for line in found.lines())
    assert found.as_dict()["pause"]["reason"] == WHY
    assert (found.as_dict()["state"], found.as_dict()["run_id"]) == ("paused", None)
    health = health_of(
        lambda: read_settings(root / "configs" / "tiny.toml"), runs=None, now=NOW, max_age=timedelta(days=9)
    )
    assert health.line.startswith("not good: publication is paused by c.hill")


def test_every_start_and_every_answer_is_refused_with_21_and_says_who_and_why(city: Settings) -> None:
    suggestion = str(open_suggestions(city, now=FIRST)["suggestion_id"][0])
    run = paused(city)
    config = read_settings(city.city_runs().parents[1] / "configs" / "tiny.toml")
    for start in (
        lambda: run_once(config, now=NOW),
        lambda: run_once(config, now=NOW, publishing=True, force=True),
        lambda: run_night(config, now=NOW),
        lambda: open_suggestions(city, now=FIRST),
        lambda: decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST),
    ):
        with pytest.raises(PausedError, match=f"paused by c.hill since .*: {WHY}") as error:
            start()
        assert error.value.exit_code == 21
    assert entries(city, "run.start")[-1]["seq"] < entries(city, "pause.begun")[0]["seq"]
    assert [one["body"]["exit_code"] for one in entries(city, "run.refused")] == [21]
    assert [one["body"]["why"] for one in entries(city, "review.refused")] == ["paused"]


def test_a_run_that_was_at_work_when_somebody_paused_is_not_published(city: Settings) -> None:
    run = paused(city)
    folder = city.city_runs() / run
    finished = FinishedRun(folder, json.loads((folder / "manifest.json").read_text()), reused=True, computed=True)
    with pytest.raises(PausedError):
        publish(finished)
    assert current_run(city.city_runs()) is None


def test_a_link_that_comes_back_by_hand_is_not_shown_as_published(city: Settings) -> None:
    run = paused(city)
    swap_current(city.city_runs(), run)
    assert published_state(city.city_runs(), now=NOW)["state"] == "paused"
    with pytest.raises(PausedError):
        open_suggestions(city, now=FIRST)


def test_a_link_that_a_killed_pause_left_is_taken_away_by_the_next_start(city: Settings) -> None:
    run, runs = paused(city), city.city_runs()
    config = read_settings(runs.parents[1] / "configs" / "tiny.toml")
    for start in (run_once, run_night):
        swap_current(runs, run)
        with pytest.raises(PausedError):
            start(config, now=NOW)  # type: ignore[operator]
        assert current_run(runs) is None


@pytest.mark.parametrize("how", ["cut", "changed", "removed"])
def test_nobody_ends_a_pause_by_cutting_the_trail_and_linking_the_run_again(city: Settings, how: str) -> None:
    suggestion = str(open_suggestions(city, now=FIRST)["suggestion_id"][0])
    run, runs = paused(city), city.city_runs()
    swap_current(runs, run)
    trail = runs / "trail" / "trail.jsonl"
    lines = trail.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b"pause.begun" not in line]
    assert len(kept) == len(lines) - 1
    if how == "removed":
        shutil.rmtree(runs / "trail")
    else:
        trail.write_bytes(b"".join(kept if how == "cut" else [*kept, lines[-1].replace(WHY.encode(), b"nothing")]))
    state = published_state(runs, now=NOW)
    assert (state["state"], state["run_id"]) == ("none", None)
    assert "it was paused, and the trail cannot say that this has ended" in state["fault"]
    config = read_settings(runs.parents[1] / "configs" / "tiny.toml")
    with pytest.raises((TrailBrokenError, TrailTruncatedError)):
        run_once(config, now=NOW)
    with pytest.raises((TrailBrokenError, TrailTruncatedError, UnknownError)):
        decide(city, run, suggestion, answer="accepted", reason_code="known_concern", actor=MARTA, now=FIRST)


def test_a_broken_trail_without_a_pause_leaves_what_is_published(city: Settings) -> None:
    runs = city.city_runs()
    paused(city)
    resume(city, actor=JO, now=NOW)
    trail = runs / "trail" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"run.start"', b'"run.stare"', 1))
    assert published_state(runs, now=NOW)["state"] == "current"


def test_whoever_paused_cannot_let_it_go_on_alone(city: Settings) -> None:
    run = paused(city)
    for _ in range(2):
        assert resume(city, actor=CHIEF, now=NOW) is not None
    assert current_run(city.city_runs()) is None
    assert resume(city, actor=JO, now=NOW) is None
    assert published_run(city) == run
    assert published_state(city.city_runs(), now=NOW)["state"] == "current"
    (ended,) = entries(city, "pause.ended")
    assert ended["body"]["persons"] == ["c.hill", "j.lee"]
    assert len(open_suggestions(city, now=FIRST)) > 0


def test_what_expired_meanwhile_does_not_come_back(city: Settings) -> None:
    paused(city)
    assert resume(city, actor=JO, now=NOW + timedelta(days=30)) is None
    assert current_run(city.city_runs()) is None


def test_what_was_changed_meanwhile_does_not_come_back(city: Settings) -> None:
    run = paused(city)
    path = city.city_runs() / run / "briefing.html"
    path.write_text(path.read_text() + " ")
    assert resume(city, actor=JO, now=NOW) is None
    assert current_run(city.city_runs()) is None


def test_what_has_no_record_of_its_publication_any_more_does_not_come_back(city: Settings) -> None:
    run = paused(city)
    (city.city_runs() / "published" / f"{run}.json").unlink()
    assert resume(city, actor=JO, now=NOW) is None
    assert current_run(city.city_runs()) is None


def test_what_somebody_linked_meanwhile_is_not_what_comes_back(city: Settings) -> None:
    run, runs = paused(city), city.city_runs()
    shutil.copytree(runs / run, runs / "20260228T1100Z-tiny-00000001")
    swap_current(runs, "20260228T1100Z-tiny-00000001")
    assert resume(city, actor=JO, now=NOW) is None
    back = current_run(runs)
    assert back is not None
    assert back.name == run


def failed_gate(verdict: str) -> dict[str, object]:
    return {
        "run_id": "r",
        "gates": [{"name": "feedback_monitor", "verdict": verdict, "detail": "an alarm", "stops": True}],
    }


def test_a_failed_check_pauses_and_then_two_persons_are_needed(city: Settings) -> None:
    runs = city.city_runs()
    for verdict in ("pass", "waived", "not measured"):
        assert pause_on_gates(city, failed_gate(verdict), runs, now=NOW) is None
    assert pause_of(runs) is None
    stands = pause_on_gates(city, failed_gate("fail"), runs, now=NOW)
    assert stands is not None
    assert stands.sentence.endswith("check feedback_monitor failed in r: an alarm")
    assert pause_on_gates(city, failed_gate("fail"), runs, now=NOW) is None
    assert resume(city, actor=CHIEF, now=NOW) is not None
    assert resume(city, actor=CHIEF, now=NOW) is not None
    assert resume(city, actor=JO, now=NOW) is None


def test_an_alarm_of_the_monitor_pauses_unless_the_config_names_no_check(city: Settings, tmp_path: Path) -> None:
    off = settings_in(tmp_path / "city", add="[pause]\non_gates = []\n")
    assert pause_on_alarm(off, "reports follow patrol", now=NOW) is None
    assert pause_on_alarm(city, "reports follow patrol", now=NOW) is not None
    assert pause_of(city.city_runs()) is not None


def test_only_those_whom_the_config_names_may_and_the_attempt_stands_on_the_trail(
    city: Settings, tmp_path: Path
) -> None:
    few = settings_in(tmp_path / "city", add='[pause]\nmay_pause = ["c.hill"]\nmay_resume = ["j.lee"]\n')
    with pytest.raises(NotAllowedError, match="may_pause names who may"):
        pause(few, reason=WHY, actor=MARTA, now=NOW)
    assert pause_of(city.city_runs()) is None
    pause(few, reason=WHY, actor=CHIEF, now=NOW)
    with pytest.raises(NotAllowedError, match="may_resume names who may"):
        resume(few, actor=MARTA, now=NOW)
    assert resume(few, actor=JO, now=NOW) is None
    assert [one["body"]["asked"] for one in entries(city, "pause.refused")] == ["pause", "resume"]


@pytest.mark.parametrize("reason", ["", "   ", "x", "🙂 🙂", "because", "x" * 600])
def test_a_pause_needs_a_reason_in_words(city: Settings, reason: str) -> None:
    with pytest.raises(UsageError):
        pause(city, reason=reason, actor=CHIEF, now=NOW)
    assert pause_of(city.city_runs()) is None


def test_one_pause_at_a_time_and_no_end_without_one(city: Settings) -> None:
    with pytest.raises(ConflictError, match="no pause"):
        resume(city, actor=CHIEF, now=NOW)
    paused(city)
    with pytest.raises(ConflictError, match="one pause at a time"):
        pause(city, reason=WHY, actor=JO, now=NOW)
    assert len(entries(city, "pause.begun")) == 1


def test_a_city_that_never_ran_has_nothing_to_pause(tmp_path: Path) -> None:
    from tests.runs.tiny_city import write_city

    settings = read_settings(write_city(tmp_path)).settings
    with pytest.raises(UnknownError, match="nothing has run yet"):
        pause(settings, reason=WHY, actor=CHIEF, now=NOW)
    assert not settings.city_runs().exists()
